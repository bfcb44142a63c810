/** What plan and migrate may be asked for, beside what all commands have (open.ts). */
import type { RunOptions } from "./open.js";
import type { StepOptions } from "./steps/steps.js";

export interface PlanOptions extends RunOptions {
  /** About so many rows of each table are read instead of all, at least 1: the plan is a guess then. */
  readonly sampleRows?: number | undefined;
  /** A postgres:// URL where taken names are looked for. */
  readonly target?: string | undefined;
  /** Whether the target tries the plan, in a transaction that is rolled back; default: false. */
  readonly trial?: boolean | undefined;
  /** The major version that the plan is for where no target is named, 14 to that of the embedded server, the default. */
  readonly targetVersion?: number | undefined;
}

export interface MigrateOptions extends RunOptions, Pick<StepOptions, "before" | "after" | "onStepFailure"> {
  /** False where no proof is wanted; default true. */
  readonly validate?: boolean | undefined;
  /** Whether a server's database is made where there is none; default false. */
  readonly createDatabase?: boolean | undefined;
  /** False where nothing may be kept in schema sqlift: then rows go into existing tables in one transaction; default: true. */
  readonly history?: boolean | undefined;
}
