/** A column of dates or times beside a literal of the form that SQLite holds in it. */
import { isClock, isDate, isTimestamp, numberInstant } from "../defaults/default-time.js";
import type { Comparison, Sides } from "./comparison.js";
import type { Literal } from "./literal.js";
import { operand, type Typed } from "./typed.js";
import { Untranslatable } from "./untranslatable.js";

/**
 * By instants, where SQLite compares spellings: the same for values of one spelling. A day beside moments stands for its
 * midnight, and is as a text before every moment of the day.
 *
 * @throws Untranslatable for a literal that is no moment, or whose order depends on its spelling.
 */
export function momentLiteral(left: Typed, operator: Comparison, literal: Literal): Sides {
  const right = momentValue(left, literal);
  if (right === null) throw new Untranslatable(`${left.sql} beside a literal that is none of its values`);
  const isDayBesideMoments =
    literal.kind === "text" &&
    isDate(literal.text) &&
    (left.kind === "timestamptz" || left.kind === "timestamp");
  return { left: operand(left), operator: isDayBesideMoments ? besideDay(operator, left) : operator, right };
}

/** What a date function gives beside a literal of the same form: the order of such texts is that of their moments. */
export function besideMomentText({ moment }: Typed, operator: Comparison, literal: Literal): Sides | null {
  if (moment === null || literal.kind !== "text") return null;
  const { text } = literal;
  const isOfForm =
    isTimestamp(text) &&
    ((moment.form === "date" && text.length === 10) ||
      (moment.form === "datetime" && /^.{10} [0-9:]{8}$/.test(text)));
  return isOfForm ? { left: asOperand(moment.sql), operator, right: `timestamp '${text}'` } : null;
}

/** Calls stand as they are. */
const asOperand = (sql: string): string => (/^[a-z_]+\([^()]*\)$/.test(sql) ? sql : `(${sql})`);

/** Every moment of a day is a longer text than the day. */
export function besideDay(operator: Comparison, left: Typed): Comparison {
  if (operator === ">" || operator === ">=") return ">=";
  if (operator === "<" || operator === "<=") return "<";
  throw new Untranslatable(`${left.sql} beside a day: no moment is the same text as its day`);
}

/** The literal as a value of the column, or null where SQLite could not mean one by it. */
export function momentValue({ kind, column }: Typed, literal: Literal): string | null {
  if (literal.kind === "integer") {
    const { unit = null } = column ?? {};
    const text = unit === null ? undefined : numberInstant(BigInt(literal.digits), unit);
    if (text === undefined) return null;
    if (kind === "timestamptz") return `'${text}'::timestamptz`;
    return kind === "timestamp" ? `'${text.replace(/\+00$/, "")}'::timestamp` : null;
  }
  if (literal.kind !== "text") return null;
  const { text } = literal;
  switch (kind) {
    case "date":
      return isDate(text) ? `'${text}'::date` : null;
    case "time":
      return isClock(text) ? `'${text}'::time` : null;
    case "timestamptz":
      return isTimestamp(text) ? `'${withOffset(text)}'::timestamptz` : null;
    case "timestamp":
      return isTimestamp(text) && !hasOffset(text) ? `'${text}'::timestamp` : null;
    default:
      return null;
  }
}

const hasOffset = (text: string): boolean => /(Z|[+-][0-9:]+)$/i.test(text.slice(10));

/** Text without an offset is UTC, as the values are read. */
const withOffset = (text: string): string =>
  isDate(text) ? `${text} 00:00:00+00` : hasOffset(text) ? text : `${text}+00`;
