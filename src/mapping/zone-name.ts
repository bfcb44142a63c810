/**
 * Names of time zones as the IANA database has them (www.iana.org/time-zones, theory.html "Names of timezones"): Area/City, or
 * UTC. No other names without a slash: PostgreSQL takes many of them for abbreviations, and CET in winter's sense all year.
 */
import { nearest } from "../model/nearest.js";

const form = /^[A-Z][A-Za-z0-9_+-]*(?:\/[A-Z][A-Za-z0-9_+-]*)+$/;

/** Names of ICU's own, with a slash as well. */
const notOfIana = /^(?:SystemV\/|Etc\/Unknown$)/;

/** What is wrong with a name, a clause for people; null where Node's ICU knows it. */
export function zoneFault(name: string): string | null {
  if (name === "UTC" || (form.test(name) && !notOfIana.test(name) && isKnown(name))) return null;
  // Those that ICU calls main ones, with the spelling that counts; of their aliases there is no list.
  const near = nearest(name, ["UTC", ...Intl.supportedValuesOf("timeZone")]);
  const hint = near === null ? "one is named Area/City, as in Europe/Berlin" : `did you mean ${near}?`;
  return `${JSON.stringify(name)} is no time zone of the IANA database; ${hint}`;
}

function isKnown(timeZone: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone }).formatToParts(0).length > 0;
  } catch {
    return false;
  }
}
