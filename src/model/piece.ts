/** A piece of a plan's SQL as a candidate: PostgreSQL itself says whether it takes it (import/trial.ts). */
import type { KeyRefusal, PieceKind } from "./finding.js";

export interface Piece {
  readonly kind: PieceKind;
  /** Target name of the table, or of the view that a trigger stands on; null: it is a view. */
  readonly table: string | null;
  /** In the target: of the column, constraint, index, view or trigger. */
  readonly name: string;
  /** Target names of all relations that have to be there. */
  readonly uses: readonly string[];
  /** They are taken together or refused together. */
  readonly statements: readonly string[];
  /** What stands in its place where it is refused. */
  readonly otherwise: readonly string[];
}

/** A table without any of its pieces. */
export interface BareTable {
  readonly name: string;
  readonly createSql: string;
  /** The pieces of its that take a lock of their own: its indexes, those of keys too. */
  readonly indexes: number;
}

export interface Candidates {
  /** Run before all else, again for each part of them that is tried by itself; by their absence none. */
  readonly before?: readonly string[];
  readonly tables: readonly BareTable[];
  /** Each after those that it may depend on. */
  readonly pieces: readonly Piece[];
}

export interface Refusal {
  readonly piece: Piece;
  /** PostgreSQL's. */
  readonly message: string;
  /** Five characters. */
  readonly sqlState: string;
}

/** PostgreSQL documentation, appendix A: unique_violation, program_limit_exceeded (of an index row), too_many_columns. */
const keyRefusals: Readonly<Record<string, KeyRefusal>> = {
  "23505": "duplicates",
  "54000": "entry-too-large",
  "54011": "too-many-columns",
};

/** Why a key is refused. */
export const keyRefusalOf = (sqlState: string): KeyRefusal => keyRefusals[sqlState] ?? "other";
