/**
 * The exit code as a function of the result, and of nothing else (contract of the command: 0 done and identical,
 * 1 the answer is no, 2 could not finish or prove, 3 wrong use). Never 0 when a row was lost, altered or left
 * unproven without being asked. Where both 1 and 2 hold it is 1: a difference that was seen is the firmer answer.
 */
import type { ToolErrorCode } from "../errors.js";
import type { Finding } from "../model/finding.js";
import { findingInfo } from "../model/finding.js";
import { isLeftBehind } from "../model/history.js";
import { isLeftToDo } from "../model/script.js";
import type { MigrationOutcome, StatusOutcome, TableOutcome, ValidationOutcome } from "../model/outcome.js";
import type { Plan } from "../model/plan.js";
import { isUnprovenAsAsked, validationVerdict } from "../model/proof.js";
import type { UndoOutcome } from "../model/undo.js";
import type { TableVerdict } from "../model/verdict.js";
import { lacksRows, verdictOf } from "../report/proof.js";

export type ExitCode = 0 | 1 | 2 | 3;

/** What a plan predicts is no answer yet: only what blocks counts, and with `strict` all that would be missing. */
export const planExitCode = (plan: Plan, strict: boolean): ExitCode => {
  if (plan.findings.some(({ kind }) => findingInfo[kind].severity === "blocks")) return 1;
  return strict && (plan.findings.some(answersNo) || leavesOut(plan)) ? 1 : 0;
};

export const migrationExitCode = (outcome: MigrationOutcome, strict: boolean): ExitCode => {
  if (outcome.status === "blocked") return 1;
  if (outcome.status === "refused") return proofExitCode(outcome.verdicts) === 2 ? 2 : 1;
  if (outcome.status === "finished") return outcome.steps.some(isLeftToDo) ? 2 : 0;
  const proof = proofExitCode(outcome.tables.map((table) => verdictOf(outcome, table)));
  if (proof === 1 || outcome.findings.some(answersNo) || outcome.tables.some(lostRows)) return 1;
  if (proof === 2 || lacksRows(outcome) || outcome.steps.some(isLeftToDo)) return 2;
  return strict && leavesOut({ ...outcome, tables: outcome.plan.tables }) ? 1 : 0;
};

/** 1 for `different` and 2 for `unproven`, as the status of the report says it, unless it was asked for. */
export const validationExitCode = (outcome: ValidationOutcome): ExitCode => {
  const verdict = validationVerdict(outcome);
  // Rows that a run rejected are still no rows of the table, wherever else they stand.
  if (verdict === "different" || outcome.verdicts.some(({ rejected }) => rejected > 0)) return 1;
  return verdict === "unproven" && !isUnprovenAsAsked(outcome) ? 2 : 0;
};

/** 1 where a run left something behind, or a step failed or is pending. */
export const statusExitCode = ({ runs, steps }: StatusOutcome): 0 | 1 =>
  runs.some((run) => isLeftBehind(run) || run.status === "incomplete") || steps.some(isLeftToDo) ? 1 : 0;

/** @param wasAsked whether there was somebody to say yes; else it is wrong use to come without `--yes`. */
export const undoExitCode = ({ status, broken }: UndoOutcome, wasAsked: boolean): ExitCode => {
  if (status === "undone") return broken.length === 0 ? 0 : 1;
  return status === "shown" && !wasAsked ? 3 : 1;
};

export const errorExitCode = (code: ToolErrorCode): ExitCode => errorExitCodes[code];

const answersNo = ({ kind }: Finding): boolean => findingInfo[kind].answersNo;

/** Copied to its end, and yet some rows are not in the table: no fault from outside. */
const lostRows = ({ status, rows, copied }: TableOutcome): boolean => status === "copied" && rows !== copied;

/** Objects not carried, and constraints that are NOT VALID: listed in any case, and an answer with `strict`. */
const leavesOut = ({
  notCarried,
  findings,
  tables,
}: Pick<Plan, "notCarried" | "findings" | "tables">): boolean =>
  notCarried.length > 0 ||
  findings.some(({ kind }) => kind === "orphan-rows" || kind === "check-broken") ||
  tables.some(({ foreignKeys }) => foreignKeys.some(({ orphans }) => orphans > 0));

const proofExitCode = (verdicts: readonly TableVerdict[]): 0 | 1 | 2 => {
  if (verdicts.some(({ verdict }) => verdict === "different")) return 1;
  return verdicts.some(({ verdict, asked }) => verdict === "unproven" && !asked) ? 2 : 0;
};

/** Whether the tool was kept from finishing (2), told no (1) or used wrongly (3). */
const errorExitCodes: Readonly<Record<ToolErrorCode, 1 | 2 | 3>> = {
  "source-not-found": 2,
  "source-not-a-file": 2,
  "source-not-readable": 2,
  "source-not-a-database": 2,
  "source-damaged": 2,
  "source-locked": 2,
  "source-changed": 2,
  "source-unsupported": 2,
  "source-expression": 2,
  "no-space": 2,
  "driver-missing": 2,
  "target-unreachable": 2,
  "target-login": 2,
  "target-no-database": 2,
  "target-too-old": 2,
  "target-encoding": 2,
  "target-rights": 2,
  "target-in-the-way": 1,
  "target-failed": 2,
  "target-lost": 2,
  "embedded-missing": 2,
  "embedded-failed": 2,
  "target-history": 2,
  "certificate-invalid": 2,
  "resume-invalid": 2,
  "value-misfit": 1,
  interrupted: 2,
  "worker-lost": 2,
  "plan-mismatch": 2,
  "step-failed": 2,
  "step-changed": 1,
  "mapping-not-found": 3,
  "mapping-invalid": 3,
  "script-invalid": 3,
  usage: 3,
};
