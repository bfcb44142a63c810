/**
 * Doubles that are rounded to digits behind the point. SQLite rounds the double itself, half away from zero (src/func.c,
 * roundFunc): 2.675 is a little less, and becomes 2.67. PostgreSQL has decimals for that, and nothing that tells all digits of
 * a double; its to_char does, but rounds halves to even and is not immutable.
 */
import { exactDecimal, numberOf } from "../convert.js";
import type { Typed } from "../typed.js";
import type { FunctionCall } from "./family.js";

/**
 * As a decimal with so many digits.
 *
 * @param places 0 to 30
 * @throws Untranslatable where halves decide, and may be another number
 */
export function roundedDecimal(
  value: Typed,
  places: number,
  { onRounding }: Pick<FunctionCall, "onRounding">,
): string {
  const digits = roundedDigits(value, places);
  if (digits !== null) return `'${digits}'::numeric`;
  if (!hasPlaces(value, places)) onRounding();
  return `round(${exactDecimal(numberOf(value))}, ${places})`;
}

/** What SQLite writes of a literal with so many digits; null: of all else. */
export function roundedDigits(value: Typed, places: number): string | null {
  const { constant } = numberOf(value);
  // JavaScript rounds as SQLite does (ECMA-262, Number.prototype.toFixed).
  return constant?.kind === "real" && Math.abs(constant.value) < 1e15 ? constant.value.toFixed(places) : null;
}

/** Whether there is nothing to round: a whole number, or a decimal column of no more digits. */
function hasPlaces(value: Typed, places: number): boolean {
  const { type } = value.column ?? {};
  if (value.kind === "numeric" && type?.name === "numeric" && type.modifiers.length === 2)
    return type.modifiers[0]! <= mostExactDigits && type.modifiers[1]! <= places;
  return numberOf(value).kind === "integer";
}

/** Decimals of so many digits are all told apart by doubles. */
const mostExactDigits = 15;
