/** A column's profile in the making: what the loops of classify-*.ts add to, batch by batch. */
import type {
  BlobCounts,
  ColumnProfile,
  Example,
  ExampleKind,
  IntegerCounts,
  MisfitCounts,
  RealCounts,
  TextCounts,
  TimeCounts,
} from "../../model/profile.js";

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

export interface ColumnCounts {
  nulls: number;
  readonly integers: Mutable<Omit<IntegerCounts, "smallest" | "largest">>;
  /** As doubles while exact; beyond 2^53 as bigint. */
  smallest: number | bigint | null;
  largest: number | bigint | null;
  readonly reals: Mutable<RealCounts>;
  readonly texts: Mutable<TextCounts>;
  readonly blobs: Mutable<BlobCounts>;
  readonly times: Mutable<TimeCounts>;
  largestTime: number;
  midnights: number;
  wholeDigits: number;
  scaleDigits: number;
  /** Null once there are too many others. */
  misfits: (Mutable<Omit<MisfitCounts, "wordPairs">> & { readonly wordPairs: Set<number> }) | null;
}

export const noCounts = (): ColumnCounts => ({
  nulls: 0,
  integers: { count: 0, zeroOrOne: 0, exactAsDouble: 0 },
  smallest: null,
  largest: null,
  reals: { count: 0, whole: 0, zeroOrOne: 0, infinite: 0, negativeZeros: 0 },
  texts: {
    count: 0,
    longestCharacters: 0,
    longestBytes: 0,
    withNul: 0,
    invalidUtf8: 0,
    booleanWords: 0,
    canonicalIntegers: 0,
    canonicalDoubles: 0,
    decimals: 0,
    dates: 0,
    times: 0,
    timestamps: 0,
    zoneless: 0,
    uuids: 0,
    json: 0,
  },
  blobs: { count: 0, longestBytes: 0, sixteenBytes: 0, zeroOrOne: 0, utf8: 0, json: 0 },
  times: {
    seconds: 0,
    milliseconds: 0,
    microseconds: 0,
    nanoseconds: 0,
    julian: 0,
    zero: 0,
    small: 0,
    implausible: 0,
    finer: 0,
  },
  largestTime: 0,
  midnights: 0,
  wholeDigits: 0,
  scaleDigits: 0,
  misfits: { blank: 0, outOfRange: 0, finer: 0, words: 0, wordPairs: new Set(), others: 0 },
});

/** Plain data; later counting does not change it. */
export const profileOf = (
  column: string,
  { smallest, largest, integers, misfits, ...counts }: ColumnCounts,
  examples: Partial<Record<ExampleKind, Example>>,
): ColumnProfile =>
  structuredClone({
    column,
    ...counts,
    integers: { ...integers, smallest: smallest?.toString() ?? null, largest: largest?.toString() ?? null },
    misfits: misfits && { ...misfits, wordPairs: [...misfits.wordPairs].sort((a, b) => a - b) },
    examples,
  });
