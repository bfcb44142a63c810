/** Rows that a table refuses are listed by the constraint that refuses them, and so counts the server. */
import { beforeAll, beforeEach, expect, inject, test } from "vitest";
import { findViolations } from "../../../src/import/existing/violations.js";
import { readTargetColumns } from "../../../src/target/existing/columns.js";
import type { Session } from "../../../src/target/session.js";
import { stagingSql } from "../../../src/translate/statements/existing/staging.js";
import { databaseForAll } from "../../database.js";

const database = databaseForAll();
let session: Session;
const target = { schema: "the app", name: "t" };
const staging = { schema: "stage", name: "t" };
beforeAll(async () => {
  session = await database.open();
  await database.query(`CREATE SCHEMA "the app"; CREATE SCHEMA stage; CREATE EXTENSION citext`);
});
beforeEach(() =>
  database.query(`DROP TABLE IF EXISTS "the app".t, stage.t; DROP DOMAIN IF EXISTS public.short`),
);

/** @param values of the staged columns; null: of all. */
async function refused(table: string, values: string, staged: readonly string[] | null = null) {
  for (const sql of table.split(";;")) await database.query(sql.replace("TABLE t", `TABLE "the app".t`));
  const columns = (await readTargetColumns(session, target.schema)).filter(
    ({ table: name, column, generated }) =>
      name === "t" && generated === null && (staged?.includes(column) ?? true),
  );
  await session.query(stagingSql(staging, target, columns));
  await database.query(`INSERT INTO stage.t VALUES ${values}`);
  const found = await findViolations(session, target, staging);
  return found.map(({ kind, name, rows, first }) => [kind, name, rows, ...first]);
}

type Case = readonly [name: string, table: string, values: string, found: unknown[]];

test.for<Case>([
  [
    "nothing",
    "CREATE TABLE t (id int PRIMARY KEY, a text UNIQUE CHECK (a <> ''))",
    "(1, 'x'), (2, NULL), (3, NULL)",
    [],
  ],
  [
    "a primary key",
    "CREATE TABLE t (id int PRIMARY KEY, a text)",
    "(1, 'x'), (1, 'y'), (2, 'x')",
    [["primary key", "t_pkey", 2, "id = 1", "id = 1"]],
  ],
  [
    "unique constraints and indexes of every kind",
    `CREATE TABLE t (id int PRIMARY KEY, a text, b int, m public.citext UNIQUE, "C d" int, CONSTRAINT ab UNIQUE (a, b));;
     CREATE UNIQUE INDEX lower_a ON "the app".t (lower(a)) WHERE b > 1;; CREATE UNIQUE INDEX odd ON "the app".t ("C d") INCLUDE (a)`,
    "(1, 'x', 1, 'M', 5), (2, 'x', 1, 'm', 5), (3, 'X', 2, NULL, NULL), (4, 'x', 3, NULL, NULL), (5, NULL, 1, 'n', 6), (6, NULL, 1, 'o', 7)",
    [
      ["unique", "ab", 2, "id = 1, a = x, b = 1", "id = 2, a = x, b = 1"],
      ["unique", "lower_a", 2, "id = 3, lower(a) = x", "id = 4, lower(a) = x"],
      ["unique", "odd", 2, 'id = 1, "C d" = 5', 'id = 2, "C d" = 5'],
      ["unique", "t_m_key", 2, "id = 1, m = M", "id = 2, m = m"],
    ],
  ],
  [
    "checks of domains, and of those below them",
    `CREATE DOMAIN public.small AS int CONSTRAINT positive CHECK (VALUE > 0) CHECK (VALUE <> 5 OR VALUE IS NULL);;
     CREATE DOMAIN public.smaller AS public.small CONSTRAINT below CHECK (VALUE < 10);;
     CREATE DOMAIN public.word AS text;; ALTER DOMAIN public.word ADD CONSTRAINT lower CHECK (VALUE = lower(VALUE)) NOT VALID;;
     CREATE TABLE t (id int PRIMARY KEY, value public.smaller, w public.word)`,
    "(1, 1, 'a'), (2, 11, 'B'), (3, -1, NULL), (4, NULL, 'C')",
    [
      ["domain", "small.positive", 1, "id = 3, value = -1"],
      ["domain", "smaller.below", 1, "id = 2, value = 11"],
      ["domain", "word.lower", 2, "id = 2, w = B", "id = 4, w = C"],
    ],
  ],
  [
    "NULLs that are not distinct",
    "CREATE TABLE t (id int PRIMARY KEY, a int, CONSTRAINT one UNIQUE NULLS NOT DISTINCT (a))",
    "(1, NULL), (2, NULL), (3, 3)",
    [["unique", "one", 2, "id = 1, a = NULL", "id = 2, a = NULL"]],
  ],
  [
    "checks, and NULL breaks none",
    "CREATE TABLE t (id int PRIMARY KEY, a int CONSTRAINT positive CHECK (a > 0), b int, CONSTRAINT less CHECK (a < b))",
    "(1, 0, 1), (2, NULL, 1), (3, 5, 5), (4, -1, -2)",
    [
      ["check", "less", 2, "id = 3, a = 5, b = 5", "id = 4, a = -1, b = -2"],
      ["check", "positive", 2, "id = 1, a = 0", "id = 4, a = -1"],
    ],
  ],
  [
    "partitions, also those below others",
    `CREATE TABLE t (id int, day date, PRIMARY KEY (id, day)) PARTITION BY RANGE (day);;
     CREATE TABLE "the app".old PARTITION OF "the app".t FOR VALUES FROM (MINVALUE) TO ('2020-01-01') PARTITION BY LIST (id);;
     CREATE TABLE "the app".one PARTITION OF "the app".old FOR VALUES IN (1);;
     CREATE TABLE "the app".new PARTITION OF "the app".t FOR VALUES FROM ('2020-01-01') TO ('2021-01-01')`,
    "(1, '2019-01-01'), (2, '2019-01-01'), (2, '2020-01-01'), (3, '2021-01-01')",
    [["partition", "t", 2, "id = 2, day = 2019-01-01", "id = 3, day = 2021-01-01"]],
  ],
])("%s", async ([, table, values, found], { skip }) => {
  skip(inject("serverMajor") < 15 && table.includes("NULLS NOT DISTINCT"), "from PostgreSQL 15 on");
  expect(await refused(table, values)).toEqual(found);
});

test("domains and lengths refuse nothing in the staging table, and collations and types are the target's", async () => {
  const table = `CREATE DOMAIN public.short AS varchar(3) CHECK (VALUE <> '');;
    CREATE TABLE t (a public.short NOT NULL, b numeric(4,2), c text COLLATE "C" DEFAULT 'x', g int GENERATED ALWAYS AS (1) STORED)`;
  expect(await refused(table, "('', 1.005, 'x'), (NULL, 2, 'y')")).toEqual([
    ["domain", "short.short_check", 1, "a = "],
  ]);
  const types = await database.query(
    `SELECT attname AS name, format_type(atttypid, atttypmod) AS type, attcollation::regcollation AS collation FROM pg_attribute
      WHERE attrelid = 'stage.t'::regclass AND attnum > 0 ORDER BY attnum`,
  );
  expect(types.map(({ name, type, collation }) => `${name} ${type} ${collation}`)).toEqual([
    'a character varying(3) "default"',
    "b numeric(4,2) -",
    'c text "C"',
  ]);
});

test("rows that stand there count as well, and are not listed", async () => {
  const table = `CREATE TABLE t (id int PRIMARY KEY);; INSERT INTO "the app".t VALUES (1), (2)`;
  expect(await refused(table, "(2), (3)")).toEqual([["primary key", "t_pkey", 1, "id = 2"]]);
});

test("what cannot be asked is left out: columns that are not staged, expressions that fail", async () => {
  const table = `CREATE TABLE t (a int CHECK (10 / a > 1), b int DEFAULT 0 UNIQUE, c int CHECK (c > 0))`;
  expect(await refused(table, "(0, 0)", ["a", "c"])).toEqual([["check", "t_c_check", 1, "c = 0"]]);
});
