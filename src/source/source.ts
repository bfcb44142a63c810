import type Database from "better-sqlite3";
import type { PageFile } from "./pages.js";

/** A file by a name that is right as long as the source is open, and what tells whether it still is that file. */
export interface FileLocation {
  readonly file: string;
  /** Decimal text. */
  readonly device: string;
  readonly inode: string;
}

/** A private copy in the short time that it has a name. */
export interface NamedCopy {
  /** The file the user named, absolute. */
  readonly path: string;
  readonly location: FileLocation;
  readonly bytes: number;
}

/** An opened SQLite file: one connection inside one read transaction, so that every read sees the same rows. */
export interface Source {
  /** The file the user named, absolute. */
  readonly path: string;
  /** Its base name. */
  readonly file: string;
  readonly bytes: number;
  /** What `database` reads, for a process that opens it itself. */
  readonly location: FileLocation;
  /**
   * Read-only, inside a read transaction, `defaultSafeIntegers(true)`: integers arrive as bigint.
   * Never `prepare` SQL that comes from the file itself (views, expressions).
   */
  readonly database: Database.Database;
  /** `original`: the file itself under a shared lock, writers wait. `snapshot`: a private copy, nobody waits. */
  readonly reads: "original" | "snapshot";
  /**
   * The pages that `database` sees, for as long as the source is open: whoever reads them in another thread must
   * have ended before `close`. Null where only SQLite may read them: the original, in a process that is not ours alone.
   */
  readonly pages: PageFile | null;
  /**
   * Whether further connections of this process may open `location`, in other threads, to see the same rows as `database`, as long
   * as the source is open. A private copy has no name by then (see `whileNamed`), and a host's locks would be in danger.
   */
  readonly isShared: boolean;
  /** Changes whenever the database's content changes; see fingerprint.ts. */
  readonly fingerprint: string;
  /** Ends the transaction, closes the connection, removes a snapshot. Safe to call twice. */
  close(): void;
}

/**
 * How the rows of one moment are held. `auto`: lock for a file in rollback mode, snapshot for one in WAL mode.
 * `lock`: the original under its SHARED lock, or a refusal. `snapshot`: always a private copy.
 */
export const sourceModes = ["auto", "lock", "snapshot"] as const;
export type SourceMode = (typeof sourceModes)[number];

export interface OpenSourceOptions {
  /** Default: `auto`. */
  readonly mode?: SourceMode | undefined;
  /**
   * Whether nothing else in this process opens the file. Default: false, as for a library, whose host may; then
   * `auto` means snapshot, and `lock` gives no pages (docs/decisions/source-safety.md, "The POSIX trap").
   */
  readonly ownProcess?: boolean | undefined;
  /** Where private copies go; default: the system's temporary folder. */
  readonly tempDirectory?: string | undefined;
  /**
   * Awaited where a private copy is made, before anything reads it: the only time in which other threads can open it. What they
   * open lasts. It should be short, for a process that is killed in it leaves the copy behind.
   */
  readonly whileNamed?: ((copy: NamedCopy) => Promise<void>) | undefined;
  /** Told what a person should know at once, e.g. that a private copy is being made. */
  readonly onSays?: ((message: string) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}
