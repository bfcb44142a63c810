/** The part of a profile that depends on what a column is meant to hold: does each value fit, and as what. */
import type { BlobCounts, ColumnProfile, Meaning, TextCounts, TimeKind } from "../model/profile.js";
import { isBlob, isInteger, isText, payloadBytes, serial, type RecordBatch } from "../model/record.js";
import { booleanValue } from "./boolean.js";
import { TimeClassifier } from "./classify-time.js";
import { canonicalInteger, isWholeReal } from "./integer.js";
import { parsed, parseTime } from "./iso-time.js";
import { isJson } from "./json.js";
import { decimalOf, significantScale } from "./numeric.js";
import { canonicalDouble, isExactAsDouble } from "./real.js";
import { parsedDateAlone, textInstant } from "./timestamp.js";
import { textFault } from "./utf8.js";
import { parseUuid } from "./uuid.js";
import { integerBigInt, integerNumber, payloadEnd, realNumber } from "./value.js";

export type MutableCounts<T> = { -readonly [K in keyof T]: T[K] };

type StorageCounts = "count" | "longestCharacters" | "longestBytes" | "withNul" | "invalidUtf8";
type MeaningProfile = Pick<
  ColumnProfile,
  "times" | "largestTime" | "midnights" | "wholeDigits" | "scaleDigits"
> & {
  readonly texts: Omit<TextCounts, StorageCounts>;
  readonly blobs: Pick<BlobCounts, "json">;
};

export interface Seen {
  /** Whether the declared meaning takes the value. */
  readonly fits: boolean;
  /** For numbers in columns of times: what they seem to count. */
  readonly time: TimeKind | null;
}

const fitting: Seen = { fits: true, time: null };
const misfitting: Seen = { fits: false, time: null };

export class MeaningCounter {
  readonly #seen: (batch: RecordBatch, at: number) => Seen;
  readonly #time = new TimeClassifier();
  readonly #texts: MutableCounts<MeaningProfile["texts"]> = {
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
  };
  readonly #blobs = { json: 0 };
  #wholeDigits = 0;
  #scaleDigits = 0;

  constructor(meaning: Meaning) {
    const check = this.#check(meaning);
    this.#seen =
      meaning === "date" || meaning === "timestamp"
        ? (batch, at) => this.#timestamp(batch, at)
        : (batch, at) => (check(batch, at) ? fitting : misfitting);
  }

  /** Counts one value that is not NULL. */
  add(batch: RecordBatch, at: number): Seen {
    return this.#seen(batch, at);
  }

  profile(): MeaningProfile {
    return {
      ...this.#time.profile(),
      wholeDigits: this.#wholeDigits,
      scaleDigits: this.#scaleDigits,
      texts: this.#texts,
      blobs: this.#blobs,
    };
  }

  #check(meaning: Meaning): (batch: RecordBatch, at: number) => boolean {
    switch (meaning) {
      case "integer":
        return (batch, at) => {
          const type = batch.serialTypes[at]!;
          if (isInteger(type)) return true;
          if (type === serial.float64) return isWholeReal(realNumber(batch, at));
          return isText(type) && this.#countText("canonicalIntegers", canonicalInteger(batch, at) !== null);
        };
      case "real":
        return (batch, at) => {
          const type = batch.serialTypes[at]!;
          if (isInteger(type)) return isExactAsDouble(batch, at);
          if (type === serial.float64) return true;
          return isText(type) && this.#countText("canonicalDoubles", canonicalDouble(batch, at) !== null);
        };
      case "numeric":
        return (batch, at) => this.#decimal(batch, at);
      case "boolean":
        return (batch, at) => {
          const known = booleanValue(batch, at) !== null;
          return isText(batch.serialTypes[at]!) ? this.#countText("booleanWords", known) : known;
        };
      case "json":
        return (batch, at) => this.#json(batch, at);
      case "uuid":
        return (batch, at) => {
          const type = batch.serialTypes[at]!;
          if (isText(type)) return this.#countText("uuids", parseUuid(batch, at));
          return isBlob(type) && payloadBytes(type) === 16;
        };
      case "time":
        return (batch, at) =>
          isText(batch.serialTypes[at]!) &&
          this.#countText("times", parseTime(batch.bytes, batch.offsets[at]!, payloadEnd(batch, at)));
      case "text":
        return (batch, at) =>
          !isBlob(batch.serialTypes[at]!) ||
          textFault(batch.bytes, batch.offsets[at]!, payloadEnd(batch, at)) === null;
      case "bytes":
        return (batch, at) => batch.serialTypes[at]! >= serial.firstBlob;
      case "any":
      case "date":
      case "timestamp":
        return () => true;
    }
  }

  #timestamp(batch: RecordBatch, at: number): Seen {
    const type = batch.serialTypes[at]!;
    if (isText(type)) {
      // Not the parser alone: a year that it reads may be beyond what the encoder takes.
      const isTime = textInstant(batch, at) !== null;
      this.#countText("zoneless", isTime && parsed.offsetSeconds === null);
      this.#countText("dates", isTime && parsedDateAlone());
      return this.#countText("timestamps", isTime) ? fitting : misfitting;
    }
    if (isBlob(type)) return misfitting;
    const time = isInteger(type)
      ? this.#time.add(integerNumber(batch, at), () => integerBigInt(batch, at))
      : this.#time.add(realNumber(batch, at), null);
    return { fits: time !== "implausible" && time !== "finer", time };
  }

  #decimal(batch: RecordBatch, at: number): boolean {
    const type = batch.serialTypes[at]!;
    if (type === serial.float64 && !Number.isFinite(realNumber(batch, at))) return true;
    const decimal = decimalOf(batch, at);
    if (decimal === null) return false;
    if (isText(type)) this.#texts.decimals += 1;
    this.#wholeDigits = Math.max(this.#wholeDigits, decimal.whole.length);
    this.#scaleDigits = Math.max(this.#scaleDigits, significantScale(decimal));
    return true;
  }

  #json(batch: RecordBatch, at: number): boolean {
    const type = batch.serialTypes[at]!;
    if (isText(type)) return this.#countText("json", isJson(batch, at));
    if (isInteger(type)) return true;
    if (isBlob(type)) {
      const valid = isJson(batch, at);
      if (valid) this.#blobs.json += 1;
      return valid;
    }
    const value = realNumber(batch, at);
    return Number.isFinite(value) && !Object.is(value, -0);
  }

  #countText(key: keyof MeaningProfile["texts"], holds: boolean): boolean {
    if (holds) this.#texts[key] += 1;
    return holds;
  }
}
