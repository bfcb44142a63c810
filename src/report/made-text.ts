/** What a migration made besides rows: the plan's keys, indexes and so on, less those that PostgreSQL refused. */
import type { MigrationOutcome } from "../model/outcome.js";
import type { Plan, TablePlan } from "../model/plan.js";
import { counted, grouped } from "./number-words.js";

/** `11 primary keys, 9 indexes, 11 foreign keys (1 NOT VALID)`. */
export const madeWords = ({ plan, findings }: MigrationOutcome): string => {
  const refused = new Set(
    findings.flatMap((finding) =>
      finding.kind === "key-not-made" || finding.kind === "piece-refused"
        ? [nameInTable(finding.at.table ?? "", finding.name)]
        : [],
    ),
  );
  const made = (named: (table: TablePlan) => readonly { readonly name: string }[]): number =>
    plan.tables
      .flatMap((table) => named(table).map(({ name }) => nameInTable(table.source, name)))
      .filter((name) => !refused.has(name)).length;
  const foreignKeys = plan.tables.flatMap((table) => table.foreignKeys);
  const notValid = foreignKeys.filter(({ orphans }) => orphans > 0).length;
  const notValidChecks = findings.filter(({ kind }) => kind === "check-broken").length;
  const generated = plan.tables.flatMap(({ columns }) =>
    columns.filter((column) => column.generated !== null),
  );
  const identities = plan.tables.flatMap(({ columns }) =>
    columns.filter(({ identity }) => identity !== null),
  );
  const parts = [
    some(
      made(({ primaryKey }) => (primaryKey === null ? [] : [primaryKey])),
      "primary key",
    ),
    some(
      made(({ uniques }) => uniques),
      "unique constraint",
    ),
    some(
      made(({ indexes }) => indexes),
      "index",
      "indexes",
    ),
    some(
      made((table) => table.foreignKeys),
      "foreign key",
    ) + (notValid === 0 ? "" : ` (${grouped(notValid)} NOT VALID)`),
    some(
      made((table) => table.checks),
      "check",
    ) + (notValidChecks === 0 ? "" : ` (${grouped(notValidChecks)} NOT VALID)`),
    some(identities.length, "identity column"),
    some(generated.length, "generated column"),
    some(plan.views.filter(({ source }) => !refused.has(nameInTable("", source))).length, "view"),
    some(
      plan.triggers.filter(({ source, table }) => !refused.has(nameInTable(sourceOf(plan, table), source)))
        .length,
      "trigger",
    ),
  ];
  return parts.filter((part) => part !== "").join(", ") || "tables only";
};

/** A trigger knows its table or view by its name in the target. */
const sourceOf = ({ tables, views }: Plan, target: string): string =>
  [...tables, ...views].find((each) => each.target === target)?.source ?? target;

/** Names of constraints are unique within their table only; zero bytes are in no name. */
const nameInTable = (table: string, name: string): string => `${table}\0${name}`;

const some = (count: number, one: string, many?: string): string =>
  count === 0 ? "" : counted(count, one, many);
