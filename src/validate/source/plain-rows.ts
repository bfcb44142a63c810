/** Rows as scan.ts' plain SQL selects them: many at once where that is known to be little, else one by one. */
import type { Source } from "../../source/source.js";
import type { PlainRow } from "./row-encoder.js";
import type { RowidRange, SourceScan } from "./scan.js";

/** All rows that are read may be in memory at once if their values have no more bytes than this. */
export const mostOctets = 64 * 1024 * 1024;

/** SQLite hands over an array of them in two thirds of the time that they take one by one. */
const mostRowsAPage = 512;

/** Heavy rows gain nothing by that, and what was taken stays in memory until somebody sweeps. */
const octetsAPage = 1024 * 1024;

/** How much rows are together. */
export interface RowsWeight {
  readonly rows: number;
  /** Bytes of their TEXT and BLOB values; Infinity where that was not counted. */
  readonly octets: number;
}

/** By the weight of a row in the middle: a few heavy ones may stand on one page. */
const rowsAPageOf = ({ rows, octets }: RowsWeight): number =>
  octets === 0
    ? mostRowsAPage
    : Math.max(1, Math.min(mostRowsAPage, Math.floor((octetsAPage * rows) / octets)));

/** sqlite.org/lang_createtable.html, section 5: a rowid is a 64-bit signed integer. */
export const leastRowid = -(2n ** 63n);
const greatestRowid = 2n ** 63n - 1n;

/** Rows in the order of their rowids, where they have any. */
export interface PlainBatch {
  readonly rows: readonly PlainRow[];
  /** Whether INTEGERs are BigInts. Else they are doubles, at half the cost; of which rows those tell: RowEncoder.encodePlain. */
  readonly isExact: boolean;
  /** Makes the rows exact. Before the next batch is asked for. */
  readExactly(): void;
}

/** After so many batches that had to be read again, doubles are no gain. */
const mostReread = 4;

/**
 * @param range what the scan is of.
 * @param weight of all of them; null: that is not known.
 * @throws SqliteError from the iterator.
 */
export function* plainRows(
  database: Source["database"],
  { plainSql, pageSql }: Pick<SourceScan, "plainSql" | "pageSql">,
  range: RowidRange | null,
  weight: RowsWeight | null,
): Generator<PlainBatch, void> {
  if (plainSql === null) {
    throw new Error("the table has no plain rows");
  }
  if (pageSql === null || weight === null || weight.octets > mostOctets) {
    for (const row of database.prepare<[], PlainRow>(plainSql).raw(true).safeIntegers(true).iterate()) {
      yield exactBatch([row]);
    }
    return;
  }
  const prepare = (isExact: boolean): Page =>
    database.prepare<[bigint, number], PlainRow>(pageSql).raw(true).safeIntegers(isExact);
  const rowsAPage = rowsAPageOf(weight);
  const exact = prepare(true);
  const doubles = prepare(false);
  let reread = 0;
  let first = range?.from ?? leastRowid;
  for (;;) {
    const batch = new PageBatch(exact, first, rowsAPage, reread < mostReread ? doubles : exact);
    const last = batch.lastRowid();
    if (last === null) {
      return;
    }
    yield batch;
    reread += batch.wasReread ? 1 : 0;
    if (batch.rows.length < rowsAPage || last === greatestRowid) {
      return;
    }
    first = last + 1n;
  }
}

/** A statement of so many rows from a rowid on. */
interface Page {
  all(first: bigint, rows: number): PlainRow[];
}

class PageBatch implements PlainBatch {
  rows: readonly PlainRow[];
  isExact: boolean;
  wasReread = false;
  readonly #exact: Page;
  readonly #first: bigint;
  readonly #most: number;

  constructor(exact: Page, first: bigint, most: number, page: Page) {
    this.#exact = exact;
    this.#first = first;
    this.#most = most;
    this.isExact = page === exact;
    this.rows = page.all(first, most);
  }

  readExactly(): void {
    this.rows = this.#exact.all(this.#first, this.#most);
    this.isExact = true;
    this.wasReread = true;
  }

  /** Null where there are no rows. */
  lastRowid(): bigint | null {
    const rowid = this.rows.at(-1)?.at(-1);
    if (typeof rowid === "number" && !Number.isSafeInteger(rowid)) {
      this.readExactly();
      return this.lastRowid();
    }
    return rowid === undefined ? null : BigInt(rowid as bigint | number);
  }
}

const exactBatch = (rows: readonly PlainRow[]): PlainBatch => ({
  rows,
  isExact: true,
  readExactly: () => undefined,
});
