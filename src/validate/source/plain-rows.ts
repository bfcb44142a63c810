/** Rows as scan.ts' plain SQL selects them: many at once where that is known to be little, else one by one. */
import type { Source } from "../../source/source.js";
import type { PlainRow } from "./row-encoder.js";
import type { RowidRange, SourceScan } from "./scan.js";

/** All rows that are read may be in memory at once if their values have no more bytes than this. */
export const mostOctets = 64 * 1024 * 1024;

/** SQLite hands over an array of them in two thirds of the time that they take one by one. */
const rowsAPage = 512;

/** sqlite.org/lang_createtable.html, section 5: a rowid is a 64-bit signed integer. */
const leastRowid = -(2n ** 63n);
const greatestRowid = 2n ** 63n - 1n;

/**
 * Batches of the rows, in the order of their rowids where they have any.
 *
 * @param range what the scan is of.
 * @param octets how many bytes the values of all of them have together; Infinity where that is not known.
 * @throws SqliteError from the iterator.
 */
export function* plainRows(
  database: Source["database"],
  { plainSql, pageSql }: Pick<SourceScan, "plainSql" | "pageSql">,
  range: RowidRange | null,
  octets: number,
): Generator<readonly PlainRow[], void> {
  if (plainSql === null) {
    throw new Error("the table has no plain rows");
  }
  if (pageSql === null || octets > mostOctets) {
    for (const row of database.prepare<[], PlainRow>(plainSql).raw(true).safeIntegers(true).iterate()) {
      yield [row];
    }
    return;
  }
  const page = database.prepare<[bigint, number], PlainRow>(pageSql).raw(true).safeIntegers(true);
  let first = range?.from ?? leastRowid;
  for (;;) {
    const rows = page.all(first, rowsAPage);
    if (rows.length > 0) {
      yield rows;
    }
    const last = rows.at(-1)?.at(-1) as bigint;
    if (rows.length < rowsAPage || last === greatestRowid) {
      return;
    }
    first = last + 1n;
  }
}
