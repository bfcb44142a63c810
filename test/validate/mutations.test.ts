import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { ProofMethod } from "../../src/model/verdict.js";
import { validateTables } from "../../src/validate/compare.js";
import { allTypes, other, sourceSql, targetSql } from "./all-types.js";
import { makeSource, makeTarget, planOf, type SourceFile, type TestTarget } from "./room.js";

let source: SourceFile;
let target: TestTarget;

beforeAll(async () => {
  source = await makeSource(sourceSql);
  target = await makeTarget();
  for (const sql of targetSql) {
    await target.query(sql);
  }
  await target.query("CREATE TABLE kept AS SELECT * FROM all_types");
});

afterAll(async () => {
  source.remove();
  await target.remove();
});

afterEach(async () => {
  await target.query("TRUNCATE all_types");
  await target.query("INSERT INTO all_types SELECT * FROM kept");
});

const methods: readonly ProofMethod[] = ["digest", "stream"];

const validate = (method: ProofMethod = "digest") =>
  validateTables(source.source, target.session, planOf(allTypes, other), "public", { method });

/** One change of one value in one row, unless it says more. */
const mutations: readonly [string, string][] = [
  ["false for NULL", "UPDATE all_types SET flag = false WHERE id = 4"],
  ["NULL for false", "UPDATE all_types SET flag = NULL WHERE id = 3"],
  ["true for false", "UPDATE all_types SET flag = true WHERE id = 3"],
  ["a bigint one less at the limit", "UPDATE all_types SET id = id - 1 WHERE id = 9223372036854775807"],
  ["a bigint with its sign changed", "UPDATE all_types SET id = -id WHERE id = 1"],
  ["a double one ulp away", "UPDATE all_types SET ratio = 0.10000000000000002 WHERE id = 1"],
  ["a double without the sign of its zero", "UPDATE all_types SET ratio = 0 WHERE id = 2"],
  ["the smallest double flushed to zero", "UPDATE all_types SET ratio = 0 WHERE ratio = 5e-324"],
  ["an infinity with the other sign", "UPDATE all_types SET ratio = '-Infinity' WHERE id = 3"],
  ["NaN for NULL", "UPDATE all_types SET ratio = 'NaN' WHERE id = 4"],
  ["0 for NULL", "UPDATE all_types SET price = 0 WHERE id = 4"],
  ["a numeric off by its last digit", "UPDATE all_types SET price = 19.9001 WHERE id = 1"],
  ["a numeric NaN", "UPDATE all_types SET price = 'NaN' WHERE id = 1"],
  ["'' for NULL in text", "UPDATE all_types SET body = '' WHERE id = 4"],
  ["NULL for '' in text", "UPDATE all_types SET body = NULL WHERE id = 2"],
  ["another case", "UPDATE all_types SET body = 'hello, wörld 😀' WHERE id = 1"],
  ["trailing blanks gone", "UPDATE all_types SET body = rtrim(body) WHERE id = 3"],
  ["a trailing blank more", "UPDATE all_types SET name = name || ' ' WHERE id = 1"],
  ["an emoji replaced", "UPDATE all_types SET body = replace(body, '😀', '�') WHERE id = 1"],
  ["a letter decomposed", "UPDATE all_types SET name = U&'e\\0301' WHERE id = 3"],
  ["a number in text without its zero", "UPDATE all_types SET body = '12.5' WHERE body = '12.50'"],
  ["'' for NULL in varchar", "UPDATE all_types SET name = '' WHERE id = 4"],
  ["the text NULL for NULL", "UPDATE all_types SET name = 'NULL' WHERE id = 4"],
  ["one byte changed", "UPDATE all_types SET data = '\\x00ff11' WHERE id = 1"],
  ["one byte cut off", "UPDATE all_types SET data = '\\x00ff' WHERE id = 1"],
  ["bytes written as hex text", "UPDATE all_types SET data = '00ff10' WHERE id = 1"],
  ["no bytes for NULL", "UPDATE all_types SET data = '' WHERE id = 4"],
  ["NULL for no bytes", "UPDATE all_types SET data = NULL WHERE id = 2"],
  ["one digit of a uuid", "UPDATE all_types SET uid = 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a13' WHERE id = 1"],
  ["a zero uuid for NULL", "UPDATE all_types SET uid = '00000000-0000-0000-0000-000000000000' WHERE id = 4"],
  ["jsonb null for NULL", "UPDATE all_types SET meta = 'null' WHERE id = 4"],
  ["NULL for jsonb null", "UPDATE all_types SET meta = NULL WHERE id = 3"],
  ["a JSON number for a JSON string", "UPDATE all_types SET meta = '\"12\"' WHERE meta = '12'"],
  ["a JSON key gone", "UPDATE all_types SET meta = meta - 'b' WHERE id = 1"],
  ["JSON array elements swapped", `UPDATE all_types SET meta = '{"a":[true,1.10],"b":1}' WHERE id = 1`],
  ["{} for []", "UPDATE all_types SET meta = '{}' WHERE id = 2"],
  ["the next day", "UPDATE all_types SET born = born + 1 WHERE id = 1"],
  ["a date before Christ", "UPDATE all_types SET born = '0001-01-01 BC' WHERE id = 3"],
  ["a time one microsecond off", "UPDATE all_types SET alarm = '23:59:59.999998' WHERE id = 2"],
  ["24:00 for 00:00", "UPDATE all_types SET alarm = '24:00' WHERE id = 3"],
  ["an instant one microsecond off", "UPDATE all_types SET sent = sent + '1 microsecond' WHERE id = 2"],
  ["milliseconds read as seconds", "UPDATE all_types SET sent = '52672-06-08 19:22:03+00' WHERE id = 1"],
  ["an instant an hour off", "UPDATE all_types SET sent = sent - interval '1 hour' WHERE id = 1"],
  [
    "an instant far in the future, one microsecond off",
    "UPDATE all_types SET sent = sent - interval '1 us' WHERE id = -5",
  ],
  ["-infinity for NULL", "UPDATE all_types SET sent = '-infinity' WHERE id = 4"],
  [
    "two rows with a value swapped",
    "UPDATE all_types SET name = CASE id WHEN 1 THEN 'é' ELSE 'Bob' END WHERE id IN (1, 3)",
  ],
  ["two columns of a row swapped", "UPDATE all_types SET body = name, name = body WHERE id = 3"],
  ["every instant moved", "UPDATE all_types SET sent = sent + '1 hour'"],
  ["a row twice", "INSERT INTO all_types SELECT * FROM all_types WHERE id = 1"],
  [
    "two rows twice, hashes that XOR would cancel",
    "INSERT INTO all_types SELECT a.* FROM all_types a, (VALUES (1), (2)) x",
  ],
  ["a row gone", "DELETE FROM all_types WHERE id = 4"],
  [
    "a row gone and another twice",
    "UPDATE all_types SET (id, flag, ratio, price, body, name, data, uid, meta, born, alarm, sent) = (SELECT * FROM kept WHERE id = 2) WHERE id = 1",
  ],
  ["all rows gone", "DELETE FROM all_types"],
  ["a row of NULLs more", "INSERT INTO all_types (id) VALUES (NULL)"],
];

describe("a change of the target", () => {
  test.each(mutations)("%s is different, in its table only", async (_, sql) => {
    await target.query(sql);
    for (const method of methods) {
      const [changed, untouched] = await validate(method);
      expect(changed).toMatchObject({ target: "all_types", verdict: "different", method: { by: method } });
      expect(changed?.reason).toMatch(/but not the same values|the source has 6 rows, the target has \d+/);
      expect(changed?.sourceDigest).not.toBe(changed?.targetDigest);
      expect(untouched).toMatchObject({ target: "other", verdict: "identical", reason: null });
    }
  });
});

describe("the same rows", () => {
  test.each(methods)("are identical, with the same digest on both sides, by %s", async (method) => {
    const verdicts = await validate(method);
    expect(verdicts).toEqual([
      {
        source: "all_types",
        target: "all_types",
        verdict: "identical",
        sourceRows: 6,
        targetRows: 6,
        rejected: 0,
        sourceDigest: verdicts[0]?.targetDigest,
        targetDigest: expect.stringMatching(/^0{15}6[0-9a-f]{48}$/) as string,
        reason: null,
        asked: false,
        reader: "sqlite",
        method: { by: method, because: `asked for by --method ${method}` },
        differences: null,
        aggregates: expect.arrayContaining([
          { column: "data", aggregates: ["values", "octets"] },
        ]) as unknown[],
      },
      expect.objectContaining({ source: "other", verdict: "identical", sourceRows: 2, targetRows: 2 }),
    ]);
  });

  test.each([
    [
      "in another order",
      "WITH moved AS (DELETE FROM all_types WHERE id IN (1, 3) RETURNING *) INSERT INTO all_types SELECT * FROM moved",
    ],
    [
      "with keys and spaces of JSON otherwise",
      `UPDATE all_types SET meta = ' { "b" : 1 , "a":[1.10,true] } ' WHERE id = 1`,
    ],
    [
      "with a duplicate JSON key before the last",
      `UPDATE all_types SET meta = '{"b":2,"a":[1.10,true],"b":1}' WHERE id = 1`,
    ],
    ["with other offsets", "UPDATE all_types SET sent = '2020-09-13 17:56:40.123+05:30' WHERE id = 1"],
    [
      "with other spellings of UUIDs",
      "UPDATE all_types SET uid = '{A0EEBC999C0B4EF8BB6D6BB9BD380A11}' WHERE id = 1",
    ],
  ])("%s are identical", async (_, sql) => {
    await target.query(sql);
    expect((await validate()).map(({ verdict }) => verdict)).toEqual(["identical", "identical"]);
  });

  test("are identical where numeric has another scale", async () => {
    await target.query("ALTER TABLE all_types ALTER price TYPE numeric");
    await target.query("UPDATE all_types SET price = 19.9000000000 WHERE id = 1");
    try {
      expect((await validate()).map(({ verdict }) => verdict)).toEqual(["identical", "identical"]);
    } finally {
      await target.query("ALTER TABLE all_types ALTER price TYPE numeric(12,4)");
    }
  });
});
