/** What the columns of a table really hold: counts over every value. */
import type { RowPlace } from "./record.js";
import type { StorageClass } from "./sqlite.js";

/** What a declared type is meant to hold; decides which of the dearer text checks a column gets. */
export type Meaning =
  | "integer"
  | "real"
  | "numeric"
  | "boolean"
  | "text"
  | "bytes"
  | "json"
  | "uuid"
  | "date"
  | "time"
  | "timestamp"
  /** No declared type, or one that says nothing: the values decide. */
  | "any";

export interface TableProfile {
  readonly table: string;
  readonly rows: number;
  /** One per column, in the table's order. */
  readonly columns: readonly ColumnProfile[];
}

export interface Example {
  readonly at: RowPlace;
  readonly storageClass: StorageClass;
  /** As SQL would write it, cut to a readable length: `'abc'`, `x'00ff'`, `12`. */
  readonly value: string;
}

/** How many numbers count each unit of time plausibly: between 1973-03-03 and 2200. */
export interface TimeCounts {
  readonly seconds: number;
  readonly milliseconds: number;
  readonly microseconds: number;
  readonly nanoseconds: number;
  readonly julian: number;
  /** Zero: the epoch in every unit. */
  readonly zero: number;
  /** Too near to 1970 to tell the unit by itself (below 1e8). */
  readonly small: number;
  /** In no unit between 1973 and 2200. */
  readonly implausible: number;
  /** Nanoseconds finer than the microseconds that PostgreSQL keeps. */
  readonly finer: number;
}

export interface ColumnProfile {
  readonly column: string;
  readonly nulls: number;
  readonly integers: IntegerCounts;
  readonly reals: RealCounts;
  readonly texts: TextCounts;
  readonly blobs: BlobCounts;
  /** Over integers and reals; counted only for columns meant to hold dates or times. */
  readonly times: TimeCounts;
  /** The latest number taken as a time, 0 where all are earlier; tells seconds since 1970 from seconds since 2001. */
  readonly largestTime: number;
  /** How many of these are midnight UTC in the unit they count as. */
  readonly midnights: number;
  /** The digits before and after the point that a numeric(p,s) needs; counted only for columns meant as numeric. */
  readonly wholeDigits: number;
  readonly scaleDigits: number;
  /** Null where there are more than a few of other kinds: then nobody needs to know. */
  readonly misfits: MisfitCounts | null;
  /** The first value of each kind below, by row order. */
  readonly examples: Readonly<Partial<Record<ExampleKind, Example>>>;
}

/** `misfit`: the first value that the declared type's meaning does not take. */
export type ExampleKind =
  Exclude<StorageClass, "null"> | "null" | "misfit" | "nul" | "invalid-utf8" | TimeKind;
export type TimeKind = keyof TimeCounts;

/** Values that the declared type's meaning does not take, by what a mapping could make of them. */
export interface MisfitCounts {
  /** Texts of nothing but white space. */
  readonly blank: number;
  /** Texts in the form of a date or time that are none, in columns meant for such. */
  readonly outOfRange: number;
  /** Dates or times as texts, but for digits that PostgreSQL does not keep. */
  readonly finer: number;
  /** Texts that are one of `booleanWordPairs`, in columns meant as boolean, and which of these pairs by their number. */
  readonly words: number;
  readonly wordPairs: readonly number[];
  readonly others: number;
}

export interface IntegerCounts {
  readonly count: number;
  /** Decimal text of the smallest and largest, null without integers. */
  readonly smallest: string | null;
  readonly largest: string | null;
  readonly zeroOrOne: number;
  /** Held exactly by a double. */
  readonly exactAsDouble: number;
}

export interface RealCounts {
  readonly count: number;
  /** Whole, in the range of int8 and not -0.0. */
  readonly whole: number;
  readonly zeroOrOne: number;
  readonly infinite: number;
  /** -0.0, which only double precision tells from 0. */
  readonly negativeZeros: number;
}

export interface TextCounts {
  readonly count: number;
  readonly longestCharacters: number;
  readonly longestBytes: number;
  readonly withNul: number;
  readonly invalidUtf8: number;
  /** Each of the counts below is zero where the column's meaning does not ask for it; text and `any` ask for all but doubles, and of JSON for objects and arrays. */
  readonly booleanWords: number;
  readonly canonicalIntegers: number;
  readonly canonicalDoubles: number;
  /** Plainly written decimal numbers within numeric. */
  readonly decimals: number;
  readonly dates: number;
  readonly times: number;
  /** ISO timestamps with or without an offset, dates included. */
  readonly timestamps: number;
  /** Of these, without an offset. */
  readonly zoneless: number;
  readonly uuids: number;
  readonly json: number;
}

export interface BlobCounts {
  readonly count: number;
  readonly longestBytes: number;
  readonly sixteenBytes: number;
  readonly zeroOrOne: number;
  /** Valid UTF-8 without NUL. */
  readonly utf8: number;
  readonly json: number;
}
