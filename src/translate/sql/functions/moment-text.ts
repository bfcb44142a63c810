/** The texts that SQLite's date functions take for a moment (sqlite.org/lang_datefunc.html, section 2). */

export interface WrittenTime {
  /** Since 1970-01-01 in UTC; a day that its month does not have counts on into the next. */
  readonly milliseconds: number;
  /** The days that it counts on. */
  readonly excessDays: number;
}

const clock = "([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\\.([0-9]+))?)?\\s*(Z|[+-][0-9]{2}:[0-9]{2})?\\s*";
const clockForm = new RegExp(`^${clock}$`, "i");
const dateForm = /^([0-9]{4})-([0-9]{2})-([0-9]{2})[\sT]*/;

/** null: none that this reads; years are 0001 to 9999. */
export function readTime(text: string): WrittenTime | null {
  const date = dateForm.exec(text);
  const rest = text.slice(date?.[0].length ?? 0);
  const time = rest === "" && date !== null ? 0 : clockMilliseconds(rest);
  const day = readDay(date === null ? ["2000", "01", "01"] : date.slice(1));
  if (time === null || day === null) return null;
  return { milliseconds: day.milliseconds + time, excessDays: day.excessDays };
}

function readDay(parts: readonly string[]): WrittenTime | null {
  const [year = 0, month = 0, day = 0] = parts.map(Number);
  if (year < 1 || month < 1 || month > 12 || day < 1 || day > 31) return null;
  const lastDay = new Date(utc(year, month + 1, 0)).getUTCDate();
  return { milliseconds: utc(year, month, day), excessDays: Math.max(0, day - lastDay) };
}

/** Date.UTC takes the years before 100 for others. */
const utc = (year: number, month: number, day: number): number =>
  new Date(0).setUTCFullYear(year, month - 1, day);

/** Since midnight in UTC; null for hour 24 as well, which SQLite keeps as it is in some places. */
export function clockMilliseconds(text: string): number | null {
  const parts = clockForm.exec(text);
  if (parts === null) return null;
  const [, hour, minute, second = "0", fraction = "", offset = ""] = parts;
  const isClock = Number(hour) <= 23 && Number(minute) <= 59 && Number(second) <= 59;
  const east = offsetMinutes(offset);
  if (!isClock || east === null) return null;
  // Never up to the next second (parseHhMmSs in src/date.c).
  const part = Math.min(Number(`0.${fraction}0`), 0.999);
  return (
    (Number(hour) * 60 + Number(minute) - east) * 60_000 + Math.floor((Number(second) + part) * 1000 + 0.5)
  );
}

function offsetMinutes(offset: string): number | null {
  if (!/^[+-]/.test(offset)) return 0;
  const [hours = 0, minutes = 0] = offset.slice(1).split(":").map(Number);
  if (hours > 14 || minutes > 59) return null;
  return (offset.startsWith("-") ? -1 : 1) * (hours * 60 + minutes);
}
