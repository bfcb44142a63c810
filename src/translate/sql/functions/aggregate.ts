/** Aggregate functions (sqlite.org/lang_aggfunc.html). */
import { atom } from "../typed.js";
import { aggregate, aggregateSql, type FunctionFamily } from "./family.js";

export const aggregateFunctions: FunctionFamily = {
  count: aggregate(0, 1, ([value], call) =>
    atom("integer", aggregateSql("count", value?.sql ?? "*", call), value === undefined ? [] : [value]),
  ),
};
