/** text and varchar(n): TEXT byte for byte; BLOB that is valid UTF-8; numbers as their digits. */
import { isInteger, serial } from "../model/record.js";
import type { EncodeField } from "./field.js";
import { realText } from "./real.js";
import { characterCount, textFault } from "./utf8.js";
import { integerBigInt, payloadEnd, realNumber } from "./value.js";

/** @param limit the n of varchar(n) in characters, or null. */
export function textEncoder(limit: number | null): EncodeField {
  return (batch, at, out) => {
    const type = batch.serialTypes[at]!;
    if (isInteger(type) || type === serial.float64) {
      const digits = isInteger(type) ? integerBigInt(batch, at).toString() : realText(realNumber(batch, at));
      if (limit !== null && digits.length > limit) return false;
      out.asciiField(digits);
      return true;
    }
    const start = batch.offsets[at]!;
    const end = payloadEnd(batch, at);
    if (textFault(batch.bytes, start, end) !== null) return false;
    if (limit !== null && end - start > limit && characterCount(batch.bytes, start, end) > limit)
      return false;
    out.bytesField(batch.bytes, start, end);
    return true;
  };
}
