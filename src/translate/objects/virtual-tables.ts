/**
 * Virtual tables: what their module makes of them, and what a person could write instead. Their shadow tables
 * (sqlite.org/vtab.html, section 2.5) are storage that means nothing without the module.
 */
import { quote } from "../../model/identifier.js";
import type { NotCarried } from "../../model/plan.js";
import type { SqliteObject, SqliteSchema } from "../../model/sqlite.js";
import { fullTextOf, tsvectorStatements, type FullText } from "./full-text.js";
import { leadingName, parseVirtualDeclaration } from "../sql/ddl/virtual-declaration.js";

/** @param refusals why full-text tables are not carried, where that was asked for, null: they are; null: it was not. */
export const virtualTablesNotCarried = (
  { objects }: SqliteSchema,
  refusals: ReadonlyMap<string, string | null> | null = null,
): readonly NotCarried[] => {
  const virtual = objects.filter(({ type }) => type === "virtual");
  return virtual.flatMap((object): readonly NotCarried[] => [
    ...(refusals?.get(object.name) === null ? [] : [lineOf(object, refusals?.get(object.name) ?? null)]),
    ...objects
      .filter(({ type, name }) => type === "shadow" && ownerOf(name, virtual) === object)
      .map(({ name, sql }): NotCarried => ({
        type: "shadow table",
        name,
        table: object.name,
        sql,
        reason: "storage of the virtual table, and nothing without it",
      })),
  ]);
};

/** A shadow has its table's name and an ending; where tables are called alike the longest name is meant. */
const ownerOf = (shadow: string, virtual: readonly SqliteObject[]): SqliteObject | undefined =>
  virtual
    .filter(({ name }) => shadow.toLowerCase().startsWith(`${name.toLowerCase()}_`))
    .toSorted((a, b) => b.name.length - a.name.length)[0];

const lineOf = (object: SqliteObject, refusal: string | null): NotCarried => ({
  type: "virtual table",
  name: object.name,
  table: null,
  sql: object.sql,
  ...wordsOf(object, refusal),
});

type Words = Required<Pick<NotCarried, "reason" | "instead">>;

function wordsOf(object: SqliteObject, refusal: string | null): Words {
  const fullText = fullTextOf(object);
  if (fullText !== null) return fullTextWords(fullText, refusal);
  const declaration = parseVirtualDeclaration(object.sql ?? "");
  if (declaration === null)
    return {
      reason: "its rows are made by a module of SQLite, and its text could not be parsed",
      instead: null,
    };
  const { module, args } = declaration;
  return (
    moduleWords[module]?.(object.name, args) ?? {
      reason: `its rows are made by the module ${module} of the application, which nobody else has`,
      instead: `a table or a view ${quote(object.name)}`,
    }
  );
}

function fullTextWords(fullText: FullText, refusal: string | null): Words {
  const { name, version, content } = fullText;
  if (refusal !== null) return { reason: `a full-text index (${version}): ${refusal}`, instead: null };
  switch (content.kind) {
    case "table":
      return {
        reason: `the full-text index (${version}) of ${quote(content.table)}; --fts tsvector makes a column of it, to be searched by @@`,
        instead: tsvectorStatements(content.table, name, fullText),
      };
    case "own":
      return {
        reason: `text with its full-text index (${version})`,
        instead: tableWithTsvector(fullText),
      };
    case "none":
      return {
        reason: `a full-text index (${version}) that keeps no text; PostgreSQL makes its own from the text where that stands`,
        instead: tsvectorStatements("…", name, fullText),
      };
  }
}

const tableWithTsvector = (fullText: FullText): string => {
  const { name, columns } = fullText;
  const texts = columns.map((column) => `${quote(column.name)} text`).join(", ");
  return `CREATE TABLE ${quote(name)} (${texts}); ${tsvectorStatements(name, `${name}_tsvector`, fullText)}`;
};

type WordsOf = (name: string, args: readonly string[]) => Words;

const words = (reason: string, instead: string): Words => ({ reason, instead });

const rtree: WordsOf = (name, args) => {
  const columns = args
    .filter((argument) => !argument.startsWith("+"))
    .map((argument) => leadingName(argument).name);
  const [id = "id", ...edges] = columns;
  const isPlane = edges.length === 4;
  const extension = isPlane ? "" : "CREATE EXTENSION cube; ";
  return words(
    `an R*Tree, which finds boxes (${edges.join(", ")}) that overlap`,
    `${extension}CREATE TABLE ${quote(name)} (${quote(id)} bigint PRIMARY KEY, area ${isPlane ? "box" : "cube"}); ` +
      `CREATE INDEX ON ${quote(name)} USING gist (area);`,
  );
};

const vocabulary: WordsOf = () =>
  words(
    "the words of a full-text index",
    "SELECT word, ndoc, nentry FROM ts_stat('SELECT column FROM table');",
  );

/** By the module's name in lower case. */
const moduleWords: Readonly<Partial<Record<string, WordsOf>>> = {
  rtree,
  rtree_i32: rtree,
  geopoly: (name) =>
    words(
      "polygons in an R*Tree",
      `CREATE TABLE ${quote(name)} (id bigint PRIMARY KEY, shape polygon); CREATE INDEX ON ${quote(name)} USING gist (shape);`,
    ),
  fts5vocab: vocabulary,
  fts4aux: vocabulary,
  fts3tokenize: () => words("shows how a tokenizer cuts text", "SELECT * FROM ts_parse('default', 'text');"),
  spellfix1: (name) =>
    words(
      "words to correct spelling by",
      `CREATE EXTENSION pg_trgm; CREATE TABLE ${quote(name)} (word text); CREATE INDEX ON ${quote(name)} USING gin (word gin_trgm_ops);`,
    ),
  vec0: (name, args) =>
    words(
      `vectors of sqlite-vec (${args.join(", ")})`,
      `the extension pgvector: a table ${quote(name)} with columns of type vector(n), and CREATE INDEX ON ${quote(name)} USING hnsw (…);`,
    ),
  dbstat: () => words("tells of the file's own pages", "pg_relation_size(), and the extension pgstattuple"),
  csv: () => words("shows a file of comma-separated values", "COPY … FROM, or the extension file_fdw"),
};
