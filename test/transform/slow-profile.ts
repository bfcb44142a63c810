/**
 * The profile value by value, as plainly as it can be said, with the encoders' own parsers: what TableClassifier, which
 * goes column by column and has quicker ways, must come to for any batch.
 */
import type { ColumnProfile, Example, ExampleKind, Meaning, TableProfile } from "../../src/model/profile.js";
import type { TimeKind } from "../../src/model/profile.js";
import { booleanWordPairs } from "../../src/model/boolean-words.js";
import { pgType } from "../../src/model/postgres.js";
import { isBlob, isInteger, isText, payloadBytes, serial, type RecordBatch } from "../../src/model/record.js";
import { booleanValue } from "../../src/transform/fields/boolean.js";
import type { ProfileRequest } from "../../src/transform/classify/classify.js";
import { mostOthers } from "../../src/transform/classify/misfits.js";
import { describeValue, placeOf, storageClassOf } from "../../src/transform/explain/describe.js";
import { explainTime } from "../../src/transform/explain/explain-time.js";
import { canonicalInteger, isWholeReal } from "../../src/transform/fields/integer.js";
import { parsed, parseTime } from "../../src/transform/fields/iso-time.js";
import { isJson, isJsonValue } from "../../src/transform/fields/json.js";
import { decimalOf, significantScale } from "../../src/transform/fields/numeric.js";
import { canonicalDouble } from "../../src/transform/fields/real.js";
import { parsedDateAlone, textInstant } from "../../src/transform/fields/timestamp.js";
import { parseUuid } from "../../src/transform/fields/uuid.js";
import { integerBigInt, payloadEnd, realNumber } from "../../src/transform/value.js";

export function slowProfile(request: ProfileRequest, batches: readonly RecordBatch[]): TableProfile {
  const columns = request.columns.map(({ name, meaning }, index) => {
    const column = new SlowColumn(name, meaning);
    for (const batch of batches) {
      for (let row = 0; row < batch.rows; row += 1) {
        const at = row * batch.columns + index;
        for (const kind of column.add(batch, at)) {
          column.examples[kind] ??= {
            at: placeOf(batch, row, request.keyIndexes),
            storageClass: storageClassOf(batch, at),
            value: describeValue(batch, at),
          };
        }
      }
    }
    return column.profile();
  });
  return { table: request.table, rows: batches.reduce((sum, { rows }) => sum + rows, 0), columns };
}

const nanosecondsPerDay = 86_400_000_000_000n;

class SlowColumn {
  readonly examples: Partial<Record<ExampleKind, Example>> = {};
  readonly #name: string;
  readonly #meaning: Meaning;
  readonly #counts = new Map<string, number>();
  readonly #largest = new Map<string, number>();
  readonly #integers: bigint[] = [];

  constructor(name: string, meaning: Meaning) {
    this.#name = name;
    this.#meaning = meaning;
  }

  /** @returns the kinds that the value is an example of. */
  add(batch: RecordBatch, at: number): readonly ExampleKind[] {
    const storageClass = storageClassOf(batch, at);
    this.#count(`${storageClass}s`);
    if (storageClass === "null") return ["null"];
    const kinds: ExampleKind[] = [storageClass];
    if (storageClass === "integer") this.#addInteger(integerBigInt(batch, at));
    if (storageClass === "real") this.#addReal(realNumber(batch, at));
    if (storageClass === "text") kinds.push(...this.#addText(batch, at));
    if (storageClass === "blob") this.#addBlob(batch, at);
    if (!this.#fits(batch, at)) {
      kinds.push("misfit");
      this.#addMisfit(batch, at);
    }
    const isNumber = storageClass === "integer" || storageClass === "real";
    if (isNumber && (this.#meaning === "date" || this.#meaning === "timestamp")) {
      kinds.push(this.#addTime(batch, at));
    }
    return kinds;
  }

  profile(): ColumnProfile {
    const [count, longest] = [this.#counts, this.#largest].map(
      (found) => (key: string) => found.get(key) ?? 0,
    ) as [(key: string) => number, (key: string) => number];
    const sorted = this.#integers.sort((one, other) => (one < other ? -1 : one > other ? 1 : 0));
    return {
      column: this.#name,
      nulls: count("nulls"),
      integers: {
        count: count("integers"),
        smallest: sorted[0]?.toString() ?? null,
        largest: sorted.at(-1)?.toString() ?? null,
        zeroOrOne: count("integers.zeroOrOne"),
        exactAsDouble: count("integers.exactAsDouble"),
      },
      reals: {
        count: count("reals"),
        whole: count("reals.whole"),
        zeroOrOne: count("reals.zeroOrOne"),
        infinite: count("reals.infinite"),
        negativeZeros: count("reals.negativeZeros"),
      },
      texts: {
        count: count("texts"),
        longestCharacters: longest("texts.characters"),
        longestBytes: longest("texts.bytes"),
        withNul: count("texts.nul"),
        invalidUtf8: count("texts.invalid-utf8"),
        booleanWords: count("texts.booleanWords"),
        canonicalIntegers: count("texts.canonicalIntegers"),
        canonicalDoubles: count("texts.canonicalDoubles"),
        decimals: count("texts.decimals"),
        dates: count("texts.dates"),
        times: count("texts.times"),
        timestamps: count("texts.timestamps"),
        zoneless: count("texts.zoneless"),
        uuids: count("texts.uuids"),
        json: count("texts.json"),
      },
      blobs: {
        count: count("blobs"),
        longestBytes: longest("blobs.bytes"),
        sixteenBytes: count("blobs.sixteenBytes"),
        zeroOrOne: count("blobs.zeroOrOne"),
        utf8: count("blobs.utf8"),
        json: count("blobs.json"),
      },
      times: {
        seconds: count("seconds"),
        milliseconds: count("milliseconds"),
        microseconds: count("microseconds"),
        nanoseconds: count("nanoseconds"),
        julian: count("julian"),
        zero: count("zero"),
        small: count("small"),
        implausible: count("implausible"),
        finer: count("finer"),
      },
      largestTime: longest("time"),
      midnights: count("midnights"),
      wholeDigits: longest("wholeDigits"),
      scaleDigits: longest("scaleDigits"),
      misfits: this.#misfits(),
      examples: this.examples,
    };
  }

  #misfits(): ColumnProfile["misfits"] {
    const count = (kind: string): number => this.#counts.get(`misfits.${kind}`) ?? 0;
    if (count("others") > mostOthers) return null;
    return {
      blank: count("blank"),
      outOfRange: count("range"),
      finer: count("precision"),
      words: booleanWordPairs.reduce((sum, _, pair) => sum + count(`pair${pair}`), 0),
      wordPairs: booleanWordPairs.flatMap((_, pair) => (count(`pair${pair}`) > 0 ? [pair] : [])),
      others: count("others"),
    };
  }

  #addMisfit(batch: RecordBatch, at: number): void {
    const text = isText(batch.serialTypes[at]!)
      ? batch.bytes.toString("latin1", batch.offsets[at], payloadEnd(batch, at))
      : null;
    const isTime = ["date", "timestamp", "time"].includes(this.#meaning);
    const type = pgType(this.#meaning === "time" ? "time without time zone" : "timestamp with time zone");
    const code =
      isTime && text !== null ? explainTime({ type, unit: null, zone: null }, batch, at)?.code : undefined;
    const pair = booleanWordPairs.findIndex((words) => text !== null && words.includes(text.toLowerCase()));
    if (text !== null && /^[ \t\n\v\f\r]*$/.test(text)) this.#count("misfits.blank");
    else if (code === "range" || code === "precision") this.#count(`misfits.${code}`);
    else if (this.#meaning === "boolean" && pair !== -1) this.#count(`misfits.pair${pair}`);
    else this.#count("misfits.others");
  }

  #count(key: string, holds = true): boolean {
    if (holds) this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
    return holds;
  }

  #widen(key: string, value: number): void {
    this.#largest.set(key, Math.max(this.#largest.get(key) ?? 0, value));
  }

  #addInteger(value: bigint): void {
    this.#integers.push(value);
    this.#count("integers.zeroOrOne", value === 0n || value === 1n);
    this.#count("integers.exactAsDouble", BigInt(Number(value)) === value);
  }

  #addReal(value: number): void {
    this.#count("reals.whole", isWholeReal(value));
    this.#count("reals.zeroOrOne", Object.is(value, 0) || value === 1);
    this.#count("reals.infinite", !Number.isFinite(value));
    this.#count("reals.negativeZeros", Object.is(value, -0));
  }

  #addText(batch: RecordBatch, at: number): readonly ExampleKind[] {
    const text = payload(batch, at);
    this.#widen("texts.bytes", text.length);
    this.#widen("texts.characters", text.filter((byte) => (byte & 0xc0) !== 0x80).length);
    const fault = faultOf(text);
    if (fault !== null) this.#count(`texts.${fault}`);
    return fault === null ? [] : [fault];
  }

  #addBlob(batch: RecordBatch, at: number): void {
    const blob = payload(batch, at);
    this.#widen("blobs.bytes", blob.length);
    this.#count("blobs.sixteenBytes", blob.length === 16);
    this.#count("blobs.zeroOrOne", booleanValue(batch, at) !== null);
    this.#count("blobs.utf8", faultOf(blob) === null);
  }

  /** Whether the meaning takes the value; counts what else it asks of it. */
  #fits(batch: RecordBatch, at: number): boolean {
    const type = batch.serialTypes[at]!;
    const isReal = type === serial.float64;
    switch (this.#meaning) {
      case "integer":
        if (isText(type)) return this.#count("texts.canonicalIntegers", canonicalInteger(batch, at) !== null);
        return isInteger(type) || (isReal && isWholeReal(realNumber(batch, at)));
      case "real":
        if (isText(type)) return this.#count("texts.canonicalDoubles", canonicalDouble(batch, at) !== null);
        return isReal || (isInteger(type) && isExact(integerBigInt(batch, at)));
      case "numeric":
        return this.#fitsNumeric(batch, at);
      case "boolean": {
        const isKnown = booleanValue(batch, at) !== null;
        return isText(type) ? this.#count("texts.booleanWords", isKnown) : isKnown;
      }
      case "json":
        if (isInteger(type)) return true;
        if (isReal) return Number.isFinite(realNumber(batch, at)) && !Object.is(realNumber(batch, at), -0);
        return this.#count(isText(type) ? "texts.json" : "blobs.json", isJsonValue(batch, at));
      case "uuid":
        if (isText(type)) return this.#count("texts.uuids", parseUuid(batch, at));
        return isBlob(type) && payloadBytes(type) === 16;
      case "time":
        return isText(type) && this.#count("texts.times", parseTime(batch.bytes, ...range(batch, at)));
      case "date":
      case "timestamp":
        if (isText(type)) return this.#fitsTimestamp(batch, at);
        return !isBlob(type) && !["implausible", "finer"].includes(timeKind(batch, at));
      case "text":
        this.#look(batch, at);
        return !isBlob(type) || faultOf(payload(batch, at)) === null;
      case "bytes":
        return isText(type) || isBlob(type);
      case "any":
        this.#look(batch, at);
        return true;
    }
  }

  /** What a text of no declared meaning looks like. */
  #look(batch: RecordBatch, at: number): void {
    if (!isText(batch.serialTypes[at]!)) return;
    const text = payload(batch, at).toString("latin1");
    this.#count("texts.json", /^[[{]/.test(text) && isJson(batch, at));
    if (text.length > 48) return;
    this.#count("texts.booleanWords", booleanValue(batch, at) !== null);
    this.#count("texts.uuids", parseUuid(batch, at));
    if (/^\d{4}-/.test(text)) this.#fitsTimestamp(batch, at);
    else if (/^\d\d:/.test(text)) this.#count("texts.times", parseTime(batch.bytes, ...range(batch, at)));
    else {
      this.#count("texts.decimals", decimalOf(batch, at) !== null);
      this.#count("texts.canonicalIntegers", canonicalInteger(batch, at) !== null);
    }
  }

  #fitsNumeric(batch: RecordBatch, at: number): boolean {
    const type = batch.serialTypes[at]!;
    if (type === serial.float64 && !Number.isFinite(realNumber(batch, at))) return true;
    const decimal = decimalOf(batch, at);
    if (decimal === null) return false;
    this.#count("texts.decimals", isText(type));
    this.#widen("wholeDigits", decimal.whole.length);
    this.#widen("scaleDigits", significantScale(decimal));
    return true;
  }

  #fitsTimestamp(batch: RecordBatch, at: number): boolean {
    const isTime = textInstant(batch, at) !== null;
    this.#count("texts.zoneless", isTime && parsed.offsetSeconds === null);
    this.#count("texts.dates", isTime && parsedDateAlone());
    return this.#count("texts.timestamps", isTime);
  }

  #addTime(batch: RecordBatch, at: number): TimeKind {
    const kind = timeKind(batch, at);
    const value = Number(numberAt(batch, at));
    this.#count(kind);
    this.#widen("time", value);
    const perSecond = { seconds: 1, milliseconds: 1e3, microseconds: 1e6 }[kind as string];
    const isMidnight =
      kind === "zero" ||
      (kind === "julian" && value % 1 === 0.5) ||
      (perSecond !== undefined && value % (86_400 * perSecond) === 0) ||
      (kind === "nanoseconds" && integerBigInt(batch, at) % nanosecondsPerDay === 0n);
    this.#count("midnights", isMidnight);
    return kind;
  }
}

const range = (batch: RecordBatch, at: number): [number, number] => [
  batch.offsets[at]!,
  payloadEnd(batch, at),
];
const payload = (batch: RecordBatch, at: number): Buffer => batch.bytes.subarray(...range(batch, at));
const isExact = (value: bigint): boolean => BigInt(Number(value)) === value;
const numberAt = (batch: RecordBatch, at: number): number | bigint =>
  isInteger(batch.serialTypes[at]!) ? integerBigInt(batch, at) : realNumber(batch, at);

function faultOf(bytes: Buffer): "nul" | "invalid-utf8" | null {
  if (!Buffer.from(bytes.toString("utf8")).equals(bytes)) return "invalid-utf8";
  return bytes.includes(0) ? "nul" : null;
}

/** 1973-03-03 and 2200-01-01 in seconds since 1970. */
const [earliest, latest] = [1e8, 7_258_118_400];

function timeKind(batch: RecordBatch, at: number): TimeKind {
  const value = numberAt(batch, at);
  const size = Math.abs(Number(value));
  if (size === 0) return "zero";
  if (value >= 2_415_020.5 && value < 2_524_593.5) return "julian";
  if (size < earliest) return "small";
  const units = ["seconds", "milliseconds", "microseconds", "nanoseconds"] as const;
  const unit = units.find((_unit, index) => {
    const perSecond = 1000 ** index;
    return size >= earliest * perSecond && size < latest * perSecond;
  });
  if (unit === undefined) return "implausible";
  return unit !== "nanoseconds" || (typeof value === "bigint" && value % 1000n === 0n) ? unit : "finer";
}
