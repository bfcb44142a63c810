/** SQLite's schema and the profile of its values -> the plan. Pure: asks no database, reads no clock. */
import type { Finding, RuleNotKept } from "../model/finding.js";
import { foldName, sameName } from "../model/identifier.js";
import type { ColumnPlan, NotCarried, Plan, PlanSource, ReaderPlan, TablePlan } from "../model/plan.js";
import type { UsedMapping } from "../model/mapping.js";
import type { OnOrphans } from "../model/orphans.js";
import type { Meaning, TableProfile } from "../model/profile.js";
import type { MaxRejects, OnReject } from "../model/reject.js";
import {
  columnsWithValues,
  type SqliteForeignKey,
  type SqliteSchema,
  type SqliteTable,
} from "../model/sqlite.js";
import type { CaselessColumn } from "../model/nocase.js";
import { agreeTypes } from "./columns/agree-types.js";
import { asCaseless } from "./columns/caseless.js";
import { readDeclaredType } from "./columns/declared-type.js";
import { draftColumns } from "./columns/draft-columns.js";
import { meaningOf } from "./columns/existing-type.js";
import type { TableDraft } from "./objects/foreign-key-link.js";
import { fullTextColumns } from "./objects/full-text-columns.js";
import type { OrphanCount } from "./objects/foreign-keys.js";
import { translateKeys } from "./objects/keys.js";
import { gatherStyled, nameChange, wish } from "./names.js";
import { declarationNotCarried } from "./objects/not-carried.js";
import { relationNames, type RelationNames } from "./relation-names.js";
import { isOfColumn } from "./rules/rules-not-kept.js";
import type { Rules } from "./rules/rules.js";
import { settleGenerated } from "./objects/settle-generated.js";
import { translateTableObjects } from "./objects/table-objects.js";
import { parseTableDeclaration, type TableDeclaration } from "./sql/ddl/table-declaration.js";
import { tableRelations, writableTables } from "./objects/table-relations.js";
import { translateTriggers } from "./objects/triggers.js";
import { translateViews } from "./objects/views.js";
import { virtualTablesNotCarried } from "./objects/virtual-tables.js";

export interface TranslateInput {
  readonly source: PlanSource;
  readonly schema: SqliteSchema;
  /** One per table, in the schema's order. */
  readonly readers: readonly ReaderPlan[];
  /** One per table, in the schema's order. */
  readonly profiles: readonly TableProfile[];
  readonly orphans: readonly OrphanCount[];
  /** The target's schema. */
  readonly targetSchema: string;
  /** Of the server that the plan is for: its major version. */
  readonly serverVersion: number;
  readonly rules: Rules;
  /** Built-in rules that are known to give way. Their columns are counted by the declared meaning. */
  readonly rulesNotKept: readonly RuleNotKept[];
  readonly mappings: readonly UsedMapping[];
  readonly sampledRows: number | null;
  readonly onReject: OnReject;
  readonly maxRejects: MaxRejects | null;
  readonly onOrphans: OnOrphans;
  /** Whether full-text indexes become columns to search in. */
  readonly fullText: "skip" | "tsvector";
  /** The tables with rows that somebody does not want to have. */
  readonly leftOut: readonly string[];
  /** The columns that compare without case by themselves; by its absence none. */
  readonly caseless?: readonly CaselessColumn[];
}

/** What each record column of a table is meant to hold: tells the profile where to look closer. */
export const meaningsOf = (
  table: SqliteTable,
  rules: Rules,
  rulesNotKept: readonly RuleNotKept[] = [],
): readonly { readonly name: string; readonly meaning: Meaning }[] =>
  columnsWithValues(table).map((column) => {
    const { type } = rules.column(table, column);
    const isDeclared =
      type === null || rulesNotKept.some((rule) => isOfColumn(rule, table.name, column.name));
    const meaning = isDeclared
      ? readDeclaredType(column.declaredType, column.affinity).meaning
      : meaningOf(type.value);
    return { name: column.name, meaning };
  });

/** PostgreSQL documentation, appendix K. */
const mostColumns = 1600;

export function translate(input: TranslateInput): Plan {
  const { schema, rules } = input;
  const declarations = schema.tables.map(({ sql }) => parseTableDeclaration(sql));
  const names = relationNames(schema, declarations, rules);
  const findings: Finding[] = [];
  const notCarried: NotCarried[] = [];
  const drafted = schema.tables.map((table, index) => {
    const draft = draftTable(
      table,
      declarations[index] ?? null,
      input.readers[index]!,
      input.profiles[index]!,
      names,
      input,
    );
    findings.push(...draft.findings);
    return draft;
  });
  const agreed = agreeTypes(drafted);
  findings.push(...agreed.findings);
  const settled = agreed.drafts.map((draft) => settleGenerated(draft, input.serverVersion, names.indexes));
  const drafts = settled.map(({ draft }) => draft);
  const tables = drafts.map((draft, index): TablePlan => {
    const objects = translateTableObjects({
      draft,
      drafts,
      orphans: input.orphans,
      onOrphans: input.onOrphans,
      indexNames: names.indexes,
      keyNames: names.keys.get(draft.source.name)!,
      relations: names.relations,
      style: rules.names,
    });
    findings.push(...objects.findings);
    notCarried.push(...drafted[index]!.notCarried, ...settled[index]!.notCarried, ...objects.notCarried);
    return objects.plan;
  });
  if (tables.length === 0) findings.push({ kind: "nothing-to-move", at: { table: null } });
  const readable = tableRelations(agreed.drafts, tables);
  const { objects } = schema;
  const style = rules.names;
  const views = translateViews({ objects, tables: readable, names: names.views, style });
  const triggers = translateTriggers({
    objects,
    tables: writableTables(agreed.drafts, tables, readable),
    relations: views.relations,
    style,
  });
  findings.push(...views.findings, ...triggers.findings);
  notCarried.push(...views.notCarried, ...triggers.notCarried);
  const fullText =
    input.fullText === "skip"
      ? { tables, refusals: null, findings: [] }
      : fullTextColumns({ objects, drafts, tables, relations: names.relations, style });
  const virtual = virtualTablesNotCarried(schema, fullText.tables, fullText.refusals, input.leftOut);
  findings.push(...fullText.findings, ...virtual.findings);
  const { source, targetSchema, serverVersion, mappings, sampledRows, onReject, maxRejects } = input;
  return {
    formatVersion: 1,
    source,
    schema: targetSchema,
    serverVersion,
    trial: "untried",
    mappings,
    sampledRows,
    onReject,
    maxRejects,
    onOrphans: input.onOrphans,
    // Which of them keep rows apart, only the rows tell.
    orphanKeys: [],
    tables: fullText.tables,
    views: views.views,
    triggers: triggers.triggers,
    notCarried: [...virtual.notCarried, ...notCarried],
    findings: gatherStyled(findings),
  };
}

interface DraftedTable extends TableDraft {
  readonly findings: readonly Finding[];
  readonly notCarried: readonly NotCarried[];
}

function draftTable(
  table: SqliteTable,
  declaration: TableDeclaration | null,
  reader: ReaderPlan,
  profile: TableProfile,
  names: RelationNames,
  {
    rules,
    rulesNotKept,
    schema,
    caseless = [],
  }: Pick<TranslateInput, "rules" | "rulesNotKept" | "schema" | "caseless">,
): DraftedTable {
  const target = names.tables.get(table.name) ?? table.name;
  const drafted = draftColumns(table, target, profile, names.relations, rules, rulesNotKept, schema.encoding);
  const { ruled, findings, skipped } = drafted;
  const columns = asCaseless(drafted.columns, table.name, caseless);
  const keys = translateKeys({
    table,
    profile,
    target,
    columns,
    indexNames: names.indexes,
    keyNames: names.keys.get(table.name)!,
    relations: names.relations,
    style: rules.names,
    isParentKey: (key) =>
      schema.tables.some(({ foreignKeys }) => foreignKeys.some((each) => pointsAt(each, table, key))),
  });
  const tooMany: readonly Finding[] =
    columns.length > mostColumns
      ? [{ kind: "too-many-columns", at: { table: table.name }, columns: columns.length }]
      : [];
  return {
    source: table,
    profile,
    declaration,
    ruled,
    plan: {
      source: table.name,
      target,
      rows: profile.rows,
      // What encoding the rows tells; settle-rejects.ts puts it in.
      rejected: 0,
      rejects: [],
      changes: [],
      withoutRowid: table.withoutRowid,
      ...(table.virtual === undefined ? {} : { storage: table.virtual.storage }),
      reader,
      columns: withComments(columns, declaration),
      primaryKey: keys.primaryKey,
      uniques: keys.uniques,
      indexes: keys.indexes,
      foreignKeys: [],
      checks: [],
      comment: declaration?.comments.table ?? null,
    },
    findings: [
      ...nameChange(
        table.name,
        "table",
        wish(table.name, rules.names, rules.table(table.name).rename),
        target,
      ),
      ...tooMany,
      ...findings,
      ...keys.findings,
    ],
    notCarried: [
      ...skipped,
      ...declarationNotCarried(table, declaration, { target, columns }),
      ...keys.notCarried,
    ],
  };
}

const withComments = (
  columns: readonly ColumnPlan[],
  declaration: TableDeclaration | null,
): readonly ColumnPlan[] =>
  columns.map((column) => ({
    ...column,
    comment: declaration?.comments.columns.get(foldName(column.source)) ?? null,
  }));

const pointsAt = (
  { parentTable, parentColumns }: SqliteForeignKey,
  table: SqliteTable,
  key: readonly string[],
): boolean =>
  sameName(parentTable, table.name) &&
  parentColumns?.length === key.length &&
  parentColumns.every((name) => key.some((column) => sameName(column, name)));
