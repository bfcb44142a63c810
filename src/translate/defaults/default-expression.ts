/** DEFAULTs that are expressions: what SQLite computes at each insert, as the column's type writes it. */
import type { Expr } from "sqlite3-parser";
import { typeSql } from "../../model/postgres.js";
import { carried, notCarried, type DefaultColumn, type DefaultTranslation } from "./default-translation.js";
import { assigned } from "../sql/assign.js";
import { momentAs } from "../sql/compare-moments.js";
import { spelledNumber } from "../sql/convert.js";
import { translateExpression } from "../sql/expression.js";
import { parseExpression } from "../sql/ddl/parse-expression.js";
import { randomBytes, randomText } from "../sql/random-text.js";
import { scopeOf } from "../sql/scope.js";
import { kindOf } from "../sql/table-scope.js";
import { atom, kindWords, operand, type Moment, type Typed } from "../sql/typed.js";
import { translated, Untranslatable } from "../sql/untranslatable.js";

/** @param defaultSql no literal */
export function expressionDefault(defaultSql: string, column: DefaultColumn): DefaultTranslation {
  const parsed = parseExpression(defaultSql);
  if (parsed === null) return notCarried("it could not be parsed");
  const { expr, text } = parsed;
  const random = randomDefault(expr, column);
  if (random !== null) return random;
  const translation = translated(text, () =>
    stored(translateExpression(expr, { text, scope: scopeOf([]), queries: null, onRounding: null }), column),
  );
  if (!translation.ok) return notCarried(translation.reason);
  return carried(translation.value.kind === "null" ? null : clause(translation.value.sql));
}

/** null: it is no random text or bytes. */
function randomDefault(expression: Expr, { type }: DefaultColumn): DefaultTranslation | null {
  const text = randomText(expression);
  const bytes = text === null ? randomBytes(expression) : null;
  if (text === null && bytes === null) return null;
  const [limit = Infinity] = type.modifiers;
  switch (type.name) {
    case "text":
    case "citext":
      if (text !== null) return carried(clause(text.sql));
      break;
    case "character varying":
      if (text !== null && text.length <= limit) return carried(clause(text.sql));
      break;
    case "character":
      if (text?.length === limit) return carried(clause(text.sql));
      break;
    case "uuid":
      if (text?.form === "version 4" || text?.form === "digits") return carried("gen_random_uuid()");
      if (bytes?.endsWith(", 16)") === true) return carried("gen_random_uuid()");
      break;
    case "bytea":
      if (bytes !== null) return carried(bytes);
      break;
    default:
  }
  return notCarried(`random ${text === null ? "bytes" : "text"} for a column of type ${typeSql(type)}`);
}

/** @throws Untranslatable */
function stored(value: Typed, column: DefaultColumn): Typed {
  const { type, unit, affinity } = column;
  const kind = kindOf(type);
  const { moment } = value;
  if (kind === "time" && moment?.form === "time" && type.modifiers.length === 0)
    return atom("time", `date_trunc('second', ${moment.sql})::time`, [value]);
  if (kind === "timestamptz" || kind === "timestamp") {
    const instant = instantOf(value, column, kind);
    if (instant !== null) return atom(kind, instant, [value]);
  }
  const given = affined(value, column);
  checkLength(given, column);
  const withoutLimit = type.name === "character varying" || type.name === "character";
  return assigned(
    given,
    { type: withoutLimit ? { ...type, modifiers: [] } : type, unit, source: "" },
    affinity,
  );
}

/** A column's affinity makes a number of a text of digits, and of no other. */
function affined(value: Typed, { affinity, type }: DefaultColumn): Typed {
  if (value.kind !== "text" || value.constant !== null || affinity === "TEXT" || affinity === "BLOB")
    return value;
  const number = spelledNumber(value);
  if (number !== null) return number;
  if (value.moment !== null && value.moment.form !== "part") return value;
  throw new Untranslatable(
    `a text that SQLite may make a number of, for a column of type ${typeSql(type)}: ${value.sql}`,
  );
}

const lengths: Readonly<Partial<Record<Moment["form"], number>>> = { datetime: 19, date: 10, time: 8 };

/** PostgreSQL would refuse at each insert what SQLite takes. */
function checkLength({ moment, sql }: Typed, { type }: DefaultColumn): void {
  const [limit] = type.modifiers;
  if (limit === undefined || (type.name !== "character varying" && type.name !== "character")) return;
  const length = moment === null ? undefined : lengths[moment.form];
  const fits = length !== undefined && (type.name === "character" ? length === limit : length <= limit);
  if (!fits) throw new Untranslatable(`a text of unknown or other length for ${typeSql(type)}: ${sql}`);
}

/** By the column's unit, or its texts. */
function instantOf(
  value: Typed,
  { type, unit }: DefaultColumn,
  kind: "timestamptz" | "timestamp",
): string | null {
  // A fraction that the type does not keep would be rounded.
  if (type.modifiers.length > 0)
    throw new Untranslatable(`a computed ${kindWords[kind].slice(2)} for a column of type ${typeSql(type)}`);
  const storedClass = unit === null ? "text" : unit === "julian" ? "real" : "integer";
  const facts = { name: "", type, unit, truth: null };
  const target = atom(kind, "", [], { stored: storedClass, column: facts, affinity: "NUMERIC" });
  const found = value.moment === null ? null : momentAs(target, value.moment);
  if (found !== null) return found;
  const number = value.kind === "text" ? spelledNumber(value) : value;
  const per =
    unit === "seconds" ? 1 : unit === "milliseconds" ? 1000 : unit === "microseconds" ? 1_000_000 : null;
  if (per === null || number?.kind !== "integer") return null;
  const seconds = per === 1 ? number.sql : `${operand(number)} / ${per}.0`;
  return kind === "timestamptz" ? `to_timestamp(${seconds})` : `to_timestamp(${seconds}) AT TIME ZONE 'UTC'`;
}

/** After DEFAULT stands a call or what is in parentheses: not every operator is taken there. */
const clause = (sql: string): string =>
  /^[a-z_0-9]+\((?:[^()']|'[^']*'|\((?:[^()']|'[^']*'|\([^()]*\))*\))*\)$/.test(sql) ? sql : `(${sql})`;
