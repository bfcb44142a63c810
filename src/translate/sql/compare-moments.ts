/** Comparisons of columns of dates and times with one another, and with what date functions give. */
import { besideDay } from "./moment-literal.js";
import { mirrored, type Comparison, type Sides } from "./comparison.js";
import { numberOf, unitNumber } from "./convert.js";
import { isMomentKind, isNumber, operand, kindWords, type Moment, type Typed } from "./typed.js";
import { Untranslatable } from "./untranslatable.js";

/** @throws Untranslatable */
export function compareMoments(left: Typed, operator: Comparison, right: Typed): Sides {
  if (isMomentKind(left) && isMomentKind(right)) return compareColumns(left, operator, right);
  if (isMomentKind(left)) return besideResult(left, operator, right);
  const sides = besideResult(right, mirrored[operator], left);
  if ("always" in sides) return sides;
  return { left: sides.right, operator: mirrored[sides.operator], right: sides.left };
}

/** Of one kind and one spelling. */
function compareColumns(left: Typed, operator: Comparison, right: Typed): Sides {
  const [a, b] = [unitNumber(left), unitNumber(right)];
  if (a !== null && b !== null && left.column?.unit !== right.column?.unit)
    return { left: operand(a), operator, right: operand(b) };
  if (left.kind !== right.kind || left.stored !== right.stored || left.column?.unit !== right.column?.unit)
    throw refused(left, operator, right);
  return { left: operand(left), operator, right: operand(right) };
}

/** A column beside what is none. */
function besideResult(column: Typed, operator: Comparison, result: Typed): Sides {
  const { moment } = result;
  if (moment !== null) {
    // Beside a column of no affinity a text of digits is no number.
    const isText = result.kind === "text" && moment.form === "seconds" && column.affinity === "BLOB";
    const value = isText ? null : momentAs(column, moment);
    if (value !== null) {
      const isDay = moment.form === "date" && column.kind !== "date";
      // A number was rounded to microseconds on its way here; SQLite's functions give milliseconds.
      const left = moment.form === "julian" ? `${operand(column)}::${column.kind}(3)` : operand(column);
      return {
        left,
        operator: isDay ? besideDay(operator, column) : operator,
        right: value,
      };
    }
    const day =
      column.stored === "text" && column.kind === "date" ? daySides(column, operator, moment) : null;
    if (day !== null) return day;
  }
  const number = unitNumber(column);
  if (number !== null && isNumber(result))
    return { left: operand(number), operator, right: operand(numberOf(result)) };
  throw refused(column, operator, result);
}

/** The moment as a value of the column, where both are of one form; else null. */
export function momentAs({ kind, stored, column }: Typed, { sql, form }: Moment): string | null {
  const fits =
    stored === "text"
      ? form === "datetime" || form === "other" || form === "date"
      : stored === "integer"
        ? form === "seconds" && column?.unit === "seconds"
        : stored === "real" && form === "julian" && column?.unit === "julian";
  if (!fits) return null;
  if (kind === "timestamptz") return inUtc(sql);
  if (kind === "timestamp") return `(${sql})`;
  return kind === "date" && form === "date" ? `(${sql})::date` : null;
}

/** The present need not go to UTC and back. */
function inUtc(sql: string): string {
  const to = /^date_trunc\('([a-z]+)', now\(\) AT TIME ZONE 'UTC'\)$/.exec(sql)?.[1];
  if (to === undefined) return `(${sql}) AT TIME ZONE 'UTC'`;
  // Every zone has the same seconds; days differ.
  return to === "milliseconds" || to === "second"
    ? `date_trunc('${to}', now())`
    : `date_trunc('${to}', now(), 'UTC')`;
}

/** A day is as a text before every moment of it. */
function daySides(column: Typed, operator: Comparison, { sql, form }: Moment): Sides | null {
  if (form !== "datetime" && form !== "other") return null;
  if (operator === "=" || operator === "<>") return { always: operator === "<>" };
  const isBefore = operator === "<" || operator === "<=";
  return { left: operand(column), operator: isBefore ? "<=" : ">", right: `(${sql})::date` };
}

const refused = (left: Typed, operator: Comparison, right: Typed): Untranslatable =>
  new Untranslatable(
    `a comparison of ${kindWords[left.kind]} with ${kindWords[right.kind]}, which SQLite compares in another form: ${left.sql} ${operator} ${right.sql}`,
  );
