/** The modifiers of SQLite's date functions as they are written (sqlite.org/lang_datefunc.html, section 3). */
import type { Literal } from "../literal.js";
import type { Typed } from "../typed.js";
import { Untranslatable } from "../untranslatable.js";
import type { NumberReading } from "./moment-number.js";
import { clockMilliseconds } from "./moment-text.js";
import { instead } from "../../instead.js";

export type TimeUnitWord = "second" | "minute" | "hour" | "day" | "month" | "year";

export type Modifier =
  | Shift
  /** A number of units that an expression makes. */
  | {
      readonly kind: "times";
      readonly count: Typed;
      readonly sign: "+" | "-" | null;
      readonly unit: TimeUnitWord;
    }
  | { readonly kind: "start"; readonly of: "day" | "month" | "year" }
  /** The next such day, Sunday being 0; the same day if it is one. */
  | { readonly kind: "weekday"; readonly day: number }
  | { readonly kind: "reading"; readonly as: NumberReading }
  | { readonly kind: "floor" | "ceiling" | "subsec" };

/** Added one after another. */
export interface Shift {
  readonly kind: "shift";
  /** null: it is no number of months, not even of none. Days beyond a month's end count on into the next. */
  readonly months: number | null;
  readonly days: number;
  /** In milliseconds. */
  readonly time: number;
  /** Whether a 'floor' behind it has nothing to take back but what this brought. */
  readonly settles: boolean;
}

/** @throws Untranslatable */
export function readModifier(modifier: Typed): Modifier {
  const { constant } = modifier;
  const text = constant === null ? null : textIn(constant);
  if (text !== null) return readText(text);
  const made = counted(modifier);
  if (made !== null) return made;
  throw new Untranslatable(
    `a modifier that is neither a literal nor a whole number joined to its unit: ${modifier.sql}`,
  );
}

const textIn = (constant: Literal): string | null =>
  constant.kind === "text" ? constant.text : constant.kind === "integer" ? constant.digits : null;

function readText(text: string): Modifier {
  const lower = text.toLowerCase();
  switch (lower) {
    case "floor":
    case "ceiling":
      return { kind: lower };
    case "subsec":
    case "subsecond":
      return { kind: "subsec" };
    case "auto":
    case "julianday":
    case "unixepoch":
      return { kind: "reading", as: lower };
    case "start of day":
      return { kind: "start", of: "day" };
    case "start of month":
      return { kind: "start", of: "month" };
    case "start of year":
      return { kind: "start", of: "year" };
    case "localtime":
    case "utc":
      throw new Untranslatable(
        `the modifier '${text}': it means the time zone of the machine that SQLite runs on, which PostgreSQL does not know`,
        null,
        instead.localTime,
      );
  }
  const weekday = /^weekday ([0-6])$/.exec(lower)?.[1];
  if (weekday !== undefined) return { kind: "weekday", day: Number(weekday) };
  const shift = readCount(lower) ?? readClock(text) ?? readCalendar(text);
  if (shift !== null) return shift;
  throw new Untranslatable(
    `the modifier '${text}', which SQLite's date functions do not know: they give NULL`,
  );
}

const millisecondsPer: Readonly<Record<TimeUnitWord, number>> = {
  second: 1000,
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
  month: 30 * 86_400_000,
  year: 365 * 86_400_000,
};

/** The largest number of each that SQLite takes (aXformType in src/date.c). */
const limits: Readonly<Record<TimeUnitWord, number>> = {
  second: 4.6427e14,
  minute: 7.7379e12,
  hour: 1.2897e11,
  day: 5_373_485,
  month: 176_546,
  year: 14_713,
};

/** `+1.5 days`. Of a part of a month or a year each has 30 or 365 days. */
function readCount(lower: string): Modifier | null {
  const parts =
    /^([+-]?[0-9]+\.?[0-9]*(?:e[+-]?[0-9]+)?|[+-]\.[0-9]+(?:e[+-]?[0-9]+)?)\s+(second|minute|hour|day|month|year)s?$/.exec(
      lower,
    );
  if (parts === null) return null;
  const count = Number(parts[1]);
  const unit = parts[2] as TimeUnitWord;
  if (Math.abs(count) >= limits[unit]) return null;
  const whole = Math.trunc(count);
  const isCalendar = unit === "month" || unit === "year";
  const rest = isCalendar ? count - whole : count;
  // Halves are rounded away from 0.
  const milliseconds = Math.trunc(rest * 1000 * (millisecondsPer[unit] / 1000) + (count < 0 ? -0.5 : 0.5));
  const isDays = unit === "day" && milliseconds % millisecondsPer.day === 0;
  return {
    kind: "shift",
    months: isCalendar ? whole * (unit === "year" ? 12 : 1) : null,
    days: isDays ? milliseconds / millisecondsPer.day : 0,
    time: isDays ? 0 : milliseconds,
    settles: true,
  };
}

/** `-01:30`, `+00:00:01.5`. */
function readClock(text: string): Modifier | null {
  const sign = text.startsWith("-") ? -1 : 1;
  const milliseconds = plainClock(text.replace(/^[+-]/, ""));
  if (milliseconds === null) return null;
  return { kind: "shift", months: null, days: 0, time: sign * milliseconds, settles: false };
}

/** `+0001-02-03`, `-0000-00-10 12:00`; months to 11 and days to 30. */
function readCalendar(text: string): Modifier | null {
  const parts = /^([+-])([0-9]{4})-([0-9]{2})-([0-9]{2})(?:\s(.+))?$/.exec(text);
  if (parts === null) return null;
  const [year = 0, month = 0, day = 0] = parts.slice(2, 5).map(Number);
  const time = parts[5] === undefined ? 0 : plainClock(parts[5]);
  if (month > 11 || day > 30 || time === null) return null;
  const sign = parts[1] === "-" ? -1 : 1;
  const months = sign * (year * 12 + month);
  return { kind: "shift", months, days: sign * day, time: sign * time, settles: true };
}

const plainClock = (text: string): number | null =>
  /^[0-9:.]+$/.test(text) ? clockMilliseconds(text) : null;

/** `'+' || n || ' days'`, `n || ' days'`. */
function counted({ joined }: Typed): Modifier | null {
  if (joined === null) return null;
  const parts = [...joined];
  const sign = parts.length === 3 ? signIn(parts.shift()!) : null;
  const [count, unitText] = parts;
  if (parts.length !== 2 || count === undefined || (joined.length === 3 && sign === null)) return null;
  const unit =
    unitText?.constant?.kind === "text"
      ? /^\s+(second|minute|hour|day|month|year)s?$/i.exec(unitText.constant.text)?.[1]
      : undefined;
  if (unit === undefined || count.kind !== "integer") return null;
  return { kind: "times", count, sign, unit: unit.toLowerCase() as TimeUnitWord };
}

const signIn = ({ constant }: Typed): "+" | "-" | null =>
  constant?.kind === "text" && (constant.text === "+" || constant.text === "-") ? constant.text : null;
