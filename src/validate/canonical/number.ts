/** Canonical fields of boolean, the integers, the floats and numeric (fidelity: "Values", table of storage classes). */
import { asciiText, isNumber, type CanonicalField, type Misfit, type SourceValue } from "./field.js";
import { numberText } from "./text.js";
import {
  decimalOfDouble,
  integerDigits,
  parseDecimal,
  plainText,
  roundDecimal,
  type Decimal,
} from "./decimal.js";
import { oids } from "./row-bytes.js";

/** PostgreSQL's limits of a numeric without precision (documentation, table 8.2). */
const mostIntegerDigits = 131_072;
const mostFractionDigits = 16_383;

export const booleanField: CanonicalField = {
  oid: oids.boolean,
  write: (value, isText, out) => {
    const truth = truthOf(value, isText);
    if (truth === null) {
      return isText ? "is none of t, f, true, false" : "is neither 0 nor 1";
    }
    out.writeBoolean(truth);
    return null;
  },
};

const truthOf = (value: SourceValue, isText: boolean): boolean | null => {
  if (isNumber(value)) {
    return zeroOrOne(value);
  }
  if (!isText && Buffer.isBuffer(value)) {
    return value.length === 1 ? zeroOrOne(value[0] ?? -1) : null;
  }
  switch (asciiText(value).toLowerCase()) {
    case "t":
    case "true":
      return true;
    case "f":
    case "false":
      return false;
    default:
      return null;
  }
};

/** -0.0 is not 0: a boolean could not give it back. */
const zeroOrOne = (value: bigint | number): boolean | null => {
  if (value === 1 || value === 1n) {
    return true;
  }
  return value === 0n || Object.is(value, 0) ? false : null;
};

/** Apart from each other: with a width that varies they cost three times as much. */
const isHeld: Readonly<Record<16 | 32 | 64, (integer: bigint) => boolean>> = {
  16: (integer) => BigInt.asIntN(16, integer) === integer,
  32: (integer) => BigInt.asIntN(32, integer) === integer,
  64: (integer) => BigInt.asIntN(64, integer) === integer,
};

/** smallint, integer and bigint: the value alone is compared, as one of 64 bits. */
export const integerField = (bits: 16 | 32 | 64): CanonicalField => {
  const fits = isHeld[bits];
  const most = 2 ** (bits - 1);
  return {
    oid: oids.int8,
    write: (value, isText, out) => {
      // -0.0 is none of the integers.
      if (Number.isSafeInteger(value) && !Object.is(value, -0)) {
        const safe = value as number;
        if (safe >= -most && safe < most) {
          out.writeSafeInteger(oids.int8, safe);
          return null;
        }
      }
      const integer = integerOf(value, isText);
      if (typeof integer === "string") {
        return integer;
      }
      if (!fits(integer)) {
        return `is beyond ${bits} bits`;
      }
      out.writeInt64(oids.int8, integer);
      return null;
    },
  };
};

const integerOf = (value: SourceValue, isText: boolean): bigint | Misfit => {
  if (typeof value === "bigint") {
    return value;
  }
  if (typeof value === "number") {
    // The largest double below 2^63 is far below it; 2^63 itself is out of range.
    return Number.isInteger(value) && value >= -(2 ** 63) && value < 2 ** 63 && !Object.is(value, -0)
      ? BigInt(value)
      : "is not a whole number of 64 bits";
  }
  const text = asciiText(value);
  return isText && /^(?:0|-?[1-9]\d{0,18})$/.test(text)
    ? BigInt(text)
    : "is not an integer as it is usually written";
};

/** A float of 32 bits holds few doubles; PostgreSQL would round the others without a word. */
export const realField: CanonicalField = {
  oid: oids.float4,
  write: (value, isText, out) => {
    const double = doubleOf(value, isText);
    if (typeof double === "string") {
      return double;
    }
    if (Math.fround(double) !== double) {
      return "is not held exactly by a real";
    }
    out.writeFloat(double);
    return null;
  },
};

/** The nearest `real`; PostgreSQL has none where that would be an infinity or 0 (src/backend/utils/adt/float.c, dtof). */
export const roundedRealField: CanonicalField = {
  oid: oids.float4,
  write: (value, isText, out) => {
    const double = typeof value === "bigint" ? doubleToRound(value) : doubleOf(value, isText);
    if (typeof double === "string") {
      return double;
    }
    const single = Math.fround(double);
    if (Number.isFinite(single) !== Number.isFinite(double) || (single === 0) !== (double === 0)) {
      return "is beyond what a real holds";
    }
    out.writeFloat(single);
    return null;
  },
};

/**
 * A double that rounds to the same `real` as the integer does: what it cannot hold itself is only told to be there, in a
 * bit far below those of a `real`.
 */
const doubleToRound = (value: bigint): number => {
  const double = Number(value);
  return BigInt(double) === value ? double : Number((value - (value & 0xfffn)) | 0x800n);
};

export const doubleField: CanonicalField = {
  oid: oids.float8,
  write: (value, isText, out) => {
    const double = doubleOf(value, isText);
    if (typeof double === "string") {
      return double;
    }
    out.writeDouble(double);
    return null;
  },
};

const doubleOf = (value: SourceValue, isText: boolean): number | Misfit => {
  if (typeof value === "number") {
    return value;
  }
  if (typeof value === "bigint") {
    const double = Number(value);
    return BigInt(double) === value ? double : "is not held exactly by a double";
  }
  const text = asciiText(value);
  if (!isText || parseDecimal(text) === null) {
    return "is not a number";
  }
  // JavaScript rounds decimal text to the nearest double, which has to come back as it was written: not 1.50, not 1e2.
  const double = Number(text);
  return Number.isFinite(double) && (text === numberText(double) || text === String(double))
    ? double
    : "is not how a double is written";
};

/** `numeric`, or `numeric(precision, scale)`. */
export const numericField = (precision: number | null, scale: number): CanonicalField =>
  numericBy(precision, scale, (decimal) => decimal);

/** `numeric(precision, scale)` of values whose digits beyond the scale are rounded, halves away from zero, or cut. */
export const roundedNumericField = (
  precision: number,
  scale: number,
  excess: "round" | "truncate",
): CanonicalField => numericBy(precision, scale, (decimal) => roundDecimal(decimal, scale, excess));

const numericBy = (
  precision: number | null,
  scale: number,
  rounded: (decimal: Decimal) => Decimal,
): CanonicalField => ({
  oid: oids.text,
  write: (value, isText, out) => {
    const text = numericText(value, isText, precision, scale, rounded);
    if (text.misfit !== null) {
      return text.misfit;
    }
    out.writeText(text.text);
    return null;
  },
});

type NumericText =
  { readonly text: string; readonly misfit: null } | { readonly text: null; readonly misfit: Misfit };

const numericText = (
  value: SourceValue,
  isText: boolean,
  precision: number | null,
  scale: number,
  rounded: (decimal: Decimal) => Decimal,
): NumericText => {
  if (value === Infinity || value === -Infinity) {
    return precision === null
      ? { text: value > 0 ? "Infinity" : "-Infinity", misfit: null }
      : { text: null, misfit: "is infinite" };
  }
  const exact = decimalOf(value, isText);
  if (typeof exact === "string") {
    return { text: null, misfit: exact };
  }
  const decimal = rounded(exact);
  const misfit = precision === null ? null : beyondPrecision(decimal, precision, scale);
  return misfit === null ? { text: plainText(decimal), misfit } : { text: null, misfit };
};

/** Written out: no plus, no exponent, no zeros before other digits, digits on both sides of a point. */
const decimalForm = /^-?(?:0|[1-9]\d*)(?:\.(\d+))?$/;

const decimalOf = (value: SourceValue, isText: boolean): Decimal | Misfit => {
  if (typeof value === "number") {
    return Object.is(value, -0) ? negativeZero : decimalOfDouble(value);
  }
  const text = typeof value === "bigint" ? String(value) : isText ? asciiText(value) : "";
  const [written, fraction = ""] = decimalForm.exec(text) ?? [];
  const decimal = written === undefined ? null : parseDecimal(written);
  if (decimal === null) {
    return "is not a number as it is usually written";
  }
  if (decimal.negative && decimal.digits === "") {
    return negativeZero;
  }
  return integerDigits(decimal) > mostIntegerDigits || fraction.length > mostFractionDigits
    ? "has more digits than PostgreSQL's numeric holds"
    : decimal;
};

const negativeZero: Misfit = "is -0, which numeric does not have";

/** Rounding is no conversion: what does not fit exactly does not fit. */
const beyondPrecision = (decimal: Decimal, precision: number, scale: number): Misfit | null => {
  if (decimal.scale > scale) {
    return `has more than ${scale} digits after the point`;
  }
  return decimal.digits.length - decimal.scale > precision - scale && decimal.digits !== ""
    ? `has more than ${precision - scale} digits before the point`
    : null;
};
