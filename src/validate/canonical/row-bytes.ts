/**
 * One row as PostgreSQL's `record_send(ROW(...))` writes it (src/backend/utils/adt/rowtypes.c): the number of columns, then
 * of each column its type's OID, its length (-1: NULL) and its bytes, all integers big-endian. Lengths keep 'ab','c'
 * and 'a','bc' apart, and NULL is no value that a text could also hold.
 *
 * A value above `longValueBytes` is replaced by a marker of its SHA-256 that is longer than any value left as it is,
 * so the two can not be mistaken for one another. No row comes near the 1 GB that PostgreSQL allows a datum, and
 * memory does not depend on the values. canonical-sql.ts has the same rule in SQL.
 */
import { hash } from "node:crypto";

/** The fixed OIDs of the types that canonical rows are made of (pg_type.dat). */
export const oids = {
  boolean: 16,
  bytea: 17,
  int8: 20,
  text: 25,
  cidr: 650,
  float4: 700,
  float8: 701,
  macaddr: 829,
  inet: 869,
  date: 1082,
  time: 1083,
  timestamp: 1114,
  timestamptz: 1184,
  uuid: 2950,
} as const;

export type CanonicalOid = (typeof oids)[keyof typeof oids];

/** Texts (those of numbers and JSON too) and byte strings longer than this stand in a row as their SHA-256. */
export const longValueBytes = 65_536;

const nullLength = -1;

/** How the bytes of a row stand around its values. */
export interface RowForm {
  /** Of the number of columns. */
  readonly countBytes: 2 | 4;
  readonly hasOids: boolean;
  /** Longer values stand there as their markers; null: none does. */
  readonly longest: number | null;
}

/** A text that knows how many bytes it has, and puts them where they belong. */
export interface ShortText {
  readonly length: number;
  putInto(bytes: Buffer, at: number): void;
}

const recordForm: RowForm = { countBytes: 4, hasOids: true, longest: longValueBytes };

/** Up to here a loop is faster than a call that leaves JavaScript. */
const shortBytes = 64;

/** The views of rows up to this length are kept: most rows are of a few lengths, and to make a view costs as much as a field. */
const keptViews = 4096;

/** Builds rows of `columns` fields one after the other in one buffer that only grows to the largest row. */
export class RowBytes {
  protected bytes = Buffer.allocUnsafe(4096);
  protected numbers = viewOf(this.bytes);
  /** Where the row begins. */
  protected start = 0;
  /** Where it ends so far. */
  protected end: number;
  #views: (Buffer | undefined)[] = [];
  readonly #columns: number;
  readonly #countBytes: 2 | 4;
  readonly #fieldHeader: 4 | 8;
  readonly #longest: number;

  constructor(columns: number, { countBytes, hasOids, longest }: RowForm = recordForm) {
    this.#columns = columns;
    this.#countBytes = countBytes;
    this.#fieldHeader = hasOids ? 8 : 4;
    this.#longest = longest ?? Infinity;
    this.end = 0;
    this.beginAt(0);
  }

  /** Forgets the row; the next field is the first. */
  clear(): void {
    this.end = this.start + this.#countBytes;
  }

  /** The row so far. Valid until the next field is written. */
  view(): Buffer {
    const { start, end } = this;
    if (start > 0 || end > keptViews) {
      return this.bytes.subarray(start, end);
    }
    return (this.#views[end] ??= this.bytes.subarray(0, end));
  }

  /** Begins a row at this place; what stands before it stays. */
  protected beginAt(start: number): void {
    this.start = start;
    this.reserve(start + this.#countBytes);
    if (this.#countBytes === 2) {
      this.numbers.setInt16(start, this.#columns);
    } else {
      this.numbers.setInt32(start, this.#columns);
    }
    this.clear();
  }

  protected reserve(length: number): void {
    if (length > this.bytes.length) {
      this.#grow(length);
    }
  }

  /** Returns null, as a field's `write` does for a value that converts. */
  writeNull(oid: CanonicalOid): null {
    this.startField(oid, nullLength, 0);
    return null;
  }

  writeBoolean(value: boolean): void {
    const at = this.startField(oids.boolean, 1, 1);
    this.bytes[at] = value ? 1 : 0;
  }

  writeInt32(oid: CanonicalOid, value: number): void {
    // The field first: it may move the row to a larger buffer.
    const at = this.startField(oid, 4, 4);
    this.numbers.setInt32(at, value);
  }

  writeInt64(oid: CanonicalOid, value: bigint): void {
    const at = this.startField(oid, 8, 8);
    this.numbers.setBigInt64(at, value);
  }

  /** The same of a whole number that a double holds exactly (Number.isSafeInteger). */
  writeSafeInteger(oid: CanonicalOid, value: number): void {
    const at = this.startField(oid, 8, 8);
    const high = Math.floor(value / 2 ** 32);
    this.numbers.setInt32(at, high);
    this.numbers.setUint32(at + 4, value - high * 2 ** 32);
  }

  /** A number that 32 bits hold; its bits as they are. */
  writeFloat(value: number): void {
    const at = this.startField(oids.float4, 4, 4);
    this.numbers.setFloat32(at, value);
  }

  /** The bits as they are: -0.0 is not 0.0. */
  writeDouble(value: number): void {
    const at = this.startField(oids.float8, 8, 8);
    this.numbers.setFloat64(at, value);
  }

  /** @param length how many of the bytes. */
  writeBytes(oid: CanonicalOid, value: Buffer, length = value.length): void {
    if (length > this.#longest) {
      this.#putBytes(oid, markerOf(value.subarray(0, length)), longValueBytes + 1);
    } else {
      this.#putBytes(oid, value, length);
    }
  }

  /** A jsonb, by its text. */
  writeJsonb(text: Buffer, length = text.length): void {
    this.writeBytes(oids.text, text, length);
  }

  /** The same of one that is no long value, and writes itself. */
  writeShortJsonb(text: ShortText): void {
    const { length } = text;
    const at = this.startField(oids.text, length, length);
    text.putInto(this.bytes, at);
  }

  #putBytes(oid: CanonicalOid, value: Buffer, length: number): void {
    const at = this.startField(oid, length, length);
    if (length > shortBytes) {
      value.copy(this.bytes, at, 0, length);
      return;
    }
    const bytes = this.bytes;
    for (let index = 0; index < length; index += 1) {
      bytes[at + index] = value[index]!;
    }
  }

  /** A whole number of `width` bytes, 1 to 8, that stands big-endian in two's complement at `from`. */
  writeStoredInteger(oid: CanonicalOid, stored: Buffer, from: number, width: number): void {
    const at = this.startField(oid, 8, 8);
    const bytes = this.bytes;
    const sign = stored[from]! > 0x7f ? 0xff : 0;
    const first = at + 8 - width;
    for (let index = at; index < first; index += 1) {
      bytes[index] = sign;
    }
    for (let index = 0; index < width; index += 1) {
      bytes[first + index] = stored[from + index]!;
    }
  }

  /** So many bytes from `from` on, no more than are left as they are. */
  writeStoredBytes(oid: CanonicalOid, stored: Buffer, from: number, length: number): void {
    const at = this.startField(oid, length, length);
    if (length > shortBytes) {
      stored.copy(this.bytes, at, from, from + length);
      return;
    }
    const bytes = this.bytes;
    for (let index = 0; index < length; index += 1) {
      bytes[at + index] = stored[from + index]!;
    }
  }

  /** The same of a text; writes nothing and returns false where it is not all ASCII, or has a NUL. */
  writeStoredAscii(stored: Buffer, from: number, length: number): boolean {
    const end = from + length;
    for (let index = from; index < end; index += 1) {
      const byte = stored[index]!;
      if (byte > 0x7f || byte === 0) {
        return false;
      }
    }
    this.writeStoredBytes(oids.text, stored, from, length);
    return true;
  }

  /** A well-formed text: no half of a surrogate pair stands alone. */
  writeText(value: string): void {
    const most = value.length * 3;
    if (most > longValueBytes) {
      this.writeBytes(oids.text, Buffer.from(value, "utf8"));
      return;
    }
    const at = this.startField(oids.text, 0, most);
    const length = this.#putShort(value, at) || this.bytes.write(value, at, "utf8");
    this.numbers.setInt32(at - 4, length);
    this.end = at + length;
  }

  /** Returns the text's length; 0 where it is not short or not all ASCII. */
  #putShort(value: string, at: number): number {
    if (value.length > shortBytes) {
      return 0;
    }
    const bytes = this.bytes;
    for (let index = 0; index < value.length; index += 1) {
      const code = value.charCodeAt(index);
      if (code > 0x7f) {
        return 0;
      }
      bytes[at + index] = code;
    }
    return value.length;
  }

  /** Writes a field's header, makes room for `room` bytes after it, and returns where they start. */
  protected startField(oid: CanonicalOid, length: number, room: number): number {
    const at = this.end + this.#fieldHeader;
    this.reserve(at + room);
    if (this.#fieldHeader === 8) {
      this.numbers.setInt32(at - 8, oid);
    }
    this.numbers.setInt32(at - 4, length);
    this.end = at + room;
    return at;
  }

  #grow(needed: number): void {
    const larger = Buffer.allocUnsafe(Math.max(needed, this.bytes.length * 2));
    this.bytes.copy(larger, 0, 0, this.end);
    this.bytes = larger;
    this.numbers = viewOf(larger);
    this.#views = [];
  }
}

const viewOf = (bytes: Buffer): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** `rpad(encode(sha256(value), 'hex'), longValueBytes + 1)`. */
const markerOf = (value: Buffer): Buffer => {
  const marker = Buffer.alloc(longValueBytes + 1, " ");
  marker.write(hash("sha256", value, "hex"), "latin1");
  return marker;
};
