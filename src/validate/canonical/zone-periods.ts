/**
 * The rules of a time zone as the server itself knows them: the loader has them from elsewhere, and nobody is witness to
 * himself. PostgreSQL tells the local time of an instant, so the changes are found by looking at a clock there every other day.
 */
import type { Session } from "../../target/session.js";

/** From `start` on clocks are so far from UTC, up to the next period. */
export interface ZonePeriod {
  /** Seconds since 2000-01-01 UTC; -Infinity for the first. */
  readonly start: number;
  /** Seconds east of UTC. */
  readonly offset: number;
}

/** Local mean time lasted everywhere until 1844 (Manila); what follows 2100 is repeated from 2500 on (local-clock.ts). */
const firstYear = 1800;
const endYear = 2501;

const unixToPostgresSeconds = 946_684_800;
const unixSeconds = (year: number): number => Date.UTC(year, 0, 1) / 1000;

const offsetSql = (at: string): string =>
  `extract(epoch FROM (to_timestamp(${at}) AT TIME ZONE $1::text) - (to_timestamp(${at}) AT TIME ZONE 'UTC'))::int8`;

/** No zone has had a period of less than three days (Sierra Leone's in 1939, the shortest, had almost four). */
const stepSeconds = 2 * 86_400;

/** Each step in which the clock went on by more or less than its length is halved until it is a second. */
const periodsSql = `WITH RECURSIVE step AS (
    SELECT at AS low, at + ${stepSeconds} AS high, local, lead(local) OVER (ORDER BY at) AS next
    FROM (SELECT at, to_timestamp(at) AT TIME ZONE $1::text AS local
      FROM generate_series($2::int8, $3::int8, ${stepSeconds}) AS at) AS s),
  change AS (
    SELECT low, high, ${offsetSql("low")} AS was, ${offsetSql("high")} AS becomes
    FROM step WHERE next - local <> interval '${stepSeconds} seconds'
    UNION ALL
    SELECT CASE WHEN m.shown = c.was THEN m.middle ELSE c.low END,
      CASE WHEN m.shown = c.was THEN c.high ELSE m.middle END, c.was, c.becomes
    FROM change AS c CROSS JOIN LATERAL (
      SELECT h.middle, ${offsetSql("h.middle")} AS shown FROM (SELECT (c.low + c.high) / 2 AS middle) AS h) AS m
    WHERE c.high - c.low > 1)
  SELECT NULL::int8 AS start, ${offsetSql("$2::int8")} AS "offset"
  UNION ALL SELECT high, becomes FROM change WHERE high - low = 1
  ORDER BY start NULLS FIRST`;

/**
 * In order. A tenth of a second's work for the server.
 *
 * @throws pg.DatabaseError where the server does not know the zone, and what the session throws.
 */
export const readZonePeriods = async (session: Session, zone: string): Promise<readonly ZonePeriod[]> => {
  const rows = await session.query(periodsSql, [
    zone,
    String(unixSeconds(firstYear)),
    String(unixSeconds(endYear)),
  ]);
  return rows.map(({ start = null, offset = null }) => ({
    start: start === null ? -Infinity : Number(start) - unixToPostgresSeconds,
    offset: Number(offset),
  }));
};
