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
import { refusedRow, refusedValue } from "../target/server-answer.js";
import { isFromTarget, targetError } from "../target/target-error.js";

export interface RowCopy {
  readonly schema: string;
  readonly table: TablePlan;
  readonly format: "binary" | "text";
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

export interface SliceCopy extends RowCopy {
  /**
   * Makes the table in the transaction of the COPY, which may then freeze its rows: nothing has to look at them again.
   * Only for a table of one slice that is no partition; null where the table is there.
   */
  readonly createSql: string | null;
  /** Settings that the transaction begins with. */
  readonly begins: readonly string[];
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
  const { createSql, begins, mark, table, signal } = slice;
  try {
    // One message, and one trip to the server. No savepoint: its rows would have an xid of their own.
    await session.query(["BEGIN", ...begins, ...(createSql === null ? [] : [createSql])].join("; "));
    const rows = await copyHere(session, slice, createSql === null ? "" : ", FREEZE");
    await session.query(`${markSql(mark, rows)}COMMIT`);
    return rows;
  } catch (error) {
    // The connection may be gone; then the server rolls back by itself.
    await session.query("ROLLBACK").catch(() => []);
    throw copyError(error, [table], signal);
  }
}

/**
 * Streams whole tables whose rows point at one another, in one transaction: one COPY each, for a foreign key that cannot be deferred is
 * checked when its statement ends; all others when all rows are there.
 *
 * @param begins settings that the transaction begins with.
 * @param copies parents first.
 * @throws ToolError as copySlice.
 */
export async function copyTogether(
  session: Session,
  begins: readonly string[],
  copies: readonly RowCopy[],
): Promise<readonly SliceRows[]> {
  const signal = copies[0]?.signal;
  const all: SliceRows[] = [];
  try {
    await session.query(["BEGIN", ...begins, "SET CONSTRAINTS ALL DEFERRED"].join("; "));
    for (const copy of copies) {
      const rows = await copyHere(session, copy, "");
      await session.query(markSql(copy.mark, rows));
      all.push(rows);
    }
    await session.query("COMMIT");
    return all;
  } catch (error) {
    await session.query("ROLLBACK").catch(() => []);
    const failed = all.length === copies.length ? copies : copies.slice(all.length, all.length + 1);
    throw copyError(
      error,
      failed.map(({ table }) => table),
      signal,
    );
  }
}

/** Streams a whole table in a transaction of the caller. @throws ToolError as copySlice; the transaction is of no use then. */
export async function copyWithin(session: Session, copy: RowCopy): Promise<SliceRows> {
  try {
    return await copyHere(session, copy, "");
  } catch (error) {
    throw copyError(error, [copy.table], copy.signal);
  }
}

/** What foreign keys have deferred is checked now. @throws ToolError `value-misfit`, targetError's codes. */
export async function checkDeferred(session: Session): Promise<void> {
  try {
    await session.query("SET CONSTRAINTS ALL IMMEDIATE");
  } catch (error) {
    throw copyError(error, [], undefined);
  }
}

/** In a transaction of its caller. */
async function copyHere(session: Session, copy: RowCopy, freeze: "" | ", FREEZE"): Promise<SliceRows> {
  const { chunks, signal } = copy;
  const copied = await stream(session, copySql(copy, freeze), chunks, signal);
  const leftOut = copy.rejected?.() ?? null;
  const rejected = leftOut === null ? 0 : await stream(session, copyRejectedSql, leftOut, signal);
  return { copied, rejected };
}

const markSql = (mark: LoadMark | null, { copied }: SliceRows): string =>
  mark === null ? "" : `${recordLoadSql(mark, copied)}; `;

/** @param tables that were under way. */
function copyError(error: unknown, tables: readonly TablePlan[], signal: AbortSignal | undefined): unknown {
  if (signal?.aborted === true) return new ToolError("interrupted", "Interrupted while copying.");
  const names = tables.map(({ target }) => target).join(", ");
  const judgesTexts = tables.some(({ columns }) => columns.some(({ type }) => type.name === "other"));
  const refusal = refusedRow(error) ?? (judgesTexts ? refusedValue(error) : null);
  if (refusal !== null)
    return new ToolError(
      "value-misfit",
      `${names === "" ? "The" : `Table ${names} of the`} target refuses a row: ${refusal}`,
      "Correct the row in the source, or what refuses it in PostgreSQL.",
      { cause: error },
    );
  return isFromTarget(error) ? targetError(error, `copy into table ${names}`) : error;
}

function copySql({ schema, table, format }: RowCopy, freeze: "" | ", FREEZE"): string {
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
