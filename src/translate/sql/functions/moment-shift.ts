/** Modifiers as PostgreSQL reckons them. */
import { operand, worst, type Typed } from "../typed.js";
import { Untranslatable } from "../untranslatable.js";
import type { Modifier, Shift, TimeUnitWord } from "./moment-modifier.js";
import { operandOf, wholeMilliseconds, type TimeValue } from "./moment-value.js";

/** @throws Untranslatable */
export function modified(value: TimeValue, modifier: Modifier): TimeValue {
  switch (modifier.kind) {
    case "shift":
      return shifted(value, modifier);
    case "times":
      return times(value, modifier.count, modifier.sign, modifier.unit);
    case "start":
      return startOf(value, modifier.of);
    case "weekday":
      return weekday(value, modifier.day);
    case "floor":
      return floored(value);
    case "ceiling":
      return { ...value, floor: null };
    case "subsec":
      return { ...value, showsMilliseconds: true };
    case "reading":
      throw new Untranslatable(`'${modifier.as}' behind another modifier: SQLite gives NULL`);
  }
}

function shifted(value: TimeValue, { months, days, time, settles }: Shift): TimeValue {
  const isFine = time % 1000 !== 0;
  const settled = { ...(isFine ? wholeMilliseconds(value) : value), floor: settles ? null : value.floor };
  const moved = months === null || months === 0 ? settled : inMonths(settled, interval(months, "month"));
  const rest = [...(days === 0 ? [] : [interval(days, "day")]), ...(time === 0 ? [] : [clockInterval(time)])];
  if (rest.length === 0) return moved;
  const { floor } = moved;
  return {
    ...moved,
    ...plus(moved, rest),
    finest: isFine ? "millisecond" : moved.finest,
    isFirstOfMonth: false,
    floor: floor === null || floor === "unclear" ? floor : plus(floor, rest),
  };
}

type Sum = Pick<TimeValue, "sql" | "isAtom" | "isSum">;

const plus = (start: Sum, terms: readonly string[]): Sum => ({
  sql: [start.isSum ? start.sql : operandOf(start), ...terms].join(" "),
  isAtom: false,
  isSum: true,
});

/** `+ interval '3 days'`. */
function interval(count: number, unit: TimeUnitWord): string {
  const size = Math.abs(count);
  if (unit === "month" && size % 12 === 0) return interval(count / 12, "year");
  return `${count < 0 ? "-" : "+"} interval '${size} ${unit}${size === 1 ? "" : "s"}'`;
}

function clockInterval(milliseconds: number): string {
  if (milliseconds % 3_600_000 === 0) return interval(milliseconds / 3_600_000, "hour");
  if (milliseconds % 60_000 === 0) return interval(milliseconds / 60_000, "minute");
  return interval(milliseconds / 1000, "second");
}

/** SQLite counts the days that a month lacks on into the next; PostgreSQL takes the month's last day. */
function inMonths(value: TimeValue, step: string): TimeValue {
  const { sql } = value;
  const clamped = plus(value, [step]);
  if (value.isFirstOfMonth) return { ...value, ...clamped, floor: null };
  const month = `date_trunc('month', ${sql})`;
  const sinceMonth = plus(value, [`- ${month}`]).sql;
  return {
    ...value,
    ...plus({ ...value, sql: month, isSum: true }, [step, `+ (${sinceMonth})`]),
    floor: clamped,
  };
}

/** A sign before a number with one of its own is no number: NULL. */
function times(value: TimeValue, count: Typed, sign: "+" | "-" | null, unit: TimeUnitWord): TimeValue {
  const number = sign === null ? operand(count) : `CASE WHEN ${operand(count)} >= 0 THEN ${count.sql} END`;
  const step = `${sign ?? "+"} ${number} * interval '1 ${unit}'`;
  const volatility = worst([value, count]);
  if (unit === "month" || unit === "year") return { ...inMonths(value, step), volatility };
  return { ...value, ...plus(value, [step]), volatility, isFirstOfMonth: false, floor: null };
}

function startOf(value: TimeValue, of: "day" | "month" | "year"): TimeValue {
  return {
    ...value,
    sql: `date_trunc('${of}', ${value.sql})`,
    isAtom: true,
    finest: "second",
    isFirstOfMonth: of !== "day" || value.isFirstOfMonth,
    floor: value.floor === null ? null : "unclear",
  };
}

function weekday(value: TimeValue, day: number): TimeValue {
  const days = `(${day + 7} - extract(dow FROM ${value.sql})::int) % 7`;
  return {
    ...value,
    ...plus(value, [`+ ${days} * interval '1 day'`]),
    isFirstOfMonth: false,
    floor: value.floor === null ? null : "unclear",
  };
}

function floored(value: TimeValue): TimeValue {
  const { floor } = value;
  if (floor === null) return value;
  if (floor === "unclear")
    throw new Untranslatable("'floor' that does not stand behind the months it is meant for");
  // A second one would take the days back once more.
  return { ...value, ...floor, isFirstOfMonth: false, floor: "unclear" };
}
