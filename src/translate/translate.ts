/** SQLite's schema and the profile of its values -> the plan. Pure: asks no database, reads no clock. */
import type { Finding } from "../model/finding.js";
import type {
  ColumnPlan,
  IdentityPlan,
  NotCarried,
  Plan,
  PlanSource,
  ReaderPlan,
  TablePlan,
} from "../model/plan.js";
import type { ColumnProfile, Meaning, TableProfile } from "../model/profile.js";
import type { SqliteColumn, SqliteSchema, SqliteTable } from "../model/sqlite.js";
import { agreeTypes } from "./agree-types.js";
import { decideColumnType } from "./column-type.js";
import { readDeclaredType } from "./declared-type.js";
import { translateDefaults } from "./defaults.js";
import type { TableDraft } from "./foreign-key-link.js";
import { translateForeignKeys, type OrphanCount } from "./foreign-keys.js";
import { translateKeys } from "./keys.js";
import { columnNames, nameChange, NameBook } from "./names.js";
import { declarationNotCarried, objectsNotCarried } from "./not-carried.js";
import { parseTableDeclaration } from "./sql/table-declaration.js";

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
  const names = relationNames(schema);
  const findings: Finding[] = [];
  const notCarried: NotCarried[] = [...objectsNotCarried(schema)];
  const drafted = schema.tables.map((table, index) => {
    const draft = draftTable(table, input.readers[index]!, input.profiles[index]!, names);
    findings.push(...draft.findings);
    return draft;
  });
  const agreed = agreeTypes(drafted);
  findings.push(...agreed.findings);
  const tables = agreed.drafts.map((draft, index): TablePlan => {
    const keys = translateForeignKeys(draft, agreed.drafts, input.orphans);
    // Only now the types are settled that the defaults are written for.
    const defaults = translateDefaults(draft);
    findings.push(...keys.findings);
    notCarried.push(...drafted[index]!.notCarried, ...defaults.notCarried, ...keys.notCarried);
    return { ...draft.plan, columns: defaults.columns, foreignKeys: keys.foreignKeys };
  });
  if (tables.length === 0) findings.push({ kind: "nothing-to-move", at: { table: null } });
  return { formatVersion: 1, source: input.source, schema: input.targetSchema, tables, notCarried, findings };
}

interface RelationNames {
  readonly tables: ReadonlyMap<string, string>;
  readonly indexes: ReadonlyMap<string, string>;
  /** The namespace that they are taken from, for the names that we make. */
  readonly relations: NameBook;
}

/** People's own names come first: what we name ourselves (_pkey, _seq) makes way for them. */
function relationNames(schema: SqliteSchema): RelationNames {
  const relations = new NameBook();
  const tables = schema.tables.map((table) => table.name);
  const indexes = schema.tables.flatMap((table) =>
    table.indexes.filter((index) => index.origin === "statement").map((index) => index.name),
  );
  const taken = relations.takeAll([...tables, ...indexes]);
  return {
    tables: new Map(tables.map((name, index) => [name, taken[index]!])),
    indexes: new Map(indexes.map((name, index) => [name, taken[tables.length + index]!])),
    relations,
  };
}

interface DraftedTable extends TableDraft {
  readonly findings: readonly Finding[];
  readonly notCarried: readonly NotCarried[];
}

function draftTable(
  table: SqliteTable,
  reader: ReaderPlan,
  profile: TableProfile,
  names: RelationNames,
): DraftedTable {
  const target = names.tables.get(table.name) ?? table.name;
  const declaration = parseTableDeclaration(table.sql);
  const { columns, findings } = draftColumns(table, target, profile, names.relations);
  const keys = translateKeys({
    table,
    profile,
    target,
    columns,
    indexNames: names.indexes,
    relations: names.relations,
  });
  const tooMany: readonly Finding[] =
    columns.length > mostColumns
      ? [{ kind: "too-many-columns", at: { table: table.name }, columns: columns.length }]
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
      reader,
      columns,
      primaryKey: keys.primaryKey,
      uniques: keys.uniques,
      indexes: keys.indexes,
      foreignKeys: [],
    },
    findings: [
      ...nameChange(table.name, "table", table.name, target),
      ...tooMany,
      ...findings,
      ...keys.findings,
    ],
    notCarried: [...declarationNotCarried(table, declaration), ...keys.notCarried],
  };
}

interface DraftedColumns {
  readonly columns: readonly ColumnPlan[];
  readonly findings: readonly Finding[];
}

/** Columns but for their defaults. */
function draftColumns(
  table: SqliteTable,
  target: string,
  profile: TableProfile,
  relations: NameBook,
): DraftedColumns {
  const carried = carriedColumns(table);
  const names = columnNames(carried.map((column) => column.name));
  const findings: Finding[] = [];
  const columns = carried.map((column, index): ColumnPlan => {
    const counts = profile.columns[index]!;
    const name = names[index]!;
    const decision = decideColumnType(table.name, column, counts);
    const isKey = table.rowidAlias === column.name;
    const identity = isKey ? identityOf(table, counts, relations.take(`${target}_${name}`, "_seq")) : null;
    findings.push(
      ...nameChange(table.name, "column", column.name, name),
      ...decision.findings,
      ...identityFindings(table, column, identity),
      ...nullFindings(table, column, counts),
    );
    return {
      source: column.name,
      declaredType: column.declaredType,
      target: name,
      type: decision.type,
      unit: decision.unit,
      notNull: (column.notNull || isKey) && counts.nulls === 0,
      defaultSql: null,
      identity,
      because: decision.because,
    };
  });
  return { columns, findings };
}

const largestInt64 = 2n ** 63n - 1n;

/** The next value is one more than anything that was ever used (sqlite.org/autoinc.html). */
function identityOf(table: SqliteTable, counts: ColumnProfile, sequence: string): IdentityPlan {
  const used = [0n, BigInt(table.sequence ?? 0), BigInt(counts.integers.largest ?? 0)];
  const largest = used.reduce((a, b) => (a > b ? a : b));
  return { sequence, next: largest >= largestInt64 ? null : (largest + 1n).toString() };
}

const identityFindings = (
  table: SqliteTable,
  column: SqliteColumn,
  identity: IdentityPlan | null,
): readonly Finding[] =>
  identity?.next === null
    ? [
        {
          kind: "identity-exhausted",
          at: { table: table.name, column: column.name },
          largest: largestInt64.toString(),
        },
      ]
    : [];

const nullFindings = (table: SqliteTable, column: SqliteColumn, counts: ColumnProfile): readonly Finding[] =>
  column.notNull && counts.nulls > 0
    ? [
        {
          kind: "null-in-not-null",
          at: { table: table.name, column: column.name },
          rows: counts.nulls,
          first: counts.examples.null ?? null,
        },
      ]
    : [];
