/** Generated columns before all that may name them: keys on one that PostgreSQL cannot compute go with it. */
import { sameName } from "../../model/identifier.js";
import type { ColumnPlan, KeyPlan, NotCarried } from "../../model/plan.js";
import type { SqliteIndex, SqliteTable } from "../../model/sqlite.js";
import type { TableDraft } from "./foreign-key-link.js";
import { translateGenerated } from "./generated-columns.js";
import { indexNotCarried } from "./index-not-carried.js";
import type { ScopeTable } from "../sql/scope.js";
import { tableScope } from "../sql/table-scope.js";

export interface SettledGenerated {
  readonly draft: TableDraft;
  readonly notCarried: readonly NotCarried[];
}

/**
 * @param serverVersion major
 * @param indexNames SQLite's name of an index -> its name in the target
 */
export function settleGenerated(
  draft: TableDraft,
  serverVersion: number,
  indexNames: ReadonlyMap<string, string>,
): SettledGenerated {
  const { source: table, declaration, plan } = draft;
  if (table.columns.every(({ generated }) => generated === "no")) return { draft, notCarried: [] };
  const { columns, notCarried } = translateGenerated({
    table,
    declaration,
    target: plan.target,
    columns: plan.columns,
    scope: scopeOfDraft(draft),
    canBeVirtual: (column) => serverVersion >= firstWithVirtual && !isIndexed(table, column),
  });
  const stays = (name: string | null): boolean =>
    name === null || columns.some(({ target }) => target === name);
  const uniques = plan.uniques.filter((key) => key.columns.every(stays));
  const indexes = plan.indexes.filter(({ terms }) => terms.every(({ column }) => stays(column)));
  const lost = table.indexes.filter((index) =>
    index.origin === "constraint"
      ? plan.uniques.some((key) => !uniques.includes(key) && isOn(index, key, plan.columns))
      : plan.indexes.some((each) => !indexes.includes(each) && each.name === indexNames.get(index.name)),
  );
  return {
    draft: { ...draft, plan: { ...plan, columns, uniques, indexes } },
    notCarried: [
      ...notCarried,
      ...lost.map((index) => indexNotCarried(table, index, "a column of it is not carried over")),
    ],
  };
}

/** Whether the key is made of the index's columns. */
function isOn({ terms }: SqliteIndex, key: KeyPlan, columns: readonly ColumnPlan[]): boolean {
  const names = terms.map((term) => columns.find(({ source }) => source === term.column)?.target);
  return (
    key.columns.every((name) => names.includes(name)) &&
    names.every((name) => key.columns.includes(name ?? ""))
  );
}

/** The names of a draft's columns, for expressions. */
export const scopeOfDraft = ({ source, profile, declaration, plan }: TableDraft): ScopeTable =>
  tableScope({ source, plan, profile, collations: declaration?.collations ?? new Map() }, source.name, null);

/** PostgreSQL 18 release notes, E.4.3.4. */
const firstWithVirtual = 18;

/** Whether an index, a key or a foreign key has it; an expression has whatever its text names. */
const isIndexed = (table: SqliteTable, { source }: ColumnPlan): boolean =>
  table.indexes.some(
    ({ terms, sql }) =>
      terms.some(({ column }) => column !== null && sameName(column, source)) ||
      (sql?.toLowerCase().includes(source.toLowerCase()) ?? false),
  ) || table.foreignKeys.some(({ childColumns }) => childColumns.some((name) => sameName(name, source)));
