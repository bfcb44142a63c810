/**
 * One kind where another is asked for: what SQLite does by itself (sqlite.org/datatype3.html, section 3 to 5; lang_expr.html,
 * "CAST expressions") and PostgreSQL only on request.
 */
import { quoteLiteral } from "../../model/identifier.js";
import { storedLiteral } from "./affinity.js";
import { jsonNumber, jsonText, jsonTruth } from "./json/json-value.js";
import type { Literal } from "./literal.js";
import { atom, isFlag, kindWords, operand, operation, recast, type Typed } from "./typed.js";
import { Untranslatable } from "./untranslatable.js";

export const sqlNull: Typed = atom("null", "NULL", [], { constant: { kind: "null" } });

/** A literal as PostgreSQL writes it. */
export function literalTyped(literal: Literal): Typed {
  switch (literal.kind) {
    case "null":
      return sqlNull;
    case "integer":
      return atom("integer", integerSql(literal.digits), [], {
        constant: literal,
        isAtom: !literal.digits.startsWith("-"),
      });
    case "real":
      return atom("real", realSql(literal.value), [], { constant: literal });
    case "text":
      return atom("text", textSql(literal.text), [], { constant: literal });
    case "blob":
      return atom("bytes", `'\\x${literal.hex}'::bytea`, [], { constant: literal });
    case "now":
      throw new Untranslatable("the present moment as a literal");
  }
}

/** The smallest bigint has no digits of its own: 9223372036854775808 is too large for its sign. */
const integerSql = (digits: string): string =>
  digits === "-9223372036854775808" ? "'-9223372036854775808'::bigint" : digits;

function realSql(value: number): string {
  const words =
    value === Infinity
      ? "Infinity"
      : value === -Infinity
        ? "-Infinity"
        : Object.is(value, -0)
          ? "-0"
          : String(value);
  return `'${words}'::double precision`;
}

/** @throws Untranslatable PostgreSQL's text holds no NUL. */
function textSql(text: string): string {
  if (text.includes("\0")) throw new Untranslatable("a text with a NUL character");
  return quoteLiteral(text);
}

/** As a condition: what is not 0 is true. @throws Untranslatable */
export function truthOf(typed: Typed): Typed {
  const { kind, constant, sql } = typed;
  if (kind === "boolean") return booleanOf(typed);
  if (kind === "null") return atom("boolean", "NULL::boolean", []);
  if (constant !== null) return truthConstant(constant);
  if (kind === "integer" || kind === "numeric" || kind === "real")
    return operation("boolean", `${operand(typed)} <> 0`, [typed]);
  if (kind === "jsonvalue") return jsonTruth(typed);
  throw new Untranslatable(`${kindWords[kind]} as a condition: ${sql}`);
}

function booleanOf(typed: Typed): Typed {
  if (typed.column === null || isFlag(typed)) return typed;
  throw new Untranslatable(
    `${typed.column.name} as a condition: SQLite holds words in it, and words are not true`,
  );
}

function truthConstant(constant: Literal): Typed {
  const number = storedLiteral(constant, "NUMERIC");
  const isTrue =
    number?.kind === "integer"
      ? BigInt(number.digits) !== 0n
      : number?.kind === "real"
        ? number.value !== 0
        : null;
  if (isTrue === null) throw new Untranslatable("a text as a condition");
  return atom("boolean", String(isTrue), []);
}

/** As an operand of arithmetic: `integer` or `real`, as SQLite reckons. @throws Untranslatable */
export function numberOf(typed: Typed): Typed {
  const { kind, constant, stored } = typed;
  if (kind === "integer" || kind === "real") return typed;
  if (kind === "null") return recast(typed, "integer", "bigint");
  const spelled = spelledNumber(typed);
  if (spelled !== null) return spelled;
  if (kind === "jsonvalue") return jsonNumber(typed);
  if (constant !== null) {
    const number = storedLiteral(constant, "NUMERIC");
    if (number?.kind === "integer" || number?.kind === "real") return literalTyped(number);
  }
  if (isFlag(typed)) return recast(typed, "integer", "int::bigint");
  if (kind === "numeric") {
    if (stored === "integer") return recast(typed, "integer", "bigint");
    return { ...recast(typed, "real", "double precision"), stored };
  }
  const units = unitNumber(typed);
  if (units !== null) return units;
  throw new Untranslatable(`arithmetic with ${kindWords[kind]}: ${typed.sql}`);
}

/** As a decimal, an operand. PostgreSQL's own cast keeps 15 digits of a double, its text all that tell it from others. */
export const exactDecimal = (number: Typed): string =>
  number.kind === "real" ? `${operand(number)}::text::numeric` : `${operand(number)}::numeric`;

/** Of a date function's text that is digits: the number that SQLite reckons with. */
export function spelledNumber(typed: Typed): Typed | null {
  const { kind, moment } = typed;
  if (kind !== "text" || moment === null || moment.number === null) return null;
  const isSeconds = moment.form === "seconds";
  return atom("integer", moment.number, [typed], { moment: isSeconds ? { ...moment, number: null } : null });
}

/** Units in a second. */
const unitsPerSecond: Readonly<Record<string, number>> = {
  seconds: 1,
  milliseconds: 1000,
  microseconds: 1_000_000,
};

/** The number that a time column holds in SQLite; null where it holds none, or not exactly. */
export function unitNumber(typed: Typed): Typed | null {
  const { kind, column, stored } = typed;
  const factor = unitsPerSecond[column?.unit ?? ""];
  if (stored !== "integer" || factor === undefined || (kind !== "timestamptz" && kind !== "timestamp"))
    return null;
  // Of a timestamptz it is stable (pg_proc.provolatile), and an index asks for immutable.
  const moment = kind === "timestamptz" ? `${operand(typed)} AT TIME ZONE 'UTC'` : typed.sql;
  const seconds = `extract(epoch FROM ${moment})`;
  const sql = factor === 1 ? `${seconds}::bigint` : `(${seconds} * ${factor})::bigint`;
  return { ...typed, kind: "integer", sql, isAtom: true, column: null };
}

/** Its text, as SQLite writes it. @throws Untranslatable where the spelling is lost. */
export function textOf(typed: Typed): Typed {
  const { kind, constant, stored } = typed;
  if (constant !== null) {
    const text = constant.kind === "blob" ? null : storedLiteral(constant, "TEXT");
    if (text?.kind === "text") return literalTyped(text);
  }
  switch (kind) {
    case "text":
      if (stored === "text") return typed;
      throw new Untranslatable(
        `${typed.sql}: it holds values of several storage classes, and not all are texts`,
      );
    case "null":
      return recast(typed, "text", "text");
    case "integer":
      return { ...recast(typed, "text", "text"), stored: "text" };
    case "boolean":
      if (!isFlag(typed)) break;
      return { ...recast(typed, "text", "int::text"), stored: "text" };
    case "json":
      return { ...recast(typed, "text", "text"), stored: "text" };
    case "jsonvalue":
      return jsonText(typed);
    case "jsontext":
      return { ...typed, kind: "text", stored: "text" };
    default:
  }
  const units = unitNumber(typed);
  if (units !== null) return textOf(units);
  throw new Untranslatable(`${kindWords[kind]} as a text, which the two write in other ways: ${typed.sql}`);
}

/** Cut towards zero, and kept within 64 bits. */
function nearestInteger(value: number): string {
  if (Math.abs(value) < 2 ** 63) return BigInt(Math.trunc(value)).toString();
  return (value > 0 ? 2n ** 63n - 1n : -(2n ** 63n)).toString();
}

/** A whole number. @throws Untranslatable */
export function integerOf(typed: Typed): Typed {
  const number = numberOf(typed);
  if (number.kind === "integer") return number;
  if (number.constant?.kind === "real")
    return literalTyped({ kind: "integer", digits: nearestInteger(number.constant.value) });
  // SQLite cuts towards zero (sqlite.org/lang_expr.html, "CAST expressions").
  return { ...atom("integer", `trunc(${number.sql})::bigint`, [number]), constant: null };
}
