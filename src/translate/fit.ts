/** How many values of a column each type takes: the table of docs/fidelity, read from the counts of a profile. */
import type { ColumnProfile } from "../model/profile.js";
import type { PgType, PgTypeName, TimeUnit } from "../model/postgres.js";

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
 */
export const misfits = (type: PgType, unit: TimeUnit | null, profile: ColumnProfile): number =>
  valueCount(profile) - accepted[type.name](profile, type, unit);

type Accepts = (profile: ColumnProfile, type: PgType, unit: TimeUnit | null) => number;

const accepted: Readonly<Record<PgTypeName, Accepts>> = {
  boolean: ({ integers, reals, texts, blobs }) =>
    integers.zeroOrOne + reals.zeroOrOne + texts.booleanWords + blobs.zeroOrOne,
  bigint: ({ integers, reals, texts }) => integers.count + reals.whole + texts.canonicalIntegers,
  "double precision": ({ integers, reals, texts }) =>
    integers.exactAsDouble + reals.count + texts.canonicalDoubles,
  numeric: ({ integers, reals, texts, wholeDigits, scaleDigits }, { modifiers: [precision, scale = 0] }) => {
    const all = integers.count + reals.count - reals.negativeZeros + texts.decimals;
    if (precision === undefined) return all;
    return reals.infinite === 0 && wholeDigits <= precision - scale && scaleDigits <= scale ? all : 0;
  },
  // Text that PostgreSQL cannot store (NUL, invalid UTF-8) is still text: it is rejected, not retyped.
  text: ({ integers, reals, texts, blobs }) => integers.count + reals.count + texts.count + blobs.utf8,
  "character varying": ({ texts, integers, reals, blobs }, { modifiers: [limit = 0] }) =>
    integers.count + reals.count + blobs.count === 0 && texts.longestCharacters <= limit ? texts.count : 0,
  bytea: ({ texts, blobs }) => texts.count + blobs.count,
  uuid: ({ texts, blobs }) => texts.uuids + blobs.sixteenBytes,
  jsonb: ({ integers, reals, texts, blobs }) =>
    integers.count + reals.count - reals.infinite - reals.negativeZeros + texts.json + blobs.json,
  date: (profile, _type, unit) => profile.texts.dates + (unit === null ? 0 : profile.midnights),
  "time without time zone": ({ texts }) => texts.times,
  "timestamp with time zone": (profile, _type, unit) =>
    profile.texts.timestamps + (unit === null ? 0 : profile.integers.count + profile.reals.count),
};
