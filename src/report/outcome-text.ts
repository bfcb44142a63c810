/** What `sqlift migrate` prints: what was copied and proven table by table, what was made, and how it ended. */
import { givesRowsUp, isUnchanged } from "../model/existing.js";
import type { MigrationOutcome, TableOutcome } from "../model/outcome.js";
import { keptWords } from "./existing-text.js";
import { conclusionWords } from "./conclusion-text.js";
import { differenceLines } from "./differences-text.js";
import { visible } from "./display-width.js";
import { findingLines, notCarriedLines, notesLines } from "./findings-text.js";
import { madeWords } from "./made-text.js";
import { notComparedLines } from "./not-compared-text.js";
import { durationWords, grouped } from "./number-words.js";
import { objectLines } from "./objects-text.js";
import { nameCells, nameWords } from "./place-words.js";
import { verdictOf } from "./proof.js";
import { shellWord } from "./shell-word.js";
import { stepLines } from "./steps-text.js";
import type { Style } from "./style.js";
import type { Cell } from "./table-layout.js";
import { tableLines } from "./table-layout.js";
import { targetWords, verdictPaints, verdictWords } from "./verdict-text.js";

export const migrationText = (outcome: MigrationOutcome, style: Style): string =>
  [
    header(outcome, style),
    ...stepLines(outcome.steps, style),
    ...(outcome.status === "blocked" ? [] : copiedLines(outcome, style)),
    ...differenceLines(outcome.verdicts, style),
    ...notComparedLines(outcome.verdicts, style),
    ...objectLines(outcome.objects, style),
    ...findingLines(outcome.findings, "blocks", style),
    ...findingLines(outcome.findings, "warns", style),
    ...notesLines(outcome.findings, style),
    ...notCarriedLines(outcome.notCarried, style),
    "",
    ...(outcome.status === "migrated" || outcome.status === "finished" ? openLines(outcome) : []),
    conclusionWords(outcome, style),
    "",
  ].join("\n");

const openings: Readonly<Record<MigrationOutcome["status"], string>> = {
  migrated: "Migrated",
  blocked: "Did not migrate",
  refused: "Did not migrate",
  finished: "Finished the move of",
};

const header = (outcome: MigrationOutcome, style: Style): string => {
  const { plan, target, run, elapsedSeconds } = outcome;
  const opening = style.bold(`${openings[outcome.status]} ${visible(plan.source.file)}`);
  const runWords = run === null ? "" : `, run ${grouped(run)}`;
  return `${opening} to ${targetWords(target)}, schema ${visible(nameWords(plan.schema))}${runWords}, in ${durationWords(elapsedSeconds)}`;
};

const copiedLines = (outcome: MigrationOutcome, style: Style): readonly string[] => {
  if (outcome.tables.length === 0) return [];
  const lines = ["", ...outcomeTable(outcome, style)];
  if (outcome.status !== "migrated") return lines;
  const { existing } = outcome.plan;
  return [
    ...lines,
    "",
    `  ${existing === undefined ? `made: ${madeWords(outcome)}` : keptWords(existing)}${untouchedWords(outcome.tables)}`,
  ];
};

/** Of a staged run that had nothing to do. */
const untouchedWords = (tables: readonly TableOutcome[]): string =>
  tables.length > 0 && tables.every(({ merged }) => merged !== undefined && isUnchanged(merged))
    ? "; nothing was changed, for all rows were there"
    : "";

/** A column only where there is something to say. */
const hasRejected = ({ tables }: MigrationOutcome): boolean => tables.some(({ rejected }) => rejected > 0);

const outcomeTable = (outcome: MigrationOutcome, style: Style): readonly string[] => {
  const sum = (count: (table: TableOutcome) => number): Cell => ({
    text: grouped(outcome.tables.reduce((total, table) => total + count(table), 0)),
    right: true,
  });
  const rejectedSum = hasRejected(outcome) ? [sum(({ rejected }) => rejected)] : [];
  return tableLines(
    [
      [
        { text: "table", paint: style.dim },
        "",
        { text: "rows", right: true, paint: style.dim },
        { text: "copied", right: true, paint: style.dim },
        ...(hasRejected(outcome) ? [{ text: "rejected", right: true, paint: style.dim }] : []),
        { text: "verdict", paint: style.dim },
      ],
      ...outcome.tables.map((table) => outcomeRow(outcome, table, style)),
      ["total", "", sum(({ rows }) => rows), sum(({ copied }) => copied), ...rejectedSum],
    ],
    "  ",
  );
};

const outcomeRow = (
  outcome: MigrationOutcome,
  table: TableOutcome,
  style: Style,
): readonly (string | Cell)[] => {
  const short = table.copied + table.rejected === table.rows ? {} : { paint: style.red };
  const rejected = {
    text: grouped(table.rejected),
    right: true,
    ...(table.rejected > 0 ? { paint: style.yellow } : {}),
  };
  return [
    ...nameCells(table),
    { text: grouped(table.rows), right: true },
    { text: grouped(table.copied), right: true, ...short },
    ...(hasRejected(outcome) ? [rejected] : []),
    ...verdictCells(outcome, table, style),
  ];
};

const verdictCells = (
  outcome: MigrationOutcome,
  table: TableOutcome,
  style: Style,
): readonly (string | Cell)[] => {
  if (table.status === "failed") return [{ text: "failed", paint: style.red }];
  if (table.status === "not-run") return [{ text: "not run", paint: style.yellow }];
  const verdict = verdictOf(outcome, table);
  const words = { text: verdictWords(verdict), paint: verdictPaints(style)[verdict.verdict] };
  return verdict.asked ? [words] : [words, verdict.reason ?? ""];
};

const openLines = ({ target, run, plan }: MigrationOutcome): readonly string[] => {
  const { embeddedDirectory, words } = target;
  const isGivenUp = plan.tables.some(({ existing }) => existing !== undefined && givesRowsUp(existing));
  const undo =
    run === null
      ? ["no history was kept: sqlift undo knows nothing of it"]
      : isGivenUp
        ? []
        : [`undo it with: sqlift undo ${shellWord(words)} ${run}`];
  if (embeddedDirectory !== null)
    return [`open it with: sqlift serve ${shellWord(embeddedDirectory)}`, ...undo];
  return /^postgres(?:ql)?:\/\//u.test(words) ? [`open it with: psql ${shellWord(words)}`, ...undo] : [];
};
