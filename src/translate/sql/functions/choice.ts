/** Functions that give back one of their arguments (sqlite.org/lang_corefunc.html). */
import { unify } from "../branch.js";
import { caseOf } from "../case.js";
import { collationNamedIn } from "../collation.js";
import { compare } from "../compare.js";
import { sqlNull } from "../convert.js";
import { atom, worst, type Typed } from "../typed.js";
import { scalar, type FunctionFamily } from "./family.js";

/** In SQLite the condition of iif may be left without an else. */
const iif = (args: readonly Typed[]): Typed => {
  const branches = [];
  for (let at = 0; at + 1 < args.length; at += 2) branches.push({ when: args[at]!, then: args[at + 1]! });
  return caseOf(null, branches, args.length % 2 === 0 ? sqlNull : args.at(-1)!);
};

const coalesce = (args: readonly Typed[]): Typed => {
  const { kind, values, known } = unify(args);
  if (kind === "null") return sqlNull;
  return atom(kind, `coalesce(${values.map(({ sql }) => sql).join(", ")})`, values, {
    ...known,
    collation: collationNamedIn(args),
  });
};

/** The collation of the comparison is that of the arguments; an affinity they have not in a function. */
const nullif = ([value, other]: readonly Typed[]): Typed => {
  const same = compare({ ...value!, affinity: null }, "=", { ...other!, affinity: null });
  return {
    ...value!,
    sql: `CASE WHEN NOT coalesce(${same.sql}, false) THEN ${value!.sql} END`,
    isAtom: true,
    volatility: worst([value!, other!]),
    constant: null,
    moment: null,
    joined: null,
    affinity: null,
    collation: collationNamedIn([value!, other!]),
  };
};

const first = (args: readonly Typed[]): Typed => ({
  ...args[0]!,
  affinity: null,
  collation: collationNamedIn(args),
});

export const choiceFunctions: FunctionFamily = {
  coalesce: scalar(2, Infinity, coalesce),
  ifnull: scalar(2, 2, coalesce),
  iif: scalar(2, Infinity, iif),
  if: scalar(2, Infinity, iif),
  nullif: scalar(2, 2, nullif),
  likely: scalar(1, 1, first),
  unlikely: scalar(1, 1, first),
  likelihood: scalar(2, 2, first),
};
