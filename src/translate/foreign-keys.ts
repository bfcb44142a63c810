/**
 * Foreign keys between the planned tables. PostgreSQL wants what SQLite only asks for when it checks: a parent
 * table, a unique key on just those columns, and comparable types.
 */
import type { Finding } from "../model/finding.js";
import type { ColumnPlan, ForeignKeyPlan, NotCarried, TablePlan } from "../model/plan.js";
import type { TableProfile } from "../model/profile.js";
import { typeWords, type PgType } from "../model/postgres.js";
import type { SqliteForeignKey, SqliteTable } from "../model/sqlite.js";
import { misfits } from "./fit.js";
import { sameName, targetNames } from "./keys.js";
import { NameBook } from "./names.js";
import type { Deferrable } from "./sql/table-declaration.js";

/** How many orphans a constraint has; from export/orphans.ts. */
export interface OrphanCount {
  readonly table: string;
  readonly foreignKey: number;
  readonly rows: number;
  readonly first: readonly string[];
}

/** A planned table with what it was made from. */
export interface TableDraft {
  readonly source: SqliteTable;
  readonly profile: TableProfile;
  readonly deferrable: readonly Deferrable[];
  plan: TablePlan;
}

interface Link {
  readonly columns: readonly string[];
  readonly parent: TableDraft;
  readonly parentColumns: readonly string[];
}

/** Makes child columns agree with their parents' types, where every value allows it. Changes `drafts`. */
export function agreeTypes(drafts: readonly TableDraft[]): readonly Finding[] {
  const findings: Finding[] = [];
  // A change may reach grandchildren; each pass settles one more generation.
  for (let pass = 0; pass <= drafts.length; pass += 1) {
    const before = findings.length;
    for (const draft of drafts) {
      for (const foreignKey of draft.source.foreignKeys)
        findings.push(...agreeOne(draft, foreignKey, drafts));
    }
    if (findings.length === before) break;
  }
  return findings;
}

function agreeOne(
  draft: TableDraft,
  foreignKey: SqliteForeignKey,
  drafts: readonly TableDraft[],
): readonly Finding[] {
  const link = linkOf(draft, foreignKey, drafts);
  if (typeof link === "string") return [];
  return link.columns.flatMap((name, index): Finding[] => {
    const child = columnNamed(draft.plan, name);
    const parent = columnNamed(link.parent.plan, link.parentColumns[index]!);
    const profile = draft.profile.columns.find((each) => each.column === child.source);
    const settled =
      areComparable(child.type, parent.type) || child.identity !== null || profile === undefined;
    if (settled || misfits(parent.type, parent.unit, profile) > 0) return [];
    const changed = {
      ...child,
      type: parent.type,
      unit: parent.unit,
      because: `${child.because}; as its parent ${link.parent.plan.target}.${parent.target}`,
    };
    draft.plan = {
      ...draft.plan,
      columns: draft.plan.columns.map((each) => (each === child ? changed : each)),
    };
    const at = { table: draft.source.name, column: child.source };
    return [
      {
        kind: "foreign-key-type-changed",
        at,
        type: typeWords(parent.type),
        parentTable: link.parent.source.name,
      },
    ];
  });
}

export interface ForeignKeys {
  readonly foreignKeys: readonly ForeignKeyPlan[];
  readonly findings: readonly Finding[];
  readonly notCarried: readonly NotCarried[];
}

export function translateForeignKeys(
  draft: TableDraft,
  drafts: readonly TableDraft[],
  orphans: readonly OrphanCount[],
): ForeignKeys {
  const names = new NameBook();
  const foreignKeys: ForeignKeyPlan[] = [];
  const findings: Finding[] = [];
  const notCarried: NotCarried[] = [];
  for (const [index, foreignKey] of draft.source.foreignKeys.entries()) {
    const link = linkOf(draft, foreignKey, drafts);
    const refusal = typeof link === "string" ? link : typeRefusal(draft, link);
    if (typeof link === "string" || refusal !== null) {
      notCarried.push(notCarriedKey(draft.source, foreignKey, refusal ?? ""));
      continue;
    }
    const orphan = orphans.find(
      (each) => each.table === draft.source.name && each.foreignKey === foreignKey.id,
    );
    foreignKeys.push({
      name: names.take(`${draft.plan.target}_${link.columns.join("_")}_fkey`),
      columns: link.columns,
      parentTable: link.parent.plan.target,
      parentColumns: link.parentColumns,
      onUpdate: foreignKey.onUpdate,
      onDelete: foreignKey.onDelete,
      deferrable: draft.deferrable[index] ?? "no",
      orphans: orphan?.rows ?? 0,
    });
    if (orphan !== undefined) findings.push(orphanFinding(draft.source, foreignKey, orphan));
  }
  return { foreignKeys, findings, notCarried };
}

/** The two ends of a foreign key in the plan, or why PostgreSQL cannot have it. */
function linkOf(
  draft: TableDraft,
  foreignKey: SqliteForeignKey,
  drafts: readonly TableDraft[],
): Link | string {
  const parent = drafts.find((each) => sameName(each.source.name, foreignKey.parentTable));
  if (parent === undefined) return `the table ${foreignKey.parentTable} that it points at does not exist`;
  const columns = targetNames(foreignKey.childColumns, draft.plan.columns);
  const wanted = foreignKey.parentColumns ?? parent.source.primaryKey;
  const parentColumns = targetNames(wanted, parent.plan.columns);
  if (columns === null || parentColumns === null)
    return "a column of it does not exist or is not carried over";
  if (columns.length !== parentColumns.length)
    return "it has another number of columns than the key it points at";
  if (!keysOf(parent.plan).some((key) => sameSet(key, parentColumns))) {
    return `${foreignKey.parentTable} (${wanted.join(", ")}) is no primary key and not unique`;
  }
  return { columns, parent, parentColumns };
}

const keysOf = (table: TablePlan): readonly (readonly string[])[] => [
  ...(table.primaryKey === null ? [] : [table.primaryKey.columns]),
  ...table.uniques.map((key) => key.columns),
  ...table.indexes.filter((index) => index.unique).map((index) => index.terms.map((term) => term.column)),
];

const sameSet = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((name) => b.includes(name)) && new Set(b).size === b.length;

function typeRefusal(draft: TableDraft, link: Link): string | null {
  for (const [index, name] of link.columns.entries()) {
    const child = columnNamed(draft.plan, name);
    const parent = columnNamed(link.parent.plan, link.parentColumns[index]!);
    if (!areComparable(child.type, parent.type)) {
      return `${name} is ${typeWords(child.type)}, but ${link.parent.plan.target}.${parent.target} is ${typeWords(parent.type)}`;
    }
  }
  return null;
}

const textual = new Set(["text", "character varying"]);

/** Which child types PostgreSQL compares with which parent's without a cast. */
function areComparable(child: PgType, parent: PgType): boolean {
  if (child.name === parent.name) return true;
  if (textual.has(child.name) && textual.has(parent.name)) return true;
  return child.name === "bigint" && (parent.name === "numeric" || parent.name === "double precision");
}

const columnNamed = (table: TablePlan, name: string): ColumnPlan =>
  table.columns.find((column) => column.target === name)!;

const notCarriedKey = (table: SqliteTable, foreignKey: SqliteForeignKey, reason: string): NotCarried => ({
  type: "foreign key",
  name: `${table.name} (${foreignKey.childColumns.join(", ")})`,
  table: table.name,
  sql: `FOREIGN KEY (${foreignKey.childColumns.join(", ")}) REFERENCES ${foreignKey.parentTable}${
    foreignKey.parentColumns === null ? "" : ` (${foreignKey.parentColumns.join(", ")})`
  }`,
  reason,
});

const orphanFinding = (table: SqliteTable, foreignKey: SqliteForeignKey, orphan: OrphanCount): Finding => ({
  kind: "orphan-rows",
  at: { table: table.name },
  columns: foreignKey.childColumns,
  parentTable: foreignKey.parentTable,
  rows: orphan.rows,
  first: orphan.first,
});
