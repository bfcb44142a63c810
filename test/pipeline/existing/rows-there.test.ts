/** Rows that are in the target's tables already: truncated, skipped, or brought up to what the source says, and nothing else is touched. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { parseMapping } from "../../../src/mapping/read.js";
import type { ExistingRows } from "../../../src/model/existing.js";
import type { Finding } from "../../../src/model/finding.js";
import type { MigrationOutcome } from "../../../src/model/outcome.js";
import { migrate, type MigrateOptions } from "../../../src/pipeline/migrate.js";
import { status } from "../../../src/pipeline/status.js";
import { undo } from "../../../src/pipeline/undo.js";
import { validate } from "../../../src/pipeline/validate.js";
import { plainStyle } from "../../../src/report/style.js";
import { migrationText } from "../../../src/report/terminal.js";
import { catalogLines } from "../../catalogs.js";
import { databaseForEach } from "../../database.js";
import { sqliteForEach } from "../../fixture.js";

const database = databaseForEach();
const makeFile = sqliteForEach();
const environment = process.env;

const move = (path: string, existingRows: ExistingRows | undefined, options: MigrateOptions = {}) =>
  migrate(path, database.url, { environment, intoExisting: true, existingRows, ...options });

const kinds = ({ findings }: MigrationOutcome): readonly string[] => findings.map(({ kind }) => kind);

const of = <K extends Finding["kind"]>(outcome: MigrationOutcome, kind: K) =>
  outcome.findings.filter((finding): finding is Extract<Finding, { kind: K }> => finding.kind === kind);

const rowsOf = async (sql: string): Promise<readonly string[]> =>
  (await database.query(sql)).map((row) => Object.values(row).join("|"));

/** Every row with who wrote it. */
const written = (table: string) => rowsOf(`SELECT xmin, t::text FROM ${table} t ORDER BY 2`);

const schemasLeft = () => rowsOf("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'sqlift_run_%'");

const users = `CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT, name TEXT);
  INSERT INTO users VALUES (1, 'a@x', 'Ann'), (2, 'b@x', 'Bob'), (3, 'c@x', 'Cid')`;

describe("misuse", () => {
  test.each<[why: string, target: string, reason: string, key: string | null]>([
    ["no key", "CREATE TABLE users (id int, email text, name text)", "none", null],
    [
      "a deferrable key",
      "CREATE TABLE users (id int CONSTRAINT k PRIMARY KEY DEFERRABLE, email text, name text)",
      "deferrable",
      "k",
    ],
    [
      "a key that lets NULLs in",
      "CREATE TABLE users (id int, email text CONSTRAINT k UNIQUE, name text)",
      "nullable",
      "k",
    ],
    [
      "a key that the source does not fill",
      "CREATE TABLE users (id int, email text, name text, no int GENERATED ALWAYS AS IDENTITY CONSTRAINT k PRIMARY KEY)",
      "not-filled",
      "k",
    ],
    [
      "a key of some rows",
      "CREATE TABLE users (id int NOT NULL, email text, name text); CREATE UNIQUE INDEX k ON users (id) WHERE id > 0",
      "partial",
      "k",
    ],
    [
      "a key on an expression",
      "CREATE TABLE users (id int NOT NULL, email text, name text); CREATE UNIQUE INDEX k ON users ((id + 0))",
      "expression",
      "k",
    ],
  ])("%s", async (_, target, reason, key) => {
    await database.query(`${target}; INSERT INTO users VALUES (1, 'a@x', 'other')`);
    for (const wanted of ["skip", "update"] as const) {
      const outcome = await move(makeFile("app", users).path, wanted);
      expect(outcome).toMatchObject({ status: "blocked", run: null });
      expect(of(outcome, "no-usable-key")).toMatchObject([{ wanted, reason, key, target: "users" }]);
    }
    expect((await move(makeFile("app", users).path, undefined)).findings).toMatchObject([
      { kind: "rows-there", rows: 1 },
    ]);
  });

  test("a table with rules", async () => {
    await database.query(
      "CREATE TABLE users (id int PRIMARY KEY, email text, name text); INSERT INTO users VALUES (1); CREATE RULE r AS ON INSERT TO users DO INSTEAD NOTHING",
    );
    const outcome = await move(makeFile("app", users).path, "update");
    expect(of(outcome, "target-unsuited")).toMatchObject([{ reason: "rules" }]);
  });

  test("rows that others point at do not go", async () => {
    await database.query(
      `CREATE TABLE users (id int PRIMARY KEY, email text, name text); CREATE TABLE orders (id int, "user" int REFERENCES users ON DELETE CASCADE);
       INSERT INTO users VALUES (9); INSERT INTO orders VALUES (1, 9)`,
    );
    const outcome = await move(makeFile("app", users).path, "truncate");
    expect(of(outcome, "target-unsuited")).toMatchObject([
      { reason: "referenced-by-rows", what: "public.orders (foreign key orders_user_fkey: 1)" },
    ]);
    expect(await rowsOf("SELECT count(*) FROM orders")).toEqual(["1"]);
  });
});

const rolesOf = ({ name }: { readonly name: string }) => [`${name}_owner`, `${name}_writer`] as const;

/** The server's superuser keeps all quiet; an owner sets aside; one who owns nothing goes by order. */
describe.each(["replica", "set-aside", "ordered"] as const)("by %s", (way) => {
  let role: string | undefined;
  let before: readonly string[];

  beforeEach(async () => {
    const [owner, writer] = rolesOf(database);
    role = { replica: undefined, "set-aside": owner, ordered: writer }[way];
    await database.query(`CREATE ROLE ${owner}; CREATE ROLE ${writer}`);
    await database.query(
      `CREATE TABLE chats (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, title text NOT NULL, extra text DEFAULT 'kept');
       CREATE TABLE members (chat int REFERENCES chats ON DELETE CASCADE, "user" int, role text, boss int, PRIMARY KEY (chat, "user"));
       CREATE TABLE audit (what text);
       CREATE FUNCTION told() RETURNS trigger LANGUAGE plpgsql AS $f$ BEGIN INSERT INTO public.audit VALUES (TG_OP); RETURN NULL; END $f$;
       ${way === "ordered" ? "" : "CREATE TRIGGER told AFTER INSERT OR UPDATE OR DELETE ON members FOR EACH ROW EXECUTE FUNCTION told(); CREATE TRIGGER told_truncate AFTER TRUNCATE ON members EXECUTE FUNCTION told();"}
       INSERT INTO chats (title) VALUES ('one'), ('two'); INSERT INTO members VALUES (1, 1, 'admin', NULL), (2, 1, 'user', NULL); TRUNCATE audit;
       GRANT CREATE ON DATABASE ${database.name} TO ${owner}, ${writer}; GRANT USAGE, CREATE ON SCHEMA public TO ${owner};
       ${way === "set-aside" ? `ALTER TABLE chats OWNER TO ${owner}; ALTER TABLE members OWNER TO ${owner};` : ""}
       GRANT USAGE ON SCHEMA public TO ${writer}; GRANT SELECT, INSERT, UPDATE, DELETE, TRUNCATE ON chats, members TO ${writer};
       GRANT USAGE, SELECT, UPDATE ON ALL SEQUENCES IN SCHEMA public TO ${writer}, ${owner}`,
    );
    before = await catalogLines(database);
  });

  afterEach(async () => {
    for (const name of rolesOf(database))
      await database.query(`DROP OWNED BY ${name} CASCADE; DROP ROLE ${name}`);
  });

  const source = `CREATE TABLE chats (id INTEGER PRIMARY KEY, title TEXT);
    CREATE TABLE members (chat INTEGER, "user" INTEGER, role TEXT, boss INTEGER);
    INSERT INTO chats VALUES (1, 'one'), (2, 'TWO'), (3, 'three');
    INSERT INTO members VALUES (1, 1, 'admin', NULL), (2, 1, NULL, 5), (3, 1, 'user', NULL), (3, 2, 'user', NULL)`;

  test("update: changed rows become the source's, others stay, and a second one changes nothing", async () => {
    const file = makeFile("chat", source);
    const said: string[] = [];
    const outcome = await move(file.path, "update", {
      role,
      onProgress: (told) => {
        if (told.kind === "says") said.push(told.message);
      },
    });
    expect(outcome.plan.existing).toMatchObject({ strategy: "staged", quiet: way });
    expect(outcome.status).toBe("migrated");
    expect(outcome.verdicts.map(({ verdict }) => verdict)).toEqual(["identical", "identical"]);
    expect(kinds(outcome)).toEqual(["rows-given-up", "rows-given-up", "rows-merged", "rows-merged"]);
    expect(said.filter((words) => words.includes("cannot be undone"))).toHaveLength(2);
    expect(outcome.tables.map(({ merged }) => merged)).toEqual([
      { rows: "update", there: 2, removed: 0, inserted: 1, changed: 1, same: 1, kept: 0 },
      { rows: "update", there: 2, removed: 0, inserted: 2, changed: 1, same: 1, kept: 0 },
    ]);
    expect(await rowsOf("SELECT * FROM chats ORDER BY id")).toEqual([
      "1|one|kept",
      "2|TWO|kept",
      "3|three|kept",
    ]);
    expect(await rowsOf("SELECT * FROM audit")).toEqual([]);
    expect(await catalogLines(database)).toEqual(before);
    expect(await schemasLeft()).toEqual([]);
    const rows = [await written("chats"), await written("members")];
    const again = await move(file.path, "update", { role });
    expect(again.status).toBe("migrated");
    expect(of(again, "rows-merged")).toMatchObject([
      { inserted: 0, changed: 0, same: 3 },
      { inserted: 0, changed: 0, same: 4 },
    ]);
    expect([await written("chats"), await written("members")]).toEqual(rows);
    expect(await schemasLeft()).toEqual([]);
    expect(await undo(database.url, outcome.run, { environment })).toMatchObject({
      status: "refused",
      refusals: [expect.stringContaining("cannot be undone: it gave up rows that were there")],
    });
    await database.query("INSERT INTO chats (title) VALUES ('four')");
    expect(await rowsOf("SELECT id FROM chats WHERE title = 'four'")).toEqual(["4"]);
  });

  test("skip: rows that are there stay, and undo takes out what came", async () => {
    const file = makeFile("chat", source);
    const rows = [await written("chats"), await written("members")];
    const outcome = await move(file.path, "skip", { role });
    expect(outcome.verdicts).toMatchObject([
      {
        verdict: "identical-under-policy",
        reason: "2 rows were there and stay as they are, 1 of them with other values",
      },
      { verdict: "identical-under-policy" },
    ]);
    expect(of(outcome, "rows-merged")).toMatchObject([
      { inserted: 1, changed: 0, same: 1, kept: 1 },
      { inserted: 2, changed: 0, same: 1, kept: 1 },
    ]);
    expect(await rowsOf("SELECT title FROM chats ORDER BY id")).toEqual(["one", "two", "three"]);
    expect(await catalogLines(database)).toEqual(before);
    expect(await undo(database.url, null, { environment })).toMatchObject({ status: "undone", refusals: [] });
    expect([await written("chats"), await written("members")]).toEqual(rows);
    expect(await catalogLines(database)).toEqual(before);
  });

  test("truncate: rows that are there go, whatever they were", async () => {
    const outcome = await move(makeFile("chat", source).path, "truncate", { role });
    expect(of(outcome, "rows-merged")).toMatchObject([
      { rows: "truncate", there: 2, removed: 2, inserted: 3 },
      { rows: "truncate", there: 2, removed: 2, inserted: 4 },
    ]);
    expect(await rowsOf("SELECT id, title FROM chats ORDER BY id")).toEqual(["1|one", "2|TWO", "3|three"]);
    expect(await rowsOf("SELECT * FROM audit")).toEqual([]);
    expect(await catalogLines(database)).toEqual(before);
    const { runs } = await status(database.url, { environment });
    expect(runs).toMatchObject([{ strategy: "staged", status: "done", rows: 7 }]);
    expect(runs[0]?.notUndoable).toContain("truncate of chats, truncate of members");
  });

  test("each table its own way, by a mapping; orphans are refused, and nothing has happened", async () => {
    const mappings = [parseMapping('version: 1\ntables: { "c*": { existing-rows: truncate } }', "my.yaml")];
    const file = makeFile(
      "chat",
      "CREATE TABLE chats (id INTEGER PRIMARY KEY, title TEXT); INSERT INTO chats VALUES (2, 'TWO')",
    );
    const rows = [await written("chats"), await written("members")];
    const outcome = await move(file.path, undefined, { role, mappings });
    expect(of(outcome, "target-unsuited")).toMatchObject([{ reason: "referenced-by-rows" }]);
    const both = makeFile(
      "both",
      `CREATE TABLE chats (id INTEGER PRIMARY KEY, title TEXT); INSERT INTO chats VALUES (2, 'TWO');
       CREATE TABLE members (chat INTEGER, "user" INTEGER, role TEXT); INSERT INTO members VALUES (2, 1, 'user')`,
    );
    const orphaned = await move(both.path, "skip", { role, mappings });
    if (way === "ordered") expect(of(orphaned, "target-unsuited")).toHaveLength(1);
    else {
      expect(orphaned.status).toBe("refused");
      expect(of(orphaned, "constraint-broken")).toMatchObject([
        { constraint: "foreign key", name: "members_chat_fkey", rows: 1, first: ["chat = 1, user = 1"] },
      ]);
    }
    expect([await written("chats"), await written("members")]).toEqual(rows);
    expect(await catalogLines(database)).toEqual(before);
    expect(await schemasLeft()).toEqual([]);
  });
});

test("a later proof lets rows of others be, and nothing else", async () => {
  await database.query(
    "CREATE TABLE users (id int PRIMARY KEY, email text, name text); INSERT INTO users VALUES (9, 'z@x', 'Zoe')",
  );
  const { path } = makeFile("app", users);
  for (const rows of ["skip", "update"] as const) {
    expect((await move(path, rows)).status).toBe("migrated");
    const proof = async () => (await validate(path, database.url, { environment })).verdicts[0];
    expect(await proof()).toMatchObject({
      verdict: "identical-under-policy",
      reason: "all rows of the source are there; others, which it does not have: 1",
    });
    await database.query("UPDATE users SET name = 'Anna' WHERE id = 1");
    expect(await proof()).toMatchObject({ verdict: "different", differences: { changed: 1, extra: 1 } });
    await database.query("UPDATE users SET name = 'Ann' WHERE id = 1");
  }
  await database.query("DELETE FROM users WHERE id = 2");
  expect((await validate(path, database.url, { environment })).verdicts).toMatchObject([
    { verdict: "different", differences: { missing: 1, extra: 1 } },
  ]);
});

test("the report offers no undo where there is none", async () => {
  await database.query(
    "CREATE TABLE users (id int PRIMARY KEY, email text, name text); INSERT INTO users VALUES (9)",
  );
  const { path } = makeFile("app", users);
  const told = async (rows: ExistingRows) => migrationText(await move(path, rows), plainStyle);
  expect(await told("skip")).toContain("undo it with: sqlift undo");
  expect(await told("update")).not.toMatch(/undo it with|no history was kept/);
});
