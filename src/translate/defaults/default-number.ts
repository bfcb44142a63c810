/** DEFAULTs of boolean and the types of numbers. */
import type { PgType } from "../../model/postgres.js";
import {
  carried,
  none,
  typed,
  type DefaultColumn,
  type DefaultTranslation,
  type DefaultValue,
} from "./default-translation.js";

export function booleanDefault(literal: DefaultValue): DefaultTranslation {
  const truth = truthOf(literal);
  return truth === null ? none : carried(String(truth));
}

/** The same words as the values have. */
const truthWords: ReadonlyMap<string, boolean> = new Map([
  ["f", false],
  ["false", false],
  ["t", true],
  ["true", true],
]);

function truthOf(literal: DefaultValue): boolean | null {
  const zeroOrOne = (digits: string): boolean | null =>
    /^0*[01]$/.test(digits) ? digits.endsWith("1") : null;
  switch (literal.kind) {
    case "integer":
      return zeroOrOne(literal.digits);
    case "real":
      return Object.is(literal.value, -0) ? null : zeroOrOne(String(literal.value));
    case "text":
      return truthWords.get(literal.text.toLowerCase()) ?? null;
    case "blob":
      return literal.hex.length === 2 ? zeroOrOne(literal.hex) : null;
    case "now":
      return null;
  }
}

export const integerDefault =
  (bits: 16 | 32 | 64) =>
  (literal: DefaultValue): DefaultTranslation => {
    const value = integerOf(literal);
    return value !== null && BigInt.asIntN(bits, value) === value ? carried(value.toString()) : none;
  };

function integerOf(literal: DefaultValue): bigint | null {
  if (literal.kind === "integer") return BigInt(literal.digits);
  if (literal.kind === "real") return isWhole(literal.value) ? BigInt(literal.value) : null;
  return literal.kind === "text" && /^(?:0|-?[1-9][0-9]{0,18})$/.test(literal.text)
    ? BigInt(literal.text)
    : null;
}

const isWhole = (value: number): boolean => Number.isInteger(value) && !Object.is(value, -0);

export function realDefault(literal: DefaultValue, { type }: DefaultColumn): DefaultTranslation {
  const value = doubleOf(literal);
  return value !== null && Math.fround(value) === value ? typed(realDigits(value), type) : none;
}

export function doubleDefault(literal: DefaultValue, { type }: DefaultColumn): DefaultTranslation {
  const value = doubleOf(literal);
  if (value === null) return none;
  return literal.kind === "integer" ? carried(literal.digits) : typed(realDigits(value), type);
}

function doubleOf(literal: DefaultValue): number | null {
  switch (literal.kind) {
    case "real":
      return literal.value;
    case "integer":
      return BigInt(Number(literal.digits)) === BigInt(literal.digits) ? Number(literal.digits) : null;
    case "text":
      return isDouble(literal.text) ? Number(literal.text) : null;
    default:
      return null;
  }
}

/** A finite number in its own spelling. */
const isDouble = (text: string): boolean => Number.isFinite(Number(text)) && String(Number(text)) === text;

/** The shortest digits that read back as the same double; PostgreSQL knows `Infinity` as well. */
export const realDigits = (value: number): string => (Object.is(value, -0) ? "-0" : String(value));

export function numericDefault(literal: DefaultValue, { type }: DefaultColumn): DefaultTranslation {
  if (literal.kind === "integer") return decimal(literal.digits, type);
  if (literal.kind === "text") return decimal(literal.text, type);
  if (literal.kind !== "real" || Object.is(literal.value, -0)) return none;
  const digits = realDigits(literal.value);
  const plain = decimal(digits, type);
  return plain.carried || type.modifiers.length > 0 ? plain : typed(digits, type);
}

/** A plainly written number; one with more digits than the type, which PostgreSQL would round, is left out. */
function decimal(text: string, type: PgType): DefaultTranslation {
  const parts = /^-?(?:0|([1-9][0-9]*))(?:\.(?=[0-9])([0-9]*?)0*)?$/.exec(text);
  if (parts === null || /^-[0.]+$/.test(text)) return none;
  const [, whole = "", fraction = ""] = parts;
  const [precision, scale = 0] = type.modifiers;
  const fits = precision === undefined || (whole.length <= precision - scale && fraction.length <= scale);
  return fits ? carried(text) : none;
}
