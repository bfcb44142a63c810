/**
 * What a table's columns really hold: every value is put into its classes by the encoders' own parsers, so
 * that a plan made from these counts cannot promise what an encoder then refuses. Flat memory.
 */
import type {
  ColumnProfile,
  Example,
  ExampleKind,
  IntegerCounts,
  Meaning,
  RealCounts,
  TableProfile,
  TextCounts,
  BlobCounts,
} from "../model/profile.js";
import { isInteger, isText, payloadBytes, serial, type RecordBatch } from "../model/record.js";
import { booleanValue } from "./boolean.js";
import { describeValue, placeOf, storageClassOf } from "./describe.js";
import { canonicalInteger, isWholeReal } from "./integer.js";
import { parsed, parseTime, parseTimestamp } from "./iso-time.js";
import { isJson } from "./json.js";
import { decimalOf, significantScale } from "./numeric.js";
import { canonicalDouble, isExactAsDouble } from "./real.js";
import { TimeClassifier } from "./classify-time.js";
import { parseUuid } from "./uuid.js";
import { characterCount, textFault } from "./utf8.js";
import { integerBigInt, integerNumber, payloadEnd, realNumber } from "./value.js";

type Counts<T> = { -readonly [K in keyof T]: T[K] };

/** What is known of the table before its values are read. */
export interface ProfileRequest {
  readonly table: string;
  /** One per record column, in the records' order. */
  readonly columns: readonly { readonly name: string; readonly meaning: Meaning }[];
  /** Where the primary key's columns stand, for tables without a rowid. */
  readonly keyIndexes: readonly number[];
}

export class TableClassifier {
  readonly #request: ProfileRequest;
  readonly #columns: readonly ColumnClassifier[];
  #rows = 0;

  constructor(request: ProfileRequest) {
    this.#request = request;
    this.#columns = request.columns.map(
      (column) => new ColumnClassifier(column.name, column.meaning, request.keyIndexes),
    );
  }

  get rows(): number {
    return this.#rows;
  }

  add(batch: RecordBatch): void {
    for (let row = 0; row < batch.rows; row += 1) {
      for (let index = 0; index < this.#columns.length; index += 1) {
        this.#columns[index]!.add(batch, row, row * batch.columns + index);
      }
    }
    this.#rows += batch.rows;
  }

  profile(): TableProfile {
    return {
      table: this.#request.table,
      rows: this.#rows,
      columns: this.#columns.map((column) => column.profile()),
    };
  }
}

class ColumnClassifier {
  readonly #name: string;
  readonly #meaning: Meaning;
  readonly #keyIndexes: readonly number[];
  readonly #time: TimeClassifier | null;
  #nulls = 0;
  #decimals = 0;
  #wholeDigits = 0;
  #scaleDigits = 0;
  readonly #integers: Counts<Omit<IntegerCounts, "smallest" | "largest">> = {
    count: 0,
    zeroOrOne: 0,
    exactAsDouble: 0,
  };
  /** As doubles while exact; beyond 2^53 as bigint. */
  #smallest: number | bigint | null = null;
  #largest: number | bigint | null = null;
  readonly #reals: Counts<RealCounts> = { count: 0, whole: 0, zeroOrOne: 0, infinite: 0 };
  readonly #texts: Counts<TextCounts> = {
    count: 0,
    longestCharacters: 0,
    longestBytes: 0,
    withNul: 0,
    invalidUtf8: 0,
    booleanWords: 0,
    canonicalIntegers: 0,
    canonicalDoubles: 0,
    dates: 0,
    times: 0,
    timestamps: 0,
    zoneless: 0,
    uuids: 0,
    json: 0,
  };
  readonly #blobs: Counts<BlobCounts> = {
    count: 0,
    longestBytes: 0,
    sixteenBytes: 0,
    zeroOrOne: 0,
    utf8: 0,
    json: 0,
  };
  readonly #examples: Partial<Record<ExampleKind, Example>> = {};

  constructor(name: string, meaning: Meaning, keyIndexes: readonly number[]) {
    this.#name = name;
    this.#meaning = meaning;
    this.#keyIndexes = keyIndexes;
    this.#time = meaning === "date" || meaning === "timestamp" ? new TimeClassifier() : null;
  }

  add(batch: RecordBatch, row: number, at: number): void {
    const type = batch.serialTypes[at]!;
    if (type === serial.null) {
      this.#nulls += 1;
      if (this.#nulls === 1) this.#keep("null", batch, row, at);
      return;
    }
    const fits = isInteger(type)
      ? this.#addInteger(batch, row, at)
      : type === serial.float64
        ? this.#addReal(batch, row, at)
        : isText(type)
          ? this.#addText(batch, row, at)
          : this.#addBlob(batch, row, at);
    if (!fits && this.#examples.misfit === undefined) this.#keep("misfit", batch, row, at);
  }

  profile(): ColumnProfile {
    return {
      column: this.#name,
      nulls: this.#nulls,
      integers: {
        ...this.#integers,
        smallest: this.#smallest?.toString() ?? null,
        largest: this.#largest?.toString() ?? null,
      },
      reals: this.#reals,
      texts: this.#texts,
      blobs: this.#blobs,
      ...(this.#time ?? new TimeClassifier()).profile(),
      decimals: this.#decimals,
      wholeDigits: this.#wholeDigits,
      scaleDigits: this.#scaleDigits,
      examples: this.#examples,
    };
  }

  #addInteger(batch: RecordBatch, row: number, at: number): boolean {
    const counts = this.#integers;
    const value = integerNumber(batch, at);
    if (counts.count === 0) this.#keep("integer", batch, row, at);
    counts.count += 1;
    const zeroOrOne = value === 0 || value === 1;
    if (zeroOrOne) counts.zeroOrOne += 1;
    const safe = Number.isSafeInteger(value);
    if (safe || isExactAsDouble(batch, at)) counts.exactAsDouble += 1;
    const exact = safe ? value : integerBigInt(batch, at);
    if (this.#smallest === null || exact < this.#smallest) this.#smallest = exact;
    if (this.#largest === null || exact > this.#largest) this.#largest = exact;
    switch (this.#meaning) {
      case "boolean":
        return zeroOrOne;
      case "real":
        return safe || isExactAsDouble(batch, at);
      case "numeric":
        return this.#addDecimal(batch, at);
      case "date":
      case "timestamp":
        return this.#addTime(value, () => integerBigInt(batch, at), batch, row, at);
      case "uuid":
      case "bytes":
      case "time":
        return false;
      case "integer":
      case "text":
      case "json":
      case "any":
        return true;
    }
  }

  #addReal(batch: RecordBatch, row: number, at: number): boolean {
    const counts = this.#reals;
    const value = realNumber(batch, at);
    if (counts.count === 0) this.#keep("real", batch, row, at);
    counts.count += 1;
    const whole = isWholeReal(value);
    if (whole) counts.whole += 1;
    const zeroOrOne = booleanValue(batch, at) !== null;
    if (zeroOrOne) counts.zeroOrOne += 1;
    if (!Number.isFinite(value)) counts.infinite += 1;
    switch (this.#meaning) {
      case "integer":
        return whole;
      case "boolean":
        return zeroOrOne;
      case "numeric":
        return this.#addDecimal(batch, at) || !Number.isFinite(value);
      case "date":
      case "timestamp":
        return this.#addTime(value, null, batch, row, at);
      case "uuid":
      case "bytes":
      case "time":
        return false;
      case "json":
        return Number.isFinite(value) && !Object.is(value, -0);
      case "real":
      case "text":
        return true;
      case "any":
        this.#addDecimal(batch, at);
        return true;
    }
  }

  #addText(batch: RecordBatch, row: number, at: number): boolean {
    const counts = this.#texts;
    const start = batch.offsets[at]!;
    const end = payloadEnd(batch, at);
    if (counts.count === 0) this.#keep("text", batch, row, at);
    counts.count += 1;
    if (end - start > counts.longestBytes) counts.longestBytes = end - start;
    const fault = textFault(batch.bytes, start, end);
    if (fault === "nul") {
      if (counts.withNul === 0) this.#keep("nul", batch, row, at);
      counts.withNul += 1;
    } else if (fault === "invalid-utf8") {
      if (counts.invalidUtf8 === 0) this.#keep("invalid-utf8", batch, row, at);
      counts.invalidUtf8 += 1;
    }
    // Fewer bytes than the longest so far cannot be more characters.
    if (end - start > counts.longestCharacters) {
      counts.longestCharacters = Math.max(counts.longestCharacters, characterCount(batch.bytes, start, end));
    }
    return this.#textMeaning(batch, at, start, end);
  }

  #textMeaning(batch: RecordBatch, at: number, start: number, end: number): boolean {
    const counts = this.#texts;
    switch (this.#meaning) {
      case "integer":
        return count(counts, "canonicalIntegers", canonicalInteger(batch, at) !== null);
      case "real":
        return count(counts, "canonicalDoubles", canonicalDouble(batch, at) !== null);
      case "numeric":
        return this.#addDecimal(batch, at);
      case "boolean":
        return count(counts, "booleanWords", booleanValue(batch, at) !== null);
      case "json":
        return count(counts, "json", isJson(batch, at));
      case "uuid":
        return count(counts, "uuids", parseUuid(batch, at));
      case "time":
        return count(counts, "times", parseTime(batch.bytes, start, end));
      case "date":
      case "timestamp": {
        const isTime = parseTimestamp(batch.bytes, start, end);
        count(counts, "timestamps", isTime);
        count(counts, "zoneless", isTime && parsed.offsetSeconds === null);
        count(counts, "dates", isTime && parsed.offsetSeconds === null && parsed.microseconds === 0);
        return isTime;
      }
      case "text":
      case "bytes":
      case "any":
        return true;
    }
  }

  #addBlob(batch: RecordBatch, row: number, at: number): boolean {
    const counts = this.#blobs;
    const start = batch.offsets[at]!;
    const length = payloadBytes(batch.serialTypes[at]!);
    if (counts.count === 0) this.#keep("blob", batch, row, at);
    counts.count += 1;
    if (length > counts.longestBytes) counts.longestBytes = length;
    if (length === 16) counts.sixteenBytes += 1;
    const zeroOrOne = booleanValue(batch, at) !== null;
    if (zeroOrOne) counts.zeroOrOne += 1;
    switch (this.#meaning) {
      case "bytes":
        return true;
      case "uuid":
        return length === 16;
      case "boolean":
        return zeroOrOne;
      case "json":
        return count(counts, "json", isJson(batch, at));
      default:
        count(counts, "utf8", textFault(batch.bytes, start, start + length) === null);
        return (
          this.#meaning === "any" ||
          (this.#meaning === "text" && textFault(batch.bytes, start, start + length) === null)
        );
    }
  }

  #addDecimal(batch: RecordBatch, at: number): boolean {
    const decimal = decimalOf(batch, at);
    if (decimal === null) return false;
    this.#decimals += 1;
    this.#wholeDigits = Math.max(this.#wholeDigits, decimal.whole.length);
    this.#scaleDigits = Math.max(this.#scaleDigits, significantScale(decimal));
    return true;
  }

  #addTime(
    value: number,
    exact: (() => bigint) | null,
    batch: RecordBatch,
    row: number,
    at: number,
  ): boolean {
    const kind = this.#time!.add(value, exact);
    if (this.#examples[kind] === undefined) this.#keep(kind, batch, row, at);
    return kind !== "implausible" && kind !== "finer";
  }

  #keep(kind: ExampleKind, batch: RecordBatch, row: number, at: number): void {
    this.#examples[kind] = {
      at: placeOf(batch, row, this.#keyIndexes),
      storageClass: storageClassOf(batch, at),
      value: describeValue(batch, at),
    };
  }
}

/** Counts where `holds`; says `holds`. */
function count<T>(counts: Counts<T>, key: keyof T, holds: boolean): boolean {
  if (holds) (counts[key] as number) += 1;
  return holds;
}
