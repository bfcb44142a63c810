/** SQL files before and after a migration, in reports: what became of each. */
import { isLeftToDo, scriptWords, type ScriptRecord, type StepOutcome } from "../model/script.js";
import { visible } from "./display-width.js";
import { counted, durationWords } from "./number-words.js";
import type { Paint, Style } from "./style.js";
import { tableLines, type Cell } from "./table-layout.js";

/** Of one migration; what was done earlier is only counted. */
export const stepLines = (steps: readonly StepOutcome[], style: Style): readonly string[] => {
  const earlier = steps.filter(({ status }) => status === "skipped").length;
  return section(
    [
      ...(earlier === 0 ? [] : [["", counted(earlier, "file"), "done earlier"]]),
      ...steps
        .filter(({ status }) => status !== "skipped")
        .map((step) => [step.phase, visible(scriptWords(step)), wordsOf(step, "", style)]),
    ],
    style,
  );
};

/** Of a target. */
export const recordLines = (records: readonly ScriptRecord[], style: Style): readonly string[] =>
  section(
    records.map((record) => [
      record.phase,
      visible(scriptWords(record)),
      record.status === "done" && record.accepted !== null
        ? `accepted ${record.accepted.slice(0, 10)}`
        : wordsOf(record, record.run === null ? "" : ` (run ${record.run})`, style),
    ]),
    style,
  );

const section = (rows: readonly (readonly (string | Cell)[])[], style: Style): readonly string[] =>
  rows.length === 0 ? [] : ["", style.bold("Steps"), ...tableLines(rows, "  ")];

/** What is not done, in words; null: nothing. */
export const leftSteps = (steps: readonly (StepOutcome | ScriptRecord)[]): string | null => {
  const failed = steps.filter(({ status }) => status === "failed").length;
  const pending = steps.filter(isLeftToDo).length - failed;
  const words = [
    ...(failed === 0 ? [] : [`${counted(failed, "SQL file")} failed`]),
    ...(pending === 0 ? [] : [`${counted(pending, "SQL file")} not run yet`]),
  ];
  return words.length === 0 ? null : words.join(", ");
};

const wordsOf = (
  { status, milliseconds, error }: Pick<StepOutcome | ScriptRecord, "status" | "milliseconds" | "error">,
  run: string,
  style: Style,
): Cell => {
  const painted = (text: string, paint: Paint): Cell => ({ text, paint });
  switch (status) {
    case "done": {
      const took = milliseconds === null ? "" : ` in ${durationWords(milliseconds / 1000)}`;
      return painted(`done${took}${run}`, style.green);
    }
    case "failed":
      return painted(visible(`failed${run}: ${(error ?? "").split("\n")[0] ?? ""}`), style.red);
    case "running":
      return painted(`under way${run}`, style.yellow);
    default:
      return painted(`pending${run}`, style.yellow);
  }
};
