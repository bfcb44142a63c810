/**
 * Comparisons of what a JSON function gave: by the value in the JSON, for 18 and "18" differ in SQLite (datatype3.html,
 * section 4.1) and are one as texts in PostgreSQL.
 */
import { quoteLiteral } from "../../../model/identifier.js";
import { collationFor, keyUnder, orderKeyUnder } from "../collation.js";
import { mirrored, type Comparison, type Sides } from "../comparison.js";
import { literalTyped, textOf } from "../convert.js";
import { byType, formsOf, jsonRank, roleOf } from "./json-value.js";
import type { Literal } from "../literal.js";
import { atom, isNumber, kindWords, operand, type Typed } from "../typed.js";
import { Untranslatable } from "../untranslatable.js";

/** Whether a comparison with it is one of this file. */
export const isJsonOutcome = (typed: Typed): boolean =>
  typed.kind === "jsonvalue" || typed.kind === "jsontext" || roleOf(typed) !== null;

/** Either side is one that `isJsonOutcome`. @throws Untranslatable */
export function compareJson(left: Typed, operator: Comparison, right: Typed): Sides {
  if (isJsonOutcome(left)) return compareOutcome(left, operator, right);
  const sides = compareOutcome(right, mirrored[operator], left);
  if ("always" in sides) return sides;
  return { left: sides.right, operator: mirrored[sides.operator], right: sides.left };
}

function compareOutcome(left: Typed, operator: Comparison, right: Typed): Sides {
  const { constant } = right;
  if (left.kind === "jsontext") return compareShown(left, operator, right);
  if (left.kind !== "jsonvalue") return compareWritten(left, operator, right);
  if (constant !== null && right.affinity === null) {
    if (constant.kind === "text") return compareText(left, operator, right, constant.text);
    if (constant.kind === "integer" || constant.kind === "real")
      return compareNumber(left, operator, right, constant);
  } else if (constant === null) {
    if (right.kind === "text" && right.affinity === "TEXT") return compareTexts(left, operator, right);
    if (isNumber(right))
      return {
        left: operand(jsonRank(left, right.affinity !== null)),
        operator,
        right: operand(right),
      };
  }
  throw refused(left, operator, right);
}

const refused = (left: Typed, operator: Comparison, right: Typed): Untranslatable =>
  new Untranslatable(
    `a comparison of ${kindWords[left.kind]} with ${kindWords[right.kind]}, without a CAST: ${left.sql} ${operator} ${right.sql}`,
  );

const isEquality = (operator: Comparison): operator is "=" | "<>" => operator === "=" || operator === "<>";

/** A condition as sides. */
const holds = (condition: string, whether = true): Sides => ({
  left: condition,
  operator: "=",
  right: String(whether),
});

/** Of a text alone it is known that no number, array or object is shown so. */
function compareShown(left: Typed, operator: Comparison, right: Typed): Sides {
  const { constant, affinity, kind } = right;
  const isColumn = kind === "text" && affinity === "TEXT" && constant === null;
  const isPlain = constant?.kind === "text" && affinity === null && !isAmbiguous(constant.text);
  if (isColumn || (isPlain && isEquality(operator))) return compareTexts(left, operator, right);
  throw refused(left, operator, right);
}

/** The column's affinity makes texts of numbers. */
function compareTexts(left: Typed, operator: Comparison, right: Typed): Sides {
  const collation = collationFor(left, right);
  const key = isEquality(operator) ? keyUnder : orderKeyUnder;
  return { left: key(collation, textOf(left)), operator, right: key(collation, textOf(right)) };
}

/** Texts that something else than a text in JSON is written as. */
const isAmbiguous = (text: string): boolean => /^(?:[-0-9[{]|(?:true|false) *$)/i.test(text);

function compareText(left: Typed, operator: Comparison, right: Typed, text: string): Sides {
  const collation = collationFor(left, right);
  if (!isEquality(operator)) {
    if (collation !== "BINARY") throw refused(left, operator, right);
    return compareTextOrder(left, operator, text);
  }
  const value = atom("text", formsOf(left).text, [left], { stored: "text" });
  if (!isAmbiguous(text))
    return {
      left: keyUnder(collation, value),
      operator,
      right: collation === "BINARY" ? operand(right) : keyUnder(collation, right),
    };
  if (collation !== "BINARY") throw refused(left, operator, right);
  const json = quoteLiteral(JSON.stringify(text));
  if (text === "[]" || text === "{}") return holds(`(${left.sql} IN (${json}, '${text}'))`, operator === "=");
  if (/^[[{]/.test(text)) throw refused(left, operator, right);
  return { left: left.sql, operator, right: json };
}

/** Every number comes before every text; an array or an object is a text that begins with its bracket. */
function compareTextOrder(left: Typed, operator: Comparison, text: string): Sides {
  if (/^[[{]/.test(text)) throw new Untranslatable("the order of a value out of JSON beside a bracket");
  const isLess = operator === "<" || operator === "<=";
  const bracket = (first: string): string => String(isLess ? first < text : first > text);
  return holds(
    `(${byType(left, {
      number: String(isLess),
      boolean: String(isLess),
      string: `${formsOf(left).text} COLLATE "C" ${operator} ${literalTyped({ kind: "text", text }).sql}`,
      array: bracket("["),
      object: bracket("{"),
    })})`,
  );
}

type NumberLiteral = Extract<Literal, { kind: "integer" | "real" }>;

function compareNumber(left: Typed, operator: Comparison, right: Typed, constant: NumberLiteral): Sides {
  const digits = constant.kind === "integer" ? constant.digits : decimal(constant.value);
  if (!isEquality(operator)) {
    const number = literalTyped(constant);
    const rank = jsonRank(left, false);
    return { left: operand(rank), operator, right: constant.kind === "integer" ? operand(number) : digits };
  }
  const value = Number(digits);
  // true is 1 in SQLite, and false 0.
  if (value === 0 || value === 1)
    return holds(`(${left.sql} IN ('${digits}', '${value === 1 ? "true" : "false"}'))`, operator === "=");
  if (!/^-?[0-9]/.test(digits)) throw refused(left, operator, right);
  return { left: left.sql, operator, right: `'${digits}'` };
}

/** As a numeric that PostgreSQL reads without rounding. */
function decimal(value: number): string {
  if (!Number.isFinite(value)) throw new Untranslatable("a value out of JSON beside an infinite number");
  return /e/.test(String(value)) || value < 0 ? `'${value}'::numeric` : String(value);
}

/**
 * JSON that everybody writes in one way: `->` gives it as it stands in the source, and some write é as \u00e9, or escape
 * slashes, brackets, quotes.
 */
const isWrittenAlike = (text: string): boolean =>
  /^(?:null|true|false|\[\]|\{\}|-?(?:0|[1-9][0-9]{0,17})|"[ !#-%(-*,-.0-;=?-[\]-_a-~]*")$/.test(text);

const typeNames: Readonly<Record<string, string>> = { array: "array", object: "object", text: "string" };

/** What is a text in SQLite: JSON, or the word for a type. */
function compareWritten(left: Typed, operator: Comparison, right: Typed): Sides {
  const { constant } = right;
  const isPlain =
    left.stored === "text" && constant?.kind === "text" && right.affinity === null && isEquality(operator);
  if (!isPlain || collationFor(left, right) !== "BINARY") throw refused(left, operator, right);
  if (roleOf(left) === "type") {
    const name = typeNames[constant.text];
    if (name === undefined) return { left: operand(left), operator, right: operand(right) };
    return { left: `jsonb_typeof(${left.json!.bare})`, operator, right: `'${name}'` };
  }
  if (roleOf(left) === "json" && isWrittenAlike(constant.text))
    return { left: `${operand(left)}::text`, operator, right: operand(right) };
  throw refused(left, operator, right);
}
