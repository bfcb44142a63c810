/** Tables with values that policies changed: proven as changed, counted, and different where the target holds anything else. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { ColumnPlan } from "../../src/model/plan.js";
import type { ColumnPolicy } from "../../src/model/policy.js";
import { pgType, type PgType, type PgTypeName } from "../../src/model/postgres.js";
import { plannedField, type PlannedForm } from "../../src/validate/amend/amend.js";
import { validateTables } from "../../src/validate/compare.js";
import { RowBytes } from "../../src/validate/canonical/row-bytes.js";
import {
  columnPlan,
  makeSource,
  makeTarget,
  planOf,
  tablePlan,
  type SourceFile,
  type TestTarget,
} from "./room.js";

const column = (name: string, type: PgTypeName | PgType, policy: ColumnPolicy): ColumnPlan => ({
  ...columnPlan(name, type),
  policy,
});

const notes = tablePlan("notes", [
  columnPlan("id", "bigint"),
  column("body", "text", { nul: "strip", invalidUtf8: "replace" }),
  column("price", pgType("numeric", 6, 2), { excess: "round" }),
  column("born", "date", { outOfRange: "null", empty: "null" }),
  column("done", "boolean", { trueWords: ["yes"], falseWords: ["no"] }),
  column("level", "integer", { nullAs: "0" }),
  { ...columnPlan("avatar", "bytea"), decode: "base64" },
]);

const sourceSql = `CREATE TABLE notes (id INTEGER PRIMARY KEY, body, price, born, done, level, avatar);
  INSERT INTO notes VALUES
    (1, CAST(x'6100ff62' AS TEXT), 1.005, '0000-00-00', 'YES', NULL, 'AP8='),
    (2, CAST(x'6300' AS TEXT), '2.344', '  ', 'no', 5, x'00ff'),
    (3, 'as it is', 7, '2020-02-29', 0, -1, '')`;

const targetSql = [
  "CREATE TABLE notes (id bigint, body text, price numeric(6,2), born date, done boolean, level integer, avatar bytea)",
  `INSERT INTO notes VALUES
    (1, U&'a\\FFFDb', 1.01, NULL, true, 0, '\\x00ff'),
    (2, 'c', 2.34, NULL, false, 5, '\\x00ff'),
    (3, 'as it is', 7, '2020-02-29', false, -1, '')`,
  "CREATE TABLE kept AS SELECT * FROM notes",
];

let source: SourceFile;
let target: TestTarget;

beforeAll(async () => {
  source = await makeSource(sourceSql);
  target = await makeTarget();
  for (const sql of targetSql) await target.query(sql);
});

afterAll(async () => {
  source.remove();
  await target.remove();
});

afterEach(async () => {
  await target.query("TRUNCATE notes");
  await target.query("INSERT INTO notes SELECT * FROM kept");
});

const verdict = async (table = notes) =>
  (await validateTables(source.source, target.session, planOf(table), "public"))[0];

describe("a value that a policy changed", () => {
  test.each([
    ["one character of a repaired text", `body = U&'a\\FFFCb' WHERE id = 1`],
    ["a repaired text less one character", "body = 'ab' WHERE id = 1"],
    ["a NUL that became a blank", "body = 'c ' WHERE id = 2"],
    ["the last digit of a rounded number", "price = 1.00 WHERE id = 1"],
    ["a number that was cut, not rounded", "price = 2.35 WHERE id = 2"],
    ["a date for the NULL of no date", "born = '0001-01-01' WHERE id = 1"],
    ["a truth that is turned round", "done = false WHERE id = 1"],
    ["NULL for what stands for it", "level = NULL WHERE id = 1"],
    ["a bit of decoded bytes", "avatar = '\\x01ff' WHERE id = 1"],
    ["a text in place of its bytes", "avatar = convert_to('AP8=', 'UTF8') WHERE id = 1"],
  ])("is different with %s", async (_, change) => {
    await target.query(`UPDATE notes SET ${change}`);
    expect(await verdict()).toMatchObject({
      verdict: "different",
      reason: "both sides have 3 rows, but not the same values in them",
    });
  });

  test("is different where no policy asks for it", async () => {
    const bare = { ...notes, columns: notes.columns.map((each) => ({ ...each, policy: {} })) };
    expect(await verdict(bare)).toMatchObject({ verdict: "different" });
    expect((await verdict(bare))?.reason).toMatch(/^2 rows of the source do not convert: .*column body/);
  });

  test("makes the table identical under policy, with how many each changed", async () => {
    expect(await verdict()).toMatchObject({
      verdict: "identical-under-policy",
      sourceRows: 3,
      targetRows: 3,
      rejected: 0,
      reason:
        "values changed as was asked: 2 by nul, 1 by invalid-utf8, 1 by out-of-range, 1 by empty, 2 by excess, 1 by true, 1 by false, 1 by null-as",
    });
  });

  test("counts only in rows that convert", async () => {
    const narrow = { ...notes, columns: [...notes.columns.slice(0, 2), columnPlan("done", "boolean")] };
    expect((await verdict(narrow))?.reason).toMatch(/^2 rows of the source do not convert: .*column done/);
  });

  test("is none where all values fit: a policy alone changes no verdict", async () => {
    const fitting = await makeSource(
      "CREATE TABLE notes (id, body); INSERT INTO notes VALUES (1, 'a'), (2, NULL)",
    );
    const table = { ...notes, columns: notes.columns.slice(0, 2) };
    await target.query("TRUNCATE notes");
    await target.query("INSERT INTO notes VALUES (1, 'a'), (2, NULL)");
    try {
      const [found] = await validateTables(fitting.source, target.session, planOf(table), "public");
      expect(found).toMatchObject({ verdict: "identical", reason: null });
    } finally {
      fitting.remove();
    }
  });
});

/** What is written, `NULL`, or the misfit. */
const made = (form: Partial<PlannedForm>, value: string | number | Buffer | null): string => {
  const row = new RowBytes(1);
  const plan = { ...columnPlan("c", "text"), ...form };
  const isText = typeof value === "string";
  const misfit = plannedField(plan).write(isText ? Buffer.from(value, "latin1") : value, isText, row, []);
  if (misfit !== null) return `misfit: ${misfit}`;
  const written = row.view().subarray(4);
  return written.readInt32BE(4) === -1 ? "NULL" : written.subarray(8).toString("latin1");
};

describe("a policy leaves alone", () => {
  test.each<[string, Partial<PlannedForm>, string | number | Buffer | null, RegExp]>([
    ["invalid UTF-8 that a stripped NUL would mend", { policy: { nul: "strip" } }, "\xc3\0\xa9", /UTF-8/],
    ["bytes of a BLOB", { policy: { nul: "strip", invalidUtf8: "replace" } }, Buffer.from([0x61, 0]), /NUL/],
    [
      "an empty text where NULL may not be",
      { type: pgType("integer"), policy: { empty: "null" }, notNull: true },
      "",
      /not an integer/,
    ],
    [
      "no date where NULL may not be",
      { type: pgType("date"), policy: { outOfRange: "null" }, notNull: true },
      "0000-00-00",
      /does not exist/,
    ],
    [
      "what does not look like a date",
      { type: pgType("date"), policy: { outOfRange: "null" } },
      "soon",
      /ISO 8601/,
    ],
    [
      "an offset that would be lost",
      { type: pgType("timestamp without time zone"), policy: { outOfRange: "null", excess: "round" } },
      "2020-01-01T00:00+01:00",
      /offset/,
    ],
    [
      "a time of day in a date",
      { type: pgType("date"), policy: { outOfRange: "null", excess: "truncate" } },
      "2020-01-01 12:00",
      /time of day/,
    ],
    [
      "a number beyond the precision",
      { type: pgType("numeric", 4, 2), policy: { excess: "round" } },
      "99.995",
      /digits/,
    ],
    [
      "a time that would be rounded to 24:00",
      { type: pgType("time without time zone", 0), policy: { excess: "round" } },
      "23:59:59.5",
      /digits/,
    ],
    [
      "an infinity in a real of so many bits",
      { type: pgType("real"), policy: { excess: "round" } },
      1e300,
      /not held exactly/,
    ],
    [
      "text that spells no bytes",
      { type: pgType("bytea"), decode: "hex", policy: { empty: "null" } },
      "  ",
      /hexadecimal/,
    ],
    [
      "a stand-in for NULL that does not fit",
      { type: pgType("integer"), policy: { nullAs: "none" } },
      null,
      /not an integer/,
    ],
  ])("%s", (_, form, value, reason) => {
    expect(made(form, value)).toMatch(/^misfit/);
    expect(made(form, value)).toMatch(reason);
  });

  test("what fits: t stays true though it is listed as false", () => {
    const form = { type: pgType("boolean"), policy: { falseWords: ["t"] } };
    expect(made(form, "t")).toBe("\x01");
  });
});

describe("bytes spelled as text", () => {
  test.each<["hex" | "base64", string, string]>([
    ["hex", "", ""],
    ["hex", "00fF", "\x00\xff"],
    ["hex", "\\x6162", "ab"],
    ["hex", "0X6162", "ab"],
    ["base64", "", ""],
    ["base64", "YQ==", "a"],
    ["base64", "YQ", "a"],
    ["base64", "-_-_", "\xfb\xff\xbf"],
    ["base64", "+/+/", "\xfb\xff\xbf"],
  ])("in %s: %s", (decode, text, expected) => {
    expect(made({ type: pgType("bytea"), decode }, text)).toBe(expected);
  });

  test.each<["hex" | "base64", string]>([
    ["hex", "0"],
    ["hex", "0g"],
    ["hex", "00 ff"],
    ["hex", "0x0"],
    ["hex", "\\X00"],
    ["base64", "Y"],
    ["base64", "YQ="],
    ["base64", "YQ==="],
    ["base64", "YR=="],
    ["base64", "YW Jj"],
    ["base64", "YWJj\n"],
    ["base64", "=YWJ"],
    ["base64", "YWJjé"],
  ])("not in %s: %j", (decode, text) => {
    expect(made({ type: pgType("bytea"), decode }, text)).toMatch(/misfit/);
  });
});
