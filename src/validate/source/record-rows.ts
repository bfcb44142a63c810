/** Rows as the page reader hands them over: SQLite's records, decoded here once more and by code of this room. */
import { isText, payloadBytes, serial, type RecordBatch } from "../../model/record.js";
import type { TablePlan } from "../../model/plan.js";
import type { SqliteValue } from "./sqlite-value.js";

/** Rows of a table, or of a part of it. */
export interface RecordRows {
  /** The columns of a record by their names, in their order. */
  readonly columns: readonly string[];
  /** All of them, from the beginning each time. */
  readonly batches: () => Iterable<RecordBatch>;
}

/** Where the plan's columns stand in records; null where one of them does not. */
export const placesOf = (
  table: TablePlan,
  { columns }: Pick<RecordRows, "columns">,
): readonly number[] | null => {
  const places = table.columns.map(({ source }) => columns.indexOf(source));
  return places.includes(-1) ? null : places;
};

/** The value at a place of a batch; TEXT as its bytes, which are a view into the batch. */
export const recordValue = ({ serialTypes, offsets, bytes }: RecordBatch, at: number): SqliteValue => {
  const type = serialTypes[at] ?? 0;
  const offset = offsets[at] ?? 0;
  switch (type) {
    case serial.null:
      return null;
    case serial.zero:
      return 0n;
    case serial.one:
      return 1n;
    case serial.float64:
      return bytes.readDoubleBE(offset);
    case serial.int64:
      return bytes.readBigInt64BE(offset);
    case 5:
      return BigInt(bytes.readIntBE(offset, 6));
    default:
      return type <= serial.int32
        ? BigInt(bytes.readIntBE(offset, type))
        : bytes.subarray(offset, offset + payloadBytes(type));
  }
};

/** Whether the value at a place of a batch is TEXT. */
export const isTextAt = ({ serialTypes }: RecordBatch, at: number): boolean => isText(serialTypes[at] ?? 0);
