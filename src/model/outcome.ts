/** What a migration did, table by table. "Not run" is a result of its own, never a silent pass. */
import type { CertificateUse } from "./certificate.js";
import type { MergedRows } from "./existing.js";
import type { Finding } from "./finding.js";
import type { UsedMapping } from "./mapping.js";
import type { ObjectFault } from "./object-fault.js";
import type { RunRecord } from "./history.js";
import type { NotCarried, Plan } from "./plan.js";
import type { ScriptRecord, StepOutcome } from "./script.js";
import type { KeptProof } from "./sitting.js";
import type { TableVerdict } from "./verdict.js";

export type TableStatus = "copied" | "failed" | "not-run";

export interface TableOutcome {
  readonly source: string;
  readonly target: string;
  /** Rows in the source. */
  readonly rows: number;
  readonly copied: number;
  /** Rows that do not fit; kept whole in the target's sqlift.rejected_rows. With those copied they make up all rows. */
  readonly rejected: number;
  readonly status: TableStatus;
  /** Of a staged run: what became of the rows that were there, and of those that came. */
  readonly merged?: MergedRows | undefined;
}

export interface MigrationOutcome {
  /**
   * `migrated`: the tables are in place. `blocked`: nothing was written but by steps. `refused`: our own no; nothing of it remains.
   * `finished`: an earlier run has moved the file, and only steps of it were left; no table was looked at.
   */
  readonly status: "migrated" | "blocked" | "refused" | "finished";
  readonly plan: Plan;
  readonly tables: readonly TableOutcome[];
  /** Empty where validation was not asked for or not reached. */
  readonly verdicts: readonly TableVerdict[];
  readonly validated: boolean;
  /** What does not hold beyond the rows; empty where validation was not asked for or not reached. */
  readonly objects: readonly ObjectFault[];
  /** The plan's findings and those that only the run could make. */
  readonly findings: readonly Finding[];
  readonly notCarried: readonly NotCarried[];
  /** The number of the run in the target's history; null where none was begun. */
  readonly run: number | null;
  /** The SQL files that were given, in their order. */
  readonly steps: readonly StepOutcome[];
  /** How to reach the target, without its password. */
  readonly target: TargetPlace;
  readonly elapsedSeconds: number;
}

export interface TargetPlace {
  /** For people: `postgres://me@host/db` or `embedded:./chinook.pg`; never with a password. */
  readonly words: string;
  /** The folder of an embedded server, else null. */
  readonly embeddedDirectory: string | null;
  /** E.g. `18.4`; empty where no server was asked. */
  readonly serverVersion: string;
}

export interface ValidationOutcome {
  readonly verdicts: readonly TableVerdict[];
  /** What does not hold beyond the rows. */
  readonly objects: readonly ObjectFault[];
  /** Where the plan that was checked came from. */
  readonly planFrom: "run-history" | "target-columns" | "certificate";
  /** Those that the plan goes by; none of a certificate, which says itself how each column is compared. */
  readonly mappings: readonly UsedMapping[];
  /** What the target was held against instead of the source; else null. */
  readonly certificate: CertificateUse | null;
  /** What was kept of the proof, and read in which sitting; null where nobody asked for that. */
  readonly keptProof: KeptProof | null;
  readonly findings: readonly Finding[];
  readonly target: TargetPlace;
  readonly elapsedSeconds: number;
}

export interface StatusOutcome {
  /** The newest first; empty where there is no history. */
  readonly runs: readonly RunRecord[];
  /** SQL files that were run there, or are to be. */
  readonly steps: readonly ScriptRecord[];
  readonly target: TargetPlace;
  readonly elapsedSeconds: number;
}
