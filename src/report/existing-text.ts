/** What a plan says of tables that are in the target already. */
import type { ExistingPlan, FilledColumn } from "../model/existing.js";
import type { Plan, TablePlan } from "../model/plan.js";
import { shortened, visible } from "./display-width.js";
import { counted } from "./number-words.js";
import { nameWords } from "./place-words.js";
import type { Style } from "./style.js";

/** Under the header. */
export const existingLines = ({ existing }: Plan, style: Style): readonly string[] =>
  existing === undefined
    ? []
    : [style.dim(`  into the tables that are there; foreign keys and triggers: ${quietWords(existing)}`)];

/** Of a run that is done: what was in its way, and that it is as it was. */
export function keptWords({ quiet, setAside, links }: ExistingPlan): string {
  const keys = counted(links.length, "foreign key");
  switch (quiet) {
    case "replica":
      return `made: nothing; triggers were kept quiet, ${links.length === 0 ? "and there are no foreign keys" : `and no row breaks the ${keys}`}`;
    case "set-aside":
      return `made: nothing; ${itemWords(setAside)} ${setAside.length === 1 ? "was set aside, and is" : "were set aside, and are"} as before`;
    case "ordered":
      return links.length === 0 ? "made: nothing" : `made: nothing; ${keys} stayed in place`;
  }
}

function itemWords(setAside: ExistingPlan["setAside"]): string {
  const keys = setAside.filter(({ kind }) => kind === "foreign key").length;
  const triggers = setAside.length - keys;
  return [
    ...(keys === 0 ? [] : [counted(keys, "foreign key")]),
    ...(triggers === 0 ? [] : [counted(triggers, "trigger")]),
  ].join(", ");
}

function quietWords({ quiet, setAside }: ExistingPlan): string {
  switch (quiet) {
    case "replica":
      return "kept quiet by session_replication_role, and every foreign key is proven afterwards";
    case "set-aside":
      return setAside.length === 0
        ? "none in the way"
        : `set aside (${itemWords(setAside)}), and put back as they were`;
    case "ordered":
      return "left in place, and parents are loaded first";
  }
}

/** Under the columns of a table. */
export const filledLines = ({ existing }: TablePlan, style: Style): readonly string[] => {
  const filled = existing?.filled ?? [];
  return filled.length === 0
    ? []
    : [style.dim(`  left to the target: ${filled.map(filledWords).join(", ")}`)];
};

const longestDefault = 40;

const filledWords = ({ column, by, sql }: FilledColumn): string => {
  const how = {
    default: `default ${shortened(visible(sql ?? ""), longestDefault)}`,
    null: "NULL",
    generated: "computed",
    identity: "identity",
  }[by];
  return `${visible(nameWords(column))} (${how})`;
};
