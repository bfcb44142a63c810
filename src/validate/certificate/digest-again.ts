/** The digests of a target's tables alone, in parts: here one after another; threads do it side by side (pipeline/digests.ts). */
import type { OnProgress } from "../../model/progress.js";
import type { ProofMethod } from "../../model/verdict.js";
import type { Session } from "../../target/session.js";
import { throwIfInterrupted } from "../interruption.js";
import type { MultisetDigest } from "../multiset-sum.js";
import { readSide } from "../read-side.js";
import type { TargetTable } from "../target/departure.js";
import { digestTarget } from "../target/digest.js";
import type { TargetRange } from "../target/range.js";
import type { TargetShape } from "../target/shape.js";
import { streamDigest } from "../target/stream-digest.js";
import type { Side } from "../verdict.js";

/** Plain data, which crosses threads. */
export interface DigestTask {
  /** Where the table stands. */
  readonly schema: string;
  readonly table: TargetTable;
  /** How the source called it, for progress. */
  readonly source: string;
  /** How many rows it had; null where that is not known. */
  readonly rows: number | null;
  readonly range: TargetRange;
  /** About how many of the disk are read. */
  readonly bytes: number;
  readonly method: ProofMethod;
}

/** Tells progress itself. Its work may be done in any order; what it tells of is named by its place in the list. */
export interface DigestRunner {
  /** @throws ToolError where the connection is lost, `interrupted`. */
  digest(
    tasks: readonly DigestTask[],
    onDigest: (index: number, digest: Side<MultisetDigest>) => void,
  ): Promise<void>;
}

/** As much as a part of a source's table is, which is measured in bytes of the file. */
const blocksAPart = 2048;

/** A server may have been built with others. */
const blockBytes = 8192;

/** Ranges that hold all rows of a table, those of tables that inherit from it too. */
export const cutByBlocks = ({
  blocks,
}: Pick<TargetShape, "blocks">): readonly { range: TargetRange; bytes: number }[] => {
  const parts = Math.max(1, Math.ceil(blocks / blocksAPart));
  const bytes = (blocks / parts) * blockBytes;
  return parts === 1
    ? [{ range: { by: "all" }, bytes }]
    : Array.from({ length: parts }, (_, part) => {
        const from = part === 0 ? null : part * blocksAPart;
        const to = part === parts - 1 ? null : (part + 1) * blocksAPart;
        return { range: { by: "block", from, to }, bytes };
      });
};

/**
 * @param session inside a transaction of read-transaction.ts.
 * @throws as DigestRunner.
 */
export const digestAgain = (
  session: Session,
  { schema, table, range, method }: DigestTask,
  signal: AbortSignal | undefined,
): Promise<Side<MultisetDigest>> =>
  readSide(session, signal, `read the target's table ${schema}.${table.target}`, (reading) =>
    method === "digest"
      ? digestTarget(reading, schema, table, range)
      : streamDigest(reading, schema, table, range, signal),
  );

/** @param session as digestAgain. */
export const digestsInTurn = (
  session: Session,
  {
    onProgress,
    signal,
  }: { readonly onProgress?: OnProgress | undefined; readonly signal?: AbortSignal | undefined },
): DigestRunner => ({
  digest: async (tasks, onDigest) => {
    let rows = 0;
    for (const [index, task] of tasks.entries()) {
      throwIfInterrupted(signal);
      const told = { phase: "validate", table: task.source } as const;
      onProgress?.({ kind: "table", ...told, rows, totalRows: task.rows });
      const digest = await digestAgain(session, task, signal);
      onDigest(index, digest);
      rows += Number(digest.read?.rows ?? 0);
      if (tasks[index + 1]?.source !== task.source) {
        onProgress?.({ kind: "table-done", ...told, rows });
        rows = 0;
      }
    }
  },
});
