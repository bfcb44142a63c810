/** What `sqlift status` prints: the runs, the newest first, and what is left to do. */
import { isLeftBehind, type RunRecord } from "../model/history.js";
import type { StatusOutcome } from "../model/outcome.js";
import { visible } from "./display-width.js";
import { counted, durationWords, grouped } from "./number-words.js";
import { shellWord } from "./shell-word.js";
import { leftSteps, recordLines } from "./steps-text.js";
import type { Paint, Style } from "./style.js";
import { tableLines, type Cell } from "./table-layout.js";
import { targetWords } from "./verdict-text.js";

export const statusText = (outcome: StatusOutcome, style: Style): string =>
  [
    `${style.bold("Runs in")} ${targetWords(outcome.target)}`,
    ...(outcome.runs.length === 0 ? [] : ["", ...runTable(outcome.runs, style)]),
    ...outcome.runs.flatMap((run) => mendLines(run, outcome, style)),
    ...recordLines(outcome.steps, style),
    "",
    conclusion(outcome, style),
    "",
  ].join("\n");

const runTable = (runs: readonly RunRecord[], style: Style): readonly string[] => {
  const head = (text: string, right = false): Cell => ({ text, right, paint: style.dim });
  return tableLines(
    [
      [
        head("run", true),
        head("when (UTC)"),
        head("file"),
        head("into"),
        head("rows", true),
        head("took", true),
        head("status"),
      ],
      ...runs.map((run) => [
        { text: String(run.run), right: true },
        run.started.slice(0, 16).replace("T", " "),
        run.sourceFile,
        run.schema,
        { text: rowsWords(run), right: true },
        { text: tookWords(run), right: true },
        { text: statusWords(run), paint: paintOf(run, style) },
      ]),
    ],
    "  ",
  );
};

/** What was loaded by one of which nothing remains was taken out again: a number would say that it is there. */
const rowsWords = ({ status, rows }: RunRecord): string =>
  status === "refused" || status === "interrupted" ? "-" : grouped(rows);

const tookWords = ({ started, finished }: RunRecord): string =>
  finished === null ? "" : durationWords((Date.parse(finished) - Date.parse(started)) / 1000);

const statusWords = ({ status, isCutOff, message }: RunRecord): string => {
  const words = isCutOff ? "cut off" : status;
  return message === null ? words : `${words}: ${message.split("\n")[0] ?? ""}`;
};

const paintOf = (run: RunRecord, style: Style): Paint => {
  if (run.status === "done") return style.green;
  if (run.status === "failed" || run.isCutOff) return style.red;
  return run.status === "undone" ? style.dim : style.yellow;
};

const mendLines = (run: RunRecord, { target }: StatusOutcome, style: Style): readonly string[] => {
  if (run.status === "incomplete")
    return [
      "",
      style.yellow(`  run ${run.run} is in place, and steps of it are left`),
      `      ${style.dim("mend:")} run the same sqlift migrate again`,
    ];
  if (!isLeftBehind(run)) return [];
  const what =
    run.strategy === "direct"
      ? "rows in the target's tables, or foreign keys and triggers away"
      : run.leftSchema
        ? `schema sqlift_run_${run.run}`
        : "its entry here";
  return [
    "",
    style.yellow(`  run ${run.run} left ${what} behind`),
    `      ${style.dim("mend:")} sqlift undo ${shellWord(target.words)} ${run.run}`,
  ];
};

const conclusion = ({ runs, steps }: StatusOutcome, style: Style): string => {
  const words = leftSteps(steps);
  if (words !== null) return style.bold(style.yellow(words));
  if (runs.length === 0 && steps.length === 0) return style.bold("no run is recorded here");
  if (runs.some(({ status }) => status === "incomplete"))
    return style.bold(style.yellow("steps are left to do"));
  const left = runs.filter(isLeftBehind).length;
  if (left > 0) return style.bold(style.yellow(visible(`${counted(left, "run")} left something behind`)));
  return style.bold(style.green("nothing is left to do"));
};
