/** Asks the rows where entries may be too long for a B-tree, or rows for a page. */
import { longestEntry } from "../export/longest-entry.js";
import type { Finding } from "../model/finding.js";
import type { Plan } from "../model/plan.js";
import type { TableProfile } from "../model/profile.js";
import { doubtfulEntries, typesOf, type DoubtfulEntries } from "../translate/limits/long-entries.js";
import { entryBytes, largestEntry, leastBytes } from "../translate/limits/entry-size.js";
import { doubtfulRows, largestRow, leastRowBytes, type DoubtfulRows } from "../translate/limits/row-size.js";
import type { LongEntries } from "../translate/settle-entries.js";
import type { LaneTask } from "./lanes.js";
import { pauser } from "./pause.js";
import type { Reading } from "./reading.js";

/**
 * @returns those that a B-tree does not take, in the plan's order.
 * @throws ToolError the source codes, `interrupted`.
 */
export const findLongEntries = (
  reading: Reading,
  plan: Plan,
  profiles: readonly TableProfile[],
): Promise<readonly LongEntries[]> =>
  onSqlite(reading, doubtfulEntries(plan, profiles), (doubtful) => longestOf(reading, doubtful));

/**
 * @returns a finding for each table with a row that no page of PostgreSQL holds.
 * @throws ToolError the source codes, `interrupted`.
 */
export const findLongRows = (
  reading: Reading,
  plan: Plan,
  profiles: readonly TableProfile[],
): Promise<readonly Finding[]> =>
  onSqlite(reading, doubtfulRows(plan, profiles), (doubtful) => longestRow(reading, doubtful));

async function onSqlite<Doubtful, Found>(
  { lanes }: Reading,
  all: readonly Doubtful[],
  find: (doubtful: Doubtful) => Generator<Found | null, void>,
): Promise<readonly Found[]> {
  const found: Found[] = [];
  const tasks = all.map((doubtful): LaneTask => ({
    takes: (lane) => lane.reads === "sqlite",
    run: async (lane) => {
      const pause = pauser(lane.reads === "sqlite" ? lane.signal : undefined);
      for (const each of find(doubtful)) {
        if (each !== null) found.push(each);
        await pause();
      }
      return [];
    },
  }));
  if (tasks.length > 0) await lanes.run(tasks);
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

function* longestRow({ source, schema }: Reading, doubtful: DoubtfulRows): Generator<Finding | null, void> {
  const table = schema.tables.find(({ name }) => name === doubtful.table.source);
  if (table === undefined) return;
  const types = typesOf(doubtful.columns);
  const longest = yield* longestEntry(source, table, schema.encoding, {
    columns: doubtful.columns.map((column) => column.source),
    bytesOf: (sourceBytes) => leastRowBytes(types, sourceBytes),
    least: 0,
  });
  if (longest !== null && longest.bytes > largestRow)
    yield { kind: "row-too-long", at: { table: table.name }, bytes: longest.bytes, row: longest.at };
}
