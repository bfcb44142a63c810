/** Generated columns before all that may name them: keys on one that PostgreSQL cannot compute go with it. */
import { sameName } from "../model/identifier.js";
import type { ColumnPlan, IndexPlan, NotCarried } from "../model/plan.js";
import type { SqliteTable } from "../model/sqlite.js";
import type { TableDraft } from "./foreign-key-link.js";
import { translateGenerated } from "./generated-columns.js";
import type { ScopeTable } from "./sql/scope.js";
import { tableScope } from "./sql/table-scope.js";

export interface SettledGenerated {
  readonly draft: TableDraft;
  readonly notCarried: readonly NotCarried[];
}

/** @param serverVersion major */
export function settleGenerated(draft: TableDraft, serverVersion: number): SettledGenerated {
  const { source: table, declaration, plan } = draft;
  if (table.columns.every(({ generated }) => generated === "no")) return { draft, notCarried: [] };
  const { columns, notCarried } = translateGenerated({
    table,
    declaration,
    columns: plan.columns,
    scope: scopeOfDraft(draft),
    canBeVirtual: (column) => serverVersion >= firstWithVirtual && !isIndexed(table, column),
  });
  const stays = (name: string): boolean => columns.some(({ target }) => target === name);
  const uniques = plan.uniques.filter((key) => key.columns.every(stays));
  const indexes = plan.indexes.filter((index) =>
    index.terms.every(({ column }) => column === null || stays(column)),
  );
  const lost: readonly NotCarried[] = [
    ...plan.uniques
      .filter((key) => !uniques.includes(key))
      .map(({ columns: of }) =>
        lineOf(table, "unique", `${table.name} UNIQUE (${of.join(", ")})`, `UNIQUE (${of.join(", ")})`),
      ),
    ...plan.indexes.filter((index) => !indexes.includes(index)).map((index) => indexLine(table, index)),
  ];
  return {
    draft: { ...draft, plan: { ...plan, columns, uniques, indexes } },
    notCarried: [...notCarried, ...lost],
  };
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

const indexLine = (table: SqliteTable, { name, unique }: IndexPlan): NotCarried =>
  lineOf(table, unique ? "unique" : "index", name, sqlOf(table, name));

/** By its name in the target, which is that of the source unless it could not stay. */
const sqlOf = (table: SqliteTable, name: string): string | null =>
  table.indexes.find((index) => index.name === name)?.sql ?? null;

const lineOf = (
  table: SqliteTable,
  type: "unique" | "index",
  name: string,
  sql: string | null,
): NotCarried => ({ type, name, table: table.name, sql, reason: "a column of it is not carried over" });
