/** The sentence a migration's report ends with. It must not sound better than the exit code. */
import { findingInfo } from "../model/finding.js";
import type { MigrationOutcome, TableOutcome } from "../model/outcome.js";
import type { TableVerdict } from "../model/verdict.js";
import { worstVerdict } from "../model/proof.js";
import { blockingWords, withSeverity } from "./findings-text.js";
import { counted, grouped } from "./number-words.js";
import { isWhole, verdictOf } from "./proof.js";
import { leftSteps } from "./steps-text.js";
import type { Style } from "./style.js";
import { proofWords, rejectedWords, someTables, verdictPaints } from "./verdict-text.js";

export const conclusionWords = (outcome: MigrationOutcome, style: Style): string => {
  switch (outcome.status) {
    case "blocked": {
      const blocking = withSeverity(outcome.findings, "blocks").length;
      return style.bold(style.red(`blocked: ${blockingWords(blocking)}, ${written(outcome)}`));
    }
    case "refused":
      return style.bold(
        style.red(`refused: ${whyRefused(outcome)}; nothing of this run remains in the target`),
      );
    case "migrated":
      return migratedWords(outcome, style);
    case "finished": {
      const left = leftSteps(outcome.steps);
      return left === null
        ? style.bold(style.green("finished: the rows were in place, and nothing is left to do"))
        : style.bold(style.yellow(`the rows were in place; ${left}`));
    }
  }
};

const written = ({ steps }: MigrationOutcome): string =>
  steps.some(({ status }) => status === "done")
    ? "nothing was written but by the steps"
    : "nothing was written";

const whyRefused = (outcome: MigrationOutcome): string => {
  const broken = brokenWords(outcome);
  if (broken !== null) return broken;
  const verdicts = outcome.verdicts.filter(({ asked }) => !asked);
  const worst = worstVerdict(verdicts);
  return verdicts.length > 0 && (worst === "different" || worst === "unproven")
    ? proofWords(outcome.verdicts)
    : "the findings above forbid it";
};

const migratedWords = (outcome: MigrationOutcome, style: Style): string => {
  const broken = brokenWords(outcome);
  if (broken !== null) return style.bold(style.red(`failed: ${broken}`));
  const steps = leftSteps(outcome.steps);
  if (outcome.tables.length === 0)
    return style.bold(`nothing to move: there are no tables${steps === null ? "" : `; ${steps}`}`);
  const verdicts = outcome.tables.map((table) => verdictOf(outcome, table));
  const lacking = lackingWords(outcome);
  const paint = lacking.length === 0 ? verdictPaints(style)[worstVerdict(verdicts)] : style.yellow;
  const but = lacking.length === 0 ? "" : `; but ${lacking.join(", and ")}`;
  return style.bold(paint(`${proofWords(verdicts)}${withoutProof(outcome.tables, verdicts)}${but}`));
};

/** Why the answer is no though the tables are there. */
const lackingWords = (outcome: MigrationOutcome): readonly string[] => {
  const rejected = outcome.tables.reduce((sum, table) => sum + table.rejected, 0);
  const keys = missingKeys(outcome);
  const left = leftSteps(outcome.steps);
  return [
    ...(rejected === 0 ? [] : [rejectedWords(rejected)]),
    ...(keys === 0 ? [] : [`${counted(keys, "key")} could not be made as in the source`]),
    ...(left === null ? [] : [left]),
  ];
};

const withoutProof = (tables: readonly TableOutcome[], verdicts: readonly TableVerdict[]): string =>
  verdicts.every(({ verdict, asked }) => verdict === "unproven" && asked)
    ? `: ${counted(tables.length, "table")}, ${counted(totalCopied(tables), "row")} copied`
    : "";

const totalCopied = (tables: readonly TableOutcome[]): number =>
  tables.reduce((sum, { copied }) => sum + copied, 0);

/** Tables that lack rows; null where there are none. */
const brokenWords = ({ plan, tables }: MigrationOutcome): string | null => {
  const broken = tables.filter((table) => !isWhole(table));
  const absent = plan.tables.length - tables.length;
  if (broken.length === 0 && absent <= 0) return null;
  const failed = broken.filter(({ status }) => status !== "not-run");
  const parts = [
    ...(failed.length === 0 ? [] : [`${someTables(failed, tables)} not copied whole`]),
    ...notRun(broken, absent),
  ];
  return parts.join(", ");
};

const notRun = (broken: readonly TableOutcome[], absent: number): readonly string[] => {
  const count = broken.filter(({ status }) => status === "not-run").length + absent;
  return count === 0 ? [] : [`${grouped(count)} not run`];
};

/** Keys of the source that are not keys of the target, each counted once. */
const missingKeys = ({ findings }: MigrationOutcome): number =>
  new Set(
    findings
      .filter(({ kind }) => findingInfo[kind].answersNo && kind !== "rows-rejected")
      .map((finding) =>
        JSON.stringify([finding.kind, finding.at.table, finding.kind === "key-not-made" ? finding.name : ""]),
      ),
  ).size;
