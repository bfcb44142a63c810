/** What confined-rows.ts and its child process say to each other. */
import type { FileLocation } from "./source.js";

export type ConfinedRow = (null | bigint | number | string | Buffer)[];

export interface ConfinedSetup {
  readonly location: FileLocation;
  /** The file the user named, for messages. */
  readonly path: string;
  readonly sql: string;
  /** Whether each row is told by itself, to know which one is in the way. */
  readonly eachRow: boolean;
}

/** Each with its length before it, 32 bits, little-endian; as node:v8 serializes it. */
export type Frame =
  | { readonly kind: "rows"; readonly rows: readonly ConfinedRow[] }
  | { readonly kind: "end" }
  /** `refused`: the statement could not be prepared; `failed`: the row after those that were told. */
  | { readonly kind: "refused" | "failed"; readonly code: string; readonly message: string }
  | {
      readonly kind: "not-opened";
      /** Of SQLite or of a ToolError; null: a bug. */
      readonly code: string | null;
      readonly message: string;
      readonly hint: string | null;
    };
