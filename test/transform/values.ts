/**
 * Batches of any values, written as SQLite writes them (each integer in the narrowest serial type), with bytes
 * around every value that would change it if a parser looked beyond its end.
 */
import { serial, type RecordBatch } from "../../src/model/record.js";
import type { ColumnPlan, TablePlan } from "../../src/model/plan.js";
import { pgType, type PgType, type PgTypeName, type TimeUnit } from "../../src/model/postgres.js";
import { CopyBuffer } from "../../src/transform/copy-buffer.js";
import { encoderFor } from "../../src/transform/fields/choose-field.js";

/** TEXT whose bytes are no UTF-8, or that are at hand as bytes. */
export interface TextBytes {
  readonly text: Buffer;
}

/** bigint: INTEGER; number: REAL; string and TextBytes: TEXT; Buffer: BLOB. */
export type Value = null | bigint | number | string | TextBytes | Buffer;

export const textBytes = (...bytes: readonly number[]): TextBytes => ({ text: Buffer.from(bytes) });

/** In front of and behind every value: continues numbers, times, offsets, escapes, and ends strings. */
const traps = ["-", "+05", "0", ' "', "}", ":30", ".5", "e9", "\\ude00", "\0", "\xff", " Z", "5-", "a"].map(
  (text) => Buffer.from(text, "latin1"),
);

/**
 * @param between what stands between the values, in turn.
 * @param wideIntegers eight bytes for every integer, as a reader through SQLite gives them.
 */
export function batchOf(
  rows: readonly (readonly Value[])[],
  {
    between = traps,
    withRowids = true,
    wideIntegers = false,
  }: {
    readonly between?: readonly Buffer[];
    readonly withRowids?: boolean;
    readonly wideIntegers?: boolean;
  } = {},
): RecordBatch {
  const columns = rows[0]?.length ?? 0;
  const serialTypes = new Uint32Array(rows.length * columns);
  const offsets = new Uint32Array(rows.length * columns);
  const parts: Buffer[] = [];
  let offset = 0;
  const append = (part: Buffer): void => {
    parts.push(part);
    offset += part.length;
  };
  for (const [at, value] of rows.flat().entries()) {
    append(between[at % between.length]!);
    const { type, bytes } = serialise(value, wideIntegers);
    serialTypes[at] = type;
    offsets[at] = offset;
    append(bytes);
  }
  append(between[0]!);
  const rowids = withRowids ? BigInt64Array.from(rows, (_row, index) => BigInt(index + 1)) : null;
  return { rows: rows.length, columns, bytes: Buffer.concat(parts), serialTypes, offsets, rowids };
}

/** One column. */
export const columnOf = (values: readonly Value[]): RecordBatch => batchOf(values.map((value) => [value]));

export const one = (value: Value): RecordBatch => columnOf([value]);

const empty = Buffer.alloc(0);

function serialise(value: Value, wideIntegers: boolean): { readonly type: number; readonly bytes: Buffer } {
  if (value === null) return { type: serial.null, bytes: empty };
  if (typeof value === "bigint") return serialiseInteger(value, wideIntegers);
  if (typeof value === "number") {
    const bytes = Buffer.alloc(8);
    bytes.writeDoubleBE(value);
    return { type: serial.float64, bytes };
  }
  if (Buffer.isBuffer(value)) return { type: serial.firstBlob + value.length * 2, bytes: value };
  const bytes = typeof value === "string" ? Buffer.from(value, "utf8") : value.text;
  return { type: serial.firstText + bytes.length * 2, bytes };
}

function serialiseInteger(value: bigint, wide: boolean): { readonly type: number; readonly bytes: Buffer } {
  if (!wide && value === 0n) return { type: serial.zero, bytes: empty };
  if (!wide && value === 1n) return { type: serial.one, bytes: empty };
  const lengths = [1, 2, 3, 4, 6, 8];
  const index = wide ? 5 : lengths.findIndex((length) => BigInt.asIntN(length * 8, value) === value);
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64BE(value);
  return { type: index + 1, bytes: bytes.subarray(8 - lengths[index]!) };
}

export const asType = (type: PgTypeName | PgType): PgType => (typeof type === "string" ? pgType(type) : type);

export const columnPlan = (
  source: string,
  type: PgTypeName | PgType,
  unit: TimeUnit | null = null,
): ColumnPlan => ({
  source,
  declaredType: "",
  target: source,
  type: asType(type),
  unit,
  decode: null,
  zone: null,
  policy: {},
  rule: null,
  notNull: false,
  defaultSql: null,
  generated: null,
  comment: null,
  identity: null,
  because: "a test says so",
});

export const tablePlan = (name: string, columns: readonly ColumnPlan[]): TablePlan => ({
  source: name,
  target: name,
  rows: 0,
  rejected: 0,
  rejects: [],
  changes: [],
  withoutRowid: false,
  reader: { by: "sqlite", because: "a test reads it" },
  columns,
  primaryKey: null,
  uniques: [],
  indexes: [],
  foreignKeys: [],
  checks: [],
  comment: null,
});

/** The field that the encoder of `type` writes, length first, or null where it refuses. */
export function encoded(
  type: PgTypeName | PgType,
  unit: TimeUnit | null,
  batch: RecordBatch,
  at: number,
): Buffer | null {
  const before = Buffer.from("before");
  // Too small on purpose: every encoder has to make its own room.
  const out = new CopyBuffer(before.length);
  out.position += before.copy(out.bytes);
  const accepted = encoderFor(columnPlan("c", type, unit))(batch, at, out);
  if (!out.bytes.subarray(0, before.length).equals(before)) throw new Error("what stood before was changed");
  if (!accepted) {
    if (out.position !== before.length) throw new Error("a refused value left bytes");
    return null;
  }
  const field = Buffer.from(out.bytes.subarray(before.length, out.position));
  if (field.readInt32BE(0) !== field.length - 4) throw new Error("the field has another length than it says");
  return field;
}

export const accepts = (type: PgTypeName | PgType, unit: TimeUnit | null, value: Value): boolean =>
  encoded(type, unit, one(value), 0) !== null;
