/** What ends a run, and what is said of it: the same for tables that are made and tables that were there. */
import { ToolError, type ToolErrorCode } from "../../errors.js";
import type { RunStatus } from "../../model/history.js";
import type { TablePlan } from "../../model/plan.js";
import { unprovenVerdict, type TableVerdict, type VerdictKind } from "../../model/verdict.js";

/** Answers, not accidents: a value that does not fit, a name that somebody took meanwhile, tables that changed. */
const ownNos: ReadonlySet<ToolErrorCode> = new Set(["value-misfit", "target-in-the-way", "plan-mismatch"]);

export function statusAfter(cause: unknown): RunStatus {
  const code = cause instanceof ToolError ? cause.code : null;
  if (code === "interrupted") return "interrupted";
  return code !== null && ownNos.has(code) ? "refused" : "failed";
}

/** A bug keeps its stack, as the cause. */
export function alsoSaying(error: unknown, sentence: string): Error {
  if (!(error instanceof ToolError)) return new Error(sentence, { cause: error });
  const hint = error.hint === null ? sentence : `${error.hint}\n${sentence}`;
  return new ToolError(error.code, error.message, hint, { cause: error });
}

const proven: ReadonlySet<VerdictKind> = new Set(["identical", "identical-under-policy"]);

/** Whether the tables may be used: they are proven, or somebody lets them be unproven. */
export const areProven = (verdicts: readonly TableVerdict[]): boolean =>
  verdicts.every(({ verdict, asked }) => proven.has(verdict) || (verdict === "unproven" && asked));

export const notAsked = (table: TablePlan): TableVerdict =>
  unprovenVerdict(table, "validation was switched off", { sourceRows: table.rows, asked: true });
