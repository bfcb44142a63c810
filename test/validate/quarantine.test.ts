/** Rejected rows are proven to stand in sqlift.rejected_rows whole: whatever is changed there, dropped or doubled is seen. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { TablePlan } from "../../src/model/plan.js";
import { pgType } from "../../src/model/postgres.js";
import type { TableVerdict } from "../../src/model/verdict.js";
import { validateTables, type ValidateOptions } from "../../src/validate/compare.js";
import {
  columnPlan,
  makeSource,
  makeTarget,
  planOf,
  tablePlan,
  type SourceFile,
  type TestTarget,
} from "./room.js";

const people = tablePlan(
  "people",
  [
    columnPlan("id", "bigint"),
    columnPlan("age", "integer"),
    columnPlan("name", pgType("character varying", 5)),
  ],
  { rows: 7, rejected: 4 },
);
const keyed = tablePlan("keyed", [columnPlan("k", "text"), columnPlan("n", "integer")], {
  rows: 3,
  rejected: 2,
  withoutRowid: true,
  primaryKey: { name: "keyed_pkey", columns: ["k"] },
});

/** Column `extra` is not carried; it belongs to the row all the same. */
const sourceSql = `
  CREATE TABLE people (id INTEGER PRIMARY KEY, age, extra, name TEXT, twice AS (age * 2) VIRTUAL, half AS ('' || id) STORED);
  INSERT INTO people (id, age, extra, name) VALUES (1, 41, 'x', 'Ann'), (2, NULL, 0.5, 'Bob'), (9223372036854775807, 3, x'', '');
  INSERT INTO people (id, age, extra, name) VALUES
    (-5, 'abc', -0.0, 'Eve'), (6, 1.5, x'00ff', 'no one'), (7, 9e999, NULL, CAST(x'61ff00' AS TEXT)),
    (8, 2147483648, zeroblob(70000), NULL);
  CREATE TABLE keyed (n, extra, k TEXT PRIMARY KEY) WITHOUT ROWID;
  INSERT INTO keyed VALUES (1, 'e', 'a'), ('x', 1.0, 'b'), (x'01', NULL, 'c')`;

const targetSql = [
  "CREATE TABLE people (id bigint, age integer, name varchar(5))",
  "INSERT INTO people VALUES (1, 41, 'Ann'), (2, NULL, 'Bob'), (9223372036854775807, 3, '')",
  "CREATE TABLE keyed (k text, n integer)",
  "INSERT INTO keyed VALUES ('a', 1)",
  "CREATE SCHEMA sqlift",
  `CREATE TABLE sqlift.rejected_rows (run bigint, table_name text, rowid bigint, key text, column_name text, code text,
     reason text, columns text[], classes text[], "values" bytea[])`,
  `INSERT INTO sqlift.rejected_rows VALUES
    (7, 'people', -5, NULL, 'age', 'syntax', '', '{id,age,extra,name,half}', '{integer,text,real,text,text}',
      ARRAY['-5', 'abc', '-0.0', 'Eve', '-5']::bytea[]),
    (7, 'people', 6, NULL, 'age', 'syntax', '', '{id,age,extra,name,half}', '{integer,real,blob,text,text}',
      ARRAY['6', '1.5', '\\x00ff', 'no one', '6']::bytea[]),
    (7, 'people', 7, NULL, 'age', 'range', '', '{id,age,extra,name,half}', '{integer,real,"null",text,text}',
      ARRAY['7', 'Inf', NULL, '\\x61ff00', '7']::bytea[]),
    (7, 'people', 8, NULL, 'age', 'range', '', '{id,age,extra,name,half}', '{integer,integer,blob,"null",text}',
      ARRAY['8', '2147483648', decode(repeat('00', 70000), 'hex'), NULL, '8']::bytea[]),
    (7, 'keyed', NULL, '["b"]', 'n', 'syntax', '', '{n,extra,k}', '{text,real,text}', ARRAY['x', '1.0', 'b']::bytea[]),
    (7, 'keyed', NULL, '["c"]', 'n', 'storage-class', '', '{n,extra,k}', '{blob,"null",text}', ARRAY['\\x01', NULL, 'c']::bytea[]),
    (6, 'people', 1, NULL, 'age', 'syntax', 'of another run', '{id}', '{integer}', ARRAY['1']::bytea[]),
    (7, 'other', 1, NULL, 'age', 'syntax', 'of another table', '{id}', '{integer}', ARRAY['1']::bytea[])`,
];

let source: SourceFile;
let target: TestTarget;

beforeAll(async () => {
  source = await makeSource(sourceSql);
  target = await makeTarget();
  for (const sql of targetSql) await target.query(sql);
  await target.query("CREATE TABLE kept AS SELECT * FROM sqlift.rejected_rows");
  await target.query("CREATE TABLE kept_people AS SELECT * FROM people");
});

afterAll(async () => {
  source.remove();
  await target.remove();
});

const validate = (tables: readonly TablePlan[] = [people, keyed], options: ValidateOptions = { run: 7 }) =>
  validateTables(source.source, target.session, planOf(...tables), "public", options);

const ofPeople = async (): Promise<TableVerdict | undefined> => (await validate([people]))[0];

describe("a quarantine in which something was changed", () => {
  afterEach(async () => {
    await target.query("TRUNCATE sqlift.rejected_rows, people");
    await target.query("INSERT INTO sqlift.rejected_rows SELECT * FROM kept");
    await target.query("INSERT INTO people SELECT * FROM kept_people");
  });

  const set = (change: string, rowid: number): string =>
    `UPDATE sqlift.rejected_rows SET ${change} WHERE run = 7 AND rowid = ${rowid}`;

  test.each([
    ["a byte of a text", set(`"values"[2] = 'abd'`, -5)],
    ["a byte of a long blob", set(`"values"[3] = set_byte("values"[3], 69999, 1)`, 8)],
    ["a byte at the end of a long blob", set(`"values"[3] = "values"[3] || '\\x00'`, 8)],
    ["invalid UTF-8, replaced", set(`"values"[4] = convert_to(U&'a\\FFFD', 'UTF8') || '\\x00'`, 7)],
    ["the sign of a zero", set(`"values"[3] = '0.0'`, -5)],
    ["the digits of a REAL", set(`"values"[2] = '1.50'`, 6)],
    ["an INTEGER", set(`"values"[2] = '2147483649'`, 8)],
    ["a NULL made a value", set(`"values"[3] = ''`, 7)],
    ["a value made NULL", set(`"values"[3] = NULL`, 6)],
    ["the class of a value", set("classes[2] = 'blob'", -5)],
    ["the name of a column", set("columns[2] = 'years'", -5)],
    ["two columns in another order", set("columns = '{id,extra,age,name,half}'", -5)],
    ["a column left out", set(`columns = columns[:4], classes = classes[:4], "values" = "values"[:4]`, -5)],
    ["a value that is not counted from 1", set(`"values" = ('[0:4]=' || "values"::text)::bytea[]`, -5)],
    ["the column that does not convert", set("column_name = 'name'", 6)],
  ])("%s is different", async (_, sql) => {
    await target.query(sql);
    expect(await ofPeople()).toMatchObject({ verdict: "different", rejected: 0 });
    expect((await ofPeople())?.reason).toMatch(
      /^sqlift\.rejected_rows has rowid -?\d otherwise than the source$/,
    );
  });

  test("a row dropped is different, and named", async () => {
    await target.query("DELETE FROM sqlift.rejected_rows WHERE rowid = 6");
    expect(await ofPeople()).toMatchObject({
      verdict: "different",
      reason:
        "sqlift.rejected_rows lacks a row that does not convert: table people, rowid 6, column age (integer): REAL 1.5 is not a whole number of 64 bits; " +
        "the source has 7 rows, the target has 3, and 3 rejected",
    });
  });

  test("all rows dropped are different", async () => {
    await target.query("DELETE FROM sqlift.rejected_rows WHERE run = 7");
    const verdicts = await validate();
    expect(verdicts).toMatchObject([{ verdict: "different" }, { verdict: "different" }]);
    expect(verdicts[0]?.reason).toMatch(
      /rowid -5.* \(and 3 more\).*; the source has 7 rows, the target has 3, and 0 rejected/,
    );
    expect(verdicts[1]?.reason).toMatch(/key \('b'\)/);
  });

  test("a row twice is different", async () => {
    await target.query("INSERT INTO sqlift.rejected_rows SELECT * FROM kept WHERE rowid = 6");
    expect((await ofPeople())?.reason).toBe(
      "sqlift.rejected_rows has rowid 6, more than once; the source has 7 rows, the target has 3, and 5 rejected",
    );
  });

  test("a row twice in the place of another is different", async () => {
    await target.query("DELETE FROM sqlift.rejected_rows WHERE rowid = 6");
    await target.query("INSERT INTO sqlift.rejected_rows SELECT * FROM kept WHERE rowid = 7");
    expect((await ofPeople())?.reason).toMatch(/lacks a row.*rowid 6.*, and has rowid 7, more than once$/);
  });

  test("a row that the source does not have is different", async () => {
    await target.query(set("rowid = 66", 6));
    expect((await ofPeople())?.reason).toMatch(/has rowid 66, which the source does not have$/);
  });

  test("a row that converts is different, though it stands there whole and not in the table", async () => {
    await target.query("DELETE FROM people WHERE id = 1");
    await target.query(
      `INSERT INTO sqlift.rejected_rows VALUES (7, 'people', 1, NULL, 'age', 'syntax', '', '{id,age,extra,name,half}',
         '{integer,integer,text,text,text}', ARRAY['1', '41', 'x', 'Ann', '1']::bytea[])`,
    );
    const verdict = await ofPeople();
    expect(verdict?.verdict).toBe("different");
    expect(verdict?.reason).toBe(
      "sqlift.rejected_rows has rowid 1, though that row converts; 3 rows of the source convert, the target has 2",
    );
  });

  test("a row moved from there into the table is different", async () => {
    await target.query("DELETE FROM sqlift.rejected_rows WHERE rowid = 8");
    await target.query("INSERT INTO people VALUES (8, NULL, NULL)");
    expect((await ofPeople())?.reason).toMatch(
      /lacks a row.*; 3 rows of the source convert, the target has 4$/,
    );
  });

  test("a row in both is different", async () => {
    await target.query("INSERT INTO people VALUES (8, NULL, NULL)");
    expect((await ofPeople())?.reason).toBe(
      "the source has 7 rows, the target has 4, and 4 rejected; 3 rows of the source convert, the target has 4",
    );
  });

  test("rows of another run do not count", async () => {
    await target.query("UPDATE sqlift.rejected_rows SET run = 8 WHERE rowid = 6");
    expect(await ofPeople()).toMatchObject({ verdict: "different" });
  });

  test("a value changed in the table is different while the quarantine is whole", async () => {
    await target.query("UPDATE people SET age = 42 WHERE id = 1");
    expect(await ofPeople()).toMatchObject({
      verdict: "different",
      reason: "both sides have 3 rows, but not the same values in them",
    });
  });

  test("a row of a table without rowids is compared by its values", async () => {
    await target.query(`UPDATE sqlift.rejected_rows SET "values"[2] = '1' WHERE key = '["b"]'`);
    const [verdict] = await validate([keyed]);
    expect(verdict?.verdict).toBe("different");
    expect(verdict?.reason).toMatch(/lacks .* key \('b'\).*, and has a row of key \["b"\], which is none/);
  });
});

describe("a quarantine that cannot be read", () => {
  test("for want of rights is unproven, with the GRANT", async () => {
    const role = `${String((await target.query("SELECT current_database() AS name"))[0]?.["name"])}_reader`;
    await target.query(`CREATE ROLE ${role}`);
    await target.query(`GRANT SELECT ON people, keyed TO ${role}`);
    await target.session.query(`SET SESSION AUTHORIZATION ${role}`);
    try {
      expect((await ofPeople())?.verdict).toBe("unproven");
      expect((await ofPeople())?.reason).toMatch(
        /may not read sqlift\.rejected_rows: GRANT USAGE ON SCHEMA sqlift TO "\w+"; GRANT SELECT ON sqlift\.rejected_rows TO "\w+";/,
      );
    } finally {
      await target.session.query("RESET SESSION AUTHORIZATION");
      await target.query(`DROP OWNED BY ${role}`);
      await target.query(`DROP ROLE ${role}`);
    }
  });

  test("because it is gone is a difference: the rows are gone with it", async () => {
    await target.query("ALTER TABLE sqlift.rejected_rows RENAME TO gone");
    const whole = await makeSource(
      "CREATE TABLE people (id, age, name); INSERT INTO people VALUES (1, 41, 'Ann'), (2, NULL, 'Bob'), (9223372036854775807, 3, '')",
    );
    try {
      expect(await ofPeople()).toMatchObject({
        verdict: "different",
        rejected: 0,
        reason:
          "the target has no table sqlift.rejected_rows any more: 4 rejected rows are in the source alone; " +
          "the source has 7 rows, the target has 3, and 0 rejected",
      });
      const plan = planOf({ ...people, rejected: 0 });
      const [verdict] = await validateTables(whole.source, target.session, plan, "public", { run: 7 });
      expect(verdict).toMatchObject({ verdict: "identical", reason: null });
      // The file was mended, and so was the table.
      const mended = await validateTables(whole.source, target.session, planOf(people), "public", { run: 7 });
      expect(mended).toMatchObject([{ verdict: "identical", rejected: 0 }]);
    } finally {
      whole.remove();
      await target.query("ALTER TABLE sqlift.gone RENAME TO rejected_rows");
    }
  });
});

describe("rejected rows that stand there whole", () => {
  test("make the table identical under policy, and are told", async () => {
    expect(await validate()).toMatchObject([
      {
        verdict: "identical-under-policy",
        sourceRows: 7,
        targetRows: 3,
        rejected: 4,
        reason: "4 rows rejected, whole in sqlift.rejected_rows",
      },
      { verdict: "identical-under-policy", sourceRows: 3, targetRows: 1, rejected: 2 },
    ]);
    const [verdict] = await validate();
    expect(verdict?.sourceDigest).toBe(verdict?.targetDigest);
  });

  test("are not asked for where no run is known: the rows do not convert", async () => {
    for (const options of [{}, { run: null }]) {
      expect((await validate([people], options))[0]).toMatchObject({
        verdict: "different",
        rejected: 0,
        sourceDigest: null,
      });
    }
  });

  test("are no excuse for rows of which the plan does not know", async () => {
    expect((await validate([{ ...people, rejected: 0 }]))[0]).toMatchObject({ verdict: "different" });
  });

  test("are whole in a UTF-16 database too, with halves of surrogate pairs", async () => {
    const wide = await makeSource(
      "PRAGMA encoding = 'UTF-16be'; CREATE TABLE wide (a); INSERT INTO wide VALUES ('é'), (CAST(x'0061d83d' AS TEXT))",
    );
    const plan = planOf(tablePlan("wide", [columnPlan("a", "text")], { rejected: 1 }));
    const verdict = async () =>
      (await validateTables(wide.source, target.session, plan, "public", { run: 7 }))[0];
    await target.query("CREATE TABLE wide (a text)");
    await target.query("INSERT INTO wide VALUES ('é')");
    await target.query(
      `INSERT INTO sqlift.rejected_rows VALUES (7, 'wide', 2, NULL, 'a', 'invalid-utf8', '', '{a}', '{text}', ARRAY['\\x61eda0bd']::bytea[])`,
    );
    try {
      expect(await verdict()).toMatchObject({ verdict: "identical-under-policy" });
      await target.query(
        `UPDATE sqlift.rejected_rows SET "values" = ARRAY['\\x61efbfbd']::bytea[] WHERE table_name = 'wide'`,
      );
      expect(await verdict()).toMatchObject({ verdict: "different" });
    } finally {
      wide.remove();
      await target.query("DELETE FROM sqlift.rejected_rows WHERE table_name = 'wide'");
    }
  });

  test("may be many: it is told that they differ, if not which", async () => {
    const many = await makeSource(
      "CREATE TABLE many (a); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10001) INSERT INTO many SELECT 'x' || i FROM n",
    );
    const plan = planOf(tablePlan("many", [columnPlan("a", "bigint")], { rejected: 10_001 }));
    const verdict = async () =>
      (await validateTables(many.source, target.session, plan, "public", { run: 7 }))[0];
    await target.query("CREATE TABLE many (a bigint)");
    await target.query(
      `INSERT INTO sqlift.rejected_rows SELECT 7, 'many', i, NULL, 'a', 'syntax', '', '{a}', '{text}', ARRAY[convert_to('x' || i, 'UTF8')]
       FROM generate_series(1, 10001) AS i`,
    );
    try {
      expect(await verdict()).toMatchObject({ verdict: "identical-under-policy", rejected: 10_001 });
      await target.query(
        "UPDATE sqlift.rejected_rows SET rowid = -1 WHERE table_name = 'many' AND rowid = 1234",
      );
      expect(await verdict()).toMatchObject({
        verdict: "different",
        reason:
          "sqlift.rejected_rows does not hold the rejected rows as they are: it has 10001, and 10001 of the source do not convert",
      });
    } finally {
      many.remove();
      await target.query("DELETE FROM sqlift.rejected_rows WHERE table_name = 'many'");
    }
  });
});
