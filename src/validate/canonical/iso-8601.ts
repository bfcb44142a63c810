/** Dates and times as ISO 8601 writes them: `YYYY-MM-DD[(T| )HH:MM[:SS[.f]][offset]]` and `HH:MM[:SS[.f]]`. */
import type { Misfit } from "./field.js";
import { dateExists, daysOfDate, instantOf, type ExactTime } from "./instant.js";

const timeForm = "(\\d\\d):(\\d\\d)(?::(\\d\\d)(?:\\.(\\d+))?)?";
const zoneForm = "(?: ?(Z|UTC|GMT|[+-]\\d\\d(?::\\d\\d(?::\\d\\d)?|\\d\\d)?))?";
/** Years of more than four digits do not begin with a zero, unless they have a sign. */
const yearForm = "([+-]\\d{4,6}|\\d{4}|[1-9]\\d{4,5})";

const instantPattern = new RegExp(`^${yearForm}-(\\d\\d)-(\\d\\d)(?:[ T]${timeForm}${zoneForm})?$`);
const timePattern = new RegExp(`^${timeForm}$`);
const shapePattern = new RegExp(`^[+-]?\\d{4,9}-\\d\\d-\\d\\d(?:[ T]${timeForm}${zoneForm})?$`);

/** Whether a text looks like an instant, though there may be none such. */
export const looksLikeInstant = (text: string): boolean =>
  text.length <= longestShape && shapePattern.test(text);

/** The same of a time of day. */
export const looksLikeTime = (text: string): boolean => text.length <= longestShape && timePattern.test(text);

/** Nobody writes more of a time. */
const longestShape = 100;

/** An instant, since 2000-01-01 UTC; without an offset in UTC. Whether PostgreSQL has it is not asked. */
export const readInstant = (text: string): ExactTime | Misfit => {
  const match = instantPattern.exec(text);
  if (match === null) {
    return "is not an ISO 8601 time";
  }
  const [, year = "", month = "", day = "", hour = "00", minute = "00", second, fraction, zone] = match;
  const isMinusZero = year.startsWith("-") && Number(year) === 0;
  if (isMinusZero || !dateExists(Number(year), Number(month), Number(day))) {
    return "is a date that does not exist";
  }
  const time = timeOfDay(hour, minute, second, fraction);
  const offset = zone === undefined ? null : offsetSeconds(zone);
  if (typeof time === "string" || typeof offset === "string") {
    return typeof time === "string" ? time : "has an offset that does not exist";
  }
  const days = daysOfDate(Number(year), Number(month), Number(day));
  const microseconds = instantOf(days, time.seconds - (offset ?? 0), time.microseconds);
  return { microseconds, finer: time.finer, offset };
};

/** A time of day, since midnight. */
export const readTime = (text: string): ExactTime | Misfit => {
  const match = timePattern.exec(text);
  if (match === null) {
    return "is not an ISO 8601 time of day";
  }
  const [, hour = "", minute = "", second, fraction] = match;
  const time = timeOfDay(hour, minute, second, fraction);
  return typeof time === "string"
    ? time
    : { microseconds: instantOf(0, time.seconds, time.microseconds), finer: time.finer, offset: null };
};

interface TimeOfDay {
  readonly seconds: number;
  readonly microseconds: number;
  readonly finer: string;
}

const timeOfDay = (hour: string, minute: string, second = "0", fraction = ""): TimeOfDay | Misfit => {
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) {
    return "is a time of day that does not exist";
  }
  return {
    seconds: Number(hour) * 3600 + Number(minute) * 60 + Number(second),
    microseconds: Number(fraction.slice(0, 6).padEnd(6, "0")),
    finer: fraction.length > 6 ? fraction.slice(6).replace(/0+$/, "") : "",
  };
};

/** Seconds east of UTC; PostgreSQL knows none of 16 hours and more. */
const offsetSeconds = (zone: string): number | Misfit => {
  if (!/^[+-]/.test(zone)) {
    return 0;
  }
  const digits = zone.slice(1).replaceAll(":", "").padEnd(6, "0");
  const pair = (at: number): number => Number(digits.slice(at, at + 2));
  const [hours, minutes, seconds] = [pair(0), pair(2), pair(4)];
  if (hours > 15 || minutes > 59 || seconds > 59) {
    return "has an offset that does not exist";
  }
  return (zone.startsWith("-") ? -1 : 1) * (hours * 3600 + minutes * 60 + seconds);
};
