/**
 * Foreign keys between the planned tables. PostgreSQL wants what SQLite only asks for when it checks: a parent
 * table, a unique key on just those columns, and comparable types.
 */
import type { Finding } from "../../model/finding.js";
import type { OnOrphans } from "../../model/orphans.js";
import type { ForeignKeyPlan, NotCarried, TablePlan } from "../../model/plan.js";
import { typeSql, typeWords } from "../../model/postgres.js";
import type { SqliteForeignKey, SqliteTable } from "../../model/sqlite.js";
import { areComparable, columnNamed, linkOf, type Link, type TableDraft } from "./foreign-key-link.js";
import { instead } from "../instead.js";
import { targetNames } from "./keys.js";
import { sameName } from "../../model/identifier.js";
import { givenNameChange, type GivenName, type NameBook } from "../names.js";
import type { Deferrable } from "../sql/ddl/table-declaration.js";

/** How many orphans a constraint has; from export/orphans.ts. */
export interface OrphanCount {
  readonly table: string;
  readonly foreignKey: number;
  readonly rows: number;
  readonly first: readonly string[];
}

export interface ForeignKeys {
  readonly foreignKeys: readonly ForeignKeyPlan[];
  readonly findings: readonly Finding[];
  readonly notCarried: readonly NotCarried[];
}

/**
 * @param names of the table's constraints
 * @param given those that people gave, one for each foreign key
 */
export function translateForeignKeys(
  draft: TableDraft,
  drafts: readonly TableDraft[],
  { orphans, onOrphans }: { readonly orphans: readonly OrphanCount[]; readonly onOrphans: OnOrphans },
  names: NameBook,
  given: readonly (GivenName | null)[],
): ForeignKeys {
  const { target } = draft.plan;
  const foreignKeys: ForeignKeyPlan[] = [];
  const findings: Finding[] = [];
  const notCarried: NotCarried[] = [];
  for (const [index, foreignKey] of draft.source.foreignKeys.entries()) {
    const deferrable = draft.declaration?.foreignKeys[index]?.deferrable ?? "no";
    const link = linkOf(draft, foreignKey, drafts);
    const refusal = typeof link === "string" ? link : typeRefusal(draft, link);
    if (typeof link === "string" || refusal !== null) {
      notCarried.push(notCarriedKey(draft, drafts, foreignKey, deferrable, refusal ?? ""));
      continue;
    }
    const orphan = orphans.find(
      (each) => each.table === draft.source.name && each.foreignKey === foreignKey.id,
    );
    const own = given[index] ?? null;
    findings.push(...givenNameChange(draft.source.name, "constraint", own));
    foreignKeys.push({
      name: own?.name ?? names.take(`${target}_${link.columns.join("_")}`, "_fkey"),
      columns: link.columns,
      parentTable: link.parent.plan.target,
      parentColumns: link.parentColumns,
      onUpdate: foreignKey.onUpdate,
      onDelete: foreignKey.onDelete,
      deferrable,
      orphans: orphan?.rows ?? 0,
    });
    if (orphan !== undefined) {
      const facts = orphanFacts(draft.source, foreignKey, orphan);
      findings.push(
        onOrphans === "fail"
          ? { kind: "orphans-refused", ...facts }
          : { kind: "orphan-rows", ...facts, foundIn: "source", rejectedParents: 0 },
      );
    }
  }
  return { foreignKeys, findings, notCarried };
}

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

const notCarriedKey = (
  { source: table, plan }: TableDraft,
  drafts: readonly TableDraft[],
  foreignKey: SqliteForeignKey,
  deferrable: Deferrable,
  reason: string,
): NotCarried => ({
  type: "foreign key",
  name: `${table.name} (${foreignKey.childColumns.join(", ")})`,
  table: table.name,
  sql: foreignKeyWords(foreignKey, deferrable),
  reason,
  instead: wayOf(plan, drafts, foreignKey),
});

/** Only where what it points at is there, but for being unique. */
function wayOf(plan: TablePlan, drafts: readonly TableDraft[], foreignKey: SqliteForeignKey): string | null {
  const parent = drafts.find(({ source }) => sameName(source.name, foreignKey.parentTable));
  if (parent === undefined) return null;
  const columns = targetNames(foreignKey.childColumns, plan.columns);
  const parentColumns = targetNames(
    foreignKey.parentColumns ?? parent.source.primaryKey,
    parent.plan.columns,
  );
  if (columns === null || parentColumns?.length !== columns.length) return null;
  const names = [plan.target, columns, parent.plan.target, parentColumns] as const;
  const types = columns.map((name, at) => {
    const type = columnNamed(parent.plan, parentColumns[at]!).type;
    return areComparable(columnNamed(plan, name).type, type) ? null : { name, type: typeSql(type) };
  });
  const other = types.find((each) => each !== null);
  return other === undefined
    ? instead.uniqueParent(...names)
    : instead.comparable(other.name, other.type, ...names);
}

const deferrableWords: Readonly<Record<Deferrable, readonly string[]>> = {
  no: [],
  immediate: ["DEFERRABLE"],
  deferred: ["DEFERRABLE INITIALLY DEFERRED"],
};

/** For people: names as they are. */
function foreignKeyWords(foreignKey: SqliteForeignKey, deferrable: Deferrable): string {
  const { childColumns, parentTable, parentColumns, onUpdate, onDelete } = foreignKey;
  const action = (event: string, what: string): readonly string[] =>
    what === "NO ACTION" ? [] : [`ON ${event} ${what}`];
  return [
    `FOREIGN KEY (${childColumns.join(", ")}) REFERENCES ${parentTable}`,
    ...(parentColumns === null ? [] : [`(${parentColumns.join(", ")})`]),
    ...action("UPDATE", onUpdate),
    ...action("DELETE", onDelete),
    ...deferrableWords[deferrable],
  ].join(" ");
}

const orphanFacts = (table: SqliteTable, foreignKey: SqliteForeignKey, orphan: OrphanCount) => ({
  at: { table: table.name },
  columns: foreignKey.childColumns,
  parentTable: foreignKey.parentTable,
  rows: orphan.rows,
  first: orphan.first,
});
