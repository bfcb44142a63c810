/** What `sqlift undo` shows before it asks, and what it prints in the end. */
import { isAmongOthers } from "../model/history.js";
import type { UndoFacts, UndoOutcome, UndoTable } from "../model/undo.js";
import { visible } from "./display-width.js";
import { counted, grouped } from "./number-words.js";
import { shellWord } from "./shell-word.js";
import type { Style } from "./style.js";
import { tableLines, type Cell } from "./table-layout.js";
import { targetWords } from "./verdict-text.js";

export const undoText = (outcome: UndoOutcome, style: Style): string =>
  [
    ...(outcome.status === "undone" ? [] : [undoShownText(outcome, style)]),
    ...outcome.broken.map((words) => style.red(visible(words))),
    conclusion(outcome, style),
    "",
  ].join("\n");

/** What would go, before anything does. */
export const undoShownText = (facts: UndoFacts, style: Style): string => {
  const { run, tables, drops, comesBack, scripts, rejectedRows, refusals } = facts;
  return [
    `${style.bold(`Run ${run.run}`)} moved ${visible(run.sourceFile)} into schema ${visible(run.schema)}, ${run.started.slice(0, 16).replace("T", " ")} UTC`,
    ...(tables.length === 0 ? [] : ["", ...tableOf(tables, style)]),
    ...(drops.length === 0 ? [] : ["", ...drops.map((words) => `  ${visible(words)}`)]),
    ...(comesBack.length === 0 ? [] : ["", ...comesBack.map((words) => `  comes back: ${visible(words)}`)]),
    ...(rejectedRows === 0 ? [] : ["", `  ${counted(rejectedRows, "row")} of sqlift.rejected_rows`]),
    ...(scripts.length === 0 ? [] : ["", `  what these files did stays: ${visible(scripts.join(", "))}`]),
    ...(refusals.length === 0 ? [] : ["", ...refusals.map((words) => `  ${style.red(visible(words))}`)]),
    "",
  ].join("\n");
};

/** The question itself. */
export const undoQuestion = ({ run, tables, drops, comesBack, refusals }: UndoFacts): string => {
  const there = tables.filter(({ name }) => name !== null);
  const rows = there.reduce((sum, table) => sum + table.there, 0);
  if (refusals.length > 0) return `Put ${counted(comesBack.length, "object")} back, and leave the rows?`;
  if (isAmongOthers(run)) return `Remove ${counted(rows, "row")} of ${counted(there.length, "table")}?`;
  const what = [
    ...(there.length === 0 ? [] : [`${counted(there.length, "table")} with ${counted(rows, "row")}`]),
    ...(drops.length === 0 ? [] : [counted(drops.length, "other object")]),
  ];
  return what.length === 0 ? "Close the run?" : `Remove ${what.join(" and ")}?`;
};

const tableOf = (tables: readonly UndoTable[], style: Style): readonly string[] => {
  const head = (text: string, right = false): Cell => ({ text, right, paint: style.dim });
  const count = (rows: number): Cell => ({ text: grouped(rows), right: true });
  return tableLines(
    [
      [head("table"), head("rows loaded", true), head("there", true), head("of others", true)],
      ...tables.map(({ name, made, loaded, there, others }) =>
        name === null
          ? [made, count(loaded), { text: "gone", right: true }, ""]
          : [name, count(loaded), count(there), others === 0 ? "" : { ...count(others), paint: style.red }],
      ),
    ],
    "  ",
  );
};

const conclusion = (
  { status, run, tables, drops, comesBack, scripts, target }: UndoOutcome,
  style: Style,
): string => {
  if (status === "refused")
    return style.bold(
      style.red(
        comesBack.length === 0
          ? "nothing was removed"
          : `nothing was removed; ${counted(comesBack.length, "object")} put back`,
      ),
    );
  if (status === "shown")
    return style.bold(
      `nothing was removed; to do it: sqlift undo ${shellWord(target.words)} ${run.run} --yes`,
    );
  const there = tables.filter(({ name }) => name !== null).length;
  const stays = scripts.length === 0 ? "" : `; what these files did stays: ${visible(scripts.join(", "))}`;
  if (isAmongOthers(run)) {
    const rows = tables.reduce((sum, table) => sum + table.there, 0);
    return style.bold(
      style.green(
        `run ${run.run} is undone: ${counted(rows, "row")} removed from ${counted(there, "table")} of ${targetWords(target)}${stays}`,
      ),
    );
  }
  const others = drops.length === 0 ? "" : ` and ${counted(drops.length, "other object")}`;
  return style.bold(
    style.green(
      `run ${run.run} is undone: ${counted(there, "table")}${others} removed from ${targetWords(target)}${stays}`,
    ),
  );
};
