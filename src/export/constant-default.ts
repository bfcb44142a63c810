/**
 * What a column is in the rows that were there before ALTER TABLE added it: its DEFAULT, which SQLite puts in when it
 * reads them. SQLite itself is asked for the value, in an empty database of its own, and only about literals.
 *
 * With most other DEFAULTs such rows hold NULL there (sqlite3ColumnDefault in SQLite's src/update.c); SQLite refuses to
 * add a column with one to a table that has rows (sqlite.org/lang_altertable.html, section 4).
 */
import { serial } from "../model/record.js";
import type { Affinity, SqliteColumn } from "../model/sqlite.js";
import { openDatabase } from "../source/driver.js";
import type { Source } from "../source/source.js";
import { type StoredValue, storedNull } from "./record-layout.js";

/**
 * @param columns Columns of one table.
 * @returns For each what it is in rows that lack it; null where that cannot be known: rows never lack a stored
 *   generated column, since none can be added.
 * @throws ToolError `driver-missing`.
 */
export function readMissingValues(columns: readonly SqliteColumn[]): readonly (StoredValue | null)[] {
  const asked = columns.filter((column) => column.defaultSql !== null && isLiteral(column.defaultSql));
  if (asked.length === 0) return columns.map((column) => withoutAsking(column));
  const database = openDatabase(":memory:", {});
  try {
    database.defaultSafeIntegers(true);
    return columns.map((column) =>
      asked.includes(column)
        ? ask(database, column.defaultSql ?? "", column.affinity)
        : withoutAsking(column),
    );
  } finally {
    database.close();
  }
}

/** These SQLite may find to be constant while it parses, whatever stands beside them: `abs(5) AND 0` is 0. */
const mayBeConstant = /\b(and|or|not|in|is|isnull|notnull)\b/i;

function withoutAsking({ generated, defaultSql }: SqliteColumn): StoredValue | null {
  if (generated !== "no") return null;
  if (defaultSql === null) return storedNull;
  // SQL that is not UTF-8 came with U+FFFD in it, and says no more what it said.
  return defaultSql.includes("\ufffd") || mayBeConstant.test(defaultSql) ? null : storedNull;
}

const token = new RegExp(
  [
    String.raw`\s+|--[^\n]*|/\*[^]*?\*/`,
    String.raw`x?'(?:[^']|'')*'`,
    String.raw`[0-9.][\w.]*`,
    String.raw`[-+()]`,
    // A type may have sizes: CAST ('1.50' AS DECIMAL(5, 2)).
    String.raw`as\s[\w\s]+\([-+.,\d\s]*\)|cast\s*(?=\()`,
    // A name alone is a text, or one of NULL, TRUE and CURRENT_TIME; what has a parenthesis after it is a function.
    String.raw`"(?:[^"]|"")*"|\`(?:[^\`]|\`\`)*\`|\[[^\]]*\]`,
    String.raw`[a-z_$\u0080-\uffff][\w$\u0080-\uffff]*(?![\w$\u0080-\uffff]|\s*\()`,
  ].join("|"),
  "iy",
);

/** Whether there are only literals, signs, parentheses, casts and names: nothing that could be run. */
function isLiteral(sql: string): boolean {
  if (sql.includes("\ufffd")) return false;
  token.lastIndex = 0;
  while (token.lastIndex < sql.length) {
    // A failed match sets it back to 0.
    if (!token.test(sql)) return false;
  }
  return true;
}

const isName = (sql: string): boolean => /^\s*(["`[]|[a-z_$\u0080-\uffff][\w$\u0080-\uffff]*\s*$)/i.test(sql);

function ask(database: Source["database"], sql: string, affinity: Affinity): StoredValue | null {
  // A name in parentheses would be a column; the line break ends a comment that the DEFAULT may end with.
  const written = isName(sql) ? sql : `(${sql}\n)`;
  database.exec("CREATE TABLE t(a); INSERT INTO t VALUES (1)");
  try {
    database.prepare(`ALTER TABLE t ADD COLUMN v ${affinity} DEFAULT ${written}`).run();
    const row = database
      .prepare<[], { type: string; value: bigint | number | Buffer | null }>(
        "SELECT typeof(v) AS type, CASE typeof(v) WHEN 'text' THEN CAST(v AS BLOB) ELSE v END AS value FROM t",
      )
      .get();
    return row === undefined ? null : storedValue(row.value, row.type === "text");
  } catch (error) {
    if (error instanceof Error && error.message.includes("non-constant default")) return storedNull;
    return null;
  } finally {
    database.exec("DROP TABLE t");
  }
}

function storedValue(value: bigint | number | Buffer | null, isText: boolean): StoredValue {
  if (value === null) return storedNull;
  if (typeof value !== "object") {
    const bytes = Buffer.alloc(8);
    if (typeof value === "bigint") bytes.writeBigInt64BE(value);
    else bytes.writeDoubleBE(value);
    return { serialType: typeof value === "bigint" ? serial.int64 : serial.float64, bytes };
  }
  return { serialType: (isText ? serial.firstText : serial.firstBlob) + 2 * value.length, bytes: value };
}
