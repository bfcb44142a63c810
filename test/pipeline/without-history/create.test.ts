/** Tables that are made where no schema of a run may be: one transaction, of which all is there in the end, or nothing. */
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { migrate, type MigrateOptions } from "../../../src/pipeline/migrate.js";
import { validate } from "../../../src/pipeline/validate.js";
import { catalogLines } from "../../catalogs.js";
import { createDatabase, databaseForEach, onServer, type TestDatabase } from "../../database.js";
import { makeSqlite } from "../../fixture.js";

/** Orphans, a broken check, a key that no index holds, columns without case, and more than one slice. */
const source = makeSqlite(
  "shop",
  `CREATE TABLE customer (id INTEGER PRIMARY KEY AUTOINCREMENT, mail TEXT COLLATE NOCASE UNIQUE, joined TEXT);
   INSERT INTO customer VALUES (1, 'a@b', '2024-05-17 10:20:30'), (2, 'c@d', NULL), (40, NULL, '2024-05-18 10:20:30');
   CREATE TABLE "order" (id INTEGER PRIMARY KEY, customer INTEGER REFERENCES customer ON DELETE CASCADE, price NUMERIC CHECK (price > 0), note TEXT);
   CREATE INDEX by_customer ON "order" (customer, price DESC);
   PRAGMA ignore_check_constraints = ON;
   WITH n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
   INSERT INTO "order" SELECT i, CASE WHEN i = 7 THEN 99 ELSE 1 + i % 2 END, CASE WHEN i = 8 THEN -1 ELSE i END, printf('%0950d', i) FROM n;
   CREATE TABLE line ("order" INTEGER, place INTEGER, what TEXT, PRIMARY KEY ("order", place)) WITHOUT ROWID;
   INSERT INTO line VALUES (1, 1, 'x'), (1, 2, 'y');
   CREATE VIEW dear AS SELECT id, price FROM "order" WHERE price > 19990;
   CREATE TRIGGER stamp AFTER INSERT ON line BEGIN UPDATE "order" SET note = 'new' WHERE id = NEW."order"; END;`,
);
const role = `sqlift_maker_${randomUUID().slice(0, 8)}`;
beforeAll(() => onServer(`CREATE ROLE ${role}`));
const database = databaseForEach();
beforeEach(() => database.query(`CREATE SCHEMA app; GRANT USAGE, CREATE ON SCHEMA app TO ${role}`));
afterAll(async () => {
  source.remove();
  await onServer(`DROP ROLE ${role}`);
});

const move = (options: MigrateOptions = {}, into: Pick<TestDatabase, "url"> = database) =>
  migrate(source.path, into.url, { environment: process.env, schema: "app", history: false, ...options });

const traces = async (): Promise<unknown> => [
  await catalogLines(database),
  await database.query("SELECT to_regnamespace('sqlift')::text AS history"),
];

describe("misuse", () => {
  test("with a history the role may not do it, and is told both ways out", async () => {
    await expect(move({ role, history: true })).rejects.toMatchObject({
      code: "target-rights",
      hint: expect.stringMatching(/^GRANT CREATE ON DATABASE .*;\n.*--no-history/s) as string,
    });
  });

  test("a schema that is not there", async () => {
    await expect(move({ role, schema: "nowhere" })).rejects.toMatchObject({
      code: "target-rights",
      message: expect.stringContaining('there is no schema "nowhere"') as string,
    });
  });

  test("names that are taken", async () => {
    await database.query("CREATE TABLE app.customer ()");
    const before = await traces();
    const outcome = await move({ role });
    expect(outcome).toMatchObject({ status: "blocked", run: null });
    expect(outcome.findings.map(({ kind }) => kind)).toContain("name-taken");
    expect(await traces()).toEqual(before);
  });
});

test("a role that may make tables alone has the same as by a run of its own, and what it says is the same", async () => {
  const other = await createDatabase();
  try {
    await other.query(
      `CREATE SCHEMA app; GRANT USAGE, CREATE ON SCHEMA app TO ${role}; GRANT CREATE ON DATABASE ${other.name} TO ${role}`,
    );
    const recorded = await move({ role, history: true }, other);
    const outcome = await move({ role });
    expect(outcome).toMatchObject({ status: "migrated", run: null, objects: [] });
    expect(outcome.verdicts.map(({ verdict }) => verdict)).toEqual(["identical", "identical", "identical"]);
    expect(outcome.findings).toEqual(recorded.findings);
    expect(outcome.findings.map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(["orphan-rows", "check-broken"]),
    );
    expect(outcome.notCarried).toEqual(recorded.notCarried);
    expect(outcome.tables).toEqual(recorded.tables);
    expect(await catalogLines(database)).toEqual(await catalogLines(other));
    expect(await database.query("SELECT to_regnamespace('sqlift')::text AS history")).toEqual([
      { history: null },
    ]);
    const next = "INSERT INTO app.customer (mail) VALUES ('new') RETURNING id";
    expect(await database.query(next)).toEqual([{ id: "41" }]);
    const checked = await validate(source.path, database.url, { environment: process.env, schema: "app" });
    expect(checked.verdicts.map(({ verdict }) => verdict)).toEqual(["different", "identical", "identical"]);
  } finally {
    await other.drop();
  }
});

test("a schema that is not there is made, where the role may", async () => {
  expect(await move({ schema: "new" })).toMatchObject({ status: "migrated" });
  expect(await database.query("SELECT count(*) AS rows FROM new.dear")).toEqual([{ rows: "10" }]);
});

describe("what does not end well leaves nothing", () => {
  test("a copy that cannot be proven", async () => {
    // Every table that is made from now on loses a row, which only the proof sees.
    await database.query(
      `CREATE FUNCTION public.less() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN CASE WHEN NEW.id <> 40 THEN NEW END; END $$;
       CREATE FUNCTION public.spoil() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN
         IF to_regclass('app.customer') IS NOT NULL AND NOT EXISTS (SELECT FROM pg_trigger WHERE tgname = 'less') THEN
           CREATE TRIGGER less BEFORE INSERT ON app.customer FOR EACH ROW EXECUTE FUNCTION public.less(); END IF; END $$;
       CREATE EVENT TRIGGER spoil ON ddl_command_end WHEN TAG IN ('CREATE TABLE') EXECUTE FUNCTION public.spoil()`,
    );
    try {
      const before = await traces();
      await expect(move()).rejects.toMatchObject({
        hint: expect.stringContaining("Nothing of this run remains in the target.") as string,
      });
      expect(await traces()).toEqual(before);
    } finally {
      await database.query("DROP EVENT TRIGGER spoil");
    }
  });

  test.each(["copy", "keys", "validate"])("Ctrl-C in phase %s", async (phase) => {
    const before = await traces();
    const stop = new AbortController();
    const moving = move({
      role,
      signal: stop.signal,
      onProgress: (event) => {
        if (event.kind === "phase" && event.phase === phase) stop.abort();
      },
    });
    await expect(moving).rejects.toMatchObject({ code: "interrupted" });
    expect(await traces()).toEqual(before);
  });

  test("a session that is killed before it is done", async () => {
    const before = await traces();
    const moving = move({
      role,
      onProgress: (event) => {
        if (event.kind === "phase" && event.phase === "validate")
          void database.query(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()",
          );
      },
    });
    await expect(moving).rejects.toMatchObject({
      code: "target-lost",
      hint: expect.stringContaining("Nothing of this run remains") as string,
    });
    expect(await traces()).toEqual(before);
  });
});
