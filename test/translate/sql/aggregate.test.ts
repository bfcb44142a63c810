/** Aggregates and windows, each over all rows and over groups of them (sqlite.org/lang_aggfunc.html, windowfunctions.html). */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { both, openEngines, translateOne, type Engines } from "./two-engines.js";

let engines: Engines;
beforeAll(async () => {
  engines = await openEngines();
});
afterAll(() => engines.close());

const refused: readonly (readonly [string, RegExp])[] = [
  ["sum(s)", /arithmetic with a text/],
  ["sum(w)", /arithmetic with a boolean/],
  ["avg(at)", /arithmetic with a timestamptz/],
  ["sum()", /with 0 arguments/],
  ["sum(*)", /with \* arguments/],
  ["sum(DISTINCT j ->> 'a')", /sum\(DISTINCT …\)/],
  ["avg(DISTINCT j ->> 'a')", /avg\(DISTINCT …\)/],
  ["total(DISTINCT j ->> 'a')", /total\(DISTINCT …\)/],
  ["count(DISTINCT j)", /groups of jsonb/],
  ["count(DISTINCT j ->> 'a')", /groups of a value out of JSON/],
  ["group_concat(r)", /a floating-point number as a text/],
  ["group_concat(DISTINCT c)", /DISTINCT under NOCASE/],
  ["group_concat(DISTINCT b ORDER BY b)", /put in order by something else/],
  ["group_concat(s, r)", /a floating-point number as a text/],
  ["group_concat(at)", /a timestamptz as a text/],
  ["string_agg(s)", /with 1 arguments/],
  ["max(c)", /under NOCASE/],
  ["min(s COLLATE RTRIM)", /under RTRIM/],
  ["max(u)", /max\(\) of a uuid/],
  ["max(x)", /max\(\) of bytes/],
  ["max(j)", /max\(\) of jsonb/],
  ["max(json_extract(j, '$.a'))", /max\(\) of a value out of JSON/],
  ["max(i, s)", /values of several types/],
  ["max(c, s)", /under NOCASE/],
  ["max(b, w)", /spells in different ways/],
  ["max(i, k) OVER ()", /several arguments/],
  ["min()", /with 0 arguments/],
  ["median(i) OVER ()", /OVER with median/],
  ["median(DISTINCT i)", /DISTINCT, ORDER BY or OVER with median/],
  ["percentile(i, k)", /no literal within its range/],
  ["percentile(i, 101)", /no literal within its range/],
  ["percentile_disc(i, 0.5)", /the function percentile_disc\(\)/],
  ["row_number()", /without OVER/],
  ["rank() FILTER (WHERE b)", /without OVER/],
  ["rank(i) OVER ()", /with 1 arguments/],
  ["ntile(0) OVER ()", /a number of buckets/],
  ["ntile(i) OVER ()", /a number of buckets/],
  ["lag(i, -1) OVER (ORDER BY id)", /a distance in rows/],
  ["lag(i, k) OVER (ORDER BY id)", /a distance in rows/],
  ["lag(i, 1, 'x') OVER (ORDER BY id)", /a text where the other values are/],
  ["nth_value(i, 0) OVER (ORDER BY id)", /a row of the window/],
  ["count(*) OVER (PARTITION BY j)", /groups of jsonb/],
  ["count(*) OVER (ORDER BY j)", /the order of jsonb/],
  ["count(*) OVER (ORDER BY json_extract(j, '$.a') COLLATE NOCASE)", /under NOCASE/],
  ["json_group_array(x)", /bytes within JSON/],
  ["json_group_array(j)", /json\(j\) would be JSON/],
  ["json_group_object(i, s)", /a whole number as a key/],
  ["json_group_array(j ->> 'a')", /nobody knows whether/],
];

test.each(refused)("%s is refused, and why is said", (sql, reason) => {
  const translation = translateOne(sql);
  expect(translation.ok ? translation.value.sql : translation.reason).toMatch(reason);
  expect(translation.ok).toBe(false);
});

const sums = [
  "sum(i)",
  "sum(k)",
  "sum(b)",
  "sum(b = 1)",
  "sum(i > 0)",
  "sum(r)",
  "sum(k + r)",
  "sum(DISTINCT k)",
  "sum(k) FILTER (WHERE k > 1)",
  "sum(CASE WHEN b THEN k ELSE 0 END)",
  "sum(NULL)",
  "sum(1)",
  "sum(0.5)",
  "sum(secs)",
  "sum(json_extract(j, '$.a'))",
  "sum(json_extract(j, '$.f'))",
  "sum(CAST(json_extract(j, '$.e') AS REAL))",
  "total(i)",
  "total(NULL)",
  "total(k) FILTER (WHERE k > 100)",
  "avg(i) FILTER (WHERE i < 100)",
  "avg(k)",
  "avg(r)",
  "avg(b)",
  "avg(DISTINCT k)",
  "avg(json_extract(j, '$.a'))",
  "avg(k) FILTER (WHERE k > 100)",
];

const counts = [
  "count(*)",
  "count(i)",
  "count(DISTINCT b)",
  "count(DISTINCT c)",
  "count(DISTINCT s COLLATE RTRIM)",
  "count(json_extract(j, '$.a'))",
  "count(j -> 'a')",
  "count(*) FILTER (WHERE json_extract(j, '$.a') = 1)",
  "count(*) > 1",
];

const extremes = [
  "min(i)",
  "max(i)",
  "max(r)",
  "min(n)",
  "min(s)",
  "max(s)",
  "max(s || 'x')",
  "max(b)",
  "min(b)",
  "max(b) = 1",
  "max(w) = 't'",
  "min(d) = '1999-12-31'",
  "max(at) > '2024-01-01'",
  "max(at)",
  "min(secs) < 1000000000",
  "max(i > 0)",
  "max(NULL)",
  "max(coalesce(i, 0)) + 1",
  "max(DISTINCT k)",
  "min(k) FILTER (WHERE k > 0)",
];

const joins = [
  "group_concat(k)",
  "group_concat(s, '')",
  "group_concat(k, ', ')",
  "group_concat(b)",
  "group_concat(k, NULL)",
  "group_concat(k, '-' ORDER BY k)",
  "group_concat(s, '|' ORDER BY s DESC)",
  "group_concat(DISTINCT b) FILTER (WHERE b)",
  "group_concat(s) FILTER (WHERE k > 100)",
  "group_concat(json_extract(j, '$.b'))",
  "string_agg(s, '; ')",
  "string_agg(s, i ORDER BY id)",
];

const middles = [
  "median(k)",
  "median(r)",
  "median(i) FILTER (WHERE i < 100)",
  "percentile(k, 25)",
  "percentile(k, 0)",
  "percentile_cont(k, 0.75)",
  "median(NULL)",
];

const json = [
  "json_group_array(i)",
  "json_group_array(s)",
  "json_group_array(b)",
  "json_group_array(k ORDER BY k DESC)",
  "json_group_array(json_object('k', k))",
  "json_group_array(json_extract(j, '$.c'))",
  "json_group_array(json(j))",
  "json_group_array(i) FILTER (WHERE k > 100)",
  "json_group_array(NULL)",
  "json_group_object('k' || k, i)",
  "json_group_object(id || '', json_array(k)) FILTER (WHERE k > 100)",
];

const scalars = [
  "max(i, k)",
  "min(i, k)",
  "max(i, 3)",
  "min(k, r)",
  "max(i, k, 2)",
  "max(n, 5)",
  "max(s, 'a')",
  "min(s, s || 'x')",
  "max('a', 'b')",
  "max(b, 0)",
  "max(b, k)",
  "min(i, NULL)",
  "max(s, c)",
  "max(i, 1) = 7",
];

const windows = [
  "row_number() OVER (ORDER BY id)",
  "rank() OVER (ORDER BY i)",
  "rank() OVER (ORDER BY i DESC)",
  "rank() OVER (ORDER BY i NULLS LAST)",
  "dense_rank() OVER (ORDER BY b)",
  "percent_rank() OVER (ORDER BY k)",
  "cume_dist() OVER (ORDER BY k)",
  "ntile(4) OVER (ORDER BY id)",
  "lag(i) OVER (ORDER BY id)",
  "lag(s, 2) OVER (ORDER BY id)",
  "lag(i, 1, 0) OVER (ORDER BY id)",
  "lag(k, 1, 0.5) OVER (ORDER BY id)",
  "lead(b, 1, 0) OVER (ORDER BY id)",
  "lead(at) OVER (ORDER BY id) = '2024-01-01 00:00:00'",
  "lag(k, 0) OVER (ORDER BY id)",
  "lag(NULL) OVER (ORDER BY id)",
  "first_value(s) OVER (ORDER BY id DESC)",
  "last_value(k) OVER (ORDER BY id)",
  "nth_value(k, 2) OVER (ORDER BY id)",
  "first_value(json_extract(j, '$.a')) OVER (ORDER BY id)",
  "rank() OVER (ORDER BY json_extract(j, '$.a'))",
  "rank() OVER (ORDER BY json_extract(j, '$.b') DESC)",
  "row_number() OVER (PARTITION BY b ORDER BY id)",
  "count(*) OVER (PARTITION BY c)",
  "count(*) OVER ()",
  "sum(k) OVER (ORDER BY id)",
  "sum(k) OVER (ORDER BY id) + 1",
  "avg(k) OVER (ORDER BY id ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING)",
  "sum(k) FILTER (WHERE b) OVER (ORDER BY id)",
  "total(k) OVER (ORDER BY id ROWS 1 PRECEDING)",
  "sum(k) OVER (ORDER BY b GROUPS BETWEEN 1 PRECEDING AND CURRENT ROW)",
  "sum(k) OVER (ORDER BY k RANGE BETWEEN 1 PRECEDING AND 1 FOLLOWING)",
  "sum(k) OVER (ORDER BY k DESC RANGE BETWEEN 1 PRECEDING AND CURRENT ROW)",
  "sum(k) OVER (ORDER BY i RANGE BETWEEN 3 PRECEDING AND 3 FOLLOWING)",
  "sum(k) OVER (ORDER BY r RANGE BETWEEN 0.5 PRECEDING AND UNBOUNDED FOLLOWING)",
  "sum(k) OVER (ORDER BY id ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING EXCLUDE CURRENT ROW)",
  "count(*) OVER (ORDER BY b RANGE UNBOUNDED PRECEDING EXCLUDE GROUP)",
  "count(*) OVER (ORDER BY b RANGE UNBOUNDED PRECEDING EXCLUDE TIES)",
  "count(*) OVER (ORDER BY b RANGE UNBOUNDED PRECEDING EXCLUDE NO OTHERS)",
  "group_concat(k) OVER (ORDER BY id)",
  "max(s) OVER (ORDER BY id)",
  "min(b) OVER (ORDER BY id)",
  "json_group_array(k) OVER (ORDER BY id)",
];

const inRows = { scalars, windows };
const inGroups = { sums, counts, extremes, joins, middles, json };

async function agree(sql: string, rest: string): Promise<void> {
  const translation = translateOne(sql);
  if (!translation.ok) throw new Error(translation.reason);
  const outcome = await both(engines, sql, translation.value, rest);
  expect(outcome.postgres, translation.value.sql).toEqual(outcome.sqlite);
}

describe.each(Object.entries(inRows))("%s", (_, cases) => {
  test.each(cases)("%s", (sql) => agree(sql, "ORDER BY id"));
});

describe.each(Object.entries(inGroups))("%s", (_, cases) => {
  test.each(cases)("%s", async (sql) => {
    await agree(sql, "");
    await agree(sql, "WHERE id > 100");
    await agree(sql, "GROUP BY id % 3 ORDER BY id % 3");
  });
});

test.each(["sum(n)", "total(n)", "avg(n)", "sum(n * 1.5)"])(
  "%s is that of SQLite to 15 digits: PostgreSQL adds decimals, SQLite doubles",
  async (sql) => {
    const translation = translateOne(sql);
    if (!translation.ok) throw new Error(translation.reason);
    const outcome = await both(engines, sql, translation.value, "");
    const digits = (values: readonly (string | null)[]): readonly string[] =>
      values.map((value) => Number(value?.replace("number ", "")).toPrecision(15));
    expect(digits(outcome.postgres)).toEqual(digits(outcome.sqlite));
  },
);

test("a sum beyond 64 bits is an error on both sides", async () => {
  const sql = "sum(9223372036854775807)";
  const translation = translateOne(sql);
  if (!translation.ok) throw new Error(translation.reason);
  expect(() => engines.sqlite.prepare(`SELECT ${sql} FROM t`).get()).toThrow(/integer overflow/);
  await expect(engines.postgres.query(`SELECT ${translation.value.sql} FROM t`)).rejects.toThrow(
    /bigint out of range/,
  );
});
