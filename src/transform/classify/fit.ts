/** Which values a column's declared meaning takes: how many by the counts, and of one value by the encoders' own parsers. */
import type { Meaning } from "../../model/profile.js";
import { isBlob, isInteger, isText, payloadBytes, serial, type RecordBatch } from "../../model/record.js";
import { booleanValue } from "../fields/boolean.js";
import type { ColumnCounts } from "./counts.js";
import { timeKindOf } from "./time.js";
import { canonicalInteger, isWholeReal } from "../fields/integer.js";
import { parseTime } from "../fields/iso-time.js";
import { isJsonValue } from "../fields/json.js";
import { decimalOf } from "../fields/numeric.js";
import { canonicalDouble, isExactAsDouble } from "../fields/real.js";
import { textInstant } from "../fields/timestamp.js";
import { textFault } from "../fields/utf8.js";
import { parseUuid } from "../fields/uuid.js";
import { payloadEnd, realNumber } from "../value.js";

/** How many values the meaning does not take: the sum of what `fits` refuses. */
export function misfitCount(
  { integers, reals, texts, blobs, times }: ColumnCounts,
  meaning: Meaning,
): number {
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

/** Whether the meaning takes a value that is not NULL. */
export function fits(meaning: Meaning, batch: RecordBatch, at: number): boolean {
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
