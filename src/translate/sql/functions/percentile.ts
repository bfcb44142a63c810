/** median and the percentiles, which SQLite may be built with (sqlite.org/percentile.html). */
import { numberOf } from "../convert.js";
import { atom, operand, recast, type Typed } from "../typed.js";
import { Untranslatable } from "../untranslatable.js";
import type { FunctionCall } from "./family.js";

type Translate = (args: readonly Typed[], call: FunctionCall) => Typed;

export const median: Translate = ([value], call) => continuous(value!, 0.5, call);

/** From 0 to 100. */
export const percentile: Translate = ([value, percent], call) =>
  continuous(value!, fractionOf(percent!, 100), call);

export const percentileContinuous: Translate = ([value, fraction], call) =>
  continuous(value!, fractionOf(fraction!, 1), call);

function fractionOf({ constant }: Typed, most: number): number {
  const value =
    constant?.kind === "integer" ? Number(constant.digits) : constant?.kind === "real" ? constant.value : NaN;
  if (value >= 0 && value <= most) return value / most;
  throw new Untranslatable("a percentile that is no literal within its range");
}

/** Between the two values in the middle it lies in proportion. */
function continuous(
  value: Typed,
  fraction: number,
  { name, isDistinct, orderBy, tail }: FunctionCall,
): Typed {
  if (isDistinct || orderBy !== null || tail?.isWindow === true)
    throw new Untranslatable(`DISTINCT, ORDER BY or OVER with ${name}()`);
  // A text is an error in SQLite.
  if (value.kind === "jsonvalue")
    throw new Untranslatable(`${name}() of a value out of JSON, without a CAST: ${value.sql}`);
  const number = numberOf(value);
  const double = number.kind === "real" ? number : recast(number, "real", "double precision");
  const sql = `percentile_cont(${fraction}) WITHIN GROUP (ORDER BY ${operand(double)})${tail?.sql ?? ""}`;
  return atom("real", sql, [double]);
}
