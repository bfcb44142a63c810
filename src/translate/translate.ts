/** SQLite's schema and the profile of its values -> the plan. Pure: asks no database, reads no clock. */
import type { Finding } from "../model/finding.js";
import type { ColumnPlan, IdentityPlan, NotCarried, Plan, PlanSource, TablePlan } from "../model/plan.js";
import type { ColumnProfile, Meaning, TableProfile } from "../model/profile.js";
import type { SqliteColumn, SqliteSchema, SqliteTable } from "../model/sqlite.js";
import { decideColumnType } from "./column-type.js";
import { readDeclaredType } from "./declared-type.js";
import { translateDefault } from "./default-value.js";
import { agreeTypes, translateForeignKeys, type OrphanCount, type TableDraft } from "./foreign-keys.js";
import { translateKeys } from "./keys.js";
import { nameChange, NameBook, takeColumnName } from "./names.js";
import { declarationNotCarried, objectsNotCarried } from "./not-carried.js";
import { parseTableDeclaration } from "./sql/table-declaration.js";

export interface TranslateInput {
  readonly source: PlanSource;
  readonly schema: SqliteSchema;
  /** One per table, in the schema's order. */
  readonly profiles: readonly TableProfile[];
  readonly orphans: readonly OrphanCount[];
  /** The target's schema. */
  readonly targetSchema: string;
}

/** What each record column of a table is meant to hold: tells the profile where to look closer. */
export const meaningsOf = (
  table: SqliteTable,
): readonly { readonly name: string; readonly meaning: Meaning }[] =>
  carriedColumns(table).map((column) => ({
    name: column.name,
    meaning: readDeclaredType(column.declaredType, column.affinity).meaning,
  }));

/** Virtual generated columns have no values of their own in the file. */
const carriedColumns = (table: SqliteTable): readonly SqliteColumn[] =>
  table.columns.filter((column) => column.generated !== "virtual");

/** PostgreSQL documentation, appendix K. */
const mostColumns = 1600;

export function translate(input: TranslateInput): Plan {
  const { schema } = input;
  const relations = new NameBook();
  const findings: Finding[] = [];
  const notCarried: NotCarried[] = [...objectsNotCarried(schema)];
  // All tables have their names before any index takes one.
  const names = schema.tables.map((table) => relations.take(table.name));
  const drafts = schema.tables.map((table, index) => {
    const draft = draftTable(table, names[index]!, input.profiles[index]!, relations);
    findings.push(...draft.findings);
    notCarried.push(...draft.notCarried);
    return draft;
  });
  findings.push(...agreeTypes(drafts));
  const tables = drafts.map((draft): TablePlan => {
    const keys = translateForeignKeys(draft, drafts, input.orphans);
    findings.push(...keys.findings);
    notCarried.push(...keys.notCarried);
    return { ...draft.plan, foreignKeys: keys.foreignKeys };
  });
  if (tables.length === 0) findings.push({ kind: "nothing-to-move", at: { table: null } });
  return { formatVersion: 1, source: input.source, schema: input.targetSchema, tables, notCarried, findings };
}

interface DraftedTable extends TableDraft {
  readonly findings: readonly Finding[];
  readonly notCarried: readonly NotCarried[];
}

function draftTable(
  table: SqliteTable,
  target: string,
  profile: TableProfile,
  relations: NameBook,
): DraftedTable {
  const declaration = parseTableDeclaration(table.sql);
  const columns = draftColumns(table, target, profile, relations);
  const keys = translateKeys(table, target, columns.plans, profile, relations);
  const tooMany: readonly Finding[] =
    columns.plans.length > mostColumns
      ? [{ kind: "too-many-columns", at: { table: table.name }, columns: columns.plans.length }]
      : [];
  return {
    source: table,
    profile,
    deferrable: declaration?.deferrable ?? [],
    plan: {
      source: table.name,
      target,
      rows: profile.rows,
      withoutRowid: table.withoutRowid,
      columns: columns.plans,
      primaryKey: keys.primaryKey,
      uniques: keys.uniques,
      indexes: keys.indexes,
      foreignKeys: [],
    },
    findings: [
      ...nameChange(table.name, "table", table.name, target),
      ...tooMany,
      ...columns.findings,
      ...keys.findings,
    ],
    notCarried: [...declarationNotCarried(table, declaration), ...columns.notCarried, ...keys.notCarried],
  };
}

interface DraftedColumns {
  readonly plans: readonly ColumnPlan[];
  readonly findings: readonly Finding[];
  readonly notCarried: readonly NotCarried[];
}

function draftColumns(
  table: SqliteTable,
  target: string,
  profile: TableProfile,
  relations: NameBook,
): DraftedColumns {
  const names = new NameBook();
  const findings: Finding[] = [];
  const notCarried: NotCarried[] = [];
  const plans = carriedColumns(table).map((column, index): ColumnPlan => {
    const counts = profile.columns[index]!;
    const name = takeColumnName(names, column.name);
    const decision = decideColumnType(table.name, column, counts);
    findings.push(...nameChange(table.name, "column", column.name, name), ...decision.findings);
    const isKey = table.rowidAlias === column.name;
    const identity = isKey ? identityOf(table, counts, relations.take(`${target}_${name}_seq`)) : null;
    if (identity !== null && identity.next === null) {
      findings.push({
        kind: "identity-exhausted",
        at: { table: table.name, column: column.name },
        largest: largestInt64.toString(),
      });
    }
    const notNull = column.notNull || isKey;
    if (notNull && counts.nulls > 0) {
      const at = { table: table.name, column: column.name };
      findings.push({
        kind: "null-in-not-null",
        at,
        rows: counts.nulls,
        first: counts.examples.null ?? null,
      });
    }
    const translated =
      column.defaultSql === null || column.generated !== "no"
        ? ({ carried: true, sql: null } as const)
        : translateDefault(column.defaultSql, decision.type, decision.unit);
    if (!translated.carried) notCarried.push(defaultNotCarried(table, column));
    return {
      source: column.name,
      declaredType: column.declaredType,
      target: name,
      type: decision.type,
      unit: decision.unit,
      notNull: notNull && counts.nulls === 0,
      defaultSql: identity === null && translated.carried ? translated.sql : null,
      identity,
      because: decision.because,
    };
  });
  return { plans, findings, notCarried };
}

const largestInt64 = 2n ** 63n - 1n;

/** The next value is one more than anything that was ever used (sqlite.org/autoinc.html). */
function identityOf(table: SqliteTable, counts: ColumnProfile, sequence: string): IdentityPlan {
  const used = [0n, BigInt(table.sequence ?? 0), BigInt(counts.integers.largest ?? 0)];
  const largest = used.reduce((a, b) => (a > b ? a : b));
  return { sequence, next: largest >= largestInt64 ? null : (largest + 1n).toString() };
}

const defaultNotCarried = (table: SqliteTable, column: SqliteColumn): NotCarried => ({
  type: "default",
  name: `${table.name}.${column.name}`,
  table: table.name,
  sql: `DEFAULT ${column.defaultSql ?? ""}`,
  reason:
    "it is an expression, or no value of the column's type; the application or an ALTER TABLE has to set it",
});
