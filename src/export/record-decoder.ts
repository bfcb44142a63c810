/**
 * Takes records apart (sqlite.org/fileformat2.html, section 2.1): for each value a serial type and a place.
 *
 * Nothing is made per row or value: what the record does not hold as it is to be read (a rowid, a whole real stored
 * as an integer) is written behind the records, the rest stays where it is.
 */
import { serial } from "../model/record.js";
import type { RecordLayout } from "./record-layout.js";
import { Varint } from "./varint.js";

/** Bytes of a value by its serial type. 10 and 11 are reserved: no record has room for so many bytes. */
const fixedBytes = Uint32Array.of(0, 1, 2, 3, 4, 6, 8, 8, 0, 0, 2 ** 31, 2 ** 31);

/** Rows in flat arrays, as in a RecordBatch: value (row * columns + column). */
export interface DecodedValues {
  readonly serialTypes: Uint32Array;
  readonly offsets: Uint32Array;
}

export class RecordDecoder {
  /** Must stand at the beginning of all bytes that are decoded: values of columns that older rows lack. */
  readonly constants: Buffer;
  /** What a row may need behind the records. */
  readonly spillBytes: number;
  readonly #columns: number;
  readonly #fields: number;
  /** By field; null where a row cannot lack it. */
  readonly #missing: readonly (number | null)[];
  readonly #missingAt: readonly number[];
  readonly #rowidColumn: number;
  readonly #realColumns: readonly number[];
  /** Which field each column is, where that is not its own place. */
  readonly #fieldOf: Uint16Array | null;
  /** A record in its own order. */
  readonly #record: DecodedValues;
  readonly #varint = new Varint();

  constructor({ columns, fields }: RecordLayout) {
    const indexes = columns.map((_, index) => index);
    this.#columns = columns.length;
    this.#fields = fields;
    this.#rowidColumn = columns.findIndex((column) => column.isRowid);
    this.#realColumns = indexes.filter((index) => columns[index]!.isReal);
    this.spillBytes = 8 * (1 + this.#realColumns.length);
    const isInOrder = fields === columns.length && columns.every(({ field }, index) => field === index);
    this.#fieldOf = isInOrder ? null : Uint16Array.from(columns, ({ field }) => field);
    this.#record = { serialTypes: new Uint32Array(fields), offsets: new Uint32Array(fields) };
    const byField = Array.from({ length: fields }, (_, field) =>
      columns.find((column) => column.field === field && column.missing !== null),
    );
    this.#missing = byField.map((column) => column?.missing?.serialType ?? null);
    const values = byField.map((column) => column?.missing?.bytes ?? new Uint8Array(0));
    this.constants = Buffer.concat(values);
    let at = 0;
    this.#missingAt = values.map(({ length }) => (at += length) - length);
  }

  /**
   * Decodes the record in bytes [at, end) as row `row` of `values`.
   *
   * @param spill where in `bytes` there is room for `spillBytes`.
   * @returns where the next row may spill to; -1 where the bytes are no record of the table.
   */
  decode(
    bytes: Buffer,
    at: number,
    end: number,
    values: DecodedValues,
    row: number,
    rowid: Varint,
    spill: number,
  ): number {
    const base = row * this.#columns;
    if (this.#fieldOf === null) {
      if (!this.#decodeFields(bytes, at, end, values, base)) return -1;
    } else {
      if (!this.#decodeFields(bytes, at, end, this.#record, 0)) return -1;
      for (let column = 0; column < this.#columns; column += 1) {
        const field = this.#fieldOf[column]!;
        values.serialTypes[base + column] = this.#record.serialTypes[field]!;
        values.offsets[base + column] = this.#record.offsets[field]!;
      }
    }
    if (this.#rowidColumn >= 0) spill = writeRowid(bytes, values, base + this.#rowidColumn, rowid, spill);
    for (const column of this.#realColumns) {
      const type = values.serialTypes[base + column]!;
      if (type <= serial.one && type !== serial.float64 && type !== serial.null)
        spill = writeReal(bytes, values, base + column, spill);
    }
    return spill;
  }

  #decodeFields(bytes: Buffer, start: number, end: number, values: DecodedValues, base: number): boolean {
    const { serialTypes, offsets } = values;
    let at = start + 1;
    let headerBytes = bytes[start]!;
    if (headerBytes >= 0x80) {
      at = this.#varint.read(bytes, start);
      headerBytes = this.#varint.unsigned32;
    }
    const headerEnd = start + headerBytes;
    if (headerEnd > end || at >= headerEnd) return false;
    let body = headerEnd;
    let value = base;
    const last = base + this.#fields;
    while (at < headerEnd && value < last) {
      let type = bytes[at]!;
      at += 1;
      if (type >= 0x80) {
        const second = bytes[at]!;
        if (second < 0x80) {
          type = ((type & 0x7f) << 7) | second;
          at += 1;
        } else {
          at = this.#varint.read(bytes, at - 1);
          type = this.#varint.unsigned32;
        }
      }
      serialTypes[value] = type;
      offsets[value] = body;
      if (type >= serial.firstBlob) {
        body += (type - serial.firstBlob) >>> 1;
      } else {
        // SQLite reads what is not a number as NULL.
        if (type === serial.float64 && isNotANumber(bytes, body)) serialTypes[value] = serial.null;
        body += fixedBytes[type]!;
      }
      value += 1;
    }
    // As SQLite itself (OP_Column in vdbe.c), which does not look at values beyond the table's columns.
    if (at > headerEnd || body > end || (at === headerEnd && body !== end)) return false;
    return value === last || this.#addMissing(values, base, value - base);
  }

  #addMissing({ serialTypes, offsets }: DecodedValues, base: number, from: number): boolean {
    for (let field = from; field < this.#fields; field += 1) {
      const type = this.#missing[field] ?? null;
      if (type === null) return false;
      serialTypes[base + field] = type;
      offsets[base + field] = this.#missingAt[field]!;
    }
    return true;
  }
}

const isNotANumber = (bytes: Buffer, at: number): boolean =>
  (bytes[at]! & 0x7f) === 0x7f && bytes[at + 1]! >= 0xf0 && Number.isNaN(bytes.readDoubleBE(at));

function writeRowid(
  bytes: Buffer,
  { serialTypes, offsets }: DecodedValues,
  value: number,
  rowid: Varint,
  spill: number,
): number {
  offsets[value] = spill;
  if (rowid.high === rowid.low >> 31) {
    serialTypes[value] = serial.int32;
    return bytes.writeInt32BE(rowid.low, spill);
  }
  serialTypes[value] = serial.int64;
  return bytes.writeInt32BE(rowid.low, bytes.writeInt32BE(rowid.high, spill));
}

function writeReal(
  bytes: Buffer,
  { serialTypes, offsets }: DecodedValues,
  value: number,
  spill: number,
): number {
  const integer = readInteger(bytes, serialTypes[value]!, offsets[value]!);
  serialTypes[value] = serial.float64;
  offsets[value] = spill;
  return bytes.writeDoubleBE(integer, spill);
}

/** To the nearest number, as SQLite: the sum of two exact ones is rounded once. */
function readInteger(bytes: Buffer, type: number, at: number): number {
  if (type === serial.zero || type === serial.one) return type - serial.zero;
  if (type === serial.int64) return bytes.readInt32BE(at) * 2 ** 32 + bytes.readUInt32BE(at + 4);
  return bytes.readIntBE(at, fixedBytes[type]!);
}
