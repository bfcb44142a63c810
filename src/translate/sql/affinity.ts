/**
 * What SQLite stores where a literal meets a column: the column's affinity is applied first
 * (sqlite.org/datatype3.html, section 3).
 */
import type { Affinity } from "../../model/sqlite.js";
import { isInt64, type Literal } from "./literal.js";

/** null where the outcome is not sure, for versions of SQLite write a REAL with other digits. */
export function storedLiteral(literal: Literal, affinity: Affinity): Literal | null {
  switch (affinity) {
    case "BLOB":
      return literal;
    case "TEXT":
      return asText(literal);
    case "REAL":
      return asReal(asNumber(literal));
    case "INTEGER":
    case "NUMERIC":
      return asInteger(asNumber(literal));
  }
}

function asText(literal: Literal): Literal | null {
  if (literal.kind === "integer") return { kind: "text", text: literal.digits };
  if (literal.kind !== "real") return literal;
  const text = plainReal(literal.value);
  return text === null ? null : { kind: "text", text };
}

/** A REAL as text where every version of SQLite writes the same: 15 digits at most, no exponent. */
export function plainReal(value: number): string | null {
  if (value === 0) return Object.is(value, -0) ? null : "0.0";
  const size = Math.abs(value);
  if (size < 1e-4 || size >= 1e15 || Number(value.toPrecision(15)) !== value) return null;
  return Number.isInteger(value) ? `${value}.0` : String(value);
}

/** Text that is wholly a number becomes one; blanks around it do not count. */
function asNumber(literal: Literal): Literal {
  if (literal.kind !== "text") return literal;
  const text = literal.text.replaceAll(/^[ \t\n\v\f\r]+|[ \t\n\v\f\r]+$/g, "");
  if (!/^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)(e[+-]?[0-9]+)?$/i.test(text)) return literal;
  if (/^[+-]?[0-9]+$/.test(text)) {
    const value = BigInt(text.replace("+", ""));
    if (isInt64(value)) return { kind: "integer", digits: value.toString() };
  }
  return { kind: "real", value: Number(text) };
}

/** -0.0 loses its sign: a REAL column keeps whole numbers as integers on disk. */
function asReal(literal: Literal): Literal {
  if (literal.kind === "integer") return { kind: "real", value: Number(literal.digits) };
  return literal.kind === "real" && literal.value === 0 ? { kind: "real", value: 0 } : literal;
}

/** A whole REAL becomes an INTEGER, but for the two ends of int64 (sqlite3VdbeIntegerAffinity). */
function asInteger(literal: Literal): Literal {
  if (literal.kind !== "real" || !Number.isInteger(literal.value)) return literal;
  return Math.abs(literal.value) < 2 ** 63
    ? { kind: "integer", digits: BigInt(literal.value).toString() }
    : literal;
}
