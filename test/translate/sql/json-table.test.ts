/** json_each over the documents of each row, on both engines. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { jsonTable, type JsonTable } from "../../../src/translate/sql/functions/json-table.js";
import { findName, scopeOf } from "../../../src/translate/sql/scope.js";
import type { Typed } from "../../../src/translate/sql/typed.js";
import { Untranslatable } from "../../../src/translate/sql/untranslatable.js";
import {
  fromPostgres,
  fromSqlite,
  openEngines,
  testScope,
  translateOne,
  type Comparable,
  type Engines,
} from "./two-engines.js";

let engines: Engines;
beforeAll(async () => {
  engines = await openEngines();
});
afterAll(() => engines.close());

const one = (sql: string): Typed => {
  const translation = translateOne(sql);
  if (!translation.ok) throw new Error(translation.reason);
  return translation.value;
};

const each = (args: readonly string[], alias = "e"): JsonTable =>
  jsonTable("json_each", args.map(one), alias);

test.each([
  ["json_tree", ["j"], /json_tree\(\)/],
  ["generate_series", ["1", "2"], /generate_series\(\)/],
  ["json_each", [], /with 0 arguments/],
  ["json_each", ["j", "'$'", "1"], /with 3 arguments/],
  ["json_each", ["j", "s"], /a JSON path that is no literal/],
  ["json_each", ["j", "'$[#]'"], /where nothing can be/],
  ["json_each", ["i"], /a whole number as JSON/],
])("%s(%s) is refused, and why is said", (name, args, reason) => {
  expect(() => jsonTable(name, args.map(one), "e")).toThrow(Untranslatable);
  expect(() => jsonTable(name, args.map(one), "e")).toThrow(reason);
});

test("there is no id, for it counts SQLite's bytes", () => {
  expect(findName(scopeOf([each(["j"]).table]), "id")).toBeNull();
});

const sources: readonly (readonly string[])[] = [
  ["j"],
  ["js"],
  ["j", "'$.c'"],
  ["j", "'$.g'"],
  ["j", "'$.a'"],
  ["j", "'$.nothing'"],
  [`'{"a b":[1],"c":null,"_x":true,"a1":"t","ü":1.5}'`],
  ["'null'"],
];
const outcomes = [
  "e.key",
  "e.key || ''",
  "e.value",
  "e.value = 1",
  "e.value > 1",
  "e.value = 'text'",
  "e.value IS NULL",
  "e.type",
  "e.type = 'integer'",
  "e.atom",
  "e.atom IS NULL",
  "e.parent",
  "e.fullkey",
  "e.path",
  "json_extract(e.value, '$.d')",
];

test.each(sources.flatMap((args) => outcomes.map((sql) => [args.join(", "), sql, args] as const)))(
  "json_each(%s): %s",
  async (_, sql, args) => {
    const { sql: from, table } = each(args);
    const scope = testScope();
    const translation = translateOne(sql, scopeOf([...scope.tables, table]));
    if (!translation.ok) throw new Error(translation.reason);
    // What is read again has to be JSON.
    const isRead = sql.startsWith("json_extract");
    const where = isRead ? "WHERE e.type IN ('object', 'array')" : "";
    const condition = isRead ? `WHERE jsonb_typeof(e.value) IN ('object', 'array')` : "";
    const ours = engines.sqlite
      .prepare<[]>(`SELECT ${sql} FROM t, json_each(${args.join(", ")}) AS e ${where}`)
      .pluck()
      .safeIntegers()
      .all();
    const theirs = await engines.postgres.query(
      `SELECT ${translation.value.sql} AS v FROM t, ${from} ${condition}`,
    );
    const found = theirs.map(({ v }) =>
      v === null || v === undefined ? null : fromPostgres(v, translation.value.kind),
    );
    expect(sorted(found), translation.value.sql).toEqual(
      sorted(ours.map((value) => fromSqlite(value, translation.value.kind))),
    );
  },
);

const sorted = (values: readonly Comparable[]): readonly string[] => values.map(String).sort();

test("an outer join fills every column up with NULL", async () => {
  const { sql, table } = each(["j", "'$.c'"]);
  const names = table.columns.map(({ typed }) => `${typed.sql} IS NULL`).join(" AND ");
  const [row] = await engines.postgres.query(
    `SELECT count(*) FILTER (WHERE ${names}) AS n FROM t LEFT JOIN ${sql} ON true WHERE t.id = 6`,
  );
  expect(row?.["n"]).toBe("1");
});
