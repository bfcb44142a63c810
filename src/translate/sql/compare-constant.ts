/** A comparison of something that varies with a literal. */
import { quoteLiteral } from "../../model/identifier.js";
import { collationFor, keyText, keyUnder, orderKeyUnder } from "./collation.js";
import { ordered, type Comparison, type Sides } from "./comparison.js";
import { literalTyped, numberOf, textOf, unitNumber } from "./convert.js";
import { besideMomentText, momentLiteral } from "./moment-literal.js";
import { storedLiteral } from "./affinity.js";
import type { Literal } from "./literal.js";
import { isFlag, isMomentKind, kindWords, operand, type CollationName, type Typed } from "./typed.js";
import { Untranslatable } from "./untranslatable.js";

type Class = "number" | "text" | "blob";
const classes: readonly Class[] = ["number", "text", "blob"];

/** @throws Untranslatable */
export function compareConstant(left: Typed, operator: Comparison, right: Typed): Sides {
  const constant = meeting(left, right);
  const held = classOf(left);
  const given = classOfLiteral(constant);
  if (held === null)
    throw new Untranslatable(`${left.sql} beside a literal: it holds values of several storage classes`);
  if (held !== given) return { always: ordered(classes.indexOf(held) - classes.indexOf(given), operator) };
  if (left.kind === "boolean") return compareTruth(left, operator, constant);
  if (isMomentKind(left) || left.kind === "time") return momentLiteral(left, operator, constant);
  if (left.kind === "jsonb" && constant.kind === "text")
    return compareDocument(left, operator, constant.text);
  if (left.kind === "uuid") return compareUuid(left, operator, constant);
  const literal = literalTyped(constant);
  switch (held) {
    case "number":
      return compareNumber(left, operator, literal);
    case "text":
      return besideMomentText(left, operator, constant) ?? compareText(left, operator, literal, right);
    case "blob":
      if (left.kind === "bytes") return { left: operand(left), operator, right: operand(literal) };
  }
  throw new Untranslatable(
    `${kindWords[left.kind]} beside a literal: ${left.sql} ${operator} ${literal.sql}`,
  );
}

/** The literal under the other side's affinity (section 4.2). @throws Untranslatable */
function meeting({ affinity }: Typed, { constant }: Typed): Literal {
  const stored =
    constant === null || constant.kind === "now"
      ? null
      : affinity === null || affinity === "BLOB"
        ? constant
        : storedLiteral(constant, affinity === "TEXT" ? "TEXT" : "NUMERIC");
  if (stored === null) throw new Untranslatable("a number that is compared as a text");
  return stored;
}

const classOfLiteral = ({ kind }: Literal): Class =>
  kind === "text" || kind === "now" ? "text" : kind === "blob" ? "blob" : "number";

/** null: of several. */
function classOf({ kind, stored, column }: Typed): Class | null {
  if (kind === "boolean")
    return column === null || column.truth === "numbers" ? "number" : column.truth && "text";
  if (kind === "integer" || kind === "real" || kind === "numeric") return "number";
  switch (stored) {
    case "integer":
    case "real":
      return "number";
    case "text":
      return "text";
    case "blob":
      return "blob";
    default:
      return null;
  }
}

/** `flag = 1` is the flag. */
function compareTruth(left: Typed, operator: Comparison, constant: Literal): Sides {
  const truth = truthIn(left, constant);
  if (truth !== null && (operator === "=" || operator === "<>"))
    return { left: operand(left), operator, right: String(truth) };
  if (!isFlag(left)) throw new Untranslatable(`${left.sql} beside a word that is none of its values`);
  return {
    left: operand(numberOf({ ...left, constant: null })),
    operator,
    right: operand(literalTyped(constant)),
  };
}

/** null: the literal is neither of the column's two values. */
function truthIn({ column }: Typed, constant: Literal): boolean | null {
  const spelling = column?.truth ?? "numbers";
  if (spelling === "numbers")
    return constant.kind === "integer" && /^[01]$/.test(constant.digits) ? constant.digits === "1" : null;
  const at = constant.kind === "text" ? spelling.indexOf(constant.text) : -1;
  return at === -1 ? null : at === 1;
}

/** By what the documents say, where SQLite compares how they are written: the column has one spelling for each. */
function compareDocument(left: Typed, operator: Comparison, text: string): Sides {
  if (operator !== "=" && operator !== "<>") throw new Untranslatable(`the order of jsonb: ${left.sql}`);
  return isJson(text)
    ? { left: operand(left), operator, right: quoteLiteral(text) }
    : { always: operator === "<>" };
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return !text.includes("\\u");
  } catch {
    return false;
  }
}

function compareUuid(left: Typed, operator: Comparison, constant: Literal): Sides {
  const digits = constant.kind === "blob" ? constant.hex : constant.kind === "text" ? constant.text : "";
  const isUuid = /^[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}$/i.test(digits);
  if (isUuid && (operator === "=" || operator === "<>"))
    return { left: operand(left), operator, right: `'${digits}'::uuid` };
  if (operator === "=" || operator === "<>") return { always: operator === "<>" };
  throw new Untranslatable(`the order of uuids: ${left.sql} ${operator} …`);
}

function compareNumber(left: Typed, operator: Comparison, literal: Typed): Sides {
  const number = left.kind === "numeric" ? left : (unitNumber(left) ?? numberOf(left));
  if (number.kind === "integer" && literal.constant?.kind === "real")
    return { left: operand(number), operator, right: wholeOrDecimal(literal.constant.value) };
  if (number.kind === "numeric" && literal.constant?.kind === "real")
    return { left: operand(number), operator, right: wholeOrDecimal(literal.constant.value) };
  return { left: operand(number), operator, right: operand(literal) };
}

/** A double as a numeric, for PostgreSQL would round a bigint to compare it with a double. */
const wholeOrDecimal = (value: number): string =>
  Number.isFinite(value)
    ? /e/.test(String(value)) || value < 0
      ? `'${value}'::numeric`
      : String(value)
    : `'${value}'::numeric`;

function compareText(left: Typed, operator: Comparison, literal: Typed, right: Typed): Sides {
  const text = textOf(left);
  const collation = collationFor(left, right);
  const key = operator === "=" || operator === "<>" ? keyUnder : orderKeyUnder;
  return { left: key(collation, text), operator, right: foldedLiteral(collation, literal) };
}

/** The literal as its key already. */
function foldedLiteral(collation: CollationName, literal: Typed): string {
  const { constant } = literal;
  if (constant?.kind !== "text") return operand(literal);
  const key = keyText(collation, constant.text);
  return key === null ? keyUnder(collation, literal) : literalTyped({ kind: "text", text: key }).sql;
}
