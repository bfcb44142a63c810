/** Primary keys, unique constraints and indexes of one table. */
import type { Finding } from "../model/finding.js";
import type { ColumnPlan, IndexPlan, KeyPlan, NotCarried } from "../model/plan.js";
import type { TableProfile } from "../model/profile.js";
import type { SqliteIndex, SqliteTable } from "../model/sqlite.js";
import { nameChange, type NameBook } from "./names.js";

export interface Keys {
  readonly primaryKey: KeyPlan | null;
  readonly uniques: readonly KeyPlan[];
  readonly indexes: readonly IndexPlan[];
  readonly findings: readonly Finding[];
  readonly notCarried: readonly NotCarried[];
}

/**
 * @param columns the table's columns in the plan.
 * @param relations the names taken in the schema: indexes share them with tables.
 */
export function translateKeys(
  table: SqliteTable,
  target: string,
  columns: readonly ColumnPlan[],
  profile: TableProfile,
  relations: NameBook,
): Keys {
  const primary = primaryKey(table, target, columns, profile, relations);
  const uniques = primary.unique === null ? [] : [primary.unique];
  const indexes: IndexPlan[] = [];
  const findings: Finding[] = [...primary.findings];
  const notCarried: NotCarried[] = [...primary.notCarried];
  for (const index of table.indexes.filter((each) => each.origin !== "primary-key")) {
    const terms = plannedTerms(index, columns);
    if (terms === null || index.partial) {
      notCarried.push(indexNotCarried(table, index));
      continue;
    }
    notCarried.push(...collationNotCarried(table, index));
    if (index.origin === "constraint") {
      const names = terms.map((term) => term.column);
      uniques.push({ name: relations.take(`${target}_${names.join("_")}_key`), columns: names });
    } else {
      const name = relations.take(index.name);
      findings.push(...nameChange(table.name, "index", index.name, name));
      indexes.push({ name, unique: index.unique, terms });
    }
  }
  return { primaryKey: primary.key, uniques, indexes, findings, notCarried };
}

interface PrimaryKey {
  readonly key: KeyPlan | null;
  /** What stands for a primary key that NULLs forbid. */
  readonly unique: KeyPlan | null;
  readonly findings: readonly Finding[];
  readonly notCarried: readonly NotCarried[];
}

function primaryKey(
  table: SqliteTable,
  target: string,
  columns: readonly ColumnPlan[],
  profile: TableProfile,
  relations: NameBook,
): PrimaryKey {
  const names = targetNames(table.primaryKey, columns);
  const nothing = { key: null, unique: null, findings: [], notCarried: [] };
  if (table.primaryKey.length === 0) return nothing;
  if (names === null) {
    const reason = "a column of it is not carried over";
    return {
      ...nothing,
      notCarried: [{ type: "primary key", name: table.name, table: table.name, sql: null, reason }],
    };
  }
  const index = table.indexes.find((each) => each.origin === "primary-key");
  const notCarried = index === undefined ? [] : collationNotCarried(table, index);
  const withNulls = profile.columns.filter(
    (each) => each.nulls > 0 && table.primaryKey.includes(each.column),
  );
  if (withNulls.length === 0) {
    return { ...nothing, key: { name: relations.take(`${target}_pkey`), columns: names }, notCarried };
  }
  return {
    key: null,
    unique: { name: relations.take(`${target}_${names.join("_")}_key`), columns: names },
    findings: withNulls.map((each) => ({
      kind: "null-in-primary-key",
      at: { table: table.name, column: each.column },
      rows: each.nulls,
      first: each.examples.null ?? null,
    })),
    notCarried: [
      ...notCarried,
      {
        type: "primary key",
        name: `${table.name} (${table.primaryKey.join(", ")})`,
        table: table.name,
        sql: null,
        reason: "the key holds NULLs, which PostgreSQL forbids; a unique constraint stands for it",
      },
    ],
  };
}

/** null where one of the columns is not in the plan. */
export function targetNames(
  source: readonly string[],
  columns: readonly ColumnPlan[],
): readonly string[] | null {
  const names = source.map((name) => columns.find((column) => sameName(column.source, name))?.target);
  return names.every((name) => name !== undefined) ? names : null;
}

/** SQLite compares names without case, for ASCII letters. */
export const sameName = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

function plannedTerms(index: SqliteIndex, columns: readonly ColumnPlan[]): IndexPlan["terms"] | null {
  const terms = index.terms.map((term) => {
    const column = columns.find((each) => term.column !== null && sameName(each.source, term.column));
    return column === undefined ? null : { column: column.target, descending: term.descending };
  });
  return terms.every((term) => term !== null) ? terms : null;
}

function indexNotCarried(table: SqliteTable, index: SqliteIndex): NotCarried {
  const what = index.partial ? "partial indexes" : "indexes on expressions";
  return {
    type: index.unique ? "unique" : "index",
    name: index.name,
    table: table.name,
    sql: index.sql,
    reason: `${what} are not translated yet; its CREATE INDEX can be run by hand once the data is there`,
  };
}

/** BINARY compares bytes, as the plain index does in PostgreSQL's C collation; others change what is equal. */
function collationNotCarried(table: SqliteTable, index: SqliteIndex): readonly NotCarried[] {
  return index.terms
    .filter((term) => term.collation.toUpperCase() !== "BINARY")
    .map((term) => ({
      type: "collation",
      name: `${term.collation} in ${index.origin === "primary-key" ? "the primary key" : index.name}`,
      table: table.name,
      sql: index.sql,
      reason: `PostgreSQL compares ${term.column ?? "the term"} byte by byte here: what ${term.collation} takes for equal may stand twice`,
    }));
}
