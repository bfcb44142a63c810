/**
 * Worker threads that read a private copy of the source through SQLite. Its name is taken away as soon as it is opened, so they
 * open it before that, long before there are rows to read (docs/decisions/source-safety.md, "Private copies").
 */
import { availableParallelism } from "node:os";
import type { NamedCopy } from "../../source/source.js";
import type { LaneSetup } from "./lane-worker.js";
import { WorkerLane } from "./worker-lane.js";

/** More would only wait for the server, and for the disk. */
const mostJobs = 8;

/** Less than this is read before another thread has started. */
const bytesWorthALane = 8 * 1024 * 1024;

/**
 * How many threads read a source.
 *
 * @param jobs at most; undefined: one a core, at most 8.
 */
export const laneCount = (bytes: number, jobs: number | undefined): number => {
  const most = jobs ?? Math.min(mostJobs, availableParallelism());
  return Math.max(1, Math.min(most, Math.ceil(bytes / bytesWorthALane)));
};

export class CopyReaders {
  readonly #jobs: number | undefined;
  #threads: readonly WorkerLane[] = [];
  #haveOpened = false;

  /** @param jobs as laneCount. */
  constructor(jobs: number | undefined) {
    this.#jobs = jobs;
  }

  /** For OpenSourceOptions.whileNamed. A single thread would do no more than the main one: then there is none. */
  async open({ path, location, bytes }: NamedCopy): Promise<void> {
    const count = laneCount(bytes, this.#jobs);
    if (count === 1) return;
    const setup = { pages: null, path, location, mayOpen: true, counters: new SharedArrayBuffer(0) };
    this.#threads = Array.from({ length: count }, () => new WorkerLane(setup));
    await Promise.all(this.#threads.map((thread) => thread.do({ kind: "open" })));
    this.#haveOpened = true;
  }

  get haveOpened(): boolean {
    return this.#haveOpened;
  }

  /** They are the caller's to close from now on. None where no copy was opened, and where somebody has them already. */
  take(setup: LaneSetup): readonly WorkerLane[] {
    const threads = this.#threads;
    this.#threads = [];
    for (const thread of threads) thread.setUp(setup);
    return threads;
  }

  /** Waits until those have gone that nobody took. */
  async close(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.close()));
  }
}
