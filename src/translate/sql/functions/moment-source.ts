/** What a date function takes its moment from: the argument before the modifiers (sqlite.org/lang_datefunc.html, section 2). */
import { storedLiteral } from "../affinity.js";
import { literalTyped, unitNumber } from "../convert.js";
import { atom, isMomentKind, isNumber, kindWords, operand, type Moment, type Typed } from "../typed.js";
import { Untranslatable } from "../untranslatable.js";
import { numberMoment, type NumberReading } from "./moment-number.js";
import { readTime } from "./moment-text.js";
import { operandOf, presentMoment, timeValue, writtenMoment, type TimeValue } from "./moment-value.js";

/**
 * @param reading what the first modifier says of a number; null: it says nothing
 * @throws Untranslatable
 */
export function momentOf(value: Typed, reading: NumberReading | null): TimeValue {
  const { constant } = value;
  if (constant?.kind === "text") return textMoment(constant.text, reading);
  const { moment } = value;
  if (moment?.form === "seconds" && reading === "unixepoch") return resultMoment(value, moment);
  const number = numberIn(value);
  if (number !== null) return numberMoment(number, reading ?? "julianday");
  if (moment === null) return columnMoment(value, reading);
  if (reading === "unixepoch" || (reading === "julianday" && moment.form !== "julian"))
    throw noNumber(reading, value.sql);
  return resultMoment(value, moment);
}

const noNumber = (reading: NumberReading, what: string): Untranslatable =>
  new Untranslatable(`'${reading}' with ${what}, which is no number: SQLite gives NULL`);

function textMoment(text: string, reading: NumberReading | null): TimeValue {
  const lower = text.toLowerCase();
  const written = readTime(text);
  const isNow = lower === "now" || lower === "subsec" || lower === "subsecond";
  if (written === null && !isNow) {
    const number = storedLiteral({ kind: "text", text }, "REAL");
    if (number?.kind === "real") return numberMoment(literalTyped(number), reading ?? "julianday");
    throw new Untranslatable(`'${text}' as a moment: it is none of the years 1 to 9999`);
  }
  if (reading !== null && reading !== "auto") throw noNumber(reading, `'${text}'`);
  if (written === null) return { ...presentMoment, showsMilliseconds: lower !== "now" };
  const { milliseconds, excessDays } = written;
  if (excessDays === 0) return writtenMoment(milliseconds);
  return { ...writtenMoment(milliseconds), floor: writtenMoment(milliseconds - excessDays * 86_400_000) };
}

/** Whether the literal names a day that its month does not have: some modifiers take it as it is written. */
export const isExcessDay = ({ constant }: Typed): boolean =>
  constant?.kind === "text" && (readTime(constant.text)?.excessDays ?? 0) > 0;

/** Of numbers that are no moments in PostgreSQL. */
function numberIn(value: Typed): Typed | null {
  const { moment, kind, constant } = value;
  if (constant?.kind === "integer" || constant?.kind === "real") return value;
  if (moment?.form === "seconds" || moment?.form === "part")
    return kind === "integer" || kind === "real"
      ? value
      : moment.number === null
        ? null
        : atom("integer", moment.number, [value]);
  if (moment !== null) return null;
  if (kind === "numeric")
    return { ...value, kind: "real", sql: `${operand(value)}::double precision`, isAtom: true };
  return isNumber(value) ? value : null;
}

/** Of what a date function gave. */
function resultMoment(value: Typed, { sql, form }: Moment): TimeValue {
  const { volatility } = value;
  switch (form) {
    case "datetime":
    case "date":
    case "seconds":
      return timeValue(sql, volatility, { isAtom: false });
    case "julian":
    case "other":
      return timeValue(sql, volatility, { isAtom: false, finest: "millisecond" });
    case "time":
      return timeValue(`timestamp '2000-01-01' + (${sql})::time`, volatility, { isAtom: false });
    case "part":
      throw new Untranslatable(`a part of a moment as a moment: ${value.sql}`);
  }
}

/** Of a column of dates or times. */
function columnMoment(column: Typed, reading: NumberReading | null): TimeValue {
  const { kind, stored, volatility, sql } = column;
  if (kind === "text")
    throw new Untranslatable(
      `${sql} as a moment: nothing says that all its texts are one; SQLite gives NULL for others, and PostgreSQL an error`,
    );
  const isCounted = stored === "integer" || stored === "real";
  if (!isCounted && (reading === "unixepoch" || reading === "julianday")) throw noNumber(reading, sql);
  if (kind === "time" && stored === "text")
    return timeValue(`timestamp '2000-01-01' + ${sql}`, volatility, { isAtom: false, finest: "microsecond" });
  if (!isMomentKind(column)) throw new Untranslatable(`${kindWords[kind]} as a moment: ${sql}`);
  const value = inUtc(column);
  if (stored === "text") return value;
  if (isCounted) return countedMoment(column, value, reading);
  throw new Untranslatable(`${sql} as a moment: SQLite holds values of several storage classes in it`);
}

function inUtc(column: Typed): TimeValue {
  const { kind, volatility } = column;
  if (kind === "date") return timeValue(`${operand(column)}::timestamp`, volatility);
  const [precision = 6] = column.column?.type.modifiers ?? [];
  const finest = precision === 0 ? "second" : precision <= 3 ? "millisecond" : "microsecond";
  return kind === "timestamp"
    ? timeValue(operand(column), volatility, { finest })
    : timeValue(`${operand(column)} AT TIME ZONE 'UTC'`, volatility, { finest, isAtom: false });
}

/** SQLite reads the number, whatever the column counts by it. */
function countedMoment(column: Typed, value: TimeValue, reading: NumberReading | null): TimeValue {
  const unit = column.column?.unit;
  const isDays = unit === "julian" && (reading === null || reading === "julianday" || reading === "auto");
  if (isDays || (unit === "seconds" && reading === "unixepoch")) {
    if (column.stored === "integer") return { ...value, finest: "second" };
    // The number was rounded to microseconds on its way; SQLite rounds it to milliseconds.
    return { ...value, sql: `${operandOf(value)}::timestamp(3)`, isAtom: true, finest: "millisecond" };
  }
  const number = unitNumber(column);
  if (number !== null && reading !== null) return numberMoment(number, reading);
  throw new Untranslatable(
    `${column.sql} as a moment: SQLite holds numbers in it and takes them for ${reading === "unixepoch" ? "seconds" : "Julian days"}`,
  );
}
