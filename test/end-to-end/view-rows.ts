/** The rows of a view on both sides, brought to the same words. */
import type Database from "better-sqlite3";
import { quote } from "../../src/model/identifier.js";
import type { TestDatabase } from "../database.js";
import { canonicalJson, postgresValue } from "../translate/sql/related-tables.js";
import { comparable, type Comparable } from "../translate/sql/two-engines.js";

/** Whole numbers that count time are compared as moments; the files count milliseconds and microseconds. */
function moment(value: unknown): Comparable {
  if (typeof value === "string")
    return `text ${value
      .replace("T", " ")
      .replace(/(\.0+)?(Z|\+00:00)$/, "")
      .replace(/(\.\d*?)0+$/, "$1")}`;
  if (typeof value !== "bigint") return comparable(value);
  const micros = value > 10n ** 14n ? value : value > 10n ** 11n ? value * 1000n : value * 1_000_000n;
  const text = new Date(Number(micros / 1000n)).toISOString().slice(0, 19).replace("T", " ");
  const rest = (micros % 1_000_000n).toString().padStart(6, "0").replace(/0+$/, "");
  return `text ${text}${rest === "" ? "" : `.${rest}`}`;
}

/** @param postgres its zone must be UTC */
export async function viewRows(sqlite: Database.Database, postgres: TestDatabase, view: string) {
  const types = await postgres.query(
    `SELECT attname, atttypid::regtype AS type FROM pg_attribute WHERE attrelid = $1::regclass ORDER BY attnum`,
    [quote(view)],
  );
  const statement = sqlite.prepare<[], unknown[]>(`SELECT * FROM ${quote(view)}`).safeIntegers();
  const ours = statement.raw().all();
  const theirs = await postgres.query(`SELECT * FROM ${quote(view)}`);
  const sqliteValue = (value: unknown, type: string): Comparable =>
    type.startsWith("timestamp")
      ? moment(value)
      : type === "jsonb" && typeof value === "string"
        ? canonicalJson(value)
        : comparable(value);
  return {
    columns: [statement.columns().map(({ name }) => name), types.map(({ attname }) => attname)],
    sqlite: ours.map((row) => row.map((value, at) => sqliteValue(value, types[at]?.["type"] ?? ""))),
    postgres: theirs.map((row) =>
      types.map(({ attname, type }) => postgresValue(row[attname ?? ""] ?? null, type ?? "")),
    ),
  };
}
