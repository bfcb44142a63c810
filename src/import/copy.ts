/** COPY of one table: bytes are pulled as the server takes them, so memory stays flat without further code. */
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { from as copyFrom } from "pg-copy-streams";
import { ToolError } from "../errors.js";
import { quote, quoteQualified } from "../model/identifier.js";
import type { TablePlan } from "../model/plan.js";
import type { Session } from "../target/session.js";
import { isFromTarget, targetError } from "../target/target-error.js";

/** Chunks that may wait for the server; more would only hold memory. */
const waitingChunks = 2;

/**
 * Streams binary COPY bytes into `schema`.`table` in one statement.
 *
 * @param chunks the whole COPY, header and trailer included; pulled, never collected.
 * @returns the rows that the server counted.
 * @throws ToolError `interrupted` when the signal aborts, the error that `chunks` threw, or targetError's codes.
 *   The COPY is then rolled back by the server.
 */
export async function copyTable(
  session: Session,
  schema: string,
  table: TablePlan,
  chunks: Iterable<Buffer>,
  signal: AbortSignal | undefined,
): Promise<number> {
  const columns = table.columns.map((column) => quote(column.target)).join(", ");
  const sql = `COPY ${quoteQualified(schema, table.target)} (${columns}) FROM STDIN (FORMAT binary)`;
  const sink = session.client.query(copyFrom(sql));
  const pulled = withTurns(chunks);
  try {
    await pipeline(Readable.from(pulled, { highWaterMark: waitingChunks }), sink, { signal });
    return sink.rowCount;
  } catch (error) {
    if (signal?.aborted === true) throw new ToolError("interrupted", "Interrupted while copying.");
    throw isFromTarget(error) ? targetError(error, `copy into table ${table.target}`) : error;
  } finally {
    // A reader that is left open keeps the source busy.
    await pulled.return(undefined);
  }
}

/** Where the server takes bytes as fast as they are made, nothing else lets the event loop turn: no Ctrl-C, no cancel. */
async function* withTurns(chunks: Iterable<Buffer>): AsyncGenerator<Buffer, void> {
  for (const chunk of chunks) {
    yield chunk;
    await new Promise((resolve) => setImmediate(resolve));
  }
}
