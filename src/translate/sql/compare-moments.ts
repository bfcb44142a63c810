/** Comparisons of columns of dates and times with one another, and with what date functions give. */
import { besideDay } from "./moment-literal.js";
import { mirrored, type Comparison, type Sides } from "./comparison.js";
import { unitNumber } from "./convert.js";
import { isMomentKind, operand, kindWords, type Moment, type Typed } from "./typed.js";
import { Untranslatable } from "./untranslatable.js";

/** @throws Untranslatable */
export function compareMoments(left: Typed, operator: Comparison, right: Typed): Sides {
  if (isMomentKind(left) && isMomentKind(right)) return compareColumns(left, operator, right);
  if (left.moment === null && right.moment === null) throw refused(left, operator, right);
  if (right.moment !== null) return besideMoment(left, operator, right.moment, right);
  const sides = besideMoment(right, mirrored[operator], left.moment!, left);
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

function besideMoment(left: Typed, operator: Comparison, moment: Moment, right: Typed): Sides {
  const value = momentAs(left, moment);
  if (value === null) throw refused(left, operator, right);
  const isDay = moment.form === "date" && left.kind !== "date";
  return { left: operand(left), operator: isDay ? besideDay(operator, left) : operator, right: value };
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
  if (kind === "timestamptz") return `(${sql}) AT TIME ZONE 'UTC'`;
  if (kind === "timestamp") return `(${sql})`;
  return kind === "date" && form === "date" ? `(${sql})::date` : null;
}

const refused = (left: Typed, operator: Comparison, right: Typed): Untranslatable =>
  new Untranslatable(
    `a comparison of ${kindWords[left.kind]} with ${kindWords[right.kind]}, which SQLite compares in another form: ${left.sql} ${operator} ${right.sql}`,
  );
