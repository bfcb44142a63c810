/** The one word for how a command ended, as the JSON of all of them has it. */
import { isLeftBehind, type RunRecord } from "../model/history.js";
import type { MigrationOutcome } from "../model/outcome.js";
import { isLeftToDo, type ScriptRecord } from "../model/script.js";
import type { VerdictKind } from "../model/verdict.js";
import { lacksRows } from "./proof.js";

/**
 * plan: `planned` or `blocked`. migrate: `migrated`, `finished`, `blocked`, `refused`, `failed` where tables lack rows, or `incomplete`
 * where steps are left. status: `failed` or `pending` of steps, else `left-behind`, `clean` or `empty`. undo: `undone`, `refused` or `shown`.
 * validate: the worst of the verdicts on tables that nobody asked to leave out, and of what stands beyond the rows. A command that ended with an error: `failed`, with `error`.
 */
export type ReportStatus =
  | "planned"
  | "blocked"
  | "migrated"
  | "refused"
  | "failed"
  | "clean"
  | "left-behind"
  | "empty"
  | "undone"
  | "finished"
  | "incomplete"
  | "pending"
  | "shown"
  | VerdictKind;

export const migrationStatus = (outcome: MigrationOutcome): ReportStatus => {
  if (outcome.status !== "migrated" && outcome.status !== "finished") return outcome.status;
  if (outcome.status === "migrated" && lacksRows(outcome)) return "failed";
  return outcome.steps.some(isLeftToDo) ? "incomplete" : outcome.status;
};

export const historyStatus = (runs: readonly RunRecord[], steps: readonly ScriptRecord[]): ReportStatus => {
  if (steps.some(({ status }) => status === "failed")) return "failed";
  if (steps.some(isLeftToDo) || runs.some(({ status }) => status === "incomplete")) return "pending";
  if (runs.some(isLeftBehind)) return "left-behind";
  return runs.length === 0 && steps.length === 0 ? "empty" : "clean";
};
