/** A run into tables that are there: what it is given, and what it is when it has begun. */
import type { ExistingPlan } from "../../model/existing.js";
import type { TargetSchema } from "../../model/target-schema.js";
import type { RunInput } from "../run/run.js";
import type { RunSteps } from "../run/run-steps.js";

export interface DirectInput extends Omit<RunInput, "schemaExists"> {
  readonly existing: ExistingPlan;
  /** As it was when the plan was made. */
  readonly target: TargetSchema;
}

/** One that has begun. */
export interface LoadingRun extends DirectInput {
  readonly run: number;
  readonly steps: RunSteps;
}
