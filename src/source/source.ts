import type Database from "better-sqlite3";

/** An opened SQLite file: one connection inside one read transaction, so that every read sees the same rows. */
export interface Source {
  /** The file the user named, absolute. */
  readonly path: string;
  /** Its base name. */
  readonly file: string;
  readonly bytes: number;
  /**
   * Read-only, inside a read transaction, `defaultSafeIntegers(true)`: integers arrive as bigint.
   * Never `prepare` SQL that comes from the file itself (views, expressions).
   */
  readonly database: Database.Database;
  /** `original`: the file itself under a shared lock, writers wait. `snapshot`: a private copy, nobody waits. */
  readonly reads: "original" | "snapshot";
  /** Changes whenever the database's content changes; see fingerprint.ts. */
  readonly fingerprint: string;
  /** Ends the transaction, closes the connection, removes a snapshot. Safe to call twice. */
  close(): void;
}

export interface OpenSourceOptions {
  /** Where private copies go; default: the system's temporary folder. */
  readonly tempDirectory?: string | undefined;
  /** Told what a person should know at once, e.g. that a private copy is being made. */
  readonly onSays?: ((message: string) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}
