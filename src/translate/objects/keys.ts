/** Primary keys, unique constraints and indexes of one table. */
import type { Finding } from "../../model/finding.js";
import {
  columnTerm,
  type ColumnPlan,
  type IndexPlan,
  type IndexTermPlan,
  type KeyPlan,
  type NotCarried,
} from "../../model/plan.js";
import type { NameStyle } from "../../model/mapping.js";
import type { TableProfile } from "../../model/profile.js";
import type { SqliteIndex, SqliteTable } from "../../model/sqlite.js";
import { sameName } from "../../model/identifier.js";
import { isPlainIndex } from "./expression-indexes.js";
import {
  indexNotCarried,
  indexWords,
  keyNotMade,
  mostIndexColumns,
  tooManyTerms,
} from "./index-not-carried.js";
import type { TableKeyNames } from "../key-names.js";
import { instead } from "../instead.js";
import { givenNameChange, nameChange, targetOf, wish, type GivenName, type NameBook } from "../names.js";
import { collationNamed } from "../sql/collation.js";

export interface Keys {
  readonly primaryKey: KeyPlan | null;
  readonly uniques: readonly KeyPlan[];
  readonly indexes: readonly IndexPlan[];
  readonly findings: readonly Finding[];
  readonly notCarried: readonly NotCarried[];
}

/** What the keys of one table are made from. */
export interface KeysInput {
  readonly table: SqliteTable;
  readonly profile: TableProfile;
  /** The table's name and columns in the plan. */
  readonly target: string;
  readonly columns: readonly ColumnPlan[];
  /** SQLite's name of an index -> its name in the target. */
  readonly indexNames: ReadonlyMap<string, string>;
  readonly keyNames: TableKeyNames;
  /** The names taken in the schema: indexes share them with tables. */
  readonly relations: NameBook;
  /** Of names that people gave. */
  readonly style: NameStyle;
  /** Whether a foreign key points at just these columns. */
  readonly isParentKey: (columns: readonly string[]) => boolean;
}

export function translateKeys(input: KeysInput): Keys {
  const { table } = input;
  const primary = primaryKey(input);
  const uniques = primary.unique === null ? [] : [primary.unique];
  const indexes: IndexPlan[] = [];
  const findings: Finding[] = [...primary.findings];
  const notCarried: NotCarried[] = [...primary.notCarried];
  for (const index of table.indexes.filter((each) => each.origin !== "primary-key")) {
    const isPlain = isPlainIndex(index, input.columns);
    // The others are made of expressions, which have to wait for the types of all columns.
    if (!isPlain && !isPointedAt(index, input)) continue;
    const terms = plannedTerms(index, input.columns);
    if (typeof terms === "string") {
      notCarried.push(indexNotCarried(table, index, terms));
      continue;
    }
    if (terms.length > mostIndexColumns) {
      const names = terms.map(nameOf);
      notCarried.push(indexNotCarried(table, index, tooManyTerms));
      if (index.unique) findings.push(keyNotMade(table, index.name, names));
      continue;
    }
    notCarried.push(...collationsNotCarried(index, input));
    if (index.origin === "constraint" || !isPlain) {
      const columns = distinct(terms.map(nameOf));
      const given = input.keyNames.uniques.get(index.name) ?? null;
      const name = keyName(given, `${input.target}_${columns.join("_")}`, "_key", input);
      findings.push(...givenNameChange(table.name, "constraint", given));
      uniques.push({ name, columns });
    } else {
      const name = input.indexNames.get(index.name) ?? index.name;
      findings.push(...nameChange(table.name, "index", wish(index.name, input.style), name));
      indexes.push({ name, unique: index.unique, terms, where: null });
    }
  }
  return { primaryKey: primary.key, uniques, indexes, findings, notCarried };
}

/** PostgreSQL's foreign keys want a constraint on the columns themselves, beside the one under the collation. */
function isPointedAt({ unique, partial, terms }: SqliteIndex, { isParentKey }: KeysInput): boolean {
  const columns = terms.flatMap(({ column }) => (column === null ? [] : [column]));
  return unique && !partial && columns.length === terms.length && isParentKey(columns);
}

/** People's own, or one as PostgreSQL would make it. */
const keyName = (given: GivenName | null, base: string, ending: string, { relations }: KeysInput): string =>
  given?.name ?? relations.take(base, ending);

/** SQLite takes UNIQUE (a, a), PostgreSQL does not. */
const distinct = (names: readonly string[]): readonly string[] => [...new Set(names)];

interface PrimaryKey {
  readonly key: KeyPlan | null;
  /** What stands for a primary key that NULLs forbid. */
  readonly unique: KeyPlan | null;
  readonly findings: readonly Finding[];
  readonly notCarried: readonly NotCarried[];
}

function primaryKey(input: KeysInput): PrimaryKey {
  const { table, target, columns, profile, keyNames } = input;
  const nothing = { key: null, unique: null, findings: [], notCarried: [] };
  if (table.primaryKey.length === 0) return nothing;
  const names = targetNames(table.primaryKey, columns);
  if (names === null)
    return { ...nothing, notCarried: [keyNotCarried(table, "a column of it is not carried over")] };
  if (names.length > mostIndexColumns) {
    const findings = [keyNotMade(table, keyNames.primary?.wish.from ?? `${target}_pkey`, names)];
    return { ...nothing, findings, notCarried: [keyNotCarried(table, tooManyTerms)] };
  }
  const index = table.indexes.find((each) => each.origin === "primary-key");
  const notCarried = index === undefined ? [] : collationsNotCarried(index, input);
  const withNulls = profile.columns.filter(
    (each) => each.nulls > 0 && table.primaryKey.includes(each.column) && keepsNulls(each.column, columns),
  );
  const renamed = givenNameChange(table.name, "constraint", keyNames.primary);
  if (withNulls.length === 0) {
    const name = keyName(keyNames.primary, target, "_pkey", input);
    return { ...nothing, key: { name, columns: names }, findings: renamed, notCarried };
  }
  const reason = "the key holds NULLs, which PostgreSQL forbids; a unique constraint stands for it";
  return {
    key: null,
    unique: {
      name: keyName(keyNames.primary, `${target}_${names.join("_")}`, "_key", input),
      columns: names,
    },
    findings: [
      ...renamed,
      ...withNulls.map((each): Finding => ({
        kind: "null-in-primary-key",
        at: { table: table.name, column: each.column },
        rows: each.nulls,
        first: each.examples.null ?? null,
      })),
    ],
    notCarried: [...notCarried, keyNotCarried(table, reason, instead.nullsInKey(target, names))],
  };
}

/** Unless a rule puts a value in their place. */
const keepsNulls = (source: string, columns: readonly ColumnPlan[]): boolean =>
  columns.some((column) => column.source === source && column.policy.nullAs === undefined);

/** null where one of the columns is not in the plan. */
export function targetNames(
  source: readonly string[],
  columns: readonly ColumnPlan[],
): readonly string[] | null {
  const names = source.map((name) => columns.find((column) => sameName(column.source, name))?.target);
  return names.every((name) => name !== undefined) ? names : null;
}

/** The terms of an index, or why PostgreSQL cannot have it yet. */
function plannedTerms(index: SqliteIndex, columns: readonly ColumnPlan[]): IndexPlan["terms"] | string {
  const terms = index.terms.flatMap((term) => {
    const column = columns.find((each) => term.column !== null && sameName(each.source, term.column));
    return column === undefined ? [] : [columnTerm(column.target, term.descending)];
  });
  return terms.length === index.terms.length ? terms : "a column of it is not carried over";
}

const nameOf = ({ sql, column }: IndexTermPlan): string => column ?? sql;

const keyNotCarried = (table: SqliteTable, reason: string, way: string | null = null): NotCarried => ({
  type: "primary key",
  name: `${table.name} (${table.primaryKey.join(", ")})`,
  table: table.name,
  sql: `PRIMARY KEY (${table.primaryKey.join(", ")})`,
  reason,
  instead: way,
});

/** One line per collation of an index; BINARY compares bytes, as PostgreSQL does. */
function collationsNotCarried(
  index: SqliteIndex,
  { table, target, columns: planned }: KeysInput,
): readonly NotCarried[] {
  const terms = index.terms.filter((term) => collationNamed(term.collation) === "other");
  return distinct(terms.map((term) => term.collation.toUpperCase())).map((collation) => {
    const columns = terms.flatMap((term) =>
      term.collation.toUpperCase() === collation && term.column !== null ? [term.column] : [],
    );
    return {
      type: "collation",
      name: `${collation} in ${indexWords(index)}`,
      table: table.name,
      sql: index.sql,
      reason: index.unique
        ? `PostgreSQL compares ${columns.join(", ")} byte by byte here: what ${collation} takes for equal may stand twice`
        : `PostgreSQL orders ${columns.join(", ")} byte by byte here: a search by ${collation} does not use the index`,
      instead: instead.collation(collation, target, targetOf(columns[0] ?? "", planned)),
    };
  });
}
