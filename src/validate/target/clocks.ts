/** The clocks of all zones that a plan speaks of, by the server's rules. */
import type { Plan, TablePlan } from "../../model/plan.js";
import type { Session } from "../../target/session.js";
import { targetError } from "../../target/target-error.js";
import type { LocalClock } from "../canonical/local-clock.js";
import { attempt } from "./read-transaction.js";
import { testedClock } from "../self-test/zones.js";

/** By the zone's name; the sentence that says why there is none. */
export type Clocks = ReadonlyMap<string, LocalClock | string>;

/**
 * Runs inside a transaction of read-transaction.ts.
 *
 * @throws ToolError where the connection is lost.
 */
export const readClocks = async (session: Session, plan: Plan): Promise<Clocks> => {
  const clocks = new Map<string, LocalClock | string>();
  for (const zone of new Set(plan.tables.flatMap(zonesOf))) {
    const read = await attempt(session, () => testedClock(session, zone));
    clocks.set(
      zone,
      read.ok ? read.value : targetError(read.error, `read the rules of time zone ${zone}`).message,
    );
  }
  return clocks;
};

const zonesOf = ({ columns }: TablePlan): readonly string[] => columns.flatMap(({ zone }) => zone ?? []);

/** Why nothing can be proven of a table, for want of a zone's clock; null where all are there. */
export const missingClock = (table: TablePlan, clocks: Clocks): string | null =>
  zonesOf(table)
    .map((zone) => clocks.get(zone))
    .find((clock) => typeof clock === "string") ?? null;

/** The clock of a column; null where its texts without an offset are UTC. */
export const clockOf = (zone: string | null, clocks: Clocks): LocalClock | null => {
  if (zone === null) {
    return null;
  }
  const clock = clocks.get(zone);
  if (clock === undefined || typeof clock === "string") {
    throw new Error(`There is no clock of ${zone}.`);
  }
  return clock;
};
