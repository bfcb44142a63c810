/**
 * Comparisons (sqlite.org/datatype3.html, section 4): affinities are applied first, then numbers come before texts and texts
 * before blobs. What that means depends on the values; here it has to be clear from the kinds, or it is refused.
 */
import { collationFor, keyUnder, orderKeyUnder } from "./collation.js";
import { compareConstant } from "./compare-constant.js";
import { compareLiterals } from "./compare-literals.js";
import { compareMoments } from "./compare-moments.js";
import { compareJson, isJsonOutcome } from "./json/compare-json.js";
import { mirrored, type Comparison, type Sameness, type Sides } from "./comparison.js";
import { numberOf, spelledNumber, textOf } from "./convert.js";
import { jsonIsNull } from "./json/json-value.js";
import {
  atom,
  isFlag,
  isMomentKind,
  kindWords,
  operand,
  operation,
  sameSpelling,
  type Typed,
} from "./typed.js";
import { Untranslatable } from "./untranslatable.js";

/** @throws Untranslatable */
export function compare(left: Typed, operator: Comparison, right: Typed): Typed {
  if (left.kind === "null" || right.kind === "null") return atom("boolean", "NULL::boolean", [left, right]);
  const sides = sidesOf(left, operator, right);
  if (!("always" in sides)) return comparison(sides, [left, right]);
  // NULL where an operand is, else what always is.
  const variable = [left, right].filter(({ constant }) => constant === null).map(operand);
  if (variable.length === 0) return atom("boolean", String(sides.always), [left, right]);
  const outcome = variable
    .map((sql) => `${sql} ${sides.always ? "=" : "<>"} ${sql}`)
    .join(sides.always ? " AND " : " OR ");
  return operation("boolean", outcome, [left, right]);
}

/** What is compared with a truth value is that value, or its opposite. */
function comparison(
  { left, operator, right }: Exclude<Sides, { always: boolean }>,
  parts: readonly Typed[],
): Typed {
  if (right === "true" && operator === "=") return atom("boolean", left, parts);
  if (right === "false" && operator === "=") return operation("boolean", `NOT ${left}`, parts);
  return operation("boolean", `${left} ${operator} ${right}`, parts);
}

/** @throws Untranslatable */
export function compareSameness(left: Typed, operator: Sameness, right: Typed): Typed {
  if (right.kind === "null") return isNull(left, operator === "IS DISTINCT FROM");
  if (left.kind === "null") return isNull(right, operator === "IS DISTINCT FROM");
  const sides = sidesOf(left, "=", right);
  if ("always" in sides) {
    if (left.constant === null || right.constant === null)
      throw new Untranslatable("IS between values that are never the same");
    return atom("boolean", String(sides.always === (operator === "IS NOT DISTINCT FROM")), [left, right]);
  }
  if (sides.operator !== "=") throw new Untranslatable("IS between a moment and a day");
  return operation("boolean", `${sides.left} ${operator} ${sides.right}`, [left, right]);
}

export const isNull = (typed: Typed, not = false): Typed =>
  typed.kind === "jsonvalue"
    ? jsonIsNull(typed, not)
    : operation("boolean", `${operand(typed)} IS ${not ? "NOT " : ""}NULL`, [typed]);

/** @throws Untranslatable */
export function sidesOf(left: Typed, operator: Comparison, right: Typed): Sides {
  const known = compareLiterals(left, operator, right);
  if (known !== null) return { always: known };
  if (isJsonOutcome(left) || isJsonOutcome(right)) return compareJson(left, operator, right);
  if (isLiteral(right)) return compareConstant(left, operator, right);
  if (isLiteral(left)) {
    const sides = compareConstant(right, mirrored[operator], left);
    if ("always" in sides) return sides;
    return { left: sides.right, operator: mirrored[sides.operator], right: sides.left };
  }
  if (isMomentKind(left) || isMomentKind(right)) return compareMoments(left, operator, right);
  return compareKinds(left, operator, right);
}

/** What is CAST has an affinity, which counts for the other side. */
const isLiteral = ({ constant, affinity }: Typed): boolean => constant !== null && affinity === null;

function compareKinds(left: Typed, operator: Comparison, right: Typed): Sides {
  if (left.kind === "boolean" && right.kind === "boolean") return compareBooleans(left, operator, right);
  if (isReckoned(left) && isReckoned(right)) return plain(numberOf(left), operator, numberOf(right));
  if (isSameForm(left, right))
    return { left: `(${left.moment!.sql})`, operator, right: `(${right.moment!.sql})` };
  if (left.kind === "text" && right.kind === "text") return compareTexts(left, operator, right);
  if (left.kind === "bytes" && right.kind === "bytes") return plain(left, operator, right);
  if (left.kind === "uuid" && right.kind === "uuid" && isEquality(operator))
    return plain(left, operator, right);
  const [a, b] = [besideNumbers(left, right), besideNumbers(right, left)];
  if (a !== null) return plain(a, operator, numberOf(right));
  if (b !== null) return plain(numberOf(left), operator, b);
  // One of no affinity becomes a text beside a column of texts.
  if (left.affinity === "TEXT" && isReckoned(right) && right.affinity === null)
    return compareTexts(left, operator, textOf(right));
  if (right.affinity === "TEXT" && isReckoned(left) && left.affinity === null)
    return compareTexts(textOf(left), operator, right);
  throw new Untranslatable(
    `a comparison of ${kindWords[left.kind]} with ${kindWords[right.kind]}: ${left.sql} ${operator} ${right.sql}`,
  );
}

/** Texts of date functions that are ordered as their moments are. */
const isSameForm = (left: Typed, right: Typed): boolean =>
  left.kind === "text" &&
  right.kind === "text" &&
  (left.moment?.form === "date" || left.moment?.form === "datetime") &&
  left.moment.form === right.moment?.form;

/** A text of digits beside a column of numbers is one. */
const besideNumbers = (text: Typed, { kind, affinity }: Typed): Typed | null =>
  (kind === "integer" || kind === "real" || kind === "numeric") &&
  (affinity === "INTEGER" || affinity === "REAL" || affinity === "NUMERIC") &&
  (text.affinity === null || text.affinity === "BLOB")
    ? spelledNumber(text)
    : null;

const isEquality = (operator: Comparison): boolean => operator === "=" || operator === "<>";

const isReckoned = ({ kind }: Typed): boolean =>
  kind === "integer" || kind === "real" || kind === "numeric" || kind === "boolean";

function compareBooleans(left: Typed, operator: Comparison, right: Typed): Sides {
  if ((isFlag(left) && isFlag(right)) || sameSpelling(left.column, right.column))
    return plain(left, operator, right);
  throw new Untranslatable(
    `a comparison of truth values that SQLite spells in different ways: ${left.sql} ${operator} ${right.sql}`,
  );
}

function compareTexts(left: Typed, operator: Comparison, right: Typed): Sides {
  const collation = collationFor(left, right);
  const key = isEquality(operator) ? keyUnder : orderKeyUnder;
  return { left: key(collation, textOf(left)), operator, right: key(collation, textOf(right)) };
}

const plain = (left: Typed, operator: Comparison, right: Typed): Sides => ({
  left: operand(left),
  operator,
  right: operand(right),
});
