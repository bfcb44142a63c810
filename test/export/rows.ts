/** Rows as texts that tell storage classes, bits and bytes apart: `i12`, `r3ff8000000000000`, `t6162`, `b6162`, `-`. */
import { isBlob, isInteger, isText, payloadBytes, serial, type RecordBatch } from "../../src/model/record.js";
import { readRecords } from "../../src/export/sqlite-records.js";
import type { Sample } from "./sample.js";

export interface Row {
  readonly rowid: bigint | null;
  readonly values: readonly string[];
}

const realText = (value: number): string => {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleBE(value);
  return `r${bytes.toString("hex")}`;
};

/** bigint: INTEGER; number: REAL; string: TEXT; Buffer: BLOB. */
export type Cell = null | bigint | number | string | Buffer;

export const cellText = (cell: Cell): string => {
  if (cell === null) return "-";
  if (typeof cell === "bigint") return `i${cell}`;
  if (typeof cell === "number") return realText(cell);
  return typeof cell === "string" ? `t${Buffer.from(cell).toString("hex")}` : `b${cell.toString("hex")}`;
};

const integerBytes = [0, 1, 2, 3, 4, 6, 8];

function valueText(batch: RecordBatch, at: number): string {
  const type = batch.serialTypes[at]!;
  const offset = batch.offsets[at]!;
  if (type === serial.null) return "-";
  if (type === serial.zero || type === serial.one) return `i${type - serial.zero}`;
  if (type === serial.float64) return `r${batch.bytes.toString("hex", offset, offset + 8)}`;
  if (isInteger(type)) {
    const bytes = batch.bytes.subarray(offset, offset + integerBytes[type]!);
    return `i${BigInt.asIntN(bytes.length * 8, BigInt(`0x${bytes.toString("hex")}`))}`;
  }
  if (!isText(type) && !isBlob(type)) throw new Error(`serial type ${type}`);
  return `${isText(type) ? "t" : "b"}${batch.bytes.toString("hex", offset, offset + payloadBytes(type))}`;
}

/** The rows of a batch, copied out of it. */
export function rowsOf(batch: RecordBatch): readonly Row[] {
  return Array.from({ length: batch.rows }, (_, row) => ({
    rowid: batch.rowids?.[row] ?? null,
    values: Array.from({ length: batch.columns }, (_, column) =>
      valueText(batch, row * batch.columns + column),
    ),
  }));
}

/** Every row of a table by the reader under test. */
export function readRows(sample: Sample, table: string): readonly Row[] {
  const rows: Row[] = [];
  for (const batch of readRecords(sample.source, sample.table(table), sample.schema.encoding))
    rows.push(...rowsOf(batch));
  return rows;
}

export const valuesOf = (sample: Sample, table: string): readonly (readonly string[])[] =>
  readRows(sample, table).map(({ values }) => values);
