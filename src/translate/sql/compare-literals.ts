/**
 * A comparison of two literals, whose outcome is known. PostgreSQL would compute it while it reads a generated column, before
 * it gives texts their collations, and refuse the column for that.
 */
import type { Affinity } from "../../model/sqlite.js";
import { storedLiteral } from "./affinity.js";
import { collationFor, keyText } from "./collation.js";
import { ordered, type Comparison } from "./comparison.js";
import type { Literal } from "./literal.js";
import type { CollationName, Typed } from "./typed.js";

/** By SQLite's rules (sqlite.org/datatype3.html, section 4); null: one of them is no literal, or it is not sure. */
export function compareLiterals(left: Typed, operator: Comparison, right: Typed): boolean | null {
  if (left.constant === null || right.constant === null) return null;
  const affinity = meetingAffinity(left.affinity, right.affinity);
  const a = valueOf(storedLiteral(left.constant, affinity));
  const b = valueOf(storedLiteral(right.constant, affinity));
  const sign = a === null || b === null ? null : signOf(a, b, collationFor(left, right));
  return sign === null ? null : ordered(sign, operator);
}

/** What is applied to both (section 4.2): of two that have one a number's alone. */
function meetingAffinity(a: Affinity | null, b: Affinity | null): Affinity {
  const isNumeric = (one: Affinity | null): boolean => one !== null && one !== "TEXT" && one !== "BLOB";
  if (isNumeric(a) || isNumeric(b)) return "NUMERIC";
  return a === null || b === null ? (a ?? b ?? "BLOB") : "BLOB";
}

type Value = bigint | number | string | Buffer;

function valueOf(literal: Literal | null): Value | null {
  switch (literal?.kind) {
    case "integer":
      return BigInt(literal.digits);
    case "real":
      return literal.value;
    case "text":
      return literal.text;
    case "blob":
      return Buffer.from(literal.hex, "hex");
    default:
      return null;
  }
}

/** Numbers come before texts, and these before blobs. */
const rankOf = (value: Value): number => (typeof value === "string" ? 1 : Buffer.isBuffer(value) ? 2 : 0);

function signOf(a: Value, b: Value, collation: CollationName): number | null {
  if (rankOf(a) !== rankOf(b)) return rankOf(a) - rankOf(b);
  if (typeof a === "string" && typeof b === "string") {
    const [one, other] = [keyText(collation, a), keyText(collation, b)];
    return one === null || other === null ? null : Buffer.compare(Buffer.from(one), Buffer.from(other));
  }
  if (Buffer.isBuffer(a) && Buffer.isBuffer(b)) return Buffer.compare(a, b);
  // Exact, also of an integer beside a double.
  return a < b ? -1 : a > b ? 1 : 0;
}
