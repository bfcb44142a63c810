/** Rows as sqlift.rejected_rows keeps them, and as SQLite has them, in one form that tells all values apart. */
import Database from "better-sqlite3";
import { recordColumns } from "../../src/export/sqlite-records.js";
import { introspect } from "../../src/export/introspect.js";
import { quote } from "../../src/model/identifier.js";
import type { TestDatabase } from "../database.js";
import { sourceOf } from "../translate/plan-of.js";

/** `class:hex` by column; of numbers the digits, of doubles their bits. */
export type KeptRow = Readonly<Record<string, string>>;

export interface KeptRows {
  readonly place: string;
  readonly why: string;
  readonly row: KeptRow;
}

/** Those of one table and run, by rowid and key; none where no run has rejected a row yet, for then there is no table. */
export async function keptRows(
  database: TestDatabase,
  run: number,
  table: string,
): Promise<readonly KeptRows[]> {
  const [seen] = await database.query("SELECT to_regclass('sqlift.rejected_rows') AS made");
  if (seen?.["made"] === null) return [];
  const rows = await database.query(
    `SELECT rowid, key, column_name, code, reason, to_jsonb(columns) AS columns, to_jsonb(classes) AS classes,
            (SELECT jsonb_agg(encode(v, 'hex') ORDER BY n) FROM unnest("values") WITH ORDINALITY AS each (v, n)) AS bytes
       FROM sqlift.rejected_rows WHERE run = $1 AND table_name = $2 ORDER BY rowid, key COLLATE "C"`,
    [String(run), table],
  );
  return rows.map((row) => {
    const columns = JSON.parse(row["columns"]!) as string[];
    const classes = JSON.parse(row["classes"]!) as string[];
    const values = JSON.parse(row["bytes"]!) as (string | null)[];
    if (classes.length !== columns.length || values.length !== columns.length)
      throw new Error(`the arrays of a rejected row of ${table} have different lengths`);
    return {
      place: row["rowid"] ?? row["key"] ?? "",
      why: `${row["column_name"] ?? ""} ${row["code"] ?? ""}`,
      row: Object.fromEntries(columns.map((name, at) => [name, word(classes[at]!, values[at]!)])),
    };
  });
}

function word(storageClass: string, hex: string | null): string {
  if (storageClass === "null") return hex === null ? "null" : "null that is none";
  const bytes = Buffer.from(hex ?? "", "hex");
  if (storageClass === "text" || storageClass === "blob") return `${storageClass}:${bytes.toString("hex")}`;
  const digits = bytes.toString("latin1");
  return storageClass === "integer" ? `integer:${BigInt(digits)}` : `real:${bitsOf(doubleOf(digits))}`;
}

const doubleOf = (digits: string): number => Number(digits.replace("Inf", "Infinity"));

function bitsOf(value: number): string {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleBE(value);
  return bytes.toString("hex");
}

/** The rows of a table of a file, by rowid, or for tables without one by key. */
export function rowsInFile(path: string, table: string): readonly KeptRow[] {
  const database = new Database(path, { readonly: true }).defaultSafeIntegers(true);
  try {
    const schema = introspect(sourceOf(database));
    const described = schema.tables.find(({ name }) => name === table)!;
    const columns = recordColumns(described);
    const order = described.rowidName ?? described.primaryKey.map(quote).join(", ");
    const parts = columns.flatMap((name) => [
      `typeof(${quote(name)})`,
      // UTF-16 is kept as UTF-8.
      `CASE typeof(${quote(name)}) WHEN 'text' THEN CAST(${quote(name)} AS BLOB) ELSE ${quote(name)} END`,
    ]);
    const rows = database
      .prepare<[], (string | bigint | number | Buffer | null)[]>(
        `SELECT ${parts.join(", ")} FROM ${quote(table)} ORDER BY ${order}`,
      )
      .raw(true)
      .all();
    return rows.map((row) =>
      Object.fromEntries(
        columns.map((name, at) => [name, fileWord(String(row[at * 2]), row[at * 2 + 1] ?? null)]),
      ),
    );
  } finally {
    database.close();
  }
}

function fileWord(storageClass: string, value: string | bigint | number | Buffer | null): string {
  if (value === null) return "null";
  if (Buffer.isBuffer(value)) return `${storageClass}:${value.toString("hex")}`;
  return typeof value === "number" ? `real:${bitsOf(value)}` : `integer:${value}`;
}
