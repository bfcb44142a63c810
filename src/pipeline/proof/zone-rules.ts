/**
 * Rows are moved by the rules for time zones that Node's ICU has, and proven by those of the server. Countries change them at
 * short notice, so either may be older: then the proof fails for the times concerned, and this says why.
 */
import type { TablePlan } from "../../model/plan.js";
import type { TableVerdict } from "../../model/verdict.js";
import type { Session } from "../../target/session.js";
import { offsetReader } from "../../transform/fields/zone-offsets.js";
import { readZonePeriods, type ZonePeriod } from "../../validate/canonical/zone-periods.js";

/** The verdicts; of tables that are different also when the rules for a zone of theirs are. */
export async function explainZones(
  session: Session,
  tables: readonly TablePlan[],
  verdicts: readonly TableVerdict[],
): Promise<readonly TableVerdict[]> {
  const known = new Map<string, string | null>();
  const explained: TableVerdict[] = [];
  for (const verdict of verdicts) {
    const columns = tables.find(({ source }) => source === verdict.source)?.columns ?? [];
    const reasons = [verdict.reason ?? ""];
    for (const zone of new Set(columns.flatMap((column) => column.zone ?? []))) {
      if (verdict.verdict !== "different") continue;
      if (!known.has(zone)) known.set(zone, await disagreement(session, zone));
      reasons.push(known.get(zone) ?? "");
    }
    const reason = reasons.filter((words) => words !== "").join("; ");
    explained.push(reasons.length === 1 ? verdict : { ...verdict, reason });
  }
  return explained;
}

async function disagreement(session: Session, zone: string): Promise<string | null> {
  const span = disagreementOf(await readZonePeriods(session, zone), offsetReader(zone));
  if (span === null) return null;
  const [from, to] = span.map((instant) =>
    new Date(Date.UTC(2000, 0, 1) + instant * 1000).toISOString().slice(0, 10),
  );
  return `the server and this Node know other rules for ${zone} between ${from} and ${to}: bring both to one time zone database, or write the offset into texts of that time`;
}

const day = 86_400;
const secondsOf = (year: number): number => (Date.UTC(year, 0, 1) - Date.UTC(2000, 0, 1)) / 1000;

/**
 * From the first to the last instant with another offset than that of the periods, of those at which a day begins and those on
 * either side of a change; null without any. Of the years 1800 to 2500.
 *
 * @param periods in order, and the first without a beginning.
 * @param offsetAt seconds east of UTC at an instant, in seconds since 2000-01-01 UTC.
 */
export function disagreementOf(
  periods: readonly ZonePeriod[],
  offsetAt: (instant: number) => number,
): readonly [from: number, to: number] | null {
  let first: number | null = null;
  let last = 0;
  for (const [index, { start, offset }] of periods.entries()) {
    const from = Math.max(start, secondsOf(1800));
    const to = Math.min(periods[index + 1]?.start ?? Infinity, secondsOf(2500));
    for (
      let instant = from;
      instant < to;
      instant = instant === to - 1 ? to : Math.min(instant + day, to - 1)
    ) {
      if (offsetAt(instant) === offset) continue;
      first ??= instant;
      last = instant;
    }
  }
  return first === null ? null : [first, last];
}
