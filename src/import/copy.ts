/** COPY of one slice of a table: bytes are pulled as the server takes them, so memory stays flat without further code. */
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { from as copyFrom } from "pg-copy-streams";
import { ToolError } from "../errors.js";
import type { LoadMark } from "../model/history.js";
import { quote, quoteQualified } from "../model/identifier.js";
import { copiedColumns, type TablePlan } from "../model/plan.js";
import { recordLoadSql } from "../target/history/loads.js";
import { copyRejectedSql } from "../target/history/rejected-rows.js";
import type { Session } from "../target/session.js";
import { refusedRow } from "../target/server-answer.js";
import { isFromTarget, targetError } from "../target/target-error.js";

export interface SliceCopy {
  readonly schema: string;
  readonly table: TablePlan;
  readonly format: "binary" | "text";
  /**
   * Makes the table in the transaction of the COPY, which may then freeze its rows: nothing has to look at them again.
   * Only for a table of one slice that is no partition; null where the table is there.
   */
  readonly createSql: string | null;
  /** Settings that the transaction begins with. */
  readonly begins: readonly string[];
  /** The whole COPY, a header and trailer of the format included; pulled, never collected, and closed in any case. */
  readonly chunks: Iterable<Buffer>;
  /**
   * Asked when all chunks have gone: the rows that were left out of them as a COPY into sqlift.rejected_rows, in the same
   * transaction; null where there are none. Not given where none may be.
   */
  readonly rejected?: (() => Iterable<Buffer> | null) | null;
  /** Written into the run history in the same transaction; null where none is kept. */
  readonly mark: LoadMark | null;
  readonly signal: AbortSignal | undefined;
}

/** Rows that the server counted. */
export interface SliceRows {
  readonly copied: number;
  readonly rejected: number;
}

/** Chunks that may wait for the server; more would only hold memory. */
const waitingChunks = 2;

/** The server holds a whole message in memory, and takes none of 1 GB or more (PostgreSQL's PQ_LARGE_MESSAGE_LIMIT). */
const messageBytes = 1024 * 1024;

/**
 * Streams one slice into its table, in one transaction.
 *
 * @throws ToolError `interrupted` when the signal aborts, the error that `chunks` threw, or targetError's codes.
 *   Nothing of the slice is there then, nor the table where it was made here, and the session goes on if it still lives.
 */
export async function copySlice(session: Session, slice: SliceCopy): Promise<SliceRows> {
  const { signal, table } = slice;
  try {
    return await inTransaction(session, slice);
  } catch (error) {
    if (signal?.aborted === true) throw new ToolError("interrupted", "Interrupted while copying.");
    const refusal = refusedRow(error);
    if (refusal !== null)
      throw new ToolError(
        "value-misfit",
        `Table ${table.target} of the target refuses a row: ${refusal}`,
        "Correct the row in the source, or what refuses it in PostgreSQL.",
        { cause: error },
      );
    throw isFromTarget(error) ? targetError(error, `copy into table ${table.target}`) : error;
  }
}

async function inTransaction(session: Session, slice: SliceCopy): Promise<SliceRows> {
  const { createSql, begins, chunks, mark, signal } = slice;
  try {
    // One message, and one trip to the server. No savepoint: its rows would have an xid of their own.
    await session.query(["BEGIN", ...begins, ...(createSql === null ? [] : [createSql])].join("; "));
    const freeze = createSql === null ? "" : ", FREEZE";
    const copied = await stream(session, copySql(slice, freeze), chunks, signal);
    const leftOut = slice.rejected?.() ?? null;
    const rejected = leftOut === null ? 0 : await stream(session, copyRejectedSql, leftOut, signal);
    await session.query(`${mark === null ? "" : `${recordLoadSql(mark, copied)}; `}COMMIT`);
    return { copied, rejected };
  } catch (error) {
    // The connection may be gone; then the server rolls back by itself.
    await session.query("ROLLBACK").catch(() => []);
    throw error;
  }
}

function copySql({ schema, table, format }: SliceCopy, freeze: "" | ", FREEZE"): string {
  const columns = copiedColumns(table)
    .map((column) => quote(column.target))
    .join(", ");
  return `COPY ${quoteQualified(schema, table.target)} (${columns}) FROM STDIN (FORMAT ${format}${freeze})`;
}

async function stream(
  session: Session,
  sql: string,
  chunks: Iterable<Buffer>,
  signal: AbortSignal | undefined,
): Promise<number> {
  const pulled = messages(chunks);
  try {
    // Asked after the signal it would be hit by no cancel, and may wait for a lock.
    signal?.throwIfAborted();
    const sink = session.client.query(copyFrom(sql));
    await pipeline(Readable.from(pulled, { highWaterMark: waitingChunks }), sink, { signal });
    return sink.rowCount;
  } finally {
    // A reader that is left open keeps the source busy.
    await pulled.return(undefined);
  }
}

/** Where the server takes bytes as fast as they are made, nothing else lets the event loop turn: no Ctrl-C, no cancel. */
async function* messages(chunks: Iterable<Buffer>): AsyncGenerator<Buffer, void> {
  for (const chunk of chunks) {
    for (let start = 0; start < chunk.length; start += messageBytes)
      yield chunk.subarray(start, start + messageBytes);
    await new Promise((resolve) => setImmediate(resolve));
  }
}
