/**
 * What a table's columns really hold: every value is counted by its storage class and by the classes that its
 * column's declared meaning asks for, with the encoders' own parsers, so that a plan made from these counts
 * cannot promise what an encoder then refuses. Flat memory.
 */
import type {
  BlobCounts,
  ColumnProfile,
  Example,
  ExampleKind,
  IntegerCounts,
  Meaning,
  RealCounts,
  TableProfile,
} from "../model/profile.js";
import { isInteger, isText, payloadBytes, serial, type RecordBatch } from "../model/record.js";
import { booleanValue } from "./boolean.js";
import { MeaningCounter, type MutableCounts } from "./classify-meaning.js";
import { describeValue, placeOf, storageClassOf } from "./describe.js";
import { isWholeReal } from "./integer.js";
import { isExactAsDouble } from "./real.js";
import { characterCount, textFault } from "./utf8.js";
import { integerBigInt, integerNumber, payloadEnd, realNumber } from "./value.js";

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
  readonly #meaning: MeaningCounter;
  readonly #keyIndexes: readonly number[];
  #nulls = 0;
  readonly #integers: MutableCounts<Omit<IntegerCounts, "smallest" | "largest">> = {
    count: 0,
    zeroOrOne: 0,
    exactAsDouble: 0,
  };
  /** As doubles while exact; beyond 2^53 as bigint. */
  #smallest: number | bigint | null = null;
  #largest: number | bigint | null = null;
  readonly #reals: MutableCounts<RealCounts> = {
    count: 0,
    whole: 0,
    zeroOrOne: 0,
    infinite: 0,
    negativeZeros: 0,
  };
  readonly #texts = { count: 0, longestCharacters: 0, longestBytes: 0, withNul: 0, invalidUtf8: 0 };
  readonly #blobs: MutableCounts<Omit<BlobCounts, "json">> = {
    count: 0,
    longestBytes: 0,
    sixteenBytes: 0,
    zeroOrOne: 0,
    utf8: 0,
  };
  readonly #examples: Partial<Record<ExampleKind, Example>> = {};

  constructor(name: string, meaning: Meaning, keyIndexes: readonly number[]) {
    this.#name = name;
    this.#meaning = new MeaningCounter(meaning);
    this.#keyIndexes = keyIndexes;
  }

  add(batch: RecordBatch, row: number, at: number): void {
    const type = batch.serialTypes[at]!;
    if (type === serial.null) {
      this.#nulls += 1;
      this.#keepFirst("null", batch, row, at);
      return;
    }
    if (isInteger(type)) this.#addInteger(batch, row, at);
    else if (type === serial.float64) this.#addReal(batch, row, at);
    else if (isText(type)) this.#addText(batch, row, at);
    else this.#addBlob(batch, row, at);
    const seen = this.#meaning.add(batch, at);
    if (!seen.fits) this.#keepFirst("misfit", batch, row, at);
    if (seen.time !== null) this.#keepFirst(seen.time, batch, row, at);
  }

  profile(): ColumnProfile {
    const meaning = this.#meaning.profile();
    return {
      ...meaning,
      column: this.#name,
      nulls: this.#nulls,
      integers: {
        ...this.#integers,
        smallest: this.#smallest?.toString() ?? null,
        largest: this.#largest?.toString() ?? null,
      },
      reals: this.#reals,
      texts: { ...meaning.texts, ...this.#texts },
      blobs: { ...meaning.blobs, ...this.#blobs },
      examples: this.#examples,
    };
  }

  #addInteger(batch: RecordBatch, row: number, at: number): void {
    const counts = this.#integers;
    const value = integerNumber(batch, at);
    this.#keepFirst("integer", batch, row, at);
    counts.count += 1;
    if (value === 0 || value === 1) counts.zeroOrOne += 1;
    const safe = Number.isSafeInteger(value);
    if (safe || isExactAsDouble(batch, at)) counts.exactAsDouble += 1;
    const exact = safe ? value : integerBigInt(batch, at);
    if (this.#smallest === null || exact < this.#smallest) this.#smallest = exact;
    if (this.#largest === null || exact > this.#largest) this.#largest = exact;
  }

  #addReal(batch: RecordBatch, row: number, at: number): void {
    const counts = this.#reals;
    const value = realNumber(batch, at);
    this.#keepFirst("real", batch, row, at);
    counts.count += 1;
    if (isWholeReal(value)) counts.whole += 1;
    if (booleanValue(batch, at) !== null) counts.zeroOrOne += 1;
    if (!Number.isFinite(value)) counts.infinite += 1;
    if (Object.is(value, -0)) counts.negativeZeros += 1;
  }

  #addText(batch: RecordBatch, row: number, at: number): void {
    const counts = this.#texts;
    const start = batch.offsets[at]!;
    const end = payloadEnd(batch, at);
    this.#keepFirst("text", batch, row, at);
    counts.count += 1;
    counts.longestBytes = Math.max(counts.longestBytes, end - start);
    const fault = textFault(batch.bytes, start, end);
    if (fault !== null) {
      this.#keepFirst(fault, batch, row, at);
      counts[fault === "nul" ? "withNul" : "invalidUtf8"] += 1;
    }
    // Fewer bytes than the longest so far cannot be more characters.
    if (end - start > counts.longestCharacters) {
      counts.longestCharacters = Math.max(counts.longestCharacters, characterCount(batch.bytes, start, end));
    }
  }

  #addBlob(batch: RecordBatch, row: number, at: number): void {
    const counts = this.#blobs;
    const length = payloadBytes(batch.serialTypes[at]!);
    this.#keepFirst("blob", batch, row, at);
    counts.count += 1;
    counts.longestBytes = Math.max(counts.longestBytes, length);
    if (length === 16) counts.sixteenBytes += 1;
    if (booleanValue(batch, at) !== null) counts.zeroOrOne += 1;
    if (textFault(batch.bytes, batch.offsets[at]!, payloadEnd(batch, at)) === null) counts.utf8 += 1;
  }

  #keepFirst(kind: ExampleKind, batch: RecordBatch, row: number, at: number): void {
    if (this.#examples[kind] !== undefined) return;
    this.#examples[kind] = {
      at: placeOf(batch, row, this.#keyIndexes),
      storageClass: storageClassOf(batch, at),
      value: describeValue(batch, at),
    };
  }
}
