/** What a table has beside its columns' types, once these are settled: what computes columns, defaults, constraints, indexes. */
import type { Finding } from "../model/finding.js";
import { sameName } from "../model/identifier.js";
import type { ColumnPlan, NotCarried, TablePlan } from "../model/plan.js";
import type { SqliteIndex, SqliteTable } from "../model/sqlite.js";
import { translateChecks } from "./checks.js";
import { collationFindings } from "./collation-findings.js";
import { translateDefaults } from "./defaults.js";
import { translateExpressionIndexes } from "./expression-indexes.js";
import type { TableDraft } from "./foreign-key-link.js";
import { translateForeignKeys, type OrphanCount } from "./foreign-keys.js";
import { translateGenerated } from "./generated-columns.js";
import { NameBook } from "./names.js";
import type { ScopeTable } from "./sql/scope.js";
import { tableScope } from "./sql/table-scope.js";

export interface TableObjectsInput {
  readonly draft: TableDraft;
  /** Of all tables. */
  readonly drafts: readonly TableDraft[];
  readonly orphans: readonly OrphanCount[];
  /** SQLite's name of an index -> its name in the target. */
  readonly indexNames: ReadonlyMap<string, string>;
  readonly relations: NameBook;
  readonly serverVersion: number;
}

export interface TableObjects {
  readonly plan: TablePlan;
  readonly findings: readonly Finding[];
  readonly notCarried: readonly NotCarried[];
}

export function translateTableObjects(input: TableObjectsInput): TableObjects {
  const { draft, drafts, orphans } = input;
  const { source: table, declaration } = draft;
  const { target } = draft.plan;
  const generated = translateGenerated({
    table,
    declaration,
    columns: draft.plan.columns,
    scope: scopeOfTable(draft, draft.plan.columns),
    canBeVirtual: (column) => input.serverVersion >= firstWithVirtual && !isIndexed(table, column),
  });
  const { columns } = generated;
  const scope = scopeOfTable(draft, columns);
  const defaults = translateDefaults(table, columns);
  const indexes = translateExpressionIndexes({
    table,
    columns,
    scope,
    nameOf: (index) => nameOf(index, input),
  });
  const { primaryKey, uniques } = draft.plan;
  // The constraints of a table share their names.
  const constraints = new NameBook(
    [...uniques, ...(primaryKey === null ? [] : [primaryKey])].map(({ name }) => name),
  );
  const checks =
    declaration === null
      ? { checks: [], notCarried: [] }
      : translateChecks({ table, declaration, target, scope, constraints });
  const foreignKeys = translateForeignKeys(draft, drafts, orphans, constraints);
  return {
    plan: {
      ...draft.plan,
      columns: defaults.columns,
      indexes: [...draft.plan.indexes, ...indexes.indexes],
      checks: checks.checks,
      foreignKeys: foreignKeys.foreignKeys,
    },
    findings: [
      ...collationFindings(table, columns, declaration),
      ...indexes.findings,
      ...foreignKeys.findings,
    ],
    notCarried: [
      ...generated.notCarried,
      ...defaults.notCarried,
      ...indexes.notCarried,
      ...checks.notCarried,
      ...foreignKeys.notCarried,
    ],
  };
}

/** PostgreSQL 18 release notes, E.4.3.4. */
const firstWithVirtual = 18;

const scopeOfTable = (
  { source, profile, declaration }: TableDraft,
  columns: readonly ColumnPlan[],
): ScopeTable =>
  tableScope(
    { source, plan: { columns }, profile, collations: declaration?.collations ?? new Map() },
    source.name,
    null,
  );

/** Whether an index, a key or a foreign key has it; an expression has whatever its text names. */
const isIndexed = (table: SqliteTable, { source }: ColumnPlan): boolean =>
  table.indexes.some(
    ({ terms, sql }) =>
      terms.some(({ column }) => column !== null && sameName(column, source)) ||
      (sql?.toLowerCase().includes(source.toLowerCase()) ?? false),
  ) || table.foreignKeys.some(({ childColumns }) => childColumns.some((name) => sameName(name, source)));

/** A constraint has no name in SQLite that people would know. */
function nameOf(index: SqliteIndex, { draft, indexNames, relations }: TableObjectsInput): string {
  if (index.origin === "statement") return indexNames.get(index.name) ?? index.name;
  const columns = index.terms.flatMap(({ column }) => (column === null ? [] : [column]));
  return relations.take(`${draft.plan.target}_${columns.join("_")}`, "_key");
}
