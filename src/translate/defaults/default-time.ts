/**
 * Dates and times that a DEFAULT may name. Stricter than the values' own parser: what stands here becomes a
 * constant in CREATE TABLE, which a date that does not exist ('0000-00-00') would stop.
 */
import type { TimeUnit } from "../../model/postgres.js";

/** `2024-05-17`, a day that exists, of the years 1 to 9999. */
export function isDate(text: string): boolean {
  const parts = /^([0-9]{4})-([0-9]{2})-([0-9]{2})$/.exec(text);
  if (parts === null || parts[1] === "0000") return false;
  // A day that does not exist would be carried over to the next month.
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}

/** `09:30`, `09:30:00`, `09:30:00.123456`. */
export const isClock = (text: string): boolean =>
  /^([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]{1,6})?)?$/.test(text);

/** A date, or a date and a time with or without an offset. */
export function isTimestamp(text: string): boolean {
  if (!isDate(text.slice(0, 10))) return false;
  if (text.length === 10) return true;
  const [, clock = "", offset = ""] = /^[ T]([0-9:.]+)(.*)$/i.exec(text.slice(10)) ?? [];
  return isClock(clock) && /^(Z|[+-](0[0-9]|1[0-4]):?[0-5][0-9])?$/i.test(offset);
}

const microsecondsPer: Readonly<Partial<Record<TimeUnit, bigint>>> = {
  seconds: 1_000_000n,
  milliseconds: 1000n,
  microseconds: 1n,
};

/** `2024-05-17 09:30:00+00`, or undefined outside the years 1 to 9999 and for other units. */
export function numberInstant(value: bigint, unit: TimeUnit): string | undefined {
  const factor = microsecondsPer[unit];
  if (factor === undefined) return undefined;
  const microseconds = value * factor;
  const second = 1_000_000n;
  const fraction = ((microseconds % second) + second) % second;
  const date = new Date(Number((microseconds - fraction) / 1000n));
  if (Number.isNaN(date.getTime())) return undefined;
  const [day = "", clock = ""] = date.toISOString().split(/[T.]/);
  const digits = fraction === 0n ? "" : `.${fraction.toString().padStart(6, "0")}`;
  return isDate(day) ? `${day} ${clock}${digits}+00` : undefined;
}
