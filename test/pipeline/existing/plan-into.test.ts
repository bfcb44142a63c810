/** What a plan says of tables that somebody else made: what goes where, what the target fills, and what stands in the way. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Mapping } from "../../../src/model/mapping.js";
import { parseMapping } from "../../../src/mapping/read.js";
import type { NotCarried, Plan } from "../../../src/model/plan.js";
import { typeWords } from "../../../src/model/postgres.js";
import { plan, type PlanOptions } from "../../../src/pipeline/plan.js";
import { wordsOf } from "../../../src/report/finding-words.js";
import { catalogLines } from "../../catalogs.js";
import { databaseForEach, databaseUrl } from "../../database.js";
import { sqliteForEach } from "../../fixture.js";

const database = databaseForEach();
const makeFile = sqliteForEach();

const mapping = (yaml: string): readonly Mapping[] => [parseMapping(`version: 1\n${yaml}`, "my.yaml")];

async function planned(sql: string, target: string, options: PlanOptions = {}): Promise<Plan> {
  await database.query(target);
  const before = await catalogLines(database);
  const made = await plan(makeFile("app", sql).path, {
    environment: process.env,
    target: database.url,
    intoExisting: true,
    ...options,
  });
  expect(await catalogLines(database)).toEqual(before);
  return made;
}

const kinds = ({ findings }: Plan): readonly string[] =>
  findings.map(({ kind, at }) => `${kind} ${at.table ?? ""}${"column" in at ? `.${at.column}` : ""}`);

/** `a -> A integer`. */
const columns = ({ tables }: Plan): readonly string[] =>
  tables.flatMap((table) =>
    table.columns.map(
      ({ source, target, type, unit }) =>
        `${table.source}.${source} -> ${table.target}.${target} ${typeWords(type)}${unit === null ? "" : ` from ${unit}`}`,
    ),
  );

describe("misuse", () => {
  const file = () => makeFile("app", "CREATE TABLE t (a)").path;

  test.each<[words: string, options: PlanOptions]>([
    ["--into-existing looks at the tables of a target, and none is named.", {}],
    [
      "--trial lets a server try the SQL of tables that are made, and with --into-existing none is.",
      { target: "postgres://nowhere", trial: true },
    ],
  ])("%s", async (message, options) => {
    await expect(plan(file(), { intoExisting: true, ...options })).rejects.toMatchObject({
      code: "usage",
      message,
    });
  });
});

describe("what goes where", () => {
  test("tables and columns by name, case and style, and the types of the target", async () => {
    const made = await planned(
      `CREATE TABLE messages (id INTEGER PRIMARY KEY, chat_id INTEGER, body TEXT, sent_at DATETIME, mood TEXT, tags TEXT, Mail TEXT, amount REAL);
       INSERT INTO messages VALUES (1, 5, 'x', 1700000000123, 'happy', '["a","b"]', 'A@x', 1.5)`,
      `CREATE EXTENSION IF NOT EXISTS citext; CREATE TYPE mood AS ENUM ('sad', 'happy'); CREATE DOMAIN price AS numeric(10,2) CHECK (VALUE > 0);
       CREATE TABLE "Messages" (id serial PRIMARY KEY, "chatId" int, body varchar(100), "sentAt" timestamp(3), mood mood, tags text[], mail citext, amount price)`,
    );
    expect(kinds(made)).toEqual([]);
    expect(columns(made)).toEqual([
      "messages.id -> Messages.id integer",
      "messages.chat_id -> Messages.chatId integer",
      "messages.body -> Messages.body varchar(100)",
      "messages.sent_at -> Messages.sentAt timestamp(3) from milliseconds",
      "messages.mood -> Messages.mood public.mood",
      "messages.tags -> Messages.tags text[]",
      "messages.Mail -> Messages.mail public.citext",
      "messages.amount -> Messages.amount numeric(10,2)",
    ]);
    expect(made.existing).toMatchObject({
      sequences: [{ name: "Messages_id_seq", columns: [{ table: "Messages", column: "id" }], used: "1" }],
    });
    expect(made.tables[0]).toMatchObject({ primaryKey: { name: "Messages_pkey", columns: ["id"] } });
  });

  test("what the target fills by itself is told", async () => {
    const made = await planned(
      "CREATE TABLE t (a INTEGER); INSERT INTO t VALUES (1)",
      `CREATE TABLE t (id bigint GENERATED ALWAYS AS IDENTITY, a int, b text DEFAULT 'x', c int GENERATED ALWAYS AS (a + 1) STORED, d text,
         e uuid NOT NULL DEFAULT gen_random_uuid())`,
    );
    expect(kinds(made)).toEqual([]);
    expect(made.tables[0]?.existing?.filled).toEqual([
      { column: "id", by: "identity", sql: null },
      { column: "b", by: "default", sql: "'x'::text" },
      { column: "c", by: "generated", sql: null },
      { column: "d", by: "null", sql: null },
      { column: "e", by: "default", sql: "gen_random_uuid()" },
    ]);
  });

  test("what has no values need not be there, and what the target computes is not loaded", async () => {
    const made = await planned(
      `CREATE TABLE t (a INTEGER, gone TEXT, twice INTEGER); INSERT INTO t VALUES (1, NULL, 2); CREATE TABLE old (x)`,
      "CREATE TABLE t (a int, twice int GENERATED ALWAYS AS (a * 2) STORED)",
    );
    expect(kinds(made)).toEqual([]);
    expect(columns(made)).toEqual(["t.a -> t.a integer"]);
    expect(made.notCarried.map(({ type, name, reason }) => `${type} ${name}: ${reason}`)).toEqual([
      "column t.gone: the target's table t has no such column; it holds no values",
      "column t.twice: the target computes it",
      "table old: the target has no such table; it has no rows",
    ]);
  });

  test("a mapping's names, skips, units and policies count; a type gives way to the target's, and that is said", async () => {
    const made = await planned(
      `CREATE TABLE msg (i INTEGER, at INTEGER, born TEXT, junk TEXT); INSERT INTO msg VALUES (1, 86400, '', 'x');
       CREATE TABLE sessions (x); INSERT INTO sessions VALUES (1)`,
      "CREATE TABLE message (id int, at timestamptz, born date)",
      {
        mappings: mapping(`tables:
  msg: { rename: message, columns: { i: { rename: id, type: uuid }, at: { type: timestamptz, convert: { epoch: s } }, born: { empty: null }, junk: { skip: true } } }
  sessions: { skip: true }`),
      },
    );
    expect(kinds(made)).toEqual(["rule-not-in-target msg.i", "policy-applied msg.born"]);
    expect(columns(made)).toEqual([
      "msg.i -> message.id integer",
      "msg.at -> message.at timestamptz from seconds",
      "msg.born -> message.born date",
    ]);
  });
});

describe("what stands in the way", () => {
  test.each<[what: string, sql: string, target: string, found: string[]]>([
    [
      "a table that is not there",
      "CREATE TABLE t (a); INSERT INTO t VALUES (1)",
      "SELECT 1",
      ["not-in-target t"],
    ],
    [
      "a column that is not there",
      "CREATE TABLE t (a, b); INSERT INTO t VALUES (1, 2)",
      "CREATE TABLE t (a int)",
      ["not-in-target t"],
    ],
    [
      "a view of the name",
      "CREATE TABLE t (a); INSERT INTO t VALUES (1)",
      "CREATE VIEW t AS SELECT 1 AS a",
      ["target-unsuited t"],
    ],
    [
      "two tables that may be meant",
      'CREATE TABLE "User Post" (a); INSERT INTO "User Post" VALUES (1)',
      'CREATE TABLE user_post (a int); CREATE TABLE "userPost" (a int)',
      ["match-ambiguous User Post"],
    ],
    [
      "two columns that may be meant",
      "CREATE TABLE t (Ab); INSERT INTO t VALUES (1)",
      'CREATE TABLE t (ab int, "AB" int)',
      ["match-ambiguous t"],
    ],
    [
      "a column that nothing fills",
      "CREATE TABLE t (a); INSERT INTO t VALUES (1)",
      "CREATE TABLE t (a int, b int NOT NULL)",
      ["column-without-source t"],
    ],
    [
      "a domain that nothing fills",
      "CREATE TABLE t (a); INSERT INTO t VALUES (1)",
      "CREATE DOMAIN d AS int NOT NULL; CREATE TABLE t (a int, b d)",
      ["column-without-source t"],
    ],
    [
      "rows that are there",
      "CREATE TABLE t (a); INSERT INTO t VALUES (1)",
      "CREATE TABLE t (a int); INSERT INTO t VALUES (1), (2)",
      ["rows-there t"],
    ],
    [
      "rows in a partition",
      "CREATE TABLE t (a); INSERT INTO t VALUES (1)",
      "CREATE TABLE t (a int) PARTITION BY LIST (a); CREATE TABLE p PARTITION OF t DEFAULT; INSERT INTO t VALUES (1)",
      ["rows-there t"],
    ],
    [
      "NULL where none may be",
      "CREATE TABLE t (a); INSERT INTO t VALUES (1), (NULL)",
      "CREATE TABLE t (a int NOT NULL)",
      ["constraint-broken t"],
    ],
    [
      "NULL in a primary key",
      "CREATE TABLE t (a TEXT PRIMARY KEY); INSERT INTO t VALUES ('1'), (NULL)",
      "CREATE TABLE t (a text PRIMARY KEY)",
      ["constraint-broken t"],
    ],
    [
      "numbers beyond the type",
      "CREATE TABLE t (a INTEGER); INSERT INTO t VALUES (1), (2147483648)",
      "CREATE TABLE t (a int)",
      ["value-misfit t.a"],
    ],
    [
      "texts beyond the length",
      "CREATE TABLE t (a TEXT); INSERT INTO t VALUES ('äöü'), ('abcd')",
      "CREATE TABLE t (a varchar(3))",
      ["value-misfit t.a"],
    ],
    [
      "texts that are no label",
      "CREATE TABLE t (a TEXT); INSERT INTO t VALUES ('x'), ('Y')",
      "CREATE TYPE e AS ENUM ('x', 'y'); CREATE TABLE t (a e)",
      ["value-misfit t.a"],
    ],
    [
      "offsets that would be lost",
      "CREATE TABLE t (a TEXT); INSERT INTO t VALUES ('2024-01-01T00:00:00+02:00')",
      "CREATE TABLE t (a timestamp)",
      ["value-misfit t.a"],
    ],
    [
      "numbers that may count anything",
      "CREATE TABLE t (a INTEGER); INSERT INTO t VALUES (5), (7)",
      "CREATE TABLE t (a timestamptz)",
      ["time-unit-missing t.a"],
    ],
    [
      "a type that cannot be proven",
      "CREATE TABLE t (a TEXT); INSERT INTO t VALUES ('1 day')",
      "CREATE TABLE t (a interval)",
      ["target-unsuited t"],
    ],
    [
      "a table that others inherit from",
      "CREATE TABLE t (a); INSERT INTO t VALUES (1)",
      "CREATE TABLE t (a int); CREATE TABLE c () INHERITS (t)",
      ["target-unsuited t"],
    ],
    [
      "a file without tables",
      "CREATE TABLE t (a); DROP TABLE t",
      "CREATE TABLE t (a int)",
      ["nothing-to-move "],
    ],
  ])("%s", async (_what, sql, target, found) => {
    expect(kinds(await planned(sql, target))).toEqual(found);
  });

  test("a value beyond a column there is mended by the column, not by a rule that the target would not follow", async () => {
    const { findings } = await planned(
      "CREATE TABLE t (a INTEGER); INSERT INTO t VALUES (2147483648)",
      'CREATE TABLE "T" ("A" int)',
    );
    expect(findings).toMatchObject([{ there: { schema: "public", table: "T", column: "A" } }]);
    const [said = ""] = findings.map((finding) => wordsOf(finding).mend);
    expect(said).toContain('ALTER TABLE "public"."T" ALTER COLUMN "A" TYPE bigint;');
    expect(said).not.toContain("Say in a mapping");
  });

  test("views, triggers and virtual tables are listed", async () => {
    const { notCarried, findings } = await planned(
      `CREATE TABLE t (a TEXT); INSERT INTO t VALUES ('x'); CREATE INDEX i ON t (a); CREATE VIEW v AS SELECT a FROM t;
       CREATE TRIGGER g AFTER INSERT ON t BEGIN SELECT 1; END; CREATE VIRTUAL TABLE f USING fts5 (a, content='t')`,
      "CREATE TABLE t (a text)",
    );
    expect(findings).toEqual([]);
    const isNoStorage = ({ type }: NotCarried): boolean => type !== "shadow table";
    expect(
      notCarried.filter(isNoStorage).map(({ type, name, table, reason }) => [type, name, table, reason]),
    ).toEqual(
      [
        ["virtual table", "f", null, "a full-text index (FTS5): nothing is made"],
        ["view", "v", null, "nothing is made"],
        ["trigger", "g", "t", "nothing is made"],
      ].map(([type, name, table, words]) => [
        type,
        name,
        table,
        expect.stringContaining(words ?? "") as string,
      ]),
    );
  });

  test("a table of which a mapping leaves out all columns is left out", async () => {
    const { tables, notCarried } = await planned(
      "CREATE TABLE s (a); INSERT INTO s VALUES (1); CREATE TABLE t (a); INSERT INTO t VALUES (1)",
      "CREATE TABLE s (a text); CREATE TABLE t (a int)",
      { mappings: mapping('tables: { s: { columns: { "*": { skip: true } } } }') },
    );
    expect(tables.map(({ source }) => source)).toEqual(["t"]);
    expect(notCarried.map(({ name, reason }) => [name, reason])).toEqual([
      ["s", "all its columns are skipped"],
    ]);
  });

  test("columns that a mapping leaves out are listed, whether the target has them or not", async () => {
    const { notCarried } = await planned(
      "CREATE TABLE t (a, b, c INTERVAL); INSERT INTO t VALUES (1, 2, 3)",
      "CREATE TABLE t (a int, c interval)",
      { mappings: mapping("tables: { t: { columns: { b: { skip: true }, c: { skip: true } } } }") },
    );
    expect(notCarried).toEqual([
      { type: "column", name: "t.b", table: "t", sql: "b", reason: "skipped by my.yaml:2" },
      { type: "column", name: "t.c", table: "t", sql: "c INTERVAL", reason: "skipped by my.yaml:2" },
    ]);
  });

  test("a policy that makes NULL does not count where the target takes none", async () => {
    const sql = "CREATE TABLE t (a TEXT); INSERT INTO t VALUES ('')";
    const options = { mappings: mapping("tables: { t: { columns: { a: { empty: null } } } }") };
    expect(kinds(await planned(sql, "CREATE TABLE t (a date)", options))).toEqual(["policy-applied t.a"]);
    expect(kinds(await planned(sql, "DROP TABLE t; CREATE TABLE t (a date NOT NULL)", options))).toEqual([
      "value-misfit t.a",
    ]);
  });

  test("the words name the row, the nearest name, and what to say in a mapping", async () => {
    const made = await planned(
      "CREATE TABLE people (id INTEGER PRIMARY KEY, nam TEXT, n INTEGER); INSERT INTO people VALUES (7, 'x', NULL)",
      "CREATE TABLE people (id int, name text, n int NOT NULL)",
    );
    expect(made.findings).toEqual([
      {
        kind: "not-in-target",
        at: { table: "people" },
        column: "nam",
        values: 1,
        target: "people",
        nearest: "name",
      },
      {
        kind: "constraint-broken",
        at: { table: "people" },
        name: "n",
        constraint: "not null",
        rows: 1,
        first: ["rowid 7, n = NULL"],
      },
    ]);
  });
});

describe("a role that may not", () => {
  const role = `sqlift_into_${process.pid}`;
  beforeEach(() => database.query(`CREATE ROLE ${role} LOGIN PASSWORD 'secret'`));
  afterEach(() => database.query(`DROP OWNED BY ${role} CASCADE; DROP ROLE ${role}`));

  test.each([
    ["ALTER TABLE t ENABLE ROW LEVEL SECURITY; GRANT SELECT, INSERT ON t TO guest", "row-security", null],
    ["GRANT SELECT ON t TO guest", "rights", "INSERT"],
    ["SELECT 1", "rights", "SELECT, INSERT"],
  ])("%s", async (grants, reason, what) => {
    const made = await planned(
      "CREATE TABLE t (a); INSERT INTO t VALUES (1)",
      `CREATE TABLE t (a int); ${grants.replace(" TO guest", ` TO ${role}`)}`,
      { target: databaseUrl(database.name, `${role}:secret`) },
    );
    expect(made.findings).toMatchObject([{ kind: "target-unsuited", reason, what, role }]);
  });
});
