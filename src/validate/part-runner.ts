/** Who proves parts, and where: here they go one after another, over one session; threads do it side by side (pipeline/prove.ts). */
import type { OnProgress } from "../model/progress.js";
import type { Source } from "../source/source.js";
import type { Session } from "../target/session.js";
import { throwIfInterrupted } from "./interruption.js";
import { provePart, type Part, type PartProof } from "./part.js";

/**
 * Proves all parts, in whatever order, and tells of each: its place in `parts`, and what was found. Tells progress itself.
 *
 * @throws ToolError as provePart.
 */
export type PartRunner = (
  parts: readonly Part[],
  onProof: (index: number, proof: PartProof) => void,
) => Promise<void>;

/** @param session inside a transaction of read-transaction.ts. */
export const partsInTurn =
  (
    source: Source,
    session: Session,
    {
      onProgress,
      signal,
    }: { readonly onProgress?: OnProgress | undefined; readonly signal?: AbortSignal | undefined },
  ): PartRunner =>
  async (parts, onProof) => {
    const { database, path, location } = source;
    let rowsBefore = 0;
    for (const [index, part] of parts.entries()) {
      throwIfInterrupted(signal);
      const { source: table, rows: totalRows } = part.table;
      const onRows = (rows: number): void =>
        onProgress?.({ kind: "table", phase: "validate", table, rows: rowsBefore + rows, totalRows });
      const proof = await provePart({ database, path, location, session, signal, onRows }, part);
      onProof(index, proof);
      rowsBefore += proof.source.read?.rows ?? 0;
      if (parts[index + 1]?.table !== part.table) {
        onProgress?.({ kind: "table-done", phase: "validate", table, rows: rowsBefore });
        rowsBefore = 0;
      }
    }
  };
