/** How the functions of SQLite are listed: a family a file, each function with the number of its arguments. */
import type { Typed } from "../typed.js";
import { Untranslatable } from "../untranslatable.js";
import type { Tail } from "../window.js";

export interface FunctionCall {
  /** As written. */
  readonly name: string;
  readonly args: readonly Typed[];
  /** count(*). */
  readonly isStar: boolean;
  readonly isDistinct: boolean;
  /** `ORDER BY …` within the parentheses, or null. */
  readonly orderBy: string | null;
  readonly tail: Tail | null;
  /** For what rounds doubles by their decimal digits. @throws Untranslatable where that may not be */
  readonly onRounding: () => void;
}

export interface FunctionEntry {
  /** `aggregate`: takes DISTINCT, ORDER BY, FILTER and OVER; `window`: needs OVER. */
  readonly form: "scalar" | "aggregate" | "window";
  readonly fewest: number;
  readonly most: number;
  /** @throws Untranslatable */
  readonly translate: (args: readonly Typed[], call: FunctionCall) => Typed;
}

/** Names in lower case. */
export type FunctionFamily = Readonly<Record<string, FunctionEntry>>;

type Translate = FunctionEntry["translate"];

export const scalar = (fewest: number, most: number, translate: Translate): FunctionEntry => ({
  form: "scalar",
  fewest,
  most,
  translate,
});
export const aggregate = (fewest: number, most: number, translate: Translate): FunctionEntry => ({
  ...scalar(fewest, most, translate),
  form: "aggregate",
});
export const windowOnly = (fewest: number, most: number, translate: Translate): FunctionEntry => ({
  ...scalar(fewest, most, translate),
  form: "window",
});

/**
 * `name(DISTINCT a, b ORDER BY c) FILTER (…) OVER (…)`, with what stands behind the name in `call`.
 *
 * @throws Untranslatable PostgreSQL orders distinct values by themselves only.
 */
export function aggregateSql(
  name: string,
  args: string,
  { isDistinct, orderBy, tail }: FunctionCall,
): string {
  if (isDistinct && orderBy !== null && !orderBy.startsWith(`ORDER BY ${args} `))
    throw new Untranslatable("DISTINCT values that are put in order by something else");
  return `${name}(${isDistinct ? "DISTINCT " : ""}${args}${orderBy === null ? "" : ` ${orderBy}`})${tail?.sql ?? ""}`;
}
