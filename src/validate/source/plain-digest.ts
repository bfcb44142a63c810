/**
 * Digests rows whose values all convert and whose TEXT is plain: most tables are of these alone. They are read as they are, which
 * costs a third of what scan.ts' masks and casts do.
 */
import type { Source } from "../../source/source.js";
import { MultisetSum, type MultisetDigest } from "../multiset-sum.js";
import type { Reading } from "./reading.js";
import type { RecordRows } from "./record-rows.js";
import type { PlainRow, RowEncoder } from "./row-encoder.js";

/** The clock is looked at once in so many bytes: a look costs as much as a short value. */
const bytesBetweenLooks = 16_384;

/**
 * The digest of records, or null where one does not convert: then the exact reading has to tell of all.
 *
 * @param places where the plan's columns stand in the records.
 * @throws what the reader of the records throws; ToolError `interrupted`.
 */
export const digestRecords = async (
  { batches }: RecordRows,
  places: readonly number[],
  encoder: RowEncoder,
  reading: Reading,
): Promise<MultisetDigest | null> => {
  const sum = new MultisetSum();
  let rows = 0;
  for (const batch of batches) {
    for (let row = 0; row < batch.rows; row += 1) {
      if (!encoder.encodeRecord(batch, row, places)) {
        return null;
      }
      sum.add(encoder.view());
    }
    rows += batch.rows;
    if (reading.isTurnOver) {
      await reading.passTurn(rows);
    }
  }
  return sum.total();
};

/**
 * The digest, or null where a row needs the exact reading; then all of them do, and nothing is known of any.
 *
 * @param sql SourceScan's plainSql.
 * @throws SqliteError; ToolError `interrupted`.
 */
export const digestPlainRows = async (
  database: Source["database"],
  sql: string,
  encoder: RowEncoder,
  reading: Reading,
): Promise<MultisetDigest | null> => {
  const sum = new MultisetSum();
  let rows = 0;
  let bytes = 0;
  for (const row of database.prepare<[], PlainRow>(sql).raw(true).safeIntegers(true).iterate()) {
    if (!encoder.encodePlain(row)) {
      return null;
    }
    const canonical = encoder.view();
    sum.add(canonical);
    rows += 1;
    bytes += canonical.length;
    if (bytes >= bytesBetweenLooks) {
      bytes = 0;
      if (reading.isTurnOver) {
        await reading.passTurn(rows);
      }
    }
  }
  return sum.total();
};
