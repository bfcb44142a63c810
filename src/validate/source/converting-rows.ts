/** The canonical rows that the source's table should have become, once more: for those that differ, and to show them. */
import type { TablePlan } from "../../model/plan.js";
import { confinedRows } from "../../source/confined-rows.js";
import type { Clocks } from "../target/clocks.js";
import type { RowsSource } from "./digest.js";
import type { OrphanColumns } from "./orphan-rows.js";
import { leastRowid } from "./plain-rows.js";
import { RowEncoder, type PlainRow, type SelectedRow } from "./row-encoder.js";
import { scanOf, type RowidRange, type SourceScan } from "./scan.js";
import { literalOf } from "./source-literal.js";

/** Rows that can be read once, taken one by one while some are at hand. */
export interface SourceRows {
  /** The next row, a view that is valid until the next is asked for; null: none is at hand. */
  next(): Buffer | null;
  /** Waits until rows are at hand. @returns false where there are no more. */
  more(): Promise<boolean>;
  /** The values of the row that came last, as SQLite would write them, by the plan's columns. Not for every row. */
  shown(): readonly string[];
  /** Has to follow, also where not all rows were taken. */
  close(): Promise<void>;
}

export interface ConvertingRowsOptions {
  /** These rows alone; null: all. */
  readonly range: RowidRange | null;
  /** Rows that do not count, for a parent that is not there. */
  readonly orphans: OrphanColumns | undefined;
  /** Of the zones that columns of the table are in. */
  readonly clocks: Clocks;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The rows of `table` that convert, in the order of their rowids where they have any. None where the source has no such table.
 *
 * @throws SqliteError when SQLite cannot read the table, also from the rows; what confinedRows throws from `more`.
 */
export function convertingRows(
  source: RowsSource,
  table: TablePlan,
  options: ConvertingRowsOptions,
): SourceRows {
  const { database } = source;
  const { range, orphans, clocks } = options;
  const scan = scanOf(database, table, false, orphans !== undefined, range);
  if (scan === null) return noRows;
  const columns = table.columns.length;
  const encoding = String(database.pragma("encoding", { simple: true }));
  const encoder = new RowEncoder(table.columns, scan.columns.length, encoding, clocks);
  // A third of the cost of the exact reading.
  if (scan.pageSql !== null && scan.rowSql !== null && orphans === undefined) {
    const first = range?.from ?? leastRowid;
    return new PlainRows(database, scan.pageSql, scan.rowSql, { first, encoder, columns });
  }
  return new ConvertingRows(columns, batchesOf(source, scan, options.signal), encoder, orphans);
}

interface PlainReading {
  /** The rowid from which on rows are read. */
  readonly first: bigint;
  readonly encoder: RowEncoder;
  /** How many the plan has. */
  readonly columns: number;
}

/** TEXT comes as strings; a row of which these do not tell all is read once more by its rowid. */
class PlainRows implements SourceRows {
  readonly #statement: { iterate(first: bigint, most: bigint): IterableIterator<PlainRow> };
  readonly #exactly: { get(rowid: bigint): SelectedRow | undefined };
  readonly #first: bigint;
  readonly #encoder: RowEncoder;
  readonly #columns: number;
  #rows: Iterator<PlainRow> | null = null;
  #last: PlainRow = [];
  /** The same, where that was needed. */
  #exact: SelectedRow | null = null;

  constructor(
    database: RowsSource["database"],
    pageSql: string,
    rowSql: string,
    { first, encoder, columns }: PlainReading,
  ) {
    this.#statement = database.prepare<[bigint, bigint], PlainRow>(pageSql).raw(true).safeIntegers(true);
    this.#exactly = database.prepare<[bigint], SelectedRow>(rowSql).raw(true).safeIntegers(true);
    this.#first = first;
    this.#encoder = encoder;
    this.#columns = columns;
  }

  next(): Buffer | null {
    while (this.#rows !== null) {
      const { done, value: row } = this.#rows.next() as IteratorResult<PlainRow, undefined>;
      if (done === true) return null;
      this.#last = row;
      this.#exact = null;
      if (this.#encoder.encodePlain(row, true) === "row" || this.#encodeExactly(row))
        return this.#encoder.view();
    }
    return null;
  }

  #encodeExactly(row: PlainRow): boolean {
    this.#exact = this.#exactly.get(row[this.#columns] as bigint) ?? [];
    return this.#encoder.encode(this.#exact) === null;
  }

  more(): Promise<boolean> {
    const isFirst = this.#rows === null;
    // -1: no limit (sqlite.org/lang_select.html, section 5).
    this.#rows ??= this.#statement.iterate(this.#first, -1n);
    return Promise.resolve(isFirst);
  }

  shown(): readonly string[] {
    if (this.#exact !== null) return shownExactly(this.#encoder, this.#exact, this.#columns);
    return Array.from({ length: this.#columns }, (_, column) => {
      const value = this.#last[column] ?? null;
      return typeof value === "string" ? literalOf(Buffer.from(value), true) : literalOf(value, false);
    });
  }

  close(): Promise<void> {
    this.#rows?.return?.();
    return Promise.resolve();
  }
}

const noRows: SourceRows = {
  next: () => null,
  more: () => Promise.resolve(false),
  shown: () => [],
  close: () => Promise.resolve(),
};

const shownExactly = (encoder: RowEncoder, row: SelectedRow, columns: number): readonly string[] =>
  Array.from({ length: columns }, (_, column) => {
    const { value, isText } = encoder.valueAt(row, column);
    return literalOf(value, isText);
  });

/** All at once where SQLite reads them here; what the file computes comes from a process of its own, as it gets there. */
async function* batchesOf(
  source: RowsSource,
  scan: SourceScan,
  signal: AbortSignal | undefined,
): AsyncGenerator<Iterable<SelectedRow>, void> {
  const sql = scan.rowidName === null ? scan.sql : `${scan.sql} ORDER BY t.${scan.rowidName}`;
  if (scan.computes) yield* confinedRows(source, sql, { signal }) as AsyncGenerator<readonly SelectedRow[]>;
  else yield source.database.prepare<[], SelectedRow>(sql).raw(true).safeIntegers(true).iterate();
}

class ConvertingRows implements SourceRows {
  readonly #columns: number;
  readonly #batches: AsyncIterator<Iterable<SelectedRow>, void>;
  readonly #encoder: RowEncoder;
  readonly #orphans: OrphanColumns | undefined;
  #rows: Iterator<SelectedRow> = [][Symbol.iterator]();
  #last: SelectedRow = [];

  constructor(
    columns: number,
    batches: AsyncIterator<Iterable<SelectedRow>, void>,
    encoder: RowEncoder,
    orphans: OrphanColumns | undefined,
  ) {
    this.#columns = columns;
    this.#batches = batches;
    this.#encoder = encoder;
    this.#orphans = orphans;
  }

  next(): Buffer | null {
    for (;;) {
      const { done, value: row } = this.#rows.next() as IteratorResult<SelectedRow, undefined>;
      if (done === true) return null;
      if (this.#orphans?.has(String(row.at(-1))) === true || this.#encoder.encode(row) !== null) continue;
      this.#last = row;
      return this.#encoder.view();
    }
  }

  async more(): Promise<boolean> {
    const next = await this.#batches.next();
    if (next.done === true) return false;
    this.#rows = next.value[Symbol.iterator]();
    return true;
  }

  shown(): readonly string[] {
    return shownExactly(this.#encoder, this.#last, this.#columns);
  }

  async close(): Promise<void> {
    this.#rows.return?.();
    await this.#batches.return?.();
  }
}
