/** Reads the values of a RecordBatch (sqlite.org/fileformat2.html#record_format). `at` = row * columns + column. */
import { payloadBytes, serial, type RecordBatch } from "../model/record.js";

/** Bytes of the integer of each serial type 1..6. */
const integerBytes = [0, 1, 2, 3, 4, 6, 8];

/** The integer as a double: exact up to 2^53. Callers that need more use integerBigInt. */
export function integerNumber(batch: RecordBatch, at: number): number {
  const type = batch.serialTypes[at]!;
  const offset = batch.offsets[at]!;
  if (type === serial.zero) return 0;
  if (type === serial.one) return 1;
  if (type === serial.int64) {
    return batch.bytes.readInt32BE(offset) * 0x1_0000_0000 + batch.bytes.readUInt32BE(offset + 4);
  }
  return batch.bytes.readIntBE(offset, integerBytes[type]!);
}

export function integerBigInt(batch: RecordBatch, at: number): bigint {
  return batch.serialTypes[at] === serial.int64
    ? batch.bytes.readBigInt64BE(batch.offsets[at])
    : BigInt(integerNumber(batch, at));
}

export const realNumber = (batch: RecordBatch, at: number): number =>
  batch.bytes.readDoubleBE(batch.offsets[at]);

/** Where the text or blob ends in `batch.bytes`. */
export const payloadEnd = (batch: RecordBatch, at: number): number =>
  batch.offsets[at]! + payloadBytes(batch.serialTypes[at]!);

/** The payload as ASCII or Latin-1, for short texts whose form has been looked at byte by byte. */
export const latin1 = (batch: RecordBatch, at: number): string =>
  batch.bytes.toString("latin1", batch.offsets[at], payloadEnd(batch, at));

const smallest = -(2n ** 63n);
const largest = 2n ** 63n - 1n;
export const isInt64 = (value: bigint): boolean => value >= smallest && value <= largest;
