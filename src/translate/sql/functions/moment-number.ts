/**
 * Numbers as moments: days since noon of 4714-11-24 BC, or with 'unixepoch' seconds since 1970
 * (sqlite.org/lang_datefunc.html, sections 2 and 3). SQLite makes whole milliseconds of either, by doubles.
 */
import { storedLiteral } from "../affinity.js";
import type { Literal } from "../literal.js";
import { operand, recast, type Typed } from "../typed.js";
import { Untranslatable } from "../untranslatable.js";
import {
  firstMillisecond,
  lastMillisecond,
  timeValue,
  writtenMoment,
  type TimeValue,
} from "./moment-value.js";

/** How a number is read; `auto`: days where it can be days, else seconds. */
export type NumberReading = "julianday" | "unixepoch" | "auto";

/** From the first Julian day to 1970, in milliseconds. */
const epoch = 210_866_760_000_000;
/** The Julian days of the years 1 to 9999; the seconds since 1970. */
const firstDay = "1721425.5";
const endOfDays = "5373484.5";
const firstSecond = String(firstMillisecond / 1000);
const lastSecond = "253402300799";

/** @throws Untranslatable for one that is no moment of the years 1 to 9999. */
export function numberMoment(number: Typed, reading: NumberReading): TimeValue {
  const { constant } = number;
  if (constant !== null) return constantMoment(constant, reading);
  const { volatility } = number;
  const finest = number.kind === "integer" ? "second" : "millisecond";
  switch (reading) {
    case "julianday":
      return timeValue(julian(number), volatility, { finest, guard: isJulian(number) });
    case "unixepoch":
      return timeValue(unix(number), volatility, { finest, guard: isUnix(number), isAtom: false });
    case "auto": {
      const n = operand(number);
      const isSeconds = `${n} BETWEEN ${endOfDays} AND ${lastSecond} OR ${n} >= ${firstSecond} AND ${n} < 0`;
      const days = `WHEN ${isJulian(number)} THEN ${julian(number)}`;
      return timeValue(`CASE ${days} WHEN ${isSeconds} THEN ${unix(number)} END`, volatility, { finest });
    }
  }
}

function constantMoment(constant: Literal, reading: NumberReading): TimeValue {
  const number = storedLiteral(constant, "REAL");
  const value = number?.kind === "real" ? number.value : NaN;
  const isDays = value >= 0 && value < Number(endOfDays);
  const milliseconds =
    reading === "unixepoch" || (reading === "auto" && !isDays)
      ? Math.floor(value * 1000 + epoch + 0.5) - epoch
      : isDays
        ? Math.floor(value * 86_400_000 + 0.5) - epoch
        : NaN;
  if (milliseconds >= firstMillisecond && milliseconds <= lastMillisecond) return writtenMoment(milliseconds);
  throw new Untranslatable(`the number ${String(value)} as a moment: it is none of the years 1 to 9999`);
}

/** SQLite gives NULL for the years after 9999; those before 1 are left out. */
const isJulian = (number: Typed): string =>
  `${operand(number)} >= ${firstDay} AND ${operand(number)} < ${endOfDays}`;

const isUnix = (number: Typed): string =>
  number.kind === "integer"
    ? `${operand(number)} BETWEEN ${firstSecond} AND ${lastSecond}`
    : `${operand(number)} >= ${firstSecond} AND ${operand(number)} < ${lastSecond}.9995`;

const julian = (number: Typed): string => fromMilliseconds(`${double(number)} * 86400000`);

const unix = (number: Typed): string =>
  number.kind === "integer"
    ? `to_timestamp(${number.sql}) AT TIME ZONE 'UTC'`
    : fromMilliseconds(`${double(number)} * 1000 + ${epoch}`);

const double = (number: Typed): string =>
  operand(number.kind === "real" ? number : recast(number, "real", "double precision"));

/** Doubles that are added in another order round in other places. */
const fromMilliseconds = (sinceJulian: string): string =>
  `(to_timestamp((floor(${sinceJulian} + 0.5) - ${epoch}) / 1000) AT TIME ZONE 'UTC')::timestamp(3)`;
