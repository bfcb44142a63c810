/** Asks the rows where entries may be too long for a B-tree, or rows for a page. */
import { readComputed, type ComputedRecords } from "../../export/computed-records.js";
import { longestEntry, type EntryShape, type LongestEntry } from "../../export/longest-entry.js";
import { recordColumns } from "../../export/sqlite-records.js";
import type { Finding } from "../../model/finding.js";
import type { Plan } from "../../model/plan.js";
import { payloadBytes, serial, type RecordBatch } from "../../model/record.js";
import type { TableProfile } from "../../model/profile.js";
import type { SqliteTable } from "../../model/sqlite.js";
import { placeOf } from "../../transform/explain/describe.js";
import { doubtfulEntries, typesOf, type DoubtfulEntries } from "../../translate/limits/long-entries.js";
import { entryBytes, largestEntry, leastBytes } from "../../translate/limits/entry-size.js";
import {
  doubtfulRows,
  largestRow,
  leastRowBytes,
  type DoubtfulRows,
} from "../../translate/limits/row-size.js";
import type { LongEntries } from "../../translate/settle-entries.js";
import { keyIndexes } from "./key-indexes.js";
import type { LaneTask } from "../lanes/lanes.js";
import { pauser } from "../pause.js";
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

function* longestOf(reading: Reading, doubtful: DoubtfulEntries): Generator<LongEntries | null, void> {
  const types = typesOf(doubtful.columns);
  const longest = yield* longestIn(reading, doubtful.table.source, {
    columns: doubtful.columns.map((column) => column.source),
    bytesOf: (sourceBytes) => entryBytes(types, sourceBytes) ?? 0,
    least: leastBytes(types),
  });
  if (longest !== null && longest.bytes > largestEntry) yield { ...doubtful, ...longest };
}

function* longestRow(reading: Reading, doubtful: DoubtfulRows): Generator<Finding | null, void> {
  const types = typesOf(doubtful.columns);
  const table = doubtful.table.source;
  const longest = yield* longestIn(reading, table, {
    columns: doubtful.columns.map((column) => column.source),
    bytesOf: (sourceBytes) => leastRowBytes(types, sourceBytes),
    least: 0,
  });
  if (longest !== null && longest.bytes > largestRow)
    yield { kind: "row-too-long", at: { table }, bytes: longest.bytes, row: longest.at };
}

/** Computed columns must not be computed here: they are looked up where their values are kept. */
function* longestIn(
  { source, schema, tables }: Reading,
  name: string,
  shape: EntryShape,
): Generator<null, LongestEntry | null> {
  const reading = tables.find(({ table }) => table.name === name);
  if (reading === undefined) return null;
  const { table, parts } = reading;
  const rows = parts[0]?.rows;
  const records = rows?.by === "sqlite" ? rows.computed : null;
  return records === null
    ? yield* longestEntry(source, table, schema.encoding, shape)
    : yield* longestComputed(records, table, shape);
}

/** As longestEntry, from records that have been read already; their texts are UTF-8. */
function* longestComputed(
  records: ComputedRecords,
  table: SqliteTable,
  { columns, bytesOf, least }: EntryShape,
): Generator<null, LongestEntry | null> {
  const names = recordColumns(table);
  const places = columns.map((name) => names.indexOf(name));
  let longest: LongestEntry | null = null;
  for (const batch of readComputed(records)) {
    for (let row = 0; row < batch.rows; row += 1) {
      const sizes = places.map((place) => sizeOf(batch, row * batch.columns + place));
      if (sizes.reduce((sum: number, size) => sum + (size ?? 0), 0) < least) continue;
      const bytes = bytesOf(sizes);
      if (longest === null || bytes > longest.bytes)
        longest = { bytes, at: placeOf(batch, row, keyIndexes(table)) };
    }
    yield null;
  }
  return longest;
}

/** A number by its text, as octet_length says it. */
function sizeOf({ bytes, serialTypes, offsets }: RecordBatch, at: number): number | null {
  const type = serialTypes[at]!;
  const offset = offsets[at]!;
  if (type === serial.null) return null;
  if (type >= serial.firstBlob) return payloadBytes(type);
  const number = type === serial.float64 ? bytes.readDoubleBE(offset) : bytes.readBigInt64BE(offset);
  return String(number).length;
}
