/** Asks the rows of keys and indexes whose entries may be too long for a B-tree. */
import { longestEntry } from "../export/longest-entry.js";
import type { Plan } from "../model/plan.js";
import type { TableProfile } from "../model/profile.js";
import { doubtfulEntries, typesOf, type DoubtfulEntries } from "../translate/limits/long-entries.js";
import { entryBytes, largestEntry, leastBytes } from "../translate/limits/entry-size.js";
import type { LongEntries } from "../translate/settle-entries.js";
import type { LaneTask } from "./lanes.js";
import { pauser } from "./pause.js";
import type { Reading } from "./reading.js";

/**
 * @returns those that a B-tree does not take, in the plan's order.
 * @throws ToolError the source codes, `interrupted`.
 */
export async function findLongEntries(
  reading: Reading,
  plan: Plan,
  profiles: readonly TableProfile[],
): Promise<readonly LongEntries[]> {
  const found: LongEntries[] = [];
  const tasks = doubtfulEntries(plan, profiles).map((doubtful): LaneTask => ({
    takes: (lane) => lane.reads === "sqlite",
    run: async (lane) => {
      const pause = pauser(lane.reads === "sqlite" ? lane.signal : undefined);
      for (const longest of longestOf(reading, doubtful)) {
        if (longest !== null) found.push(longest);
        await pause();
      }
      return [];
    },
  }));
  if (tasks.length > 0) await reading.lanes.run(tasks);
  return found;
}

function* longestOf(
  { source, schema }: Reading,
  doubtful: DoubtfulEntries,
): Generator<LongEntries | null, void> {
  const table = schema.tables.find(({ name }) => name === doubtful.table.source);
  if (table === undefined) return;
  const columns = doubtful.columns.map((column) => column.source);
  const types = typesOf(doubtful.columns);
  const longest = yield* longestEntry(source, table, schema.encoding, {
    columns,
    bytesOf: (sourceBytes) => entryBytes(types, sourceBytes) ?? 0,
    least: leastBytes(types),
  });
  if (longest !== null && longest.bytes > largestEntry) yield { ...doubtful, ...longest };
}
