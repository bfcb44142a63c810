/** What a run proved, as one word: the reports and the exit code must not differ about it. */
import type { MigrationOutcome, TableOutcome, ValidationOutcome } from "../model/outcome.js";
import { unprovenVerdict, type TableVerdict, type VerdictKind } from "../model/verdict.js";

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

/** Not compared because somebody asked for that: it speaks neither for the copy nor against it. */
export const isLeftOut = ({ verdict, asked }: TableVerdict): boolean => verdict === "unproven" && asked;

/** The worst verdict on a table that is not left out; `unproven` where there is none to judge by. */
export function worstVerdict(verdicts: readonly TableVerdict[]): VerdictKind {
  const compared = verdicts.filter((verdict) => !isLeftOut(verdict));
  const worst = (["different", "unproven", "identical-under-policy"] as const).find((kind) =>
    compared.some(({ verdict }) => verdict === kind),
  );
  return worst ?? (compared.length === 0 ? "unproven" : "identical");
}

/** Of a file without tables the target lacks nothing. Where nobody told that it has none, no verdict is no proof. */
export const validationVerdict = ({ verdicts, findings }: ValidationOutcome): VerdictKind =>
  isOfNothing({ verdicts, findings }) ? "identical" : worstVerdict(verdicts);

export const isOfNothing = ({
  verdicts,
  findings,
}: Pick<ValidationOutcome, "verdicts" | "findings">): boolean =>
  verdicts.length === 0 && findings.some(({ kind }) => kind === "nothing-to-move");
