/** What a migration proved, table by table: the reports and the exit code must not differ about it. */
import type { MigrationOutcome, TableOutcome } from "../model/outcome.js";
import { unprovenVerdict, type TableVerdict } from "../model/verdict.js";

/**
 * The verdict of a migrated table. Without one it is `unproven`, and asked for only if the run was told not to
 * validate: then the tables are in place though nothing was proven. In a run that stopped early nobody asked.
 */
export const verdictOf = (outcome: MigrationOutcome, table: TableOutcome): TableVerdict =>
  outcome.verdicts.find(({ source }) => source === table.source) ??
  unprovenVerdict(table, notReached(outcome, table), {
    asked: outcome.status === "migrated" && !outcome.validated && table.status === "copied",
  });

const notReached = (outcome: MigrationOutcome, table: TableOutcome): string => {
  if (table.status !== "copied") return "the table was not copied";
  return outcome.validated ? "the validator gave no verdict" : "not validated";
};

/** Every row of the source went over, or is kept as rejected; what became of them there is the verdict's matter. */
export const isWhole = ({ status, rows, copied, rejected }: TableOutcome): boolean =>
  status === "copied" && rows === copied + rejected;

/** A table of the plan is missing, or was not copied whole. */
export const lacksRows = ({ plan, tables }: MigrationOutcome): boolean =>
  !tables.every(isWhole) ||
  plan.tables.some(({ source }) => !tables.some((table) => table.source === source));
