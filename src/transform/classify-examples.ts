/**
 * The first value of each kind. The counts tell when a kind has come up; only then is its batch gone through
 * value by value, once a kind and column, with the encoders' own parsers.
 */
import type { Example, ExampleKind, Meaning } from "../model/profile.js";
import { isBlob, isInteger, isText, payloadBytes, serial, type RecordBatch } from "../model/record.js";
import { booleanValue } from "./boolean.js";
import type { ColumnCounts } from "./classify-counts.js";
import { timeKindOf } from "./classify-time.js";
import { describeValue, placeOf, storageClassOf } from "./describe.js";
import { canonicalInteger, isWholeReal } from "./integer.js";
import { parseTime } from "./iso-time.js";
import { isJsonValue } from "./json.js";
import { decimalOf } from "./numeric.js";
import { canonicalDouble, isExactAsDouble } from "./real.js";
import { textInstant } from "./timestamp.js";
import { textFault } from "./utf8.js";
import { parseUuid } from "./uuid.js";
import { payloadEnd, realNumber } from "./value.js";

/** How many values of a kind a column has held so far. */
type KindCount = (counts: ColumnCounts, meaning: Meaning) => number;

const kindCounts: Readonly<Record<ExampleKind, KindCount>> = {
  null: ({ nulls }) => nulls,
  integer: ({ integers }) => integers.count,
  real: ({ reals }) => reals.count,
  text: ({ texts }) => texts.count,
  blob: ({ blobs }) => blobs.count,
  nul: ({ texts }) => texts.withNul,
  "invalid-utf8": ({ texts }) => texts.invalidUtf8,
  misfit: misfitCount,
  seconds: ({ times }) => times.seconds,
  milliseconds: ({ times }) => times.milliseconds,
  microseconds: ({ times }) => times.microseconds,
  nanoseconds: ({ times }) => times.nanoseconds,
  julian: ({ times }) => times.julian,
  zero: ({ times }) => times.zero,
  small: ({ times }) => times.small,
  implausible: ({ times }) => times.implausible,
  finer: ({ times }) => times.finer,
};

const kinds = Object.keys(kindCounts) as readonly ExampleKind[];

/** Of one column of a table. */
export class Examples {
  readonly found: Partial<Record<ExampleKind, Example>> = {};
  readonly #column: number;
  readonly #meaning: Meaning;
  readonly #keyIndexes: readonly number[];

  /** @param keyIndexes where the primary key's columns stand in the records, for tables without a rowid. */
  constructor(column: number, meaning: Meaning, keyIndexes: readonly number[]) {
    this.#column = column;
    this.#meaning = meaning;
    this.#keyIndexes = keyIndexes;
  }

  /** @param counts with those of `batch`. */
  keep(counts: ColumnCounts, batch: RecordBatch): void {
    for (const kind of kinds) {
      if (this.found[kind] === undefined && kindCounts[kind](counts, this.#meaning) > 0) {
        this.#keepFirst(kind, batch);
      }
    }
  }

  #keepFirst(kind: ExampleKind, batch: RecordBatch): void {
    for (let row = 0; row < batch.rows; row += 1) {
      const at = row * batch.columns + this.#column;
      if (!isOfKind(kind, this.#meaning, batch, at)) continue;
      this.found[kind] = {
        at: placeOf(batch, row, this.#keyIndexes),
        storageClass: storageClassOf(batch, at),
        value: describeValue(batch, at),
      };
      return;
    }
  }
}

/** How many values the meaning does not take: the sum of what `fits` refuses. */
function misfitCount({ integers, reals, texts, blobs, times }: ColumnCounts, meaning: Meaning): number {
  switch (meaning) {
    case "integer":
      return reals.count - reals.whole + texts.count - texts.canonicalIntegers + blobs.count;
    case "real":
      return integers.count - integers.exactAsDouble + texts.count - texts.canonicalDoubles + blobs.count;
    case "numeric":
      return reals.negativeZeros + texts.count - texts.decimals + blobs.count;
    case "boolean":
      return [integers, reals, blobs].reduce(
        (sum, { count, zeroOrOne }) => sum + count - zeroOrOne,
        texts.count - texts.booleanWords,
      );
    case "json":
      return reals.infinite + reals.negativeZeros + texts.count - texts.json + blobs.count - blobs.json;
    case "uuid":
      return integers.count + reals.count + texts.count - texts.uuids + blobs.count - blobs.sixteenBytes;
    case "date":
    case "timestamp":
      return texts.count - texts.timestamps + blobs.count + times.implausible + times.finer;
    case "time":
      return integers.count + reals.count + texts.count - texts.times + blobs.count;
    case "text":
      return blobs.count - blobs.utf8;
    case "bytes":
      return integers.count + reals.count;
    case "any":
      return 0;
  }
}

function isOfKind(kind: ExampleKind, meaning: Meaning, batch: RecordBatch, at: number): boolean {
  const storageClass = storageClassOf(batch, at);
  switch (kind) {
    case "null":
    case "integer":
    case "real":
    case "text":
    case "blob":
      return storageClass === kind;
    case "nul":
    case "invalid-utf8":
      return (
        storageClass === "text" && textFault(batch.bytes, batch.offsets[at]!, payloadEnd(batch, at)) === kind
      );
    case "misfit":
      return storageClass !== "null" && !fits(meaning, batch, at);
    default:
      return (storageClass === "integer" || storageClass === "real") && timeKindOf(batch, at) === kind;
  }
}

/** Whether the meaning takes a value that is not NULL. */
function fits(meaning: Meaning, batch: RecordBatch, at: number): boolean {
  const type = batch.serialTypes[at]!;
  const isReal = type === serial.float64;
  switch (meaning) {
    case "integer":
      if (isInteger(type)) return true;
      if (isReal) return isWholeReal(realNumber(batch, at));
      return isText(type) && canonicalInteger(batch, at) !== null;
    case "real":
      if (isInteger(type)) return isExactAsDouble(batch, at);
      return isReal || (isText(type) && canonicalDouble(batch, at) !== null);
    case "numeric":
      return (isReal && !Number.isFinite(realNumber(batch, at))) || decimalOf(batch, at) !== null;
    case "boolean":
      return booleanValue(batch, at) !== null;
    case "json":
      if (isInteger(type)) return true;
      if (!isReal) return isJsonValue(batch, at);
      return Number.isFinite(realNumber(batch, at)) && !Object.is(realNumber(batch, at), -0);
    case "uuid":
      return isText(type) ? parseUuid(batch, at) : isBlob(type) && payloadBytes(type) === 16;
    case "date":
    case "timestamp":
      if (isInteger(type) || isReal) return !["implausible", "finer"].includes(timeKindOf(batch, at));
      return isText(type) && textInstant(batch, at) !== null;
    case "time":
      return isText(type) && parseTime(batch.bytes, batch.offsets[at]!, payloadEnd(batch, at));
    case "text":
      return !isBlob(type) || textFault(batch.bytes, batch.offsets[at]!, payloadEnd(batch, at)) === null;
    case "bytes":
      return type >= serial.firstBlob;
    case "any":
      return true;
  }
}
