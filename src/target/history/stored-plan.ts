/** Whether a plan out of a run history has all that one of this version has: builds before a release stored plans with fewer keys. */
import type {
  ColumnPlan,
  ForeignKeyPlan,
  GeneratedPlan,
  IndexPlan,
  Plan,
  TablePlan,
} from "../../model/plan.js";

/** Those that are always there. The compiler wants each of them, so that a key that a plan gains is looked for as well. */
type Keys<T> = Readonly<{
  [Key in keyof T as undefined extends T[Key] ? never : Key]: true;
}>;

const planKeys: Keys<Plan> = {
  formatVersion: true,
  source: true,
  schema: true,
  serverVersion: true,
  trial: true,
  mappings: true,
  sampledRows: true,
  onReject: true,
  maxRejects: true,
  onOrphans: true,
  orphanKeys: true,
  tables: true,
  views: true,
  triggers: true,
  notCarried: true,
  findings: true,
};

const tableKeys: Keys<TablePlan> = {
  source: true,
  target: true,
  rows: true,
  rejected: true,
  rejects: true,
  changes: true,
  withoutRowid: true,
  reader: true,
  columns: true,
  primaryKey: true,
  uniques: true,
  indexes: true,
  foreignKeys: true,
  checks: true,
  comment: true,
};

const columnKeys: Keys<ColumnPlan> = {
  source: true,
  declaredType: true,
  target: true,
  type: true,
  unit: true,
  decode: true,
  zone: true,
  policy: true,
  rule: true,
  notNull: true,
  defaultSql: true,
  identity: true,
  generated: true,
  comment: true,
  because: true,
};

const generatedKeys: Keys<GeneratedPlan> = { sql: true, kind: true, sourceKind: true, sourceSql: true };
const indexKeys: Keys<IndexPlan> = { name: true, unique: true, terms: true, where: true };
const foreignKeyKeys: Keys<ForeignKeyPlan> = {
  name: true,
  columns: true,
  parentTable: true,
  parentColumns: true,
  onUpdate: true,
  onDelete: true,
  deferrable: true,
  orphans: true,
};

/** The first key that is not there, e.g. `tables[0].columns[2].zone`; null where the plan has them all. */
export const missingKey = (plan: unknown): string | null =>
  lackOf(plan, planKeys, "") ?? firstLack(plan, "tables", "", missingOfTable);

const missingOfTable = (table: unknown, at: string): string | null =>
  lackOf(table, tableKeys, at) ??
  firstLack(table, "columns", at, missingOfColumn) ??
  firstLack(table, "indexes", at, (index, place) => lackOf(index, indexKeys, place)) ??
  firstLack(table, "foreignKeys", at, (key, place) => lackOf(key, foreignKeyKeys, place));

const missingOfColumn = (column: unknown, at: string): string | null => {
  const lack = lackOf(column, columnKeys, at);
  const generated = lack === null ? valueOf(column, "generated") : null;
  return lack ?? (generated === null ? null : lackOf(generated, generatedKeys, `${at}generated.`));
};

const lackOf = (value: unknown, keys: Readonly<Record<string, true>>, at: string): string | null => {
  const missing = Object.keys(keys).find((key) => valueOf(value, key) === undefined);
  return missing === undefined ? null : `${at}${missing}`;
};

const firstLack = (
  value: unknown,
  key: string,
  at: string,
  lackOfEach: (each: unknown, at: string) => string | null,
): string | null => {
  const all = valueOf(value, key);
  if (!Array.isArray(all)) return `${at}${key}`;
  for (const [index, each] of all.entries()) {
    const lack = lackOfEach(each, `${at}${key}[${index}].`);
    if (lack !== null) return lack;
  }
  return null;
};

const valueOf = (value: unknown, key: string): unknown =>
  typeof value === "object" && value !== null && Object.hasOwn(value, key)
    ? (value as Readonly<Record<string, unknown>>)[key]
    : undefined;
