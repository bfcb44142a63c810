/**
 * A lane in a worker thread.
 *
 * It opens no file by itself: the source's descriptor is the main thread's, and is read at positions. A thread that exits closes
 * every descriptor that it opened, and closing one of the source would drop SQLite's locks on it. Where it reads through SQLite, it is
 * by a connection of the same library as the main thread's, which knows of both.
 */
import { parentPort, workerData } from "node:worker_threads";
import { readPageRecords } from "../../export/page-records.js";
import { openShared } from "../../source/guard.js";
import type { PageFile } from "../../source/pages.js";
import type { FileLocation, Source } from "../../source/source.js";
import { packError, type PackedError } from "./crossing.js";
import type { LaneAnswers, LaneJob, Rows } from "./lane-jobs.js";
import { LaneWork } from "./lane.js";

/** What a thread stands on. One that opens a private copy in time has another setup when there are rows to read. */
export interface LaneSetup {
  /** null where every table is read by SQLite: then this lane only speaks to the target. */
  readonly pages: PageFile | null;
  readonly path: string;
  readonly location: FileLocation;
  /** Whether it may open `location`, or has done so. */
  readonly mayOpen: boolean;
  readonly counters: SharedArrayBuffer;
}

/** `setup`: instead of the one that it was started with. `stop`: what is under way ends soon, and nothing else will be asked. `end`: the thread goes home. */
export type ToLane =
  | { readonly kind: "setup"; readonly setup: LaneSetup }
  | { readonly kind: "job"; readonly job: LaneJob }
  | { readonly kind: "stop" | "end" };

export type FromLane =
  | { readonly kind: "answer"; readonly answer: LaneAnswers[keyof LaneAnswers] }
  | { readonly kind: "error"; readonly error: PackedError };

const port = parentPort!;
let setup = workerData as LaneSetup;
const stopping = new AbortController();
/** Opened when it is asked for. */
let database: Source["database"] | null = null;
const work = new LaneWork({
  readRows: (rows: Rows) => {
    const { pages } = setup;
    if (rows.by !== "pages" || pages === null) throw new Error("a worker thread reads pages only");
    return readPageRecords(pages, rows.layout, rows.rowPages, rows.slice.from, rows.slice.to);
  },
  openDatabase: async () => {
    const { location, path } = setup;
    if (!setup.mayOpen) throw new Error("there is no file that a worker thread may open");
    database ??= await openShared(location, path, stopping.signal);
    return { database, path, location };
  },
  get counters() {
    return new BigInt64Array(setup.counters);
  },
  signal: stopping.signal,
});

port.on("message", (message: ToLane) => {
  switch (message.kind) {
    case "setup":
      ({ setup } = message);
      break;
    case "job":
      void answer(message.job);
      break;
    case "stop":
      stopping.abort();
      break;
    case "end":
      void work.end().finally(() => {
        database?.close();
        port.close();
      });
      break;
  }
});

async function answer(job: LaneJob): Promise<void> {
  try {
    tell({ kind: "answer", answer: await work.do(job) });
  } catch (error) {
    tell({ kind: "error", error: packError(error) });
  }
}

const tell = (message: FromLane): void => port.postMessage(message);
