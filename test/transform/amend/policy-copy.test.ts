/** Columns with policies as PostgreSQL has them in the end, by either of COPY's formats; rounding as its own casts do it. */
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { copySlice } from "../../../src/import/copy.js";
import type { ColumnPlan } from "../../../src/model/plan.js";
import type { ColumnPolicy } from "../../../src/model/policy.js";
import { otherType, pgType, typeSql, type PgType } from "../../../src/model/postgres.js";
import type { Session } from "../../../src/target/session.js";
import { copyFormat } from "../../../src/transform/encode/copy-format.js";
import { encodeRecords } from "../../../src/transform/encode/encode.js";
import { PolicyCounts } from "../../../src/transform/encode/policy-counts.js";
import { databaseForAll } from "../../database.js";
import { batchOf, columnPlan, tablePlan, textBytes, type Value } from "../values.js";

const database = databaseForAll();
let session: Session;
let tables = 0;
beforeAll(async () => {
  session = await database.open();
  await session.query("SET timezone TO 'UTC'");
});

/** The rows that arrive, in their order, their values as the server prints them. */
async function arrived(
  columns: readonly ColumnPlan[],
  rows: readonly (readonly Value[])[],
  changes = new PolicyCounts([]),
): Promise<readonly (readonly (string | null)[])[]> {
  const name = `arrived_${(tables += 1)}`;
  const numbered = tablePlan(name, [...columns, columnPlan("n", "bigint")]);
  const ddl = numbered.columns.map(({ target: column, type }) => `${column} ${typeSql(type)}`);
  await session.query(`CREATE TABLE public.${name} (${ddl.join(", ")})`);
  const batch = batchOf(rows.map((row, index) => [...row, BigInt(index)]));
  const names = numbered.columns.map(({ source }) => source);
  const options = { onMisfit: () => undefined, profiled: false, changes };
  const chunks = encodeRecords(numbered, names, [batch], options);
  const format = copyFormat(numbered);
  await copySlice(session, {
    schema: "public",
    table: numbered,
    format,
    createSql: null,
    begins: [],
    mark: null,
    chunks,
    signal: undefined,
  });
  const found = await session.query(
    `SELECT ${columns.map(({ target: column }) => `${column}::text`).join(", ")} FROM public.${name} ORDER BY n`,
  );
  await session.query(`DROP TABLE public.${name}`);
  return found.map((row) => columns.map((column) => row[column.target] ?? null));
}

const plan = (name: string, type: PgType, rest: Partial<ColumnPlan> = {}): ColumnPlan => ({
  ...columnPlan(name, type),
  ...rest,
});

const columns: readonly ColumnPlan[] = [
  plan("a", pgType("bigint"), { policy: { empty: "null", nullAs: "-1" } }),
  plan("b", pgType("text"), { policy: { nul: "strip", invalidUtf8: "replace" } }),
  plan("c", pgType("bytea"), { decode: "hex" }),
  plan("d", pgType("boolean"), { policy: { trueWords: ["y"], falseWords: ["n"] } }),
  plan("e", pgType("timestamp with time zone", 0), { policy: { outOfRange: "null", excess: "round" } }),
  plan("f", pgType("jsonb"), { policy: { nul: "replace" } }),
  plan("g", pgType("uuid"), { decode: "base64", policy: { nullAs: "AAAAAAAAAAAAAAAAAAAAAA" } }),
];
const zero = "00000000-0000-0000-0000-000000000000";
const midnight = "2020-01-01 00:00:00";

describe.each([
  ["binary", []],
  ["text", [plan("h", otherType("xml"))]],
] as const)("by COPY %s", (format, more) => {
  const all = [...columns, ...more];
  const filled = (...rows: readonly (readonly Value[])[]): readonly (readonly Value[])[] =>
    rows.map((row) => [...row, ...more.map(() => null)]);

  test("every kind of change arrives, and rows that do not fit are left out", async () => {
    expect(copyFormat(tablePlan("t", all))).toBe(format);
    const changes = new PolicyCounts([]);
    const rows = filled(
      [1n, "x", "00ff", 1n, midnight, "{}", Buffer.alloc(16)],
      ["", "a\0b", null, "Y", "0000-00-00", '"\0"', null],
      [null, textBytes(0xff), "\\xAb", "N", "2020-01-01 12:00:00.5", null, "AAAAAAAAAAAAAAAAAAAAAA=="],
      // Changed and rejected: counts for nothing.
      ["", "a\0b", "not hex", "y", "0000-00-00", "{}", null],
      [" ", "", Buffer.of(1), null, null, "1", null],
    );
    const nulls = more.map(() => null);
    expect(await arrived(all, rows, changes)).toEqual([
      ["1", "x", "\\x00ff", "true", `${midnight}+00`, "{}", zero, ...nulls],
      [null, "ab", null, "true", null, '"\ufffd"', zero, ...nulls],
      ["-1", "\ufffd", "\\xab", "false", "2020-01-01 12:00:01+00", null, zero, ...nulls],
      [null, "", "\\x01", null, null, "1", zero, ...nulls],
    ]);
    const told = changes
      .changes()
      .map(({ column, policy, values, first, became }) => [
        column,
        policy,
        values,
        first.at.rowid,
        first.value,
        became,
      ]);
    expect(told).toEqual([
      ["a", "empty", 2, "2", "''", "NULL"],
      ["a", "nullAs", 1, "3", "NULL", "-1"],
      ["b", "nul", 1, "2", "'a\\u0000b'", "'ab'"],
      ["b", "invalidUtf8", 1, "3", "'\ufffd'", "'\ufffd'"],
      ["d", "trueWords", 1, "2", "'Y'", "true"],
      ["d", "falseWords", 1, "3", "'N'", "false"],
      ["e", "outOfRange", 1, "2", "'0000-00-00'", "NULL"],
      ["e", "excess", 1, "3", "'2020-01-01 12:00:00.5'", "'2020-01-01 12:00:01+00'"],
      ["f", "nul", 1, "2", "'\"\\u0000\"'", "'\"\ufffd\"'"],
      ["g", "nullAs", 2, "2", "NULL", `'${zero.replaceAll("-", "")}'`],
    ]);
  });

  test("so they do where no row is rejected", async () => {
    const changes = new PolicyCounts([]);
    const rows = filled(
      [1n, "x", "00ff", 1n, midnight, "{}", null],
      ["", "a\0b", null, "Y", "0000-00-00", '"\0"', null],
      [2n, "y", "00", 0n, midnight, "{}", null],
    );
    const found = await arrived(all, rows, changes);
    expect(found.map(([a, b, c, d, e]) => [a, b, c, d, e])).toEqual([
      ["1", "x", "\\x00ff", "true", `${midnight}+00`],
      [null, "ab", null, "true", null],
      ["2", "y", "\\x00", "false", `${midnight}+00`],
    ]);
    expect(changes.changes().map(({ column, values }) => [column, values])).toEqual([
      ["a", 1],
      ["b", 1],
      ["d", 1],
      ["e", 1],
      ["f", 1],
      ["g", 3],
    ]);
  });
});

const digits = (least: number, most: number): fc.Arbitrary<string> =>
  fc.string({
    unit: fc.constantFrom(...Array.from("0123456789"), "4", "5", "9", "0"),
    minLength: least,
    maxLength: most,
  });

const signed = fc
  .tuple(fc.constantFrom("", "-"), fc.integer({ min: 0, max: 1100 }), digits(0, 7))
  .map(([sign, whole, fraction]) => `${sign}${whole}${fraction === "" ? "" : `.${fraction}`}`);

const two = (least: number, most: number): fc.Arbitrary<string> =>
  fc.integer({ min: least, max: most }).map((value) => String(value).padStart(2, "0"));

const clock = fc
  .tuple(two(0, 23), two(0, 59), fc.oneof(two(0, 59), fc.constant("59")), digits(1, 6))
  .map(([hour, minute, second, fraction]) => `${hour}:${minute}:${second}.${fraction}`);

const moment = fc
  .tuple(fc.constantFrom("1999-12-31", "2000-01-01", "0001-01-01", "1969-12-31", "2024-02-29"), clock)
  .map(([date, time]) => `${date} ${time}`);

const words = fc.string({ unit: fc.constantFrom("a", " ", "\u00e9", "\u{1f600}"), maxLength: 7 });

const round = { excess: "round" } as const;
const cut = { excess: "truncate" } as const;

test.each<readonly [PgType, ColumnPolicy, fc.Arbitrary<string>, string]>([
  [pgType("numeric", 5, 2), round, signed, "e::numeric(5,2)"],
  [pgType("numeric", 4, 0), round, signed, "e::numeric(4)"],
  [pgType("numeric", 5, 2), cut, signed, "trunc(e::numeric, 2)::numeric(5,2)"],
  [pgType("character varying", 3), round, words, "e::varchar(3)"],
  [pgType("character", 3), cut, words, "e::char(3)"],
  [pgType("timestamp with time zone", 0), round, moment, "(e || '+00')::timestamptz(0)"],
  [pgType("timestamp with time zone", 2), round, moment, "(e || '+00')::timestamptz(2)"],
  [pgType("timestamp without time zone", 4), round, moment, "e::timestamp(4)"],
  [pgType("timestamp without time zone", 0), cut, moment, "date_trunc('second', e::timestamp)"],
  [pgType("timestamp without time zone", 3), cut, moment, "date_trunc('milliseconds', e::timestamp)"],
  [pgType("time without time zone", 2), round, clock, "nullif(e::time(2), '24:00')"],
  [pgType("time without time zone", 0), cut, clock, "date_trunc('second', e::time)::time"],
])("%j by %j is what PostgreSQL would make of it", async (type, policy, text, sql) => {
  await session.query(`CREATE OR REPLACE FUNCTION public.judge(e text) RETURNS text LANGUAGE plpgsql AS
    $$ BEGIN RETURN (${sql})::text; EXCEPTION WHEN numeric_value_out_of_range THEN RETURN NULL; END $$`);
  const judged = `SELECT e::text, public.judge(e) AS v FROM jsonb_array_elements_text($1::jsonb) WITH ORDINALITY x(e, n) ORDER BY n`;
  await fc.assert(
    fc.asyncProperty(fc.array(text, { minLength: 200, maxLength: 300 }), async (texts) => {
      const expected = (await session.query(judged, [JSON.stringify(texts)])).map((row) => [
        row["e"],
        row["v"] ?? null,
      ]);
      const given = plan("g", pgType("text"));
      const found = new Map(
        (
          await arrived(
            [given, plan("v", type, { policy })],
            texts.map((each) => [each, each]),
          )
        ).map(([g, v]) => [g, v]),
      );
      // -0 is no number for sqlift; where PostgreSQL has none either, nothing arrives.
      const wrong = expected.filter(([e, v]) => (found.get(e) ?? null) !== v && !/^-[0.]*$/.test(e!));
      expect(wrong).toEqual([]);
      expect(found.size).toBeGreaterThan(20);
    }),
    { numRuns: 3, endOnFailure: true },
  );
});
