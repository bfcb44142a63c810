/** A proof that may take several sittings: what is kept between them, and what was read in which. */

export interface KeptProof {
  /** The file that --resume names. */
  readonly file: string;
  /** Whether it is still there: a table is unproven, which the next sitting may prove. */
  readonly kept: boolean;
  /** The last one is this one. */
  readonly sittings: readonly Sitting[];
}

export interface Sitting {
  /** ISO 8601, UTC. */
  readonly started: string;
  /** Of the target, as pg_current_snapshot() tells it. */
  readonly snapshot: string;
  /** Of which something was read in it that the verdicts rest on. */
  readonly tables: readonly SittingTable[];
}

export interface SittingTable {
  readonly source: string;
  /** Of how many of the table's parts the source was read in this sitting, and of how many the target. */
  readonly sourceParts: number;
  readonly targetParts: number;
  /** How many there are. */
  readonly parts: number;
}
