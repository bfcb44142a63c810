/** How texts spell times: in one spelling of one width without an offset, their order is that of the times. */
import type { PgTypeName } from "../../model/postgres.js";

const instant = /^\d{4}-\d\d-\d\d(?:[ T]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?Z?)?$/;
const timeOfDay = /^\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?$/;

/** What GLOB finds all texts by that are spelled as the first of `values` is; null where that tells nothing. */
export const spellingOf = (values: readonly unknown[], type: PgTypeName): string | null => {
  const first = values.find((value) => typeof value === "string");
  const usual = type === "time without time zone" ? timeOfDay : instant;
  return first !== undefined && usual.test(first) ? first.replaceAll(/\d/g, "?") : null;
};

/** Microseconds since 1970, or of a time of day since midnight; `text` is in a spelling of spellingOf, and a time that exists. */
export const microsecondsOfText = (text: string): bigint => {
  const [, days, clock = "00:00", seconds = "00", fraction = ""] =
    /^(?:(\d{4}-\d\d-\d\d)[ T]?)?(\d\d:\d\d)?(?::(\d\d))?(?:\.(\d+))?Z?$/.exec(text) ?? [];
  const whole = Date.parse(`${days ?? "1970-01-01"}T${clock}:${seconds}Z`);
  return BigInt(whole) * 1000n + BigInt(fraction.padEnd(6, "0"));
};
