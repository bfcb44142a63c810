/**
 * Reads a table of the source once more, through SQLite itself and with SQL of its own, and digests what it should have
 * become. A damaged index must not answer for the table. TEXT arrives as its bytes (CAST AS BLOB): a string
 * would have lost invalid ones. `typeof` of each value comes as a bit, because the cast hides it.
 */
import { quote, quoteQualified } from "../model/identifier.js";
import type { TablePlan } from "../model/plan.js";
import type { Source } from "../source/source.js";
import { throwIfInterrupted } from "./interruption.js";
import { misfitWords } from "./misfit-words.js";
import { MultisetSum, type MultisetDigest } from "./multiset-sum.js";
import { bitsAMask, RowEncoder, type SqliteValue } from "./row-encoder.js";

export interface SourceDigest {
  readonly rows: number;
  /** Null where a row did not convert: then the target can not hold the same rows. */
  readonly digest: MultisetDigest | null;
  /** The rows that did not convert, and the first of them in words; null without any. */
  readonly misfits: { readonly rows: number; readonly first: string } | null;
}

export interface SourceDigestOptions {
  /** Told now and then how many rows were read so far. */
  readonly onRows?: ((rows: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Ctrl-C and progress wait no longer than this. */
const sliceMilliseconds = 20;

/**
 * Digests the rows of `table`, or null where the source has no such table.
 *
 * @throws SqliteError when SQLite cannot read the table; ToolError `interrupted`.
 */
export const digestSource = async (
  source: Source,
  table: TablePlan,
  options: SourceDigestOptions = {},
): Promise<SourceDigest | null> => {
  const { database } = source;
  if (!hasTable(database, table.source)) {
    return null;
  }
  const rowidName = table.withoutRowid ? null : freeRowidName(database, table.source);
  const statement = database
    .prepare<[], SqliteValue[]>(`${selectSql(table, rowidName)} ${scanOf(database, table)}`)
    .raw(true)
    .safeIntegers(true);
  const encoder = new RowEncoder(table, String(database.pragma("encoding", { simple: true })));
  const sum = new MultisetSum();
  let rows = 0;
  let misfits = 0;
  let first = "";
  let sliceEnd = performance.now() + sliceMilliseconds;
  for (const row of statement.iterate()) {
    rows += 1;
    const misfit = encoder.encode(row);
    if (misfit === null) {
      sum.add(encoder.view());
    } else {
      first = misfits === 0 ? misfitWords(table, encoder, row, rows, misfit) : first;
      misfits += 1;
    }
    if (performance.now() >= sliceEnd) {
      options.onRows?.(rows);
      await new Promise((resolve) => setImmediate(resolve));
      throwIfInterrupted(options.signal);
      sliceEnd = performance.now() + sliceMilliseconds;
    }
  }
  return misfits === 0
    ? { rows, digest: sum.total(), misfits: null }
    : { rows, digest: null, misfits: { rows: misfits, first } };
};

/** A view, or a virtual table (which has no root page), is never read as data. */
const hasTable = (database: Source["database"], table: string): boolean =>
  database
    .prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND rootpage > 0 AND name = ?")
    .get(table) !== undefined;

/** A name of the rowid that no column takes, or null. */
const freeRowidName = (database: Source["database"], table: string): string | null => {
  const names = database
    .prepare<[string], string>("SELECT name FROM pragma_table_xinfo(?)")
    .pluck()
    .all(table);
  const taken = new Set(names.map((name) => name.toLowerCase()));
  return ["rowid", "_rowid_", "oid"].find((name) => !taken.has(name)) ?? null;
};

/** The columns of a row as row-encoder.ts takes them. */
const selectSql = (table: TablePlan, rowidName: string | null): string => {
  // A name that the table does not have must be an error: unqualified, SQLite may read it as a text.
  const columns = table.columns.map(({ source }) => `t.${quote(source)}`);
  const masks: string[] = [];
  for (let start = 0; start < columns.length; start += bitsAMask) {
    const bits = columns.slice(start, start + bitsAMask);
    masks.push(bits.map((column, bit) => `((typeof(${column}) = 'text') << ${bit})`).join(" | "));
  }
  const values = columns.map(
    (column) => `CASE typeof(${column}) WHEN 'text' THEN CAST(${column} AS BLOB) ELSE ${column} END`,
  );
  const rowid = rowidName === null ? "NULL" : `t.${rowidName}`;
  return `SELECT ${[rowid, ...masks, ...values].join(", ")} FROM ${quoteQualified("main", table.source)} AS t`;
};

/** Without a rowid the index of the primary key is the table; NOT INDEXED would let any index with all columns answer. */
const scanOf = (database: Source["database"], table: TablePlan): string => {
  if (!table.withoutRowid) return "NOT INDEXED";
  const key = database
    .prepare<[string], string>("SELECT name FROM pragma_index_list(?) WHERE origin = 'pk'")
    .pluck()
    .get(table.source);
  return key === undefined ? "NOT INDEXED" : `INDEXED BY ${quote(key)}`;
};
