/** Aggregate functions (sqlite.org/lang_aggfunc.html). */
import { literalTyped, numberOf, textOf } from "../convert.js";
import { groupKey } from "../query/grouping.js";
import { jsonNumber } from "../json/json-value.js";
import { atom, isFlag, recast, type Typed } from "../typed.js";
import { Untranslatable } from "../untranslatable.js";
import { aggregate, aggregateSql, type FunctionCall, type FunctionFamily } from "./family.js";
import { largest, smallest } from "./extreme.js";
import { median, percentile, percentileContinuous } from "./percentile.js";

type Translate = (args: readonly Typed[], call: FunctionCall) => Typed;

const count: Translate = ([value], call) => {
  if (value === undefined) return atom("integer", aggregateSql("count", "*", call), []);
  return atom("integer", aggregateSql("count", call.isDistinct ? groupKey(value) : value.sql, call), [value]);
};

/** In parentheses where more stands behind it than its own. */
const whole = (sql: string, { tail }: FunctionCall): string => (tail === null ? sql : `(${sql})`);

/**
 * Of whole numbers it is whole, and an error beyond 64 bits on both sides. Of decimals PostgreSQL's is exact, where SQLite adds
 * doubles; of doubles the two may differ in the last digit.
 */
const sum: Translate = ([value], call) => {
  if (isFlag(value!))
    return atom("integer", aggregateSql("sum", recast(value!, "integer", "int").sql, call), [value!]);
  const number = addend(value!, call);
  const sql = aggregateSql("sum", number.sql, call);
  if (number.kind !== "integer") return atom(number.kind, sql, [number], { stored: number.stored });
  return atom("integer", `${whole(sql, call)}::bigint`, [number]);
};

/** Decimals stay what they are. @throws Untranslatable */
function addend(value: Typed, call: FunctionCall): Typed {
  withoutDistinctTexts(value, call);
  if (value.kind === "numeric" && value.stored !== "integer") return value;
  return value.kind === "jsonvalue" ? jsonNumber(value, "numeric") : numberOf(value);
}

/** Two texts can be one number. @throws Untranslatable */
function withoutDistinctTexts(value: Typed, { isDistinct, name }: FunctionCall): void {
  if (isDistinct && (value.kind === "jsonvalue" || value.kind === "jsontext"))
    throw new Untranslatable(`${name}(DISTINCT …) of values out of JSON, without a CAST: ${value.sql}`);
}

/** Never NULL, and never whole. */
const total: Translate = ([value], call) => {
  const number = addend(value!, call);
  const sum = aggregateSql("sum", number.sql, call);
  const double = number.kind === "real" ? sum : `${whole(sum, call)}::double precision`;
  return atom("real", `coalesce(${double}, 0)`, [number]);
};

/** Doubles even of whole numbers: the average of a bigint is a numeric of so many digits that it can round to another double. */
const average: Translate = ([value], call) => {
  const number = addend(value!, call);
  if (number.kind === "numeric")
    return atom("real", `${whole(aggregateSql("avg", number.sql, call), call)}::double precision`, [number]);
  const double = number.kind === "real" ? number : recast(number, "real", "double precision");
  return atom("real", aggregateSql("avg", double.sql, call), [double]);
};

const comma = literalTyped({ kind: "text", text: "," });

/** Without ORDER BY in the order of the rows, which is any. */
const join: Translate = ([value, separator = comma], call) => {
  const [text, between] = [textOf(value!), textOf(separator)];
  withoutDistinctTexts(value!, call);
  if (call.isDistinct && value!.collation.name !== "BINARY")
    throw new Untranslatable(
      `DISTINCT under ${value!.collation.name}: which of the equal texts it keeps is not said`,
    );
  return atom("text", aggregateSql("string_agg", `${text.sql}, ${between.sql}`, call), [text, between], {
    stored: "text",
  });
};

export const aggregateFunctions: FunctionFamily = {
  count: aggregate(0, 1, count),
  sum: aggregate(1, 1, sum),
  total: aggregate(1, 1, total),
  avg: aggregate(1, 1, average),
  group_concat: aggregate(1, 2, join),
  string_agg: aggregate(2, 2, join),
  min: aggregate(1, Infinity, smallest),
  max: aggregate(1, Infinity, largest),
  median: aggregate(1, 1, median),
  percentile: aggregate(2, 2, percentile),
  percentile_cont: aggregate(2, 2, percentileContinuous),
};
