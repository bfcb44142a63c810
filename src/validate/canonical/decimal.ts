/** Decimal numbers as digits, exactly: nothing here passes through a double but the doubles themselves. */

export interface Decimal {
  readonly negative: boolean;
  /** Without leading and trailing zeros; "" is zero. */
  readonly digits: string;
  /** How many of `digits` stand after the point; negative where zeros follow them before it. */
  readonly scale: number;
}

const zero: Decimal = { negative: false, digits: "", scale: 0 };

const numberForm = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,9}))?$/;

/**
 * Reads `12`, `-1.50`, `+.5`, `1e-3`; null for everything else, blanks around it and words like `NaN` too.
 * `-0` reads as zero with `negative`.
 */
export const parseDecimal = (text: string): Decimal | null => {
  const match = numberForm.exec(text);
  if (match === null) {
    return null;
  }
  const [, sign, whole = "", fraction = "", exponent = "0"] = match;
  if (whole === "" && fraction === "") {
    return null;
  }
  return normalised(sign === "-", whole + fraction, fraction.length - Number(exponent));
};

/** The shortest decimal that reads back as the same double, which is what JavaScript prints. */
export const decimalOfDouble = (value: number): Decimal => {
  const decimal = parseDecimal(String(value));
  if (decimal === null) {
    throw new Error(`${value} has no decimal form`);
  }
  return Object.is(value, -0) ? { ...zero, negative: true } : decimal;
};

export const sameDecimal = (one: Decimal, other: Decimal): boolean =>
  one.negative === other.negative && one.digits === other.digits && one.scale === other.scale;

/** Digits before the point, leading zeros not counted. */
export const integerDigits = (decimal: Decimal): number => Math.max(0, decimal.digits.length - decimal.scale);

/** Without an exponent, without zeros that carry nothing: `120`, `-0.05`, `0` (which has no sign). */
export const plainText = (decimal: Decimal): string => {
  if (decimal.digits === "") {
    return "0";
  }
  return (decimal.negative ? "-" : "") + withPoint(decimal.digits, decimal.scale);
};

/** `digits` times 10 to the power of minus `scale`, written out. */
export const withPoint = (digits: string, scale: number): string => {
  if (scale <= 0) {
    return digits + "0".repeat(-scale);
  }
  const padded = digits.padStart(scale + 1, "0");
  return `${padded.slice(0, -scale)}.${padded.slice(-scale)}`;
};

/** To so many digits after the point: halves away from zero, or cut. */
export const roundDecimal = (decimal: Decimal, scale: number, how: "round" | "truncate"): Decimal => {
  const kept = decimal.digits.length - (decimal.scale - scale);
  if (decimal.scale <= scale || decimal.digits === "") {
    return decimal;
  }
  const isUp = how === "round" && (decimal.digits[kept] ?? "0") >= "5";
  const digits = BigInt(decimal.digits.slice(0, Math.max(0, kept))) + (isUp ? 1n : 0n);
  return normalised(decimal.negative, String(digits), scale);
};

const normalised = (negative: boolean, digits: string, scale: number): Decimal => {
  let start = 0;
  let end = digits.length;
  while (start < end && digits[start] === "0") {
    start += 1;
  }
  while (end > start && digits[end - 1] === "0") {
    end -= 1;
  }
  return start === end
    ? { ...zero, negative }
    : { negative, digits: digits.slice(start, end), scale: scale - (digits.length - end) };
};
