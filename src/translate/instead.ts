/**
 * What a person could write for what is not carried over: the one table of it, by construct. Statements stand with the
 * object's own names in the target and are such as PostgreSQL takes once the dots (`…`) are filled in; all else is words.
 */
import { quote } from "../model/identifier.js";

const list = (columns: readonly string[]): string => columns.map(quote).join(", ");

/** Extensions and functions of PostgreSQL for what SQLite's own functions, and well-known modules, do. */
const functions: Readonly<Partial<Record<string, string>>> = {
  bm25: "ts_rank(column, query)",
  rank: "ts_rank(column, query)",
  highlight: "ts_headline(text, query)",
  snippet: "ts_headline(text, query)",
  offsets: "ts_headline(text, query)",
  matchinfo: "ts_rank(column, query)",
  last_insert_rowid: "INSERT … RETURNING, or lastval()",
  changes: "GET DIAGNOSTICS … = ROW_COUNT in PL/pgSQL",
  total_changes: "GET DIAGNOSTICS … = ROW_COUNT in PL/pgSQL",
  sqlite_version: "version()",
  load_extension: "CREATE EXTENSION …;",
  uuid: "gen_random_uuid()",
  uuid4: "gen_random_uuid()",
  uuid7: "uuidv7(), from PostgreSQL 18 on",
  levenshtein: "CREATE EXTENSION fuzzystrmatch; and levenshtein()",
  editdist1: "CREATE EXTENSION fuzzystrmatch; and levenshtein()",
  editdist3: "CREATE EXTENSION fuzzystrmatch; and levenshtein()",
  spellfix1_editdist: "CREATE EXTENSION fuzzystrmatch; and levenshtein()",
  soundex: "CREATE EXTENSION fuzzystrmatch; and soundex()",
  sha1: "CREATE EXTENSION pgcrypto; and digest(text, 'sha1')",
  sha3: "CREATE EXTENSION pgcrypto; and digest(text, 'sha3-256')",
  regexp: "text ~ 'pattern'",
  timediff: "age(a, b), or the interval a - b",
};

/** As PostGIS calls its own. */
const isSpatial = (name: string): boolean => /^st_|^geom|^makepoint/i.test(name);

const plainFunction = (name: string, count: number): string => {
  const parameters = Array.from({ length: count }, (_, at) => `a${at + 1} text`).join(", ");
  return `CREATE FUNCTION ${quote(name)}(${parameters}) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN RETURN …; END $$;`;
};

const triggerOf = (name: string, table: string, timing: string, body: string): string =>
  `CREATE FUNCTION ${quote(name)}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN ${body} END $$; ` +
  `CREATE TRIGGER ${quote(name)} ${timing} ON ${quote(table)} FOR EACH ROW EXECUTE FUNCTION ${quote(name)}();`;

const upsert = (table: string, key: readonly string[], others: readonly string[], action: string): string =>
  `INSERT INTO ${quote(table)} (${list([...key, ...others])}) VALUES (…) ON CONFLICT (${list(key)}) ${action};`;

const addForeignKey = (
  table: string,
  columns: readonly string[],
  parent: string,
  parentColumns: readonly string[],
): string =>
  `ALTER TABLE ${quote(table)} ADD FOREIGN KEY (${list(columns)}) REFERENCES ${quote(parent)} (${list(parentColumns)});`;

export const instead = {
  // Within a SELECT.
  ungrouped: (sql: string): string =>
    `${sql} in GROUP BY as well, or the value that is meant: min(${sql}), max(${sql}), or any_value(${sql}) from PostgreSQL 16 on`,
  fullTextMatch: `a column of type tsvector with a GIN index, and: column @@ websearch_to_tsquery('words')`,
  regularExpression: `a regular expression of PostgreSQL: text ~ 'pattern', ~* without case`,
  ownTable: (name: string): string | null => ownTables[name.toLowerCase()] ?? null,
  missingView: (name: string): string =>
    `${quote(name)} first, by hand; then this one as it stands, in PostgreSQL's SQL`,
  virtualTable: (name: string): string =>
    `what stands for the virtual table ${quote(name)} first; then a view that reads that`,
  severalTypes: `one type for all of them: CAST(… AS text)`,
  // Functions.
  function: (name: string, count: number): string =>
    functions[name.toLowerCase()] ??
    (isSpatial(name)
      ? "CREATE EXTENSION postgis; which has most of these functions"
      : plainFunction(name, count)),
  difference: `age(a, b) in years, months and days, or the interval a - b`,
  julian: `extract(julian FROM moment), a number`,
  localTime: `moment AT TIME ZONE 'Europe/Berlin', with the zone that is meant`,
  // Triggers.
  trigger: (name: string, table: string, timing: string): string =>
    triggerOf(name, table, timing, `/* … */ RETURN ${timing.endsWith("DELETE") ? "OLD" : "NEW"};`),
  raise: `in the function's body IF condition THEN RAISE EXCEPTION 'message'; END IF; PostgreSQL takes the whole statement back then`,
  ignoreAfter: `a BEFORE trigger that does RETURN NULL; the row is not written then`,
  updateFrom: (table: string): string =>
    `UPDATE ${quote(table)} SET … FROM … WHERE …; where each row meets one row at most: PostgreSQL and SQLite may take another of several`,
  replace: (table: string, key: readonly string[], others: readonly string[]): string =>
    upsert(table, key, others, replaceAction(others)),
  intoView: (view: string): string => `a write into the tables that ${quote(view)} reads`,
  insteadOfColumns: (columns: readonly string[]): string =>
    `INSTEAD OF UPDATE, and in the function's body IF ${columns.map((name) => `NEW.${quote(name)} IS DISTINCT FROM OLD.${quote(name)}`).join(" OR ")} THEN … END IF;`,
  onlyByOthers: `the same trigger with WHEN (pg_trigger_depth() = 0), so that it fires for what the application writes and not for what triggers do`,
  ownRow: `a BEFORE trigger that sets NEW.column`,
  // Constraints.
  nullsInKey: (table: string, columns: readonly string[]): string =>
    `once no NULL is left: ALTER TABLE ${quote(table)} ADD PRIMARY KEY (${list(columns)});`,
  addForeignKey,
  uniqueParent: (
    table: string,
    columns: readonly string[],
    parent: string,
    parentColumns: readonly string[],
  ): string =>
    `ALTER TABLE ${quote(parent)} ADD UNIQUE (${list(parentColumns)}); ${addForeignKey(table, columns, parent, parentColumns)}`,
  comparable: (
    column: string,
    type: string,
    table: string,
    columns: readonly string[],
    parent: string,
    parentColumns: readonly string[],
  ): string =>
    `where every value is one: ALTER TABLE ${quote(table)} ALTER COLUMN ${quote(column)} TYPE ${type} USING ${quote(column)}::text::${type}; ${addForeignKey(table, columns, parent, parentColumns)}`,
  onConflict: (
    clause: string,
    table: string,
    key: readonly string[],
    others: readonly string[],
  ): string | null => {
    switch (clause) {
      case "Replace":
        return upsert(table, key, others, replaceAction(others));
      case "Ignore":
        return upsert(table, key, others, "DO NOTHING");
      default:
        return "SAVEPOINT before the statement, and ROLLBACK where it fails: PostgreSQL takes back the whole statement";
    }
  },
  onNull: (table: string, column: string, clause: string): string =>
    clause === "Replace"
      ? `INSERT INTO ${quote(table)} (${quote(column)}) VALUES (coalesce($1, …)); in the application`
      : `INSERT … SELECT … WHERE ${quote(column)} IS NOT NULL; in the application`,
  duplicates: (table: string, columns: readonly string[], sql: string): string =>
    `once this finds none: SELECT ${list(columns)}, count(*) FROM ${quote(table)} GROUP BY ${list(columns)} HAVING count(*) > 1; then ${sql};`,
  refused: (sql: string): string => `what PostgreSQL was given, with that mended: ${sql}`,
  // Columns.
  setDefault: (table: string, column: string, value = "…"): string =>
    `ALTER TABLE ${quote(table)} ALTER COLUMN ${quote(column)} SET DEFAULT ${value};`,
  collation: (collation: string, table: string, column: string): string =>
    `CREATE COLLATION ${quote(collation)} (provider = icu, locale = '${icuLocale(collation)}'); ` +
    `ALTER TABLE ${quote(table)} ALTER COLUMN ${quote(column)} TYPE text COLLATE ${quote(collation)};`,
  computed: (table: string, column: string): string =>
    triggerOf(
      `${table}_${column}`,
      table,
      "BEFORE INSERT OR UPDATE",
      `NEW.${quote(column)} := …; RETURN NEW;`,
    ),
  computedByView: (table: string, column: string): string =>
    `CREATE VIEW … AS SELECT *, … AS ${quote(column)} FROM ${quote(table)};`,
  immutableFunction: `an index on a function of one's own that is declared IMMUTABLE, where it gives the same for ever`,
} as const;

/** Tables that SQLite keeps for itself, and where PostgreSQL tells the same. */
const ownTables: Readonly<Partial<Record<string, string>>> = {
  sqlite_master: "information_schema.tables, information_schema.columns, pg_class",
  sqlite_schema: "information_schema.tables, information_schema.columns, pg_class",
  sqlite_sequence: "pg_sequences, whose last_value is the last number given",
  sqlite_stat1: "pg_stats, and pg_class.reltuples",
  sqlite_stat4: "pg_stats, and pg_class.reltuples",
};

const replaceAction = (others: readonly string[]): string =>
  others.length === 0
    ? "DO NOTHING"
    : `DO UPDATE SET ${others.map((name) => `${quote(name)} = excluded.${quote(name)}`).join(", ")}`;

/** Level 2 takes capitals for small letters in order and comparison (unicode.org, TR 35, part 5). */
const icuLocale = (collation: string): string =>
  /nocase|_ci$|localized/i.test(collation) ? "und-u-ks-level2" : "und";
