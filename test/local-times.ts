/**
 * Local times of zones, many of them close to where clocks change, and what PostgreSQL says of each: the witness for the
 * loader's clock and for the validator's.
 */
import fc from "fast-check";
import type { TextRow } from "../src/target/session.js";
import { readZonePeriods } from "../src/validate/canonical/zone-periods.js";
import type { Session } from "../src/target/session.js";

/** Half an hour of summer time; a day left out; changes at midnight; a summer time that pauses for Ramadan; seconds of a minute. */
export const zones = [
  "Europe/Berlin",
  "America/New_York",
  "Asia/Kolkata",
  "Australia/Lord_Howe",
  "Pacific/Apia",
  "America/Sao_Paulo",
  "Africa/Casablanca",
] as const;

/** The same local time as SQLite would hold it and as PostgreSQL reads it. */
export interface LocalTime {
  readonly iso: string;
  readonly postgres: string;
}

const fraction = fc.constantFrom("", ".5", ".000001", ".999999");
const pad = (number: number, digits = 2): string => String(number).padStart(digits, "0");

/** @param year astronomical. */
const spelled = (year: number, rest: string): LocalTime => ({
  iso: `${year < 0 ? "-" : ""}${pad(Math.abs(year), 4)}-${rest}`,
  postgres: `${pad(year > 0 ? year : 1 - year, 4)}-${rest}${year > 0 ? "" : " BC"}`,
});

const anywhere: fc.Arbitrary<LocalTime> = fc
  .tuple(
    fc.oneof(fc.integer({ min: 1840, max: 2120 }), fc.integer({ min: -4711, max: 294_275 })),
    fc.integer({ min: 1, max: 12 }),
    fc.integer({ min: 1, max: 28 }),
    fc.integer({ min: 0, max: 86_399 }),
    fraction,
  )
  .map(([year, month, day, second, part]) => {
    const clock = [Math.floor(second / 3600), Math.floor(second / 60) % 60, second % 60].map((each) =>
      pad(each),
    );
    return spelled(year, `${pad(month)}-${pad(day)} ${clock.join(":")}${part}`);
  });

/** Around a change of the clock: from a day before it to a day after. */
const around = (changes: readonly number[]): fc.Arbitrary<LocalTime> =>
  fc
    .tuple(
      fc.constantFrom(...changes),
      fc.oneof(
        fc.integer({ min: -1, max: 1 }),
        fc.integer({ min: -7200, max: 7200 }),
        fc.integer({ min: -90_000, max: 90_000 }),
      ),
      fc.constantFrom(0, 400, 7600),
      fraction,
    )
    .map(([change, delta, years, part]) => {
      const date = new Date(Date.UTC(2000, 0, 1) + (change + delta) * 1000).toISOString();
      // Some of them again where the calendar has come round.
      const year = Number(date.slice(0, 4)) + (change > 4_000_000_000 ? years : 0);
      return spelled(year, `${date.slice(5, 19).replace("T", " ")}${part}`);
    });

/** As PostgreSQL's clock shows them there. */
export async function localTimes(session: Session, zone: string): Promise<fc.Arbitrary<LocalTime>> {
  const periods = await readZonePeriods(session, zone);
  const changes = periods
    .slice(1)
    .flatMap(({ start, offset }, index) => [start + offset, start + (periods[index]?.offset ?? 0)]);
  return fc.oneof({ weight: 1, arbitrary: anywhere }, { weight: 3, arbitrary: around(changes) });
}

/** Microseconds since 2000-01-01 UTC as decimal text, or why there is no one instant. */
export type Judgement = string;

/**
 * By `AT TIME ZONE` alone: a local time is skipped if the instant that PostgreSQL takes it for shows another one, and doubled if it
 * comes back from the offsets of a day and a half before and after as two.
 */
export async function judged(
  query: (sql: string, parameters: readonly string[]) => Promise<readonly TextRow[]>,
  zone: string,
  times: readonly LocalTime[],
): Promise<readonly Judgement[]> {
  const rows = await query(
    `WITH given AS (
       SELECT n, t::timestamp AS local, t::timestamp AT TIME ZONE $1 AS instant
       FROM unnest($2::text[]) WITH ORDINALITY AS g(t, n)),
     near AS (
       SELECT g.*, local AT TIME ZONE 'UTC' - ((instant + d * interval '36 hours') AT TIME ZONE $1
         - (instant + d * interval '36 hours') AT TIME ZONE 'UTC') AS other
       FROM given AS g CROSS JOIN (VALUES (-1), (0), (1)) AS v(d)),
     found AS (
       SELECT n, local, count(DISTINCT other) FILTER (WHERE other AT TIME ZONE $1 = local) AS instants,
         min(other) FILTER (WHERE other AT TIME ZONE $1 = local) AS instant
       FROM near GROUP BY n, local)
     SELECT CASE instants WHEN 0 THEN 'skipped-time' WHEN 1 THEN
       ('x' || encode(timestamptz_send(instant), 'hex'))::bit(64)::int8::text ELSE 'doubled-time' END AS judgement
     FROM found ORDER BY n`,
    [zone, `{${times.map(({ postgres }) => `"${postgres}"`).join(",")}}`],
  );
  return rows.map(({ judgement = null }) => judgement ?? "");
}
