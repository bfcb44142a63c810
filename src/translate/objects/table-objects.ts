/** What a table has beside its columns' types, once these are settled: defaults, constraints, indexes. */
import type { Finding } from "../../model/finding.js";
import type { NameStyle } from "../../model/mapping.js";
import type { OnOrphans } from "../../model/orphans.js";
import type { NotCarried, TablePlan } from "../../model/plan.js";
import type { SqliteIndex } from "../../model/sqlite.js";
import { translateChecks } from "./checks.js";
import { collationFindings } from "./collation-findings.js";
import { translateDefaults } from "../defaults/defaults.js";
import { translateExpressionIndexes } from "./expression-indexes.js";
import type { TableDraft } from "./foreign-key-link.js";
import { translateForeignKeys, type OrphanCount } from "./foreign-keys.js";
import type { TableKeyNames } from "../key-names.js";
import { NameBook, targetOf, wish, type GivenName } from "../names.js";
import { constraintNames } from "./constraint-names.js";
import { scopeOfDraft } from "./settle-generated.js";

export interface TableObjectsInput {
  readonly draft: TableDraft;
  /** Of all tables. */
  readonly drafts: readonly TableDraft[];
  readonly orphans: readonly OrphanCount[];
  readonly onOrphans: OnOrphans;
  /** SQLite's name of an index -> its name in the target. */
  readonly indexNames: ReadonlyMap<string, string>;
  readonly keyNames: TableKeyNames;
  readonly relations: NameBook;
  /** Of names that people gave. */
  readonly style: NameStyle;
}

export interface TableObjects {
  readonly plan: TablePlan;
  readonly findings: readonly Finding[];
  readonly notCarried: readonly NotCarried[];
}

export function translateTableObjects(input: TableObjectsInput): TableObjects {
  const { draft, drafts, style } = input;
  const { source: table, declaration } = draft;
  const { target, columns, primaryKey } = draft.plan;
  const scope = scopeOfDraft(draft);
  const defaults = translateDefaults(table, target, columns);
  const indexes = translateExpressionIndexes({
    table,
    columns,
    scope,
    uniques: draft.plan.uniques,
    givenName: (index) => givenName(index, input),
    makeName: (index) => makeName(index, input),
  });
  const uniques = [...draft.plan.uniques, ...indexes.uniques];
  // The constraints of a table share their names.
  const constraints = new NameBook(
    [...uniques, ...(primaryKey === null ? [] : [primaryKey])].map(({ name }) => name),
  );
  const given = constraintNames(declaration, style, constraints);
  const checks =
    declaration === null
      ? { checks: [], findings: [], notCarried: [] }
      : translateChecks({ table, declaration, target, columns, scope, constraints, given: given.checks });
  const foreignKeys = translateForeignKeys(draft, drafts, input, constraints, given.foreignKeys);
  return {
    plan: {
      ...draft.plan,
      columns: defaults.columns,
      uniques,
      indexes: [...draft.plan.indexes, ...indexes.indexes],
      checks: checks.checks,
      foreignKeys: foreignKeys.foreignKeys,
    },
    findings: [
      ...(declaration === null ? [] : collationFindings(table, columns, declaration)),
      ...indexes.findings,
      ...checks.findings,
      ...foreignKeys.findings,
    ],
    notCarried: [
      ...defaults.notCarried,
      ...indexes.notCarried,
      ...checks.notCarried,
      ...foreignKeys.notCarried,
    ],
  };
}

/** Unless a constraint on the columns themselves has taken it, for foreign keys that point there. */
function givenName(index: SqliteIndex, { draft, indexNames, keyNames, style }: TableObjectsInput) {
  if (index.origin === "statement")
    return { wish: wish(index.name, style), name: indexNames.get(index.name) ?? index.name };
  const given: GivenName | null = keyNames.uniques.get(index.name) ?? null;
  return draft.plan.uniques.some(({ name }) => name === given?.name) ? null : given;
}

function makeName({ terms }: SqliteIndex, { draft, relations }: TableObjectsInput): string {
  const columns = terms.flatMap(({ column }) =>
    column === null ? [] : [targetOf(column, draft.plan.columns)],
  );
  return relations.take(`${draft.plan.target}_${columns.join("_")}`, "_key");
}
