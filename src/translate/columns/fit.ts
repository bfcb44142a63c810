/** How many values of a column each type takes: the table of docs/fidelity, read from the counts of a profile. */
import type { ColumnProfile } from "../../model/profile.js";
import type { PgType, PgTypeKind, TimeUnit } from "../../model/postgres.js";

/** Values that are not NULL. */
export const valueCount = (profile: ColumnProfile): number => {
  const { integers, reals, texts, blobs } = profile;
  return integers.count + reals.count + texts.count + blobs.count;
};

/**
 * Values that do not fit `type`. Counts that need a closer look (words, dates, JSON ...) are there only
 * where the column's declared meaning asked for them.
 *
 * @param unit of the column's numbers; null where they are no times.
 * @returns null where the counts cannot tell: the encoder decides, value by value. Where a limit says that not all
 *   values fit, but not how many, all count as misfits.
 */
export const misfits = (type: PgType, unit: TimeUnit | null, profile: ColumnProfile): number | null => {
  const values = valueCount(profile);
  if (values === 0) return 0;
  const fitting = accepted[type.name](profile, type, unit);
  return fitting === null ? null : values - fitting;
};

type Accepts = (profile: ColumnProfile, type: PgType, unit: TimeUnit | null) => number | null;

const accepted: Readonly<Record<PgTypeKind, Accepts>> = {
  boolean: ({ integers, reals, texts, blobs }) =>
    integers.zeroOrOne + reals.zeroOrOne + texts.booleanWords + blobs.zeroOrOne,
  smallint: (profile) => narrowIntegers(profile, 2n ** 15n),
  integer: (profile) => narrowIntegers(profile, 2n ** 31n),
  bigint: ({ integers, reals, texts }) => integers.count + reals.whole + texts.canonicalIntegers,
  // Every integer of up to 24 bits is a single-precision number; which REALs are was not counted.
  real: ({ integers, reals, texts }) =>
    reals.count + texts.canonicalDoubles === 0 && isWithin(integers, 2n ** 24n) ? integers.count : null,
  "double precision": ({ integers, reals, texts }) =>
    integers.exactAsDouble + reals.count + texts.canonicalDoubles,
  numeric: ({ integers, reals, texts, wholeDigits, scaleDigits }, { modifiers: [precision, scale = 0] }) => {
    const all = integers.count + reals.count - reals.negativeZeros + texts.decimals;
    if (precision === undefined) return all;
    return reals.infinite === 0 && wholeDigits <= precision - scale && scaleDigits <= scale ? all : 0;
  },
  // Text that PostgreSQL cannot store (NUL, invalid UTF-8) is still text: it is rejected, not retyped.
  text: textual,
  "character varying": ({ texts, integers, reals, blobs }, { modifiers: [limit = Infinity] }) =>
    integers.count + reals.count + blobs.count === 0 && texts.longestCharacters <= limit ? texts.count : 0,
  // Trailing blanks, which the type would not keep, were not counted.
  character: ({ texts }, { modifiers: [limit = 1] }) => (texts.longestCharacters > limit ? 0 : null),
  citext: textual,
  bytea: ({ texts, blobs }) => texts.count + blobs.count,
  uuid: ({ texts, blobs }) => texts.uuids + blobs.sixteenBytes,
  // What jsonb takes was counted; json takes some more (\u0000, half a surrogate pair, longer numbers).
  json: (profile) => (jsonValues(profile) === valueCount(profile) ? jsonValues(profile) : null),
  jsonb: jsonValues,
  date: (profile, _type, unit) => profile.texts.dates + (unit === null ? 0 : profile.midnights),
  "time without time zone": ({ texts }, type) => (isRounding(type) ? null : texts.times),
  // An offset other than UTC's would be lost; which ones there are was not counted.
  "timestamp without time zone": (profile, type, unit) =>
    profile.texts.zoneless === profile.texts.timestamps ? timestamps(profile, type, unit) : null,
  "timestamp with time zone": timestamps,
  inet: unknown,
  cidr: unknown,
  macaddr: unknown,
  enum: unknown,
  array: unknown,
  other: unknown,
};

/** Of what these types take nothing was counted. */
function unknown(): null {
  return null;
}

function textual({ integers, reals, texts, blobs }: ColumnProfile): number {
  return integers.count + reals.count + texts.count + blobs.utf8;
}

/** Of reals and texts it is known that they are whole numbers, not how large they are. */
function narrowIntegers({ integers, reals, texts }: ColumnProfile, end: bigint): number | null {
  if (!isWithin(integers, end, -end)) return 0;
  return reals.whole + texts.canonicalIntegers === 0 ? integers.count : null;
}

/** Whether all integers are from `first` to less than `end`. */
const isWithin = (
  { smallest, largest }: ColumnProfile["integers"],
  end: bigint,
  first: bigint = 1n - end,
): boolean => BigInt(smallest ?? 0) >= first && BigInt(largest ?? 0) < end;

function jsonValues({ integers, reals, texts, blobs }: ColumnProfile): number {
  return integers.count + reals.count - reals.infinite - reals.negativeZeros + texts.json + blobs.json;
}

function timestamps(profile: ColumnProfile, type: PgType, unit: TimeUnit | null): number | null {
  if (isRounding(type)) return null;
  return profile.texts.timestamps + (unit === null ? 0 : profile.integers.count + profile.reals.count);
}

/** Whether a time would lose digits after the second's point; how many there are was not counted. */
const isRounding = ({ modifiers: [precision = 6] }: PgType): boolean => precision < 6;
