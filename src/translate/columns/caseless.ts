/**
 * Which columns that are declared COLLATE NOCASE compare without case by themselves in PostgreSQL: those for which somebody
 * asks, where nothing speaks against it. What the values say against it, export/merged-values.ts finds.
 */
import type { Finding } from "../../model/finding.js";
import { foldName, sameName } from "../../model/identifier.js";
import { isCaseless, type CaselessColumn } from "../../model/nocase.js";
import type { ColumnPlan } from "../../model/plan.js";
import { citextType, typeWords } from "../../model/postgres.js";
import type { SqliteForeignKey, SqliteSchema, SqliteTable } from "../../model/sqlite.js";
import { collationNamed, declaredCollation } from "../sql/collation.js";
import { parseTableDeclaration } from "../sql/ddl/table-declaration.js";
import { isTextual } from "../objects/foreign-key-link.js";
import type { Rules } from "../rules/rules.js";
import { patternNames } from "./pattern-names.js";

export interface CaselessColumns {
  readonly columns: readonly CaselessColumn[];
  /** Of those for which somebody asks in vain. */
  readonly findings: readonly Finding[];
}

export interface CaselessRefusal {
  readonly of: CaselessColumn;
  readonly because: string;
  readonly pairs: readonly (readonly [string, string])[];
}

/** PostgreSQL 18 release notes, E.4.3.2: LIKE under a collation that is not deterministic. */
const firstWithPatterns = 18;

/** Before the values are looked at. @param serverVersion major */
export function wantedCaseless(schema: SqliteSchema, rules: Rules, serverVersion: number): CaselessColumns {
  const wanted = schema.tables.flatMap((table) => wantedIn(table, rules));
  if (wanted.length === 0) return { columns: [], findings: [] };
  const patterns = serverVersion < firstWithPatterns ? patternNames(schema) : new Set<string>();
  const refusals = wanted.flatMap((of): readonly CaselessRefusal[] => {
    const because = refusalOf(of, schema, patterns);
    return because === null ? [] : [{ of, because, pairs: [] }];
  });
  return withoutRefused(schema, wanted, refusals);
}

function wantedIn(table: SqliteTable, rules: Rules): readonly CaselessColumn[] {
  const collations = parseTableDeclaration(table.sql)?.collations;
  if (collations === undefined) return [];
  return table.columns.flatMap((column) => {
    if (collationNamed(declaredCollation(collations, column.name)) !== "NOCASE") return [];
    const { nocase, skip, type } = rules.column(table, column);
    // Only texts are compared under a collation.
    const isText = column.affinity === "TEXT" && (type === null || isTextual(type.value));
    return nocase === "index" || skip !== null || !isText
      ? []
      : [{ table: table.name, column: column.name, as: nocase }];
  });
}

function refusalOf(
  { table: name, column, as }: CaselessColumn,
  schema: SqliteSchema,
  patterns: ReadonlySet<string>,
): string | null {
  const table = schema.tables.find((each) => each.name === name)!;
  if (table.columns.find((each) => each.name === column)?.generated !== "no")
    return "PostgreSQL computes the column";
  const primary = table.indexes.find(({ origin }) => origin === "primary-key");
  const term = primary?.terms.find((each) => each.column !== null && sameName(each.column, column));
  if (term !== undefined && collationNamed(term.collation) !== "NOCASE")
    return `the primary key compares it under ${term.collation}`;
  if (as === "icu" && patterns.has(foldName(column)))
    return `LIKE or GLOB asks for a column of this name, and PostgreSQL before ${firstWithPatterns} has neither under such a collation`;
  return null;
}

/** PostgreSQL compares both ends of a foreign key by one type and collation: without one end the other goes as well. */
export function withoutRefused(
  schema: SqliteSchema,
  wanted: readonly CaselessColumn[],
  refused: readonly CaselessRefusal[],
): CaselessColumns {
  const refusals = [...refused];
  let columns = wanted.filter((each) => refusals.every(({ of }) => of !== each));
  for (;;) {
    const alone = columns.flatMap((of) => {
      const other = otherEnd(of, schema, columns);
      return other === null
        ? []
        : [{ of, because: `a foreign key links it with ${other}, which is not`, pairs: [] }];
    });
    if (alone.length === 0) break;
    refusals.push(...alone);
    columns = columns.filter((each) => alone.every(({ of }) => of !== each));
  }
  return { columns, findings: refusals.map(refusedFinding) };
}

const refusedFinding = ({ of: { table, column, as }, because, pairs }: CaselessRefusal): Finding => ({
  kind: "nocase-refused",
  at: { table, column },
  wanted: as,
  because,
  pairs,
});

/** A column that a foreign key compares with `of` and that does not compare as it does. */
function otherEnd(
  of: CaselessColumn,
  schema: SqliteSchema,
  columns: readonly CaselessColumn[],
): string | null {
  for (const [a, b] of schema.tables.flatMap((table) => linkedColumns(table, schema))) {
    const other = isAt(of, a) ? b : isAt(of, b) ? a : null;
    if (other !== null && !columns.some((each) => isAt(each, other) && each.as === of.as))
      return `${other.table}.${other.column}`;
  }
  return null;
}

type Place = Pick<CaselessColumn, "table" | "column">;

const isAt = (a: Place, b: Place): boolean => a.table === b.table && a.column === b.column;

/** Child and parent column. */
export const linkedColumns = (
  table: SqliteTable,
  schema: SqliteSchema,
): readonly (readonly [Place, Place])[] =>
  table.foreignKeys.flatMap((foreignKey) => linkOf(table, foreignKey, schema));

function linkOf(
  table: SqliteTable,
  { childColumns, parentTable, parentColumns }: SqliteForeignKey,
  schema: SqliteSchema,
): readonly (readonly [Place, Place])[] {
  const parent = schema.tables.find(({ name }) => sameName(name, parentTable));
  const names = parentColumns ?? parent?.primaryKey ?? [];
  if (parent === undefined || names.length !== childColumns.length) return [];
  const placeIn = ({ name, columns }: SqliteTable, wanted: string): Place => ({
    table: name,
    column: columns.find((each) => sameName(each.name, wanted))?.name ?? wanted,
  });
  return childColumns.map((child, at) => [placeIn(table, child), placeIn(parent, names[at]!)] as const);
}

/** Where the extension stands, or comes to stand: on everybody's search path, on which its operators have to be. */
export const citextSchema = "public";

const collationName = "nocase";

/** The columns of a table as planned so far, those without case as such. */
export const asCaseless = (
  columns: readonly ColumnPlan[],
  table: string,
  caseless: readonly CaselessColumn[],
): readonly ColumnPlan[] =>
  columns.map((column) => {
    const wish = caseless.find((each) => isAt(each, { table, column: column.source }));
    if (wish === undefined || !isTextual(column.type) || isCaseless(column)) return column;
    const because = `${column.because}; COLLATE NOCASE by ${wish.as}`;
    if (wish.as === "icu") return { ...column, collation: { name: collationName, schema: null }, because };
    const limit =
      column.type.modifiers.length === 0 ? "" : `, without the limit of ${typeWords(column.type)}`;
    return { ...column, type: citextType(`${citextSchema}.citext`), because: `${because}${limit}` };
  });
