/** Function calls: those of the families, and no others. */
import { collationNamedIn } from "../collation.js";
import type { Typed } from "../typed.js";
import { worst } from "../typed.js";
import { Untranslatable } from "../untranslatable.js";
import { aggregateFunctions } from "./aggregate.js";
import { choiceFunctions } from "./choice.js";
import type { FunctionCall, FunctionEntry, FunctionFamily } from "./family.js";
import { jsonAggregates } from "./json-aggregate.js";
import { jsonEditFunctions } from "./json-edit.js";
import { jsonFunctions } from "./json.js";
import { momentFunctions } from "./moment.js";
import { numberFunctions } from "./number.js";
import { printfFunctions } from "./printf.js";
import { textFunctions } from "./text.js";
import { windowFunctions } from "./window.js";
import { instead } from "../../instead.js";

const families: readonly FunctionFamily[] = [
  aggregateFunctions,
  choiceFunctions,
  jsonAggregates,
  jsonEditFunctions,
  jsonFunctions,
  momentFunctions,
  numberFunctions,
  printfFunctions,
  textFunctions,
  windowFunctions,
];

const entries: ReadonlyMap<string, FunctionEntry> = new Map(
  families.flatMap((family) => Object.entries(family)),
);

const plainCall = {
  isStar: false,
  isDistinct: false,
  orderBy: null,
  tail: null,
  onRounding: () => undefined,
};

/** @throws Untranslatable */
export function callFunction(given: Pick<FunctionCall, "name" | "args"> & Partial<FunctionCall>): Typed {
  const call: FunctionCall = { ...plainCall, ...given };
  const entry = entries.get(call.name.toLowerCase());
  if (entry === undefined)
    throw new Untranslatable(
      `the function ${call.name}(), for which no equal is known in PostgreSQL`,
      null,
      instead.function(call.name, call.args.length),
    );
  const { args, isStar } = call;
  if (
    args.length < entry.fewest ||
    args.length > entry.most ||
    (isStar && call.name.toLowerCase() !== "count")
  )
    throw new Untranslatable(
      `the function ${call.name}() with ${isStar ? "*" : String(args.length)} arguments`,
    );
  const isWindow = call.tail?.isWindow ?? false;
  const isPlain = !call.isDistinct && call.orderBy === null && call.tail === null;
  if (entry.form === "scalar" && !isPlain)
    throw new Untranslatable(`DISTINCT, ORDER BY, FILTER or OVER with the function ${call.name}()`);
  if (entry.form === "window" && !isWindow)
    throw new Untranslatable(`the function ${call.name}() without OVER`);
  const plain = entry.translate(args, call);
  const made = plain.collation.from === "none" ? { ...plain, collation: collationNamedIn(args) } : plain;
  return call.tail === null ? made : { ...made, volatility: worst([made, call.tail]) };
}

/** Whether a call of this name and so many arguments makes one row of many. */
export const isAggregateCall = (name: string, args: number): boolean => {
  const lower = name.toLowerCase();
  if ((lower === "min" || lower === "max") && args > 1) return false;
  return entries.get(lower)?.form === "aggregate";
};
