/**
 * The lane of the main thread: tables that SQLite itself has to read, for its connection holds the read transaction
 * and cannot leave this thread.
 */
import { readComputed } from "../../export/computed-records.js";
import { readRecords } from "../../export/sqlite-records.js";
import type { RecordBatch } from "../../model/record.js";
import type { Source } from "../../source/source.js";
import type { LaneAnswer, LaneJob, Rows } from "./lane-jobs.js";
import { LaneWork } from "./lane.js";

export class HereLane {
  readonly reads = "sqlite";
  readonly #work: LaneWork;
  readonly #stopping = new AbortController();

  constructor(source: Source, counters: SharedArrayBuffer) {
    this.#work = new LaneWork({
      readRows: (rows: Rows) => {
        if (rows.by !== "sqlite") throw new Error("the main thread reads through SQLite only");
        return readThroughSqlite(source, rows);
      },
      openDatabase: () => Promise.resolve(source),
      counters: new BigInt64Array(counters),
      signal: this.#stopping.signal,
    });
  }

  /** @throws ToolError as LaneWork does. */
  do<J extends LaneJob>(job: J): Promise<LaneAnswer<J>> {
    return this.#work.do(job);
  }

  /** Aborted when the lane is stopped: for work of the main thread that is no job. */
  get signal(): AbortSignal {
    return this.#stopping.signal;
  }

  stop(): void {
    this.#stopping.abort();
  }

  close(): Promise<void> {
    return this.#work.end();
  }
}

export const readThroughSqlite = (
  source: Source,
  { table, encoding, mostRows, computed }: Extract<Rows, { by: "sqlite" }>,
): Iterable<RecordBatch> =>
  computed === null ? readRecords(source, table, encoding, mostRows) : readComputed(computed);
