/** Into tables of others where no schema may be made: one transaction, of which all is there in the end, or nothing. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { migrate, type MigrateOptions } from "../../../src/pipeline/migrate.js";
import { parseMapping } from "../../../src/mapping/read.js";
import { setAside } from "../../../src/import/existing/set-aside.js";
import { beginRun } from "../../../src/target/history/runs.js";
import { catalogLines } from "../../catalogs.js";
import { copyForEach, databaseForAll, onServer, type TestDatabase } from "../../database.js";
import { makeSqlite, sqliteForEach } from "../../fixture.js";

/** The bodies make several slices of it. */
const source = makeSqlite(
  "circles",
  `CREATE TABLE message (id INTEGER PRIMARY KEY AUTOINCREMENT, chat INTEGER, reply_to INTEGER, body TEXT);
   CREATE TABLE chat (id INTEGER PRIMARY KEY, last_message INTEGER);
   CREATE TABLE word (lang TEXT, word TEXT, at TEXT, PRIMARY KEY (lang, word)) WITHOUT ROWID;
   WITH n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
   INSERT INTO message SELECT i, 1 + i % 3, CASE WHEN i < 20000 THEN 20001 - i END, printf('%0950d', i) FROM n;
   UPDATE sqlite_sequence SET seq = 30000;
   INSERT INTO chat VALUES (1, 20000), (2, 7), (3, NULL);
   INSERT INTO word VALUES ('de', 'Brot', '2024-05-17T10:20:30Z'), ('en', 'bread', NULL);`,
);

const tables = `
  CREATE FUNCTION app.loud() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RAISE 'trigger % fired', TG_NAME; END$$;
  CREATE TABLE app.chat (id serial PRIMARY KEY, last_message int);
  CREATE TABLE app.message (
    id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, chat int NOT NULL REFERENCES app.chat ON DELETE CASCADE,
    reply_to int REFERENCES app.message ON DELETE SET NULL, body text);
  ALTER TABLE app.chat ADD CONSTRAINT last_one FOREIGN KEY (last_message) REFERENCES app.message DEFERRABLE;
  CREATE TABLE app.word (lang text, word text, at timestamptz, PRIMARY KEY (lang, word));`;

const triggers =
  "CREATE TRIGGER each_row BEFORE INSERT ON app.message FOR EACH ROW EXECUTE FUNCTION app.loud();";

const original = databaseForAll();
const database = copyForEach(original);
const makeFile = sqliteForEach();
const roles = { owner: "", guest: "" };
beforeAll(async () => {
  roles.owner = `${original.name}_owner`;
  roles.guest = `${original.name}_guest`;
  await original.query(
    `CREATE ROLE ${roles.owner}; CREATE ROLE ${roles.guest};
     CREATE SCHEMA app AUTHORIZATION ${roles.owner}; SET ROLE ${roles.owner}; ${tables}
     GRANT USAGE ON SCHEMA app TO ${roles.guest}; GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA app TO ${roles.guest};
     GRANT SELECT, UPDATE ON ALL SEQUENCES IN SCHEMA app TO ${roles.guest}; RESET ROLE`,
  );
});
afterAll(async () => {
  source.remove();
  await original.drop();
  for (const role of Object.values(roles)) await onServer(`DROP ROLE ${role}`);
});

const move = (options: MigrateOptions = {}, path = source.path) =>
  migrate(path, database.url, {
    environment: process.env,
    intoExisting: true,
    schema: "app",
    history: false,
    ...options,
  });

const one = async (of: TestDatabase, sql: string): Promise<string | null> =>
  Object.values((await of.query(sql))[0] ?? {})[0] ?? null;

/** What a run may not leave where it does not end well. */
const traces = async (): Promise<unknown> => ({
  catalogs: await catalogLines(database),
  history: await one(database, "SELECT to_regnamespace('sqlift')::text"),
  rows: await one(database, "SELECT (SELECT count(*) FROM app.chat) + (SELECT count(*) FROM app.message)"),
  sequences: await database.query(
    "SELECT s.last_value, s.is_called FROM app.message_id_seq AS s UNION ALL SELECT last_value, is_called FROM app.chat_id_seq",
  ),
});

describe("misuse", () => {
  test.each<[words: string, options: MigrateOptions]>([
    ["--on-reject quarantine", { onReject: "quarantine" }],
    ["--on-orphans quarantine", { onOrphans: "quarantine" }],
    ["--before and --after", { before: ["a.sql"] }],
    ["--before and --after", { after: ["a.sql"] }],
  ])("no place for %s", async (words, options) => {
    await expect(move(options)).rejects.toMatchObject({
      code: "usage",
      message: expect.stringContaining(`Without a history there is no place for ${words}`) as string,
    });
  });

  test.each([
    ["by --existing-rows", { existingRows: "truncate" }],
    [
      "by a mapping",
      { mappings: [parseMapping("version: 1\ntables: { chat: { existing-rows: truncate } }", "m")] },
    ],
  ] as const)("rows that are there stay, %s", async (_, options) => {
    await database.query("INSERT INTO app.chat VALUES (99)");
    await expect(move(options)).rejects.toMatchObject({
      code: "usage",
      message: expect.stringContaining("truncate of chat") as string,
    });
  });
});

test("with a history the rows have to come out again where a run fails: a right that is missing is named, and this way out", async () => {
  const before = await traces();
  await expect(move({ role: roles.guest, history: true })).rejects.toMatchObject({
    code: "target-rights",
    hint: expect.stringMatching(/^GRANT DELETE ON "app"\."message", .* TO .*;\n.*--no-history/) as string,
  });
  expect(await traces()).toEqual(before);
});

describe.each([
  ["a superuser", "replica", undefined, triggers],
  ["their owner", "set-aside", "owner", triggers],
  ["somebody who may insert", "ordered", "guest", ""],
] as const)("as %s", (_, quiet, role, more) => {
  test(`the rows go in (${quiet}), and nothing is kept of that`, async () => {
    await database.query(more);
    const before = await catalogLines(database);
    const outcome = await move({ role: role === undefined ? undefined : roles[role] });
    expect(outcome).toMatchObject({ status: "migrated", run: null, objects: [] });
    expect(outcome.plan.existing?.quiet).toBe(quiet);
    expect(outcome.verdicts.map(({ verdict }) => verdict)).toEqual(["identical", "identical", "identical"]);
    expect(await catalogLines(database)).toEqual(before);
    expect(await one(database, "SELECT to_regnamespace('sqlift')::text")).toBeNull();
    expect(await one(database, "SELECT nextval('app.message_id_seq')")).toBe("30001");
    expect(await one(database, "SELECT nextval('app.chat_id_seq')")).toBe("4");
    await database.query("UPDATE app.message SET body = 'x' WHERE id = 7");
    expect((await move()).findings.map(({ kind }) => kind)).toContain("rows-there");
  });
});

describe("what does not end well leaves nothing", () => {
  const orphans = "INSERT INTO message VALUES (1, 1, NULL, ''), (2, 5, NULL, '')";
  const small = (rows: string): string =>
    makeFile(
      "small",
      `CREATE TABLE chat (id INTEGER PRIMARY KEY, last_message INTEGER); INSERT INTO chat VALUES (1, 1);
       CREATE TABLE message (id INTEGER PRIMARY KEY, chat INTEGER, reply_to INTEGER, body TEXT); ${rows}`,
    ).path;

  test.each([
    ["replica", undefined],
    ["set-aside", "owner"],
  ] as const)("rows that point at none (%s)", async (_, role) => {
    await database.query(triggers);
    const before = await traces();
    const outcome = await move({ role: role === undefined ? undefined : roles[role] }, small(orphans));
    expect(outcome).toMatchObject({ status: "refused", run: null });
    expect(outcome.findings).toMatchObject([
      { kind: "constraint-broken", rows: 1, first: ["id = 2, chat = 5"] },
    ]);
    expect(await traces()).toEqual(before);
  });

  test("rows that the server refuses", async () => {
    await database.query("ALTER TABLE app.message ADD CHECK (body <> '')");
    const before = await traces();
    await expect(move({}, small("INSERT INTO message VALUES (1, 1, NULL, '')"))).rejects.toMatchObject({
      code: "value-misfit",
      hint: expect.stringContaining("Nothing of this run remains in the target.") as string,
    });
    expect(await traces()).toEqual(before);
  });

  test("a foreign key that stays, and is checked at the end", async () => {
    const before = await traces();
    const path = small("INSERT INTO message VALUES (2, 1, NULL, '')");
    await expect(move({ role: roles.guest }, path)).rejects.toMatchObject({ code: "value-misfit" });
    expect(await traces()).toEqual(before);
  });

  test("one that is killed when its last sequence is to be set", async () => {
    await database.query(triggers);
    const before = await traces();
    const holder = await database.open();
    await holder.query("BEGIN; SELECT setval('app.chat_id_seq', 1, false)");
    const moving = move({ role: roles.owner }).then(
      () => "done",
      (error: unknown) => (error as Error).message,
    );
    const waiting = `SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'ALTER SEQUENCE%'
      AND wait_event_type = 'Lock'`;
    for (;;) {
      const [found] = await database.query(waiting);
      if (found === undefined) {
        await new Promise((resolve) => setTimeout(resolve, 50));
        continue;
      }
      await database.query(`SELECT pg_terminate_backend(${found["pid"] ?? ""})`);
      break;
    }
    expect(await moving).not.toBe("done");
    await holder.query("ROLLBACK");
    expect(await traces()).toEqual(before);
  });

  test("Ctrl-C", async () => {
    const before = await traces();
    const stop = new AbortController();
    const moving = move({
      signal: stop.signal,
      onProgress: (event) => {
        if (event.kind === "phase" && event.phase === "validate") stop.abort();
      },
    });
    await expect(moving).rejects.toMatchObject({ code: "interrupted" });
    expect(await traces()).toEqual(before);
  });
});

test("nothing begins while a history says that something is set aside", async () => {
  await database.query(`GRANT CREATE ON DATABASE ${database.name} TO ${roles.owner}`);
  const plan = (await move({ role: roles.owner, history: true })).plan;
  await database.query("TRUNCATE app.word, app.message, app.chat");
  const session = await database.open();
  const run = await beginRun(session, { plan, toolVersion: "0", strategy: "direct" });
  await setAside(session, run, plan.existing?.setAside ?? []);
  await expect(move()).rejects.toMatchObject({ code: "target-in-the-way" });
  await session.end();
  await expect
    .poll(() => move().catch((error: unknown) => (error as { code: string }).code))
    .toBe("target-history");
});
