/**
 * Virtual tables: what their module makes of them, and what a person could write instead. Their shadow tables
 * (sqlite.org/vtab.html, section 2.5) are storage that means nothing without the module.
 */
import type { Finding } from "../../model/finding.js";
import { quote, sameName } from "../../model/identifier.js";
import type { NotCarried, TablePlan } from "../../model/plan.js";
import type { SqliteObject, SqliteSchema } from "../../model/sqlite.js";
import { fullTextOf, tsvectorColumn, tsvectorStatements, type FullText } from "./full-text.js";
import { lostText } from "./full-text-tables.js";
import { leadingName, parseVirtualDeclaration } from "../sql/ddl/virtual-declaration.js";

export interface VirtualTables {
  readonly notCarried: readonly NotCarried[];
  readonly findings: readonly Finding[];
}

/**
 * @param tables as planned: some have the rows of full-text tables.
 * @param refusals why full-text indexes are not carried, where that was asked for, null: they are; null: it was not.
 * @param leftOut the tables with rows that somebody does not want to have, each of which has its line already
 */
export function virtualTablesNotCarried(
  schema: SqliteSchema,
  tables: readonly TablePlan[] = [],
  refusals: ReadonlyMap<string, string | null> | null = null,
  leftOut: readonly string[] = [],
): VirtualTables {
  const { objects } = schema;
  const virtual = objects.filter(({ type }) => type === "virtual");
  const findings: Finding[] = [];
  const notCarried = virtual.flatMap((object): readonly NotCarried[] => {
    const table = tables.find(({ source }) => sameName(source, object.name)) ?? null;
    const isWanted = !leftOut.includes(object.name);
    const lost = isWanted ? lostText(object, schema) : null;
    if (lost !== null) findings.push({ kind: "full-text-lost", at: { table: object.name }, reason: lost });
    const words =
      refusals?.get(object.name) === null || !isWanted
        ? null
        : wordsOf(object, { table, lost, refusal: refusals?.get(object.name) ?? null });
    const storage =
      table === null
        ? "storage of the virtual table, and nothing without it"
        : `storage of the virtual table, whose rows are in the table ${table.target}`;
    return [
      ...(words === null ? [] : [lineOf(object, words)]),
      ...objects
        .filter(({ type, name }) => type === "shadow" && ownerOf(name, virtual) === object)
        .map(({ name, sql }): NotCarried => ({
          type: "shadow table",
          name,
          table: object.name,
          sql,
          reason: storage,
        })),
    ];
  });
  return { notCarried, findings };
}

/** A shadow has its table's name and an ending; where tables are called alike the longest name is meant. */
const ownerOf = (shadow: string, virtual: readonly SqliteObject[]): SqliteObject | undefined =>
  virtual
    .filter(({ name }) => shadow.toLowerCase().startsWith(`${name.toLowerCase()}_`))
    .toSorted((a, b) => b.name.length - a.name.length)[0];

const lineOf = (object: SqliteObject, words: Words): NotCarried => ({
  type: "virtual table",
  name: object.name,
  table: null,
  sql: object.sql,
  ...words,
});

type Words = Required<Pick<NotCarried, "reason" | "instead">>;

interface FullTextFate {
  /** With its rows; null: it has none of its own. */
  readonly table: TablePlan | null;
  /** Why these cannot be read. */
  readonly lost: string | null;
  /** Why it is no column to search in; null: that was not asked for. */
  readonly refusal: string | null;
}

function wordsOf(object: SqliteObject, fate: FullTextFate): Words {
  const fullText = fullTextOf(object);
  if (fullText !== null) return fullTextWords(fullText, fate);
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

function fullTextWords(fullText: FullText, { table, lost, refusal }: FullTextFate): Words {
  const { name, version, content } = fullText;
  if (lost !== null)
    return {
      reason: `text with its full-text index (${version}), which cannot be read: ${lost}`,
      instead: null,
    };
  if (table !== null) {
    const reason = `its rows, read from ${table.storage?.table ?? name}, are in the table ${table.target}; the full-text index (${version}) is not carried`;
    return refusal === null
      ? byHand(reason, table, fullText)
      : { reason: `${reason}: ${refusal}`, instead: null };
  }
  if (refusal !== null) return { reason: `a full-text index (${version}): ${refusal}`, instead: null };
  if (content.kind === "table")
    return {
      reason: `the full-text index (${version}) of ${quote(content.table)}; --fts tsvector makes a column of it, to be searched by @@`,
      instead: tsvectorStatements(content.table, name, fullText),
    };
  // Text of its own would be in a table, or lost.
  return {
    reason: `a full-text index (${version}) that keeps no text; PostgreSQL makes its own from the text where that stands`,
    instead: tsvectorStatements("…", name, fullText),
  };
}

/** With the names that the table has in the target. */
function byHand(reason: string, { target, columns }: TablePlan, fullText: FullText): Words {
  const carried = fullText.columns.flatMap((column) => {
    const planned = columns.find(({ source }) => sameName(source, column.name));
    return planned === undefined ? [] : [{ ...column, name: planned.target }];
  });
  if (!carried.some(({ indexed }) => indexed))
    return { reason: `${reason}: it keeps none of the texts that it indexes`, instead: null };
  return {
    reason: `${reason}; --fts tsvector makes a column of it, to be searched by @@`,
    instead: tsvectorStatements(target, tsvectorColumn(fullText), { ...fullText, columns: carried }),
  };
}

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
