/** The digests of a target's tables, side by side on worker threads that see the same rows: there is no source. */
import type { Connection } from "../target/connection.js";
import type { Session } from "../target/session.js";
import { digestsInTurn, type DigestRunner } from "../validate/certificate/digest-again.js";
import { exportSnapshot } from "../validate/target/read-transaction.js";
import { Lanes, type Lane, type LaneSource } from "./lanes.js";
import { isWorker } from "./load.js";
import type { RunOptions } from "./open.js";
import { ProofProgress } from "./proof-progress.js";

/** @param session inside the transaction of the check. */
export const digestsOnLanes = (
  session: Session,
  connection: Connection,
  options: Pick<RunOptions, "jobs" | "signal" | "onProgress">,
): DigestRunner => ({
  digest: async (tasks, onDigest) => {
    const names = [...new Set(tasks.map(({ source }) => source))];
    const bytes = tasks.reduce((sum, task) => sum + task.bytes, 0);
    const { jobs, signal, onProgress } = options;
    const lanes = new Lanes(noSource(bytes), names.length, { jobs, signal });
    if (lanes.workers === 1 || tasks.length < 2)
      return digestsInTurn(session, options).digest(tasks, onDigest);
    const snapshot = await exportSnapshot(session);
    const progress = new ProofProgress(names, lanes.counters, tasks, onProgress);
    const work = tasks.map((task, index) => ({
      takes: isWorker,
      run: async (lane: Lane) => {
        const counter = progress.begin(task);
        onDigest(index, await lane.do({ kind: "digest", task, counter }));
        progress.end(task);
        return [];
      },
    }));
    try {
      await lanes.looking(connection, snapshot, () => lanes.run(work));
    } finally {
      progress.close();
      await lanes.close();
    }
  },
});

const noSource = (bytes: number): LaneSource => ({
  bytes,
  pages: null,
  path: "",
  location: { file: "", device: "", inode: "" },
  isShared: false,
  get database(): never {
    throw new Error("a certificate has no source that could be read");
  },
});
