/** Full-text tables of SQLite (sqlite.org/fts3.html, sqlite.org/fts5.html): what they index, and how PostgreSQL would. */
import { quote, sameName } from "../../model/identifier.js";
import type { SqliteObject } from "../../model/sqlite.js";
import { leadingName, parseVirtualDeclaration } from "../sql/ddl/virtual-declaration.js";

export interface FullText {
  readonly name: string;
  readonly version: "FTS3" | "FTS4" | "FTS5";
  /** Of the text that is searched; what is only stored beside it is no part of the index. */
  readonly columns: readonly FullTextColumn[];
  readonly content: FullTextContent;
  /** The option that names a function of the application for what is stored; null: it is stored as it is. */
  readonly compression: string | null;
  /** The column of `languageid=`; null without one. */
  readonly language: string | null;
  /** The text search configuration of PostgreSQL that comes nearest to the tokenizer. */
  readonly configuration: "english" | "simple";
}

export interface FullTextColumn {
  readonly name: string;
  readonly indexed: boolean;
}

/** Where the text stands: in a table of its own, in another table by its rowid, or nowhere. */
export type FullTextContent =
  | { readonly kind: "own" }
  | { readonly kind: "table"; readonly table: string; readonly rowid: string }
  | { readonly kind: "none" };

const versions: Readonly<Partial<Record<string, FullText["version"]>>> = {
  fts3: "FTS3",
  fts4: "FTS4",
  fts5: "FTS5",
};

/** Null where the object is no full-text table. */
export function fullTextOf({ type, name, sql }: SqliteObject): FullText | null {
  const declaration = type === "virtual" ? parseVirtualDeclaration(sql ?? "") : null;
  const version = versions[declaration?.module ?? ""];
  if (declaration === null || version === undefined) return null;
  const options = new Map<string, string>();
  const columns: FullTextColumn[] = [];
  for (const argument of declaration.args) {
    const { name: first, rest } = leadingName(argument);
    // `tokenize porter` without a sign is of FTS3's time.
    if (rest.startsWith("=")) options.set(first.toLowerCase(), valueOf(rest.slice(1)));
    else if (version !== "FTS5" && sameName(first, "tokenize")) options.set("tokenize", valueOf(rest));
    else columns.push({ name: first, indexed: !/\bunindexed\b/i.test(rest) });
  }
  const notIndexed = declaration.args.flatMap((argument) => {
    const { name: option, rest } = leadingName(argument);
    return sameName(option, "notindexed") && rest.startsWith("=") ? [valueOf(rest.slice(1))] : [];
  });
  return {
    name,
    version,
    columns: named(columns, version).map((column) => ({
      ...column,
      indexed: column.indexed && !notIndexed.some((other) => sameName(other, column.name)),
    })),
    content: contentOf(options),
    compression: compressionOf(options),
    language: options.get("languageid") ?? null,
    configuration: /\bporter\b/i.test(options.get("tokenize") ?? "") ? "english" : "simple",
  };
}

/** FTS3 and FTS4 have one column of this name where none is named (sqlite.org/fts3.html, section 1.1). */
const named = (
  columns: readonly FullTextColumn[],
  version: FullText["version"],
): readonly FullTextColumn[] =>
  columns.length === 0 && version !== "FTS5" ? [{ name: "content", indexed: true }] : columns;

const contentOf = (options: ReadonlyMap<string, string>): FullTextContent => {
  const table = options.get("content");
  if (table === undefined) return { kind: "own" };
  return table === ""
    ? { kind: "none" }
    : { kind: "table", table, rowid: options.get("content_rowid") ?? "rowid" };
};

const compressionOf = (options: ReadonlyMap<string, string>): string | null => {
  const option = ["compress", "uncompress"].find((name) => options.has(name));
  return option === undefined ? null : `${option}=${options.get(option)}`;
};

const valueOf = (text: string): string => {
  const trimmed = text.trim();
  return /^["'`[]/.test(trimmed) ? leadingName(trimmed).name : trimmed;
};

/**
 * An immutable expression of type tsvector, for a generated column.
 *
 * @param texts expressions of type text.
 */
export const tsvectorSql = (configuration: FullText["configuration"], texts: readonly string[]): string =>
  `to_tsvector('${configuration}', ${texts.map((text) => `coalesce(${text}, '')`).join(" || ' ' || ")})`;

/** What the column to search in is called: in another table as the index is, in its own not as the table. */
export const tsvectorColumn = ({ name, content }: FullText): string =>
  content.kind === "own" ? `${name}_tsvector` : name;

/** The statements that give a table a column to search in, as a person would write them. */
export const tsvectorStatements = (
  table: string,
  column: string,
  { configuration, columns }: FullText,
): string => {
  const texts = columns.filter(({ indexed }) => indexed).map(({ name }) => quote(name));
  const expression = tsvectorSql(configuration, texts);
  return (
    `ALTER TABLE ${quote(table)} ADD COLUMN ${quote(column)} tsvector GENERATED ALWAYS AS (${expression}) STORED; ` +
    `CREATE INDEX ON ${quote(table)} USING gin (${quote(column)});`
  );
};
