/** Dates and times as PostgreSQL prints them under DateStyle ISO and TimeZone UTC (src/backend/utils/adt/datetime.c). */

const microsecondsADay = 86_400_000_000n;

/** Days from 1970 to 2000. */
const unixToPostgresDays = 10_957n;

/** @param days since 2000-01-01 */
export const dateText = (days: number): string => {
  if (days === 2 ** 31 - 1) return "infinity";
  if (days === -(2 ** 31)) return "-infinity";
  const { date, era } = calendar(BigInt(days));
  return `${date}${era}`;
};

/** @param microseconds since midnight */
export const timeText = (microseconds: bigint): string => {
  const seconds = microseconds / 1_000_000n;
  const fraction = String(microseconds % 1_000_000n)
    .padStart(6, "0")
    .replace(/0+$/, "");
  const clock = [seconds / 3600n, (seconds / 60n) % 60n, seconds % 60n]
    .map((part) => String(part).padStart(2, "0"))
    .join(":");
  return fraction === "" ? clock : `${clock}.${fraction}`;
};

/**
 * @param microseconds since 2000-01-01
 * @param zone what follows the time, `+00` of a timestamptz
 */
export const timestampText = (microseconds: bigint, zone: "" | "+00"): string => {
  if (microseconds === 2n ** 63n - 1n) return "infinity";
  if (microseconds === -(2n ** 63n)) return "-infinity";
  const time = ((microseconds % microsecondsADay) + microsecondsADay) % microsecondsADay;
  const { date, era } = calendar((microseconds - time) / microsecondsADay);
  return `${date} ${timeText(time)}${zone}${era}`;
};

/** Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", civil_from_days. */
const calendar = (days: bigint): { readonly date: string; readonly era: "" | " BC" } => {
  const shifted = days + unixToPostgresDays + 719_468n;
  const cycle = (shifted >= 0n ? shifted : shifted - 146_096n) / 146_097n;
  const dayOfCycle = shifted - cycle * 146_097n;
  const yearOfCycle =
    (dayOfCycle - dayOfCycle / 1_460n + dayOfCycle / 36_524n - dayOfCycle / 146_096n) / 365n;
  const dayOfYear = dayOfCycle - (365n * yearOfCycle + yearOfCycle / 4n - yearOfCycle / 100n);
  const marchMonth = (5n * dayOfYear + 2n) / 153n;
  const day = dayOfYear - (153n * marchMonth + 2n) / 5n + 1n;
  const month = marchMonth < 10n ? marchMonth + 3n : marchMonth - 9n;
  const year = yearOfCycle + cycle * 400n + (month <= 2n ? 1n : 0n);
  const shown = year > 0n ? year : 1n - year;
  const date = [String(shown).padStart(4, "0"), ...[month, day].map((part) => String(part).padStart(2, "0"))];
  return { date: date.join("-"), era: year > 0n ? "" : " BC" };
};
