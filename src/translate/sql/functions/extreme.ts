/** min and max: an aggregate of one argument, a choice among several (sqlite.org/lang_corefunc.html#max_scalar). */
import { unify } from "../branch.js";
import { sqlNull, textOf } from "../convert.js";
import { atom, kindWords, operand, type Typed } from "../typed.js";
import { Untranslatable } from "../untranslatable.js";
import { aggregateSql, type FunctionCall } from "./family.js";

type Translate = (args: readonly Typed[], call: FunctionCall) => Typed;

interface Names {
  readonly aggregate: "min" | "max";
  readonly ofTruth: "bool_and" | "bool_or";
  readonly among: "least" | "greatest";
}

const extreme =
  (names: Names): Translate =>
  (args, call) =>
    args.length === 1 ? ofRows(names, args[0]!, call) : ofArguments(names, args, call);

export const smallest = extreme({ aggregate: "min", ofTruth: "bool_and", among: "least" });
export const largest = extreme({ aggregate: "max", ofTruth: "bool_or", among: "greatest" });

function ofRows({ aggregate, ofTruth }: Names, value: Typed, call: FunctionCall): Typed {
  const { stored, column, kind } = value;
  // Still of all rows, not of each.
  if (kind === "null") return atom("null", aggregateSql(aggregate, "NULL::text", call), [value]);
  const name = kind === "boolean" ? ofTruth : aggregate;
  return atom(kind, aggregateSql(name, ordered(value, value.collation.name), call), [value], {
    stored,
    column,
  });
}

/** NULL where one of them is. */
function ofArguments({ among }: Names, args: readonly Typed[], call: FunctionCall): Typed {
  if (call.isDistinct || call.orderBy !== null || call.tail !== null)
    throw new Untranslatable(`DISTINCT, ORDER BY, FILTER or OVER with ${call.name}() of several arguments`);
  if (args.some(({ kind }) => kind === "null")) return sqlNull;
  const { kind, values, known } = unify(args);
  const collation = args.find(({ collation: { from } }) => from !== "none")?.collation.name ?? "BINARY";
  const terms = values.map((value) => ordered(value, collation));
  const found = `${among}(${terms.join(", ")})`;
  const uncertain = values.filter(({ constant }) => constant === null);
  const guard = uncertain.map((value) => `${operand(value)} IS NOT NULL`);
  const sql = guard.length === 0 ? found : `CASE WHEN ${guard.join(" AND ")} THEN ${found} END`;
  return atom(kind, sql, values, known);
}

/** As PostgreSQL orders it like SQLite. @throws Untranslatable */
function ordered(value: Typed, collation: string): string {
  switch (value.kind) {
    case "text":
      if (collation !== "BINARY")
        throw new Untranslatable(
          `min() or max() under ${collation}: which of the equal texts it gives is not said`,
        );
      return `${operand(textOf(value))} COLLATE "C"`;
    case "uuid":
    case "bytes":
    case "time":
    case "json":
    case "jsonb":
    case "jsonvalue":
    case "jsontext":
    case "other":
      throw new Untranslatable(`min() or max() of ${kindWords[value.kind]}: ${value.sql}`);
    default:
      return value.sql;
  }
}
