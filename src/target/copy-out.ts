/** COPY ... TO STDOUT as bytes: pulled, so that the server waits for whoever reads, and memory stays flat. */
import { to as copyTo } from "pg-copy-streams";
import { ToolError } from "../errors.js";
import type { Session } from "./session.js";

/**
 * The bytes as the server sends them, in chunks of any length. Nothing else may be asked of the session until the last
 * one has come, or `return` was called: that cancels the statement, and a transaction around it has failed then.
 *
 * @param sql a whole COPY statement
 * @throws pg.DatabaseError or the socket's error as they come (targetError turns them into a ToolError), ToolError
 *   `interrupted` where the signal was given before it began. While it runs, the session's `cancel` ends it.
 */
export async function* copyOut(
  session: Session,
  sql: string,
  signal?: AbortSignal,
): AsyncGenerator<Buffer, void> {
  // Asked after the signal it would be hit by no cancel.
  if (signal?.aborted === true) throw new ToolError("interrupted", "Interrupted.");
  const stream = session.client.query(copyTo(sql));
  let isRunning = true;
  try {
    // A stream that was destroyed would leave the connection in the middle of the COPY.
    for await (const chunk of stream.iterator({ destroyOnReturn: false })) yield chunk as Buffer;
    isRunning = false;
  } catch (error) {
    isRunning = false;
    throw error;
  } finally {
    if (isRunning) {
      stream.on("error", () => undefined);
      stream.resume();
      await session.cancel();
    }
  }
}
