/**
 * Full-text tables over another table's text, or over text of their own, carried as PostgreSQL has it: a generated column of type tsvector in that table, and
 * a GIN index on it (documentation, 12.2.2). The column is none of the source: nothing is copied into it or compared.
 */
import type { Finding } from "../../model/finding.js";
import { quote, sameName } from "../../model/identifier.js";
import type { NameStyle } from "../../model/mapping.js";
import { columnTerm, type ColumnPlan, type TablePlan } from "../../model/plan.js";
import { otherType, type PgTypeKind } from "../../model/postgres.js";
import type { SqliteObject } from "../../model/sqlite.js";
import type { TableDraft } from "./foreign-key-link.js";
import { fullTextOf, tsvectorColumn, tsvectorSql, type FullText } from "./full-text.js";
import { columnNames, nameChange, wish, type NameBook } from "../names.js";

export interface FullTextColumns {
  readonly tables: readonly TablePlan[];
  /** By the full-text table's name: why it is not carried; null: it is. */
  readonly refusals: ReadonlyMap<string, string | null>;
  readonly findings: readonly Finding[];
}

export interface FullTextInput {
  readonly objects: readonly SqliteObject[];
  readonly drafts: readonly TableDraft[];
  /** One per draft, in their order. */
  readonly tables: readonly TablePlan[];
  readonly relations: NameBook;
  /** Of names that people gave. */
  readonly style: NameStyle;
}

export function fullTextColumns(input: FullTextInput): FullTextColumns {
  const { objects, drafts, tables } = input;
  const findings: Finding[] = [];
  const made = [...tables];
  const refusals = new Map<string, string | null>();
  for (const fullText of objects.map(fullTextOf)) {
    if (fullText === null) continue;
    const text = textTable(fullText);
    const at = drafts.findIndex(({ source }) => text !== null && sameName(source.name, text));
    const added = at === -1 ? noTable(fullText) : searchable(fullText, drafts[at]!, made[at]!, input);
    if (typeof added !== "string") {
      made[at] = added;
      const { target } = added.columns.at(-1)!;
      findings.push(
        ...nameChange(added.source, "index", wish(tsvectorColumn(fullText), input.style), target),
      );
    }
    refusals.set(fullText.name, typeof added === "string" ? added : null);
  }
  return { tables: made, refusals, findings };
}

/** The table whose text it indexes; null: that is kept nowhere. */
function textTable({ name, content }: FullText): string | null {
  switch (content.kind) {
    case "own":
      return name;
    case "table":
      return content.table;
    case "none":
      return null;
  }
}

function noTable({ content }: FullText): string {
  switch (content.kind) {
    case "own":
      return "its text is not carried over";
    case "none":
      return "it keeps no text";
    case "table":
      return `${content.table} is no table that is carried over`;
  }
}

/** A tsvector holds less than 1 MB (documentation, 12.11), and every word of a text may take twice its bytes there, or in two forms. */
const longestText = 256 * 1024;

/** The table with the column and its index, or why it cannot have them. */
function searchable(
  fullText: FullText,
  { profile }: TableDraft,
  table: TablePlan,
  { relations, style }: Pick<FullTextInput, "relations" | "style">,
): TablePlan | string {
  const texts: string[] = [];
  let longest = 0;
  for (const { name } of fullText.columns.filter(({ indexed }) => indexed)) {
    const column = table.columns.find(({ source }) => sameName(source, name));
    if (column === undefined) return `its column ${name} is none of ${table.source} that is carried over`;
    if (column.generated !== null)
      return `its column ${name} is computed, and no computed column may name another`;
    const text = textSql(column);
    if (text === null) return `its column ${name} is no text in PostgreSQL`;
    texts.push(text);
    longest += profile.columns.find((each) => each.column === column.source)?.texts.longestBytes ?? 0;
  }
  if (texts.length === 0) return "it indexes no column";
  if (longest > longestText)
    return `its texts are up to ${longest} bytes long, and a tsvector holds less than 1 MB`;
  const taken = table.columns.map((column) => wish(column.target, "keep"));
  const target = columnNames([...taken, wish(tsvectorColumn(fullText), style)]).at(-1)!;
  const column = addedColumn(fullText, target, tsvectorSql(fullText.configuration, texts));
  const name = relations.take(`${table.target}_${target}`, "_idx");
  const index = { name, unique: false, method: "gin", terms: [columnTerm(target)], where: null } as const;
  return { ...table, columns: [...table.columns, column], indexes: [...table.indexes, index] };
}

const plainTexts: ReadonlySet<PgTypeKind> = new Set<PgTypeKind>(["text", "character varying"]);

/** Types whose text is the same in every session. */
const castTexts: ReadonlySet<PgTypeKind> = new Set<PgTypeKind>([
  "character",
  "citext",
  "smallint",
  "integer",
  "bigint",
  "numeric",
  "uuid",
]);

const textSql = ({ target, type }: ColumnPlan): string | null => {
  if (plainTexts.has(type.name)) return quote(target);
  return castTexts.has(type.name) ? `${quote(target)}::text` : null;
};

const addedColumn = (fullText: FullText, target: string, sql: string): ColumnPlan => ({
  source: fullText.name,
  declaredType: fullText.version,
  target,
  type: otherType("pg_catalog.tsvector"),
  unit: null,
  zone: null,
  decode: null,
  policy: {},
  rule: null,
  notNull: false,
  defaultSql: null,
  identity: null,
  generated: { sql, kind: "stored", sourceKind: "none", sourceSql: `${fullText.version} ${fullText.name}` },
  comment: null,
  because: `the full-text index ${fullText.name}: search it by @@`,
});
