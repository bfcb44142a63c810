/** Which columns of the target a proof says nothing of. */
import type { TableVerdict } from "../model/verdict.js";
import { visible } from "./display-width.js";
import { grouped } from "./number-words.js";
import { columnWords } from "./place-words.js";
import type { Style } from "./style.js";

/** More would be no line; all stand in the JSON. */
const shownColumns = 20;

/** Nothing where every column was compared. */
export const notComparedLines = (verdicts: readonly TableVerdict[], style: Style): readonly string[] => {
  const names = verdicts.flatMap(({ target, notCompared }) =>
    notCompared.map((column) => columnWords({ table: target, column })),
  );
  if (names.length === 0) return [];
  const more = names.length > shownColumns ? `, ${grouped(names.length - shownColumns)} more` : "";
  const shown = visible(names.slice(0, shownColumns).join(", "));
  return ["", `  ${style.dim("not compared:")} ${shown}${more}`];
};
