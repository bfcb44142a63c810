/**
 * The clocks of the zones in use, held against the server's own `AT TIME ZONE` before any table is read: a microsecond on
 * either side of every change of a clock, and times far from all of them, which the clocks take to follow the same rules.
 */
import { pgType } from "../../model/postgres.js";
import type { Session } from "../../target/session.js";
import { canonicalField } from "../canonical/column-form.js";
import { localClock, type LocalClock } from "../canonical/local-clock.js";
import { MultisetSum, sameDigest } from "../multiset-sum.js";
import { RowBytes } from "../canonical/row-bytes.js";
import { digestSql } from "../target/canonical-sql.js";
import { readZonePeriods, type ZonePeriod } from "../canonical/zone-periods.js";

/**
 * A zone's clock by the server's rules.
 *
 * Runs inside a transaction of read-transaction.ts.
 *
 * @returns the sentence that says why nothing of the zone can be proven, where the server's own answers are others.
 * @throws what the session throws, e.g. where the server does not know the zone.
 */
export const testedClock = async (session: Session, zone: string): Promise<LocalClock | string> => {
  const periods = await readZonePeriods(session, zone);
  const clock = localClock(zone, periods);
  return (await agrees(session, clock, edges(periods)))
    ? clock
    : `the self-test failed: this server's local times of ${zone} are not those that its own rules make`;
};

const type = pgType("timestamp with time zone");

const agrees = async (session: Session, clock: LocalClock, times: readonly LocalTime[]): Promise<boolean> => {
  const field = canonicalField({ type, unit: null, clock });
  const row = new RowBytes(1);
  const sum = new MultisetSum();
  const asked = times.filter(({ source }) => {
    row.clear();
    // Which of the times at an edge there are is the clock's to say; the server has an answer for each.
    const isOne = field.write(Buffer.from(source, "latin1"), true, row) === null;
    if (isOne) {
      sum.add(row.view());
    }
    return isOne;
  });
  const relation =
    "(SELECT p.local::timestamp AT TIME ZONE $1::text AS at FROM unnest($2::text[]) AS p(local))";
  const literal = `{${asked.map(({ target }) => `"${target}"`).join(",")}}`;
  const [found] = await session.query(digestSql(relation, [{ name: "at", type }]), [clock.zone, literal]);
  return sameDigest(sum.total(), {
    rows: BigInt(found?.["rows"] ?? 0),
    lane0: BigInt(found?.["lane0"] ?? 0),
    lane1: BigInt(found?.["lane1"] ?? 0),
    unhashed: 0n,
  });
};

/** As PostgreSQL reads it, and as SQLite would hold it. */
interface LocalTime {
  readonly target: string;
  readonly source: string;
}

const same = (text: string): LocalTime => ({ target: text, source: text });

const far: readonly LocalTime[] = [
  { target: "4712-01-02 03:04:05 BC", source: "-4711-01-02 03:04:05" },
  same("0001-01-01 00:00:00"),
  same("1799-12-31 23:59:59.999999"),
  same("2600-07-01 12:00:00"),
  same("9999-01-01 00:00:00"),
  same("9999-07-01 12:00:00"),
  same("9999-12-31 23:59:59.999999"),
  same("294276-07-01 12:00:00"),
];

const edges = (periods: readonly ZonePeriod[]): readonly LocalTime[] => [
  ...far,
  ...periods.slice(1).flatMap(({ start, offset }, index) => {
    const before = periods[index]?.offset ?? 0;
    return [start + before, start + offset].flatMap((local) => [
      same(`${secondWords(local - 1)}.999999`),
      same(secondWords(local)),
    ]);
  }),
];

/** Of the years 1800 to 2501, from seconds since 2000-01-01. */
const secondWords = (seconds: number): string =>
  new Date(Date.UTC(2000, 0, 1) + seconds * 1000).toISOString().slice(0, 19).replace("T", " ");
