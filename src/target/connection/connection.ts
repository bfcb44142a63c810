/** Lets another thread open sessions of a target that the main thread found, completed and checked. */
import { ToolError } from "../../errors.js";
import type { Environment, ServerSettings } from "./connection-settings.js";
import { openSession } from "./pinned-session.js";
import type { Session } from "../session.js";

/**
 * Where and as whom to connect: plain data that survives the structured clone into a worker thread. Opaque, and never
 * to be printed: the password is in it.
 */
export interface Connection {
  readonly server: ServerSettings;
  readonly environment: Environment;
  /** Whom each session acts as, and what it makes belongs to; null: who logs in. */
  readonly role: string | null;
}

/**
 * Opens one more session, with the pinned settings. Closing the target does not end it: who opens it ends it.
 *
 * @throws ToolError `target-unreachable`, `target-login`, `target-no-database`, `target-rights`, `usage`; `interrupted` once
 *   the signal is given
 */
export async function openConnection(connection: Connection, signal?: AbortSignal): Promise<Session> {
  try {
    return await openSession(connection, signal);
  } catch (error) {
    // Whatever broke off because of it, a socket that was closed among others.
    if (signal?.aborted === true) throw new ToolError("interrupted", "Interrupted.");
    throw error;
  }
}
