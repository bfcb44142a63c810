/**
 * How many bytes an entry of a B-tree takes, by PostgreSQL's storage of its types: src/include/access/itup.h, varatt.h and
 * the alignments of pg_type.dat. PostgreSQL tries to compress texts of more than 500 bytes or so first; that is not counted
 * on, for the next row may not compress.
 */
import type { PgType } from "../../model/postgres.js";

/** BTMaxItemSize of version 4 with pages of 8 kB: src/include/access/nbtree.h. */
export const largestEntry = 2704;

const tupleHeader = 8;
/** A bitmap of 32 bits behind it, aligned. */
const headerWithNulls = 16;
const maximumAlignment = 8;

/** The bytes of a value that have a one-byte header before them, and need no alignment. */
const longestShort = 126;

/** A column of an index entry: bytes of its value, and what its place has to be a multiple of. */
interface FixedField {
  readonly bytes: number;
  readonly align: number;
}

const fixedFields: Readonly<Partial<Record<PgType["name"], FixedField>>> = {
  boolean: { bytes: 1, align: 1 },
  smallint: { bytes: 2, align: 2 },
  integer: { bytes: 4, align: 4 },
  real: { bytes: 4, align: 4 },
  date: { bytes: 4, align: 4 },
  enum: { bytes: 4, align: 4 },
  macaddr: { bytes: 6, align: 4 },
  bigint: { bytes: 8, align: 8 },
  "double precision": { bytes: 8, align: 8 },
  "time without time zone": { bytes: 8, align: 8 },
  "timestamp without time zone": { bytes: 8, align: 8 },
  "timestamp with time zone": { bytes: 8, align: 8 },
  uuid: { bytes: 16, align: 1 },
};

export const fixedField = (type: PgType): FixedField | null => fixedFields[type.name] ?? null;

/**
 * The most that a value of varying length takes, without its header.
 *
 * @param sourceBytes of the value in SQLite, written as text where it is a number.
 * @returns null where the type's form is not known here.
 */
export function varyingBytes({ name, modifiers }: PgType, sourceBytes: number): number | null {
  switch (name) {
    case "text":
    case "bytea":
    case "citext":
      return sourceBytes;
    case "character varying":
      return Math.min(sourceBytes, ...modifiers.map(mostBytes));
    case "character":
      return sourceBytes + (modifiers[0] ?? 1);
    case "numeric":
      // Four digits in two bytes, cut at the point: NUMERIC_HDRSZ and NumericDigit in src/backend/utils/adt/numeric.c.
      return 4 + 2 * (Math.ceil(sourceBytes / 4) + 1);
    case "inet":
    case "cidr":
      return 18;
    default:
      return null;
  }
}

/** Header and alignment of one value of varying length. */
const mostOverhead = 4 + 3;

/** Source bytes of all values together that make no entry too long: with each of them it grows by a byte at most. */
export const leastBytes = (types: readonly PgType[]): number => {
  const empty = entryBytes(
    types,
    types.map(() => 0),
  );
  const overhead = types.length * (mostOverhead + maximumAlignment) + headerWithNulls;
  return Math.max(0, largestEntry - (empty ?? 0) - overhead);
};

/** In UTF-8. */
const mostBytes = (characters: number): number => 4 * characters;

/**
 * @param sourceBytes of each value as `varyingBytes` takes them; null: NULL.
 * @returns null where a type's form is not known here.
 */
export function entryBytes(types: readonly PgType[], sourceBytes: readonly (number | null)[]): number | null {
  let end = sourceBytes.includes(null) ? headerWithNulls : tupleHeader;
  for (const [at, type] of types.entries()) {
    const bytes = sourceBytes[at] ?? null;
    const fixed = fixedField(type);
    if (fixed === null && varyingBytes(type, 0) === null) return null;
    if (bytes !== null)
      end = fixed === null ? varyingEnd(type, bytes, end) : aligned(end, fixed.align) + fixed.bytes;
  }
  return aligned(end, maximumAlignment);
}

function varyingEnd(type: PgType, sourceBytes: number, start: number): number {
  const bytes = varyingBytes(type, sourceBytes) ?? 0;
  return bytes <= longestShort ? start + 1 + bytes : aligned(start, 4) + 4 + bytes;
}

export const aligned = (position: number, to: number): number => Math.ceil(position / to) * to;
