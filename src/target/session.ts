import type pg from "pg";
import type { TargetPlace } from "../model/outcome.js";
import type { Connection } from "./connection/connection.js";

/** A reachable PostgreSQL server and database, from which sessions are opened. */
export interface Target {
  readonly place: TargetPlace;
  /** `server_version_num`, e.g. 180004. */
  readonly version: number;
  /** The schema that the URL names (Prisma's `?schema=`), or null. */
  readonly schema: string | null;
  /** For sessions that another thread opens and ends (connection.ts). */
  readonly connection: Connection;
  /** Opens one more connection, with the pinned settings of connect.ts. */
  open(): Promise<Session>;
  /** Ends every open session; stops an embedded server that this process started. Safe to call twice. */
  close(): Promise<void>;
}

/** One connection. Rows arrive with every value as PostgreSQL's text or null: nothing is parsed on the way. */
export interface Session {
  /** For COPY streams. */
  readonly client: pg.Client;
  readonly processId: number;
  /**
   * Runs one statement.
   *
   * @throws pg.DatabaseError as the server sent it (targetError turns it into a ToolError), or ToolError
   *   `target-lost` when the connection is gone.
   */
  query(sql: string, parameters?: readonly (string | null | Buffer)[]): Promise<readonly TextRow[]>;
  /**
   * Cancels what the session is running, over connections of their own, and returns when that has ended. Statements that
   * are asked for afterwards wait until then, and are not cancelled. Never throws.
   */
  cancel(): Promise<void>;
  end(): Promise<void>;
}

export type TextRow = Readonly<Record<string, string | null>>;
