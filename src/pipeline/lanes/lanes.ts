/** The lanes of one command: worker threads that read pages, and the main thread's for what SQLite has to read. */
import type { ReaderPlan } from "../../model/plan.js";
import type { Source } from "../../source/source.js";
import type { Connection } from "../../target/connection/connection.js";
import { laneCount, type CopyReaders } from "./copy-readers.js";
import { HereLane } from "./here-lane.js";
import type { LaneJob } from "./lane-jobs.js";
import { throwIfInterrupted } from "../pause.js";
import { runTasks, type Task } from "./schedule.js";
import { WorkerLane } from "./worker-lane.js";

export type Lane = WorkerLane | HereLane;
export type LaneTask = Task<Lane>;

/** The main thread's lane may be busy reading. */
export const isWorker: LaneTask["takes"] = (lane) => lane.reads === "pages";

export interface LanesOptions {
  /** Worker threads at most; default: one a core, at most 8. */
  readonly jobs: number | undefined;
  readonly signal: AbortSignal | undefined;
  /** That have opened the source where it is a private copy; default: none has. */
  readonly readers?: CopyReaders | undefined;
}

/** @throws what the first to fail threw, when none is under way any more. */
async function allAtRest(works: readonly Promise<unknown>[]): Promise<void> {
  const troubles: unknown[] = [];
  await Promise.all(works.map((work) => work.catch((error: unknown) => void troubles.push(error))));
  if (troubles.length > 0) throw troubles[0];
}

export class Lanes {
  /** Of the rows that the lanes have read: one a table, in the schema's order. */
  readonly counters: BigInt64Array;
  readonly #source: Source;
  readonly #options: LanesOptions;
  readonly #count: number;
  readonly #here: HereLane;
  /** Started when there is something to do. */
  #workers: readonly WorkerLane[] = [];

  /** @param tables how many the source has */
  constructor(source: Source, tables: number, options: LanesOptions) {
    const shared = new SharedArrayBuffer(Math.max(1, tables) * BigInt64Array.BYTES_PER_ELEMENT);
    this.counters = new BigInt64Array(shared);
    this.#source = source;
    this.#options = options;
    this.#count = laneCount(source.bytes, options.jobs);
    this.#here = new HereLane(source, shared);
  }

  /**
   * Opens a connection a lane; the main thread's has one as well where only SQLite can read some of the tables.
   *
   * @throws ToolError openConnection's codes.
   */
  async connect(connection: Connection, tables: readonly { readonly reader: ReaderPlan }[]): Promise<void> {
    const lanes = tables.some(({ reader }) => reader.by === "sqlite") ? this.#all() : this.#started();
    await this.#each(lanes, { kind: "connect", connection, jobs: lanes.length });
  }

  /** How many worker threads there are, or would be. */
  get workers(): number {
    return this.#count;
  }

  /** Whether the worker threads can read the source through SQLite. */
  get readSource(): boolean {
    return this.#source.isShared || this.#options.readers?.haveOpened === true;
  }

  /**
   * Does `work`, for whose time the worker threads see the target as the transaction does that exported `snapshot`.
   *
   * @throws ToolError openConnection's codes, targetError's codes, and what `work` throws.
   */
  async looking(connection: Connection, snapshot: string, work: () => Promise<void>): Promise<void> {
    await this.#each(this.#started(), { kind: "look", connection, snapshot });
    await work();
    await this.#each(this.#started(), { kind: "leave" });
  }

  /** @throws ToolError the first trouble of any lane, `interrupted`; when all have come to rest. */
  async run(tasks: readonly LaneTask[]): Promise<void> {
    const lanes = this.#all();
    await this.#stoppable(lanes, (stop) => runTasks(lanes, tasks, stop));
  }

  /** The same job on each. */
  async #each(lanes: readonly Lane[], job: LaneJob): Promise<void> {
    await this.#stoppable(lanes, (stop) =>
      allAtRest(
        lanes.map((lane) =>
          lane.do(job).catch((error: unknown) => {
            stop();
            throw error;
          }),
        ),
      ),
    );
  }

  /** Waits until every thread has gone. */
  async close(): Promise<void> {
    await allAtRest([...this.#workers, this.#here].map((lane) => lane.close()));
  }

  /** Does `work` so that Ctrl-C stops the lanes; `stop` does the same. */
  async #stoppable(lanes: readonly Lane[], work: (stop: () => void) => Promise<unknown>): Promise<void> {
    const { signal } = this.#options;
    throwIfInterrupted(signal);
    const stop = (): void => lanes.forEach((lane) => lane.stop());
    signal?.addEventListener("abort", stop);
    try {
      await work(stop);
    } finally {
      signal?.removeEventListener("abort", stop);
    }
  }

  #all(): readonly Lane[] {
    return [...this.#started(), this.#here];
  }

  #started(): readonly WorkerLane[] {
    if (this.#workers.length === 0) {
      const { pages, path, location } = this.#source;
      const counters = this.counters.buffer as SharedArrayBuffer;
      const setup = { pages, path, location, mayOpen: this.readSource, counters };
      const readers = this.#options.readers?.take(setup) ?? [];
      this.#workers =
        readers.length > 0 ? readers : Array.from({ length: this.#count }, () => new WorkerLane(setup));
    }
    return this.#workers;
  }
}
