/**
 * What a type would cut or round without a word, cut or rounded by order: text beyond varchar(n) and char(n), digits beyond
 * numeric(p,s), bits beyond real, and of times the digits after the second's point.
 */
import type { ColumnPlan } from "../../model/plan.js";
import { isInteger, type RecordBatch } from "../../model/record.js";
import type { EncodeField } from "../fields/field.js";
import type { Excess } from "../../model/policy.js";
import { timeExcess } from "./excess-time.js";
import { decimalOf, type Decimal } from "../fields/numeric.js";
import { OneValue } from "../one-value.js";
import { doubleOf, writeFloat } from "../fields/real.js";
import { textOf } from "../fields/text.js";
import { textFault } from "../fields/utf8.js";
import { integerBigInt } from "../value.js";

/**
 * @param encode of the column's type, for what is left.
 * @returns an encoder for values that the type would cut or round, and for those alone; null where the type does neither.
 */
export function excessEncoder(
  { type, unit, zone }: Pick<ColumnPlan, "type" | "unit" | "zone">,
  excess: Excess,
  encode: EncodeField,
): EncodeField | null {
  const [first, second = 0] = type.modifiers;
  switch (type.name) {
    case "character varying":
      return first === undefined ? null : cuttingEncoder(first, false, encode);
    case "character":
      return cuttingEncoder(first ?? 1, true, encode);
    case "numeric":
      return first === undefined ? null : numericExcess(second, excess, encode);
    case "real":
      return nearestFloat;
    case "time without time zone":
    case "timestamp without time zone":
    case "timestamp with time zone":
      return timeExcess(type.name, { unit, zone }, first ?? 6, excess);
    default:
      return null;
  }
}

/** The first characters of what a value is as text. @param isPadded char(n): blanks at the end go, too. */
function cuttingEncoder(limit: number, isPadded: boolean, encode: EncodeField): EncodeField {
  const one = new OneValue();
  return (batch, at, out) => {
    const { bytes, start, end } = textOf(batch, at);
    if (textFault(bytes, start, end) !== null) return false;
    let last = charactersEnd(bytes, start, end, limit);
    while (isPadded && last > start && bytes[last - 1] === 0x20) last -= 1;
    return last < end && encode(one.text(bytes, start, last), 0, out);
  };
}

/** Where the first `limit` characters of valid UTF-8 end. */
function charactersEnd(bytes: Buffer, start: number, end: number, limit: number): number {
  let characters = 0;
  for (let at = start; at < end; at += 1) {
    if ((bytes[at]! & 0xc0) === 0x80) continue;
    if (characters === limit) return at;
    characters += 1;
  }
  return end;
}

function numericExcess(scale: number, excess: Excess, encode: EncodeField): EncodeField | null {
  if (scale < 0) return null;
  const one = new OneValue();
  return (batch, at, out) => {
    const decimal = decimalOf(batch, at);
    if (decimal === null || decimal.fraction.length <= scale) return false;
    const bytes = Buffer.from(shortened(decimal, scale, excess), "latin1");
    return encode(one.text(bytes, 0, bytes.length), 0, out);
  };
}

/** Halves away from zero, as round_var in src/backend/utils/adt/numeric.c. */
function shortened({ negative, whole, fraction }: Decimal, scale: number, excess: Excess): string {
  const kept = BigInt(`0${whole}${fraction.slice(0, scale)}`);
  const isUp = excess === "round" && fraction.charCodeAt(scale) >= 0x35;
  const digits = String(isUp ? kept + 1n : kept).padStart(scale + 1, "0");
  const point = digits.length - scale;
  const text = scale === 0 ? digits : `${digits.slice(0, point)}.${digits.slice(point)}`;
  // PostgreSQL has no -0.
  return negative && /[1-9]/.test(digits) ? `-${text}` : text;
}

/** There is no truncation to 32 bits that anybody would expect; beyond them it is no number any more. */
const nearestFloat: EncodeField = (batch, at, out) => {
  const value = isInteger(batch.serialTypes[at]!) ? withSticky(batch, at) : doubleOf(batch, at);
  if (value === null) return false;
  const nearest = Math.fround(value);
  if (!Number.isFinite(nearest) || (nearest === 0 && value !== 0)) return false;
  writeFloat(nearest, out);
  return true;
};

/** An integer as a double that rounds to the float that the integer itself rounds to: what a double would round away is one bit. */
function withSticky(batch: RecordBatch, at: number): number {
  const value = integerBigInt(batch, at);
  const magnitude = value < 0n ? -value : value;
  if (magnitude <= Number.MAX_SAFE_INTEGER) return Number(value);
  const kept = magnitude & ~0x7ffn;
  const rounded = Number(kept === magnitude ? kept : kept | 0x400n);
  return value < 0n ? -rounded : rounded;
}
