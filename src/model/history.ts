/** The run history of a target (docs/decisions/history.md): what was done there, and what is left to do. */
import type { UsedMapping } from "./mapping.js";
import type { ScriptRecord } from "./script.js";

/**
 * `running`: under way, or cut off. `refused`: our own no, nothing of it remains; nor of `interrupted`, which is somebody's, or a run that was
 * cut off and is repaired. `failed`: a fault from outside. `incomplete`: the
 * rows are in place and proven, and steps after them are not done. `undone`: what it made was removed by `undo`.
 */
export type RunStatus = "running" | "done" | "refused" | "interrupted" | "failed" | "incomplete" | "undone";

/**
 * `create`: the run makes the tables. `direct`: its rows go into tables that were there, and are seen as they come. `staged`: into such
 * tables as well, but in one transaction, when they are proven.
 */
export type RunStrategy = "create" | "direct" | "staged";

export interface RunRecord {
  readonly run: number;
  /** ISO 8601 in UTC. */
  readonly started: string;
  readonly finished: string | null;
  readonly status: RunStatus;
  /** Whether it is `running`, and nobody does: the process that began it is gone. */
  readonly isCutOff: boolean;
  /** Why it is neither running nor done. */
  readonly message: string | null;
  readonly toolVersion: string;
  /** Base name of the file. */
  readonly sourceFile: string;
  readonly sourceFingerprint: string;
  /** Where the tables stand. */
  readonly schema: string;
  readonly strategy: RunStrategy;
  /** Who ran it. */
  readonly role: string;
  /** Why it cannot be undone; null: it can, as far as is known without a look. */
  readonly notUndoable: string | null;
  /** SHA-256 of the plan's JSON. */
  readonly planChecksum: string;
  readonly mappings: readonly Pick<UsedMapping, "name" | "checksum">[];
  /** That it loaded; also of a run that was undone, refused or interrupted, whose rows are out again. */
  readonly rows: number;
  /** Whether the schema is there in which it built its tables: what a fault from outside left. */
  readonly leftSchema: boolean;
  readonly steps: readonly StepRecord[];
}

/** `load`: of one table's rows. `build`: of all tables, with what is made of them. `merge`: proven rows into tables that were there. */
export type StepPhase = "load" | "build" | "prove" | "merge" | "undo";

export interface StepRecord {
  readonly phase: StepPhase;
  /** Of a table, or of what was done. */
  readonly name: string;
  /** ISO 8601 in UTC. */
  readonly started: string;
  readonly milliseconds: number | null;
  /** null: under way, or cut off. */
  readonly success: boolean | null;
  readonly error: string | null;
  readonly rows: number | null;
}

/** What one slice of a table loaded, in a transaction of its own. */
export interface LoadMark {
  readonly run: number;
  /** In the target. */
  readonly table: string;
  /** From 0; as the plan's reading cuts the table. */
  readonly slice: number;
}

export interface TargetHistory {
  /** The newest first; empty where there is no history. */
  readonly runs: readonly RunRecord[];
  /** SQL files, in the order in which they were first come to. */
  readonly scripts: readonly ScriptRecord[];
}

/** What a run left in the target that nobody works on any more; `undo` takes it away. */
export const isLeftBehind = ({ status, isCutOff, strategy, leftSchema }: RunRecord): boolean =>
  isCutOff || (leftSchema && status !== "running") || (strategy === "direct" && status === "failed");

/** Whether its rows are in place and proven. */
export const isInPlace = ({ status }: RunRecord): boolean => status === "done" || status === "incomplete";

/** Whether rows of it may stand in tables that were there before. */
export const isAmongOthers = (run: RunRecord): boolean =>
  run.strategy === "direct" || (run.strategy === "staged" && (isInPlace(run) || run.status === "undone"));
