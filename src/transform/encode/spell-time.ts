/** Days and microseconds since 2000-01-01 as ISO 8601, which PostgreSQL reads alike whatever its DateStyle and TimeZone. */
const microsecondsPerDay = 86_400_000_000n;

/** The calendar repeats itself after 400 years. */
const daysPer400Years = 146_097;

export const spellDate = (days: number): string => withEra(days, "");

export function spellTime(microseconds: number): string {
  const seconds = Math.floor(microseconds / 1_000_000);
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const fraction = microseconds % 1_000_000;
  const clock = parts.map((part) => String(part).padStart(2, "0")).join(":");
  return fraction === 0 ? clock : `${clock}.${String(fraction).padStart(6, "0")}`;
}

/** @param zone "" or an offset from UTC. */
export function spellTimestamp(microseconds: bigint, zone: "" | "+00"): string {
  const within = ((microseconds % microsecondsPerDay) + microsecondsPerDay) % microsecondsPerDay;
  const days = Number((microseconds - within) / microsecondsPerDay);
  return withEra(days, ` ${spellTime(Number(within))}${zone}`);
}

/** Before the year 1 it is the year 1 BC, and the era comes last. */
function withEra(days: number, time: string): string {
  // JavaScript's calendar ends before PostgreSQL's, so the day is looked up in the same place of another cycle.
  const cycles = Math.floor(days / daysPer400Years);
  const date = new Date(Date.UTC(2000, 0, 1 + days - cycles * daysPer400Years));
  const year = date.getUTCFullYear() + cycles * 400;
  const monthAndDay = date.toISOString().slice(4, 10);
  const digits = String(year > 0 ? year : 1 - year).padStart(4, "0");
  return `${digits}${monthAndDay}${time}${year > 0 ? "" : " BC"}`;
}
