/** Why a value is no number of a type. */
import { typeWords, type BuiltInType } from "../../model/postgres.js";
import { isInteger, isText, serial, type RecordBatch } from "../../model/record.js";
import type { RejectReason } from "../../model/reject.js";
import {
  decimalOf,
  largestFraction,
  largestWhole,
  significantScale,
  type Decimal,
} from "../fields/numeric.js";
import { canonicalDouble } from "../fields/real.js";
import { latin1, payloadEnd, realNumber } from "../value.js";

/** Integers by the bits of their types. */
const bits = { smallint: 16, integer: 32, bigint: 64 } as const;

export const isWholeType = (name: string): name is keyof typeof bits => name in bits;

/** Of smallint, integer, bigint. */
export function explainInteger(type: BuiltInType, batch: RecordBatch, at: number): RejectReason {
  const serialType = batch.serialTypes[at]!;
  const range = isWholeType(type.name) ? rangeWords(type, bits[type.name]) : "";
  if (isInteger(serialType)) return { code: "range", reason: range };
  if (serialType === serial.float64) {
    const value = realNumber(batch, at);
    if (Object.is(value, -0)) return minusZero(type);
    if (Number.isInteger(value)) return { code: "range", reason: range };
    return Number.isFinite(value)
      ? { code: "precision", reason: "it is not a whole number" }
      : infinite(type);
  }
  return isDigits(batch, at, /^-?[1-9][0-9]*$/)
    ? { code: "range", reason: range }
    : { code: "syntax", reason: "it is not an integer, written with digits alone" };
}

function rangeWords(type: BuiltInType, width: number): string {
  const end = 2n ** BigInt(width - 1);
  return `it is beyond ${typeWords(type)}, which goes from ${-end} to ${end - 1n}`;
}

/** Of real and double precision. */
export function explainFloat(type: BuiltInType, batch: RecordBatch, at: number): RejectReason {
  const serialType = batch.serialTypes[at]!;
  if (isText(serialType) && canonicalDouble(batch, at) === null) {
    return isDigits(batch, at, /^-?[0-9]+(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?$/) &&
      !Number.isFinite(Number(latin1(batch, at)))
      ? { code: "range", reason: `it is beyond ${typeWords(type)}` }
      : {
          code: "syntax",
          reason: "it is not the shortest spelling of a number of 64 bits, by which it would come back",
        };
  }
  if (type.name === "real" && !isInteger(serialType)) {
    const value = isText(serialType) ? canonicalDouble(batch, at)! : realNumber(batch, at);
    const nearest = Math.fround(value);
    if (!Number.isFinite(nearest) || nearest === 0)
      return { code: "range", reason: "it is beyond real, of 32 bits" };
  }
  const width = type.name === "real" ? 32 : 64;
  return { code: "precision", reason: `${typeWords(type)}, of ${width} bits, does not hold it exactly` };
}

/** Of numeric. */
export function explainNumeric(type: BuiltInType, batch: RecordBatch, at: number): RejectReason {
  const serialType = batch.serialTypes[at]!;
  if (serialType === serial.float64) {
    const value = realNumber(batch, at);
    if (Object.is(value, -0)) return minusZero(type);
    if (!Number.isFinite(value)) return infinite(type);
  }
  const decimal = decimalOf(batch, at);
  if (decimal !== null) return ofDecimal(type, decimal);
  if (!isDigits(batch, at, /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?$/))
    return { code: "syntax", reason: "it is not a decimal number, plainly written" };
  const text = latin1(batch, at);
  if (/^-[0.]+$/.test(text)) return minusZero(type);
  const point = text.indexOf(".");
  return (point === -1 ? text.length : point) - (text.startsWith("-") ? 1 : 0) > largestWhole
    ? { code: "range", reason: `it has more than ${largestWhole} digits before the point` }
    : { code: "precision", reason: `it has more than ${largestFraction} digits after the point` };
}

function ofDecimal({ modifiers }: BuiltInType, decimal: Decimal): RejectReason {
  const [precision = 0, scale = 0] = modifiers;
  const places = Math.max(0, precision - scale);
  if (decimal.whole.length > places)
    return { code: "range", reason: `it has more than ${places} digits before the point` };
  return significantScale(decimal) > scale
    ? { code: "precision", reason: `it has more than ${scale} digits after the point` }
    : { code: "range", reason: "it is beyond the type's digits" };
}

const minusZero = (type: BuiltInType): RejectReason => ({
  code: "range",
  reason: `it is -0.0, which ${typeWords(type)} does not tell from 0`,
});

const infinite = (type: BuiltInType): RejectReason => ({
  code: "range",
  reason: `it is infinite, and ${typeWords(type)} holds finite numbers alone`,
});

/** Whether a text is of this form. Longer ones than any type takes may be. */
const isDigits = (batch: RecordBatch, at: number, form: RegExp): boolean =>
  payloadEnd(batch, at) - batch.offsets[at]! <= longestLooked && form.test(latin1(batch, at));

/** More than numeric's digits, and short enough to be made a string. */
const longestLooked = 1_000_000;
