/** A moment on its way through a date function: PostgreSQL's `timestamp` in UTC, and what SQLite would still know of it. */
import type { Typed, Volatility } from "../typed.js";

export interface TimeValue extends Pick<Typed, "sql" | "isAtom" | "volatility"> {
  /** Whether more can be added to it as it is. */
  readonly isSum: boolean;
  /** What it may be finer than whole seconds by. SQLite keeps milliseconds, a column of PostgreSQL microseconds. */
  readonly finest: "second" | "millisecond" | "microsecond";
  /** A day that every month has: months can be added as they are. */
  readonly isFirstOfMonth: boolean;
  /**
   * What 'floor' makes of it: null: nothing else; `unclear`: SQLite still takes back days of a month that was
   * left since.
   */
  readonly floor: Pick<TimeValue, "sql" | "isAtom" | "isSum"> | "unclear" | null;
  /** Where SQLite knows it: elsewhere all that is made of it is NULL; null: everywhere. */
  readonly guard: string | null;
  /** Whether 'subsec' asks for the milliseconds. */
  readonly showsMilliseconds: boolean;
}

export const timeValue = (
  sql: string,
  volatility: Volatility,
  more: Partial<Omit<TimeValue, "sql" | "volatility">> = {},
): TimeValue => ({
  sql,
  volatility,
  isAtom: true,
  isSum: false,
  finest: "second",
  isFirstOfMonth: false,
  floor: null,
  guard: null,
  showsMilliseconds: false,
  ...more,
});

/** The transaction's, which SQLite takes for each statement anew; finer than milliseconds, which nobody can tell. */
export const presentMoment = timeValue("now() AT TIME ZONE 'UTC'", "stable", {
  isAtom: false,
  finest: "millisecond",
});

/** Of milliseconds since 1970: `timestamp '2024-02-29 13:45:06.5'`. */
export function writtenMoment(milliseconds: number): TimeValue {
  const [day = "", clock = ""] = new Date(milliseconds).toISOString().split(/[TZ]/);
  const isWhole = milliseconds % 1000 === 0;
  const text = `${day} ${isWhole ? clock.slice(0, 8) : clock}`;
  return timeValue(`timestamp '${text}'`, "immutable", { finest: isWhole ? "second" : "millisecond" });
}

/** 0001-01-01 and the last millisecond of 9999, since 1970: SQLite has years before and none after, PostgreSQL writes them otherwise. */
export const firstMillisecond = -62_135_596_800_000;
export const lastMillisecond = 253_402_300_799_999;

/**
 * To the milliseconds that SQLite reckons with. It rounds what a text says, but never up to the next second
 * (parseHhMmSs in src/date.c).
 */
export function wholeMilliseconds(value: TimeValue): TimeValue {
  if (value.finest !== "microsecond") return value;
  const { sql } = value;
  const rounded = `least(${operandOf(value)} + interval '0.0005 seconds', date_trunc('second', ${sql}) + interval '0.999 seconds')`;
  return { ...value, sql: `date_trunc('milliseconds', ${rounded})`, isAtom: true, finest: "millisecond" };
}

/** What is made of the moment, where it is one. */
export const guarded = ({ guard }: TimeValue, sql: string): string =>
  guard === null ? sql : `CASE WHEN ${guard} THEN ${sql} END`;

export const operandOf = ({ sql, isAtom }: Pick<Typed, "sql" | "isAtom">): string =>
  isAtom ? sql : `(${sql})`;
