/** A worker thread as the main thread sees it: one job at a time. */
import { Worker } from "node:worker_threads";
import { ToolError } from "../../errors.js";
import { unpackError } from "./crossing.js";
import type { LaneAnswer, LaneJob } from "./lane-jobs.js";
import type { FromLane, LaneSetup, ToLane } from "./lane-worker.js";

/**
 * Half of what a thread would take for itself: rows pass through in buffers, and what little garbage there is costs no more to collect
 * (docs/decisions/lanes.md).
 */
const youngMegabytes = 24;

/** How long a thread may take to say goodbye to its server. */
const goodbyeMilliseconds = 3_000;

interface Waiting {
  readonly resolve: (answer: never) => void;
  readonly reject: (error: Error) => void;
}

export class WorkerLane {
  readonly reads = "pages";
  readonly #worker: Worker;
  readonly #exited: Promise<void>;
  #waiting: Waiting | null = null;
  /** Why no more jobs can be done, or null. */
  #gone: Error | null = null;

  constructor(setup: LaneSetup) {
    const url = new URL("./lane-worker.js", import.meta.url);
    // The options that Node was called with are for its own script: --input-type would keep this one from starting.
    this.#worker = new Worker(url, {
      workerData: setup,
      execArgv: [],
      resourceLimits: { maxYoungGenerationSizeMb: youngMegabytes },
    });
    this.#worker.on("message", (message: FromLane) => this.#receive(message));
    this.#worker.on("error", (error) =>
      this.#lose(isOutOfMemory(error) ? lost("its memory ran out") : error),
    );
    this.#exited = new Promise((resolve) => {
      this.#worker.once("exit", (code) => {
        this.#lose(lost(`it ended by itself, with code ${code}`));
        resolve();
      });
    });
  }

  /** From now on it stands on another ground. It must have nothing under way. */
  setUp(setup: LaneSetup): void {
    this.#send({ kind: "setup", setup });
  }

  /** @throws ToolError as LaneWork does, `worker-lost` where the thread died; Error where a bug ended it. */
  do<J extends LaneJob>(job: J): Promise<LaneAnswer<J>> {
    return new Promise((resolve, reject) => {
      if (this.#gone !== null) {
        reject(this.#gone);
        return;
      }
      this.#waiting = { resolve, reject };
      this.#send({ kind: "job", job });
    });
  }

  /** Ends the job under way soon: it fails with `interrupted`. */
  stop(): void {
    this.#send({ kind: "stop" });
  }

  /** Waits until the thread has gone: only then may what it reads from be closed. */
  async close(): Promise<void> {
    this.#send({ kind: "end" });
    const timer = setTimeout(() => void this.#worker.terminate(), goodbyeMilliseconds);
    await this.#exited;
    clearTimeout(timer);
  }

  #send(message: ToLane): void {
    if (this.#gone === null) this.#worker.postMessage(message);
  }

  #receive(message: FromLane): void {
    const waiting = this.#waiting;
    this.#waiting = null;
    if (message.kind === "answer") waiting?.resolve(message.answer as never);
    else waiting?.reject(unpackError(message.error));
  }

  #lose(error: Error): void {
    this.#gone ??= error;
    this.#waiting?.reject(this.#gone);
    this.#waiting = null;
  }
}

const lost = (how: string): ToolError =>
  new ToolError(
    "worker-lost",
    `A worker thread is gone, with what it had under way: ${how}.`,
    "Run again; where memory is short, with fewer threads (--jobs 1).",
  );

/** https://nodejs.org/api/errors.html#err_worker_out_of_memory */
const isOutOfMemory = (error: unknown): boolean =>
  error instanceof Error && "code" in error && error.code === "ERR_WORKER_OUT_OF_MEMORY";
