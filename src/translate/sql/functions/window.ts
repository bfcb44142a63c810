/** Functions that are of windows alone (sqlite.org/windowfunctions.html, section 3). */
import { unify } from "../branch.js";
import { sqlNull } from "../convert.js";
import { atom, type Kind, type Typed } from "../typed.js";
import { Untranslatable } from "../untranslatable.js";
import { windowOnly, type FunctionCall, type FunctionFamily } from "./family.js";

type Translate = (args: readonly Typed[], call: FunctionCall) => Typed;

const call = (name: string, args: readonly string[], { tail }: FunctionCall): string =>
  `${name}(${args.join(", ")})${tail?.sql ?? ""}`;

const plain =
  (name: string, kind: Kind): Translate =>
  (_, given) =>
    atom(kind, call(name, [], given), []);

/** What counts rows. @throws Untranslatable */
function counted({ constant }: Typed, least: number, words: string): string {
  if (constant?.kind === "integer" && Number(constant.digits) >= least && Number(constant.digits) < 2 ** 31)
    return constant.digits;
  throw new Untranslatable(`${words} that is no literal from ${least}`);
}

const ntile: Translate = ([buckets], given) =>
  atom("integer", call("ntile", [counted(buckets!, 1, "a number of buckets")], given), []);

/** The value of another row; NULL, or the third argument, where there is none. */
const neighbour =
  (name: "lag" | "lead"): Translate =>
  ([value, distance, otherwise], given) => {
    const { kind, values, known } = unify([value!, otherwise ?? sqlNull]);
    if (kind === "null") return sqlNull;
    const rest = [
      ...(distance === undefined ? [] : [counted(distance, 0, "a distance in rows")]),
      ...(otherwise === undefined ? [] : [values[1]!.sql]),
    ];
    return atom(kind, call(name, [values[0]!.sql, ...rest], given), values, known);
  };

const picked =
  (name: "first_value" | "last_value" | "nth_value"): Translate =>
  ([value, which], given) => {
    const { kind, values, known } = unify([value!]);
    if (kind === "null") return sqlNull;
    const rest = which === undefined ? [] : [counted(which, 1, "a row of the window")];
    return atom(kind, call(name, [values[0]!.sql, ...rest], given), values, known);
  };

export const windowFunctions: FunctionFamily = {
  row_number: windowOnly(0, 0, plain("row_number", "integer")),
  rank: windowOnly(0, 0, plain("rank", "integer")),
  dense_rank: windowOnly(0, 0, plain("dense_rank", "integer")),
  percent_rank: windowOnly(0, 0, plain("percent_rank", "real")),
  cume_dist: windowOnly(0, 0, plain("cume_dist", "real")),
  ntile: windowOnly(1, 1, ntile),
  lag: windowOnly(1, 3, neighbour("lag")),
  lead: windowOnly(1, 3, neighbour("lead")),
  first_value: windowOnly(1, 1, picked("first_value")),
  last_value: windowOnly(1, 1, picked("last_value")),
  nth_value: windowOnly(2, 2, picked("nth_value")),
};
