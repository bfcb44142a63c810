/** One pass over every value of every table, on all lanes at once. */
import type { Meaning, TableProfile } from "../../model/profile.js";
import type { SqliteTable } from "../../model/sqlite.js";
import { mergeProfiles } from "../../transform/classify/merge-profiles.js";
import { keyIndexes } from "./key-indexes.js";
import type { LaneTask } from "../lanes/lanes.js";
import { LinkSets } from "./link-sets.js";
import type { RunOptions } from "../open.js";
import type { Reading, TableReading } from "./reading.js";
import { RowProgress } from "./row-progress.js";

type Meanings = (table: SqliteTable) => readonly { readonly name: string; readonly meaning: Meaning }[];

/** What else the pass is good for. */
export interface ProfileExtras {
  /** Gathered from the same rows. */
  readonly links: LinkSets;
  /** Run on the lanes meanwhile. */
  readonly beside: readonly LaneTask[];
}

/**
 * @returns one profile per table of the schema, in its order.
 * @throws ToolError the source codes, `interrupted`.
 */
export async function profileTables(
  { tables, lanes }: Reading,
  meanings: Meanings,
  { onProgress }: RunOptions,
  { links, beside }: ProfileExtras = { links: new LinkSets([]), beside: [] },
): Promise<readonly TableProfile[]> {
  onProgress?.({ kind: "phase", phase: "profile", tables: tables.length, rows: null });
  const pieces = tables.map((reading) => new TablePieces(reading));
  const counted = pieces.map((piece) => ({ name: piece.name, total: () => piece.estimatedRows() }));
  const progress = new RowProgress("profile", counted, lanes.counters, onProgress);
  const tasks = tables.map((reading, counter) => {
    const piece = pieces[counter]!;
    const request = {
      table: reading.table.name,
      columns: meanings(reading.table),
      keyIndexes: keyIndexes(reading.table),
    };
    const setColumns = links.wanted(reading.table);
    const ofTable = reading.parts.map(({ rows }, part): LaneTask => ({
      takes: (lane) => lane.reads === rows.by,
      run: async (lane) => {
        progress.begin(counter);
        const { profile, sets } = await lane.do({ kind: "profile", rows, request, setColumns, counter });
        piece.add(part, profile);
        links.add(reading.table, sets);
        if (piece.isWhole) progress.done(counter, piece.rows);
        return [];
      },
    }));
    return { bytes: reading.bytes, ofTable };
  });
  try {
    // The biggest first: what is left at the end should be small.
    const inOrder = tasks.sort((a, b) => b.bytes - a.bytes).flatMap(({ ofTable }) => ofTable);
    await lanes.run([...beside, ...inOrder]);
  } finally {
    progress.end();
  }
  return pieces.map((piece) => piece.merged());
}

/** The profiles of a table's parts as they come in. */
class TablePieces {
  readonly #reading: TableReading;
  readonly #profiles: (TableProfile | null)[];
  #missing: number;
  rows = 0;
  #bytes = 0;

  constructor(reading: TableReading) {
    this.#reading = reading;
    this.#profiles = reading.parts.map(() => null);
    this.#missing = reading.parts.length;
  }

  get name(): string {
    return this.#reading.table.name;
  }

  get isWhole(): boolean {
    return this.#missing === 0;
  }

  add(part: number, profile: TableProfile): void {
    this.#profiles[part] = profile;
    this.#missing -= 1;
    this.rows += profile.rows;
    this.#bytes += this.#reading.parts[part]!.bytes;
  }

  /** If the rest is as dense as what was read. */
  estimatedRows(): number | null {
    return this.#bytes === 0 ? null : Math.round((this.rows / this.#bytes) * this.#reading.bytes);
  }

  merged(): TableProfile {
    return mergeProfiles(this.#profiles.filter((profile) => profile !== null));
  }
}
