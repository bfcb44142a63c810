/** Whether a server will do. */
import { ToolError } from "../errors.js";

/** Older versions lack what sqlift uses, and the PostgreSQL project no longer mends them. */
export const oldestMajor = 14;

export interface ServerFacts {
  /** `server_version_num`. */
  readonly serverVersion: number;
  readonly serverVersionText: string;
  readonly serverEncoding: string;
}

/**
 * The reason why not, or null. Total.
 *
 * @param words the target, without its password
 */
export function refuseServer(server: ServerFacts, words: string): ToolError | null {
  if (server.serverVersion < oldestMajor * 10_000)
    return new ToolError(
      "target-too-old",
      `${words} is PostgreSQL ${server.serverVersionText}; sqlift needs 14 or newer.`,
      "Upgrade the server, or name another one.",
    );
  if (server.serverEncoding !== "UTF8")
    return new ToolError(
      "target-encoding",
      `The database of ${words} is encoded in ${server.serverEncoding}; it cannot hold all of SQLite's text.`,
      "Make one that can: CREATE DATABASE name ENCODING 'UTF8' TEMPLATE template0;",
    );
  return null;
}
