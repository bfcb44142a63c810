/**
 * The plan: `plan` prints it, `migrate` executes it, the run history stores it, `validate` checks against it.
 * Plain data that goes through JSON without loss: 64-bit numbers are decimal text.
 */
import type { ExistingPlan, ExistingTable } from "./existing.js";
import type { Finding } from "./finding.js";
import { quote } from "./identifier.js";
import type { RulePlace, UsedMapping } from "./mapping.js";
import type { CollationPlan } from "./nocase.js";
import type { OnOrphans, OrphanKey } from "./orphans.js";
import type { ColumnPolicy, PolicyChange } from "./policy.js";
import type { PgType, TimeUnit } from "./postgres.js";
import type { MaxRejects, OnReject, Reject } from "./reject.js";
import type { Storage, TextEncoding } from "./sqlite.js";

export interface Plan {
  readonly formatVersion: 1;
  readonly source: PlanSource;
  /** Where the tables stand in the end. */
  readonly schema: string;
  /** The major version of the server that the plan is for, e.g. 18: what it knows decides what is carried, and how. */
  readonly serverVersion: number;
  /** Whether such a server has taken every piece; those that it refused are among `notCarried` then. */
  readonly trial: "tried" | "untried";
  /** Those that count, the later ones more. */
  readonly mappings: readonly UsedMapping[];
  /** About so many rows of each table were read instead of all: a guess, which migrate does not execute; null: all were. */
  readonly sampledRows: number | null;
  readonly onReject: OnReject;
  readonly maxRejects: MaxRejects | null;
  readonly onOrphans: OnOrphans;
  /** The foreign keys for which rows are kept apart that point nowhere by one of them; empty where there are no such rows. */
  readonly orphanKeys: readonly OrphanKey[];
  readonly tables: readonly TablePlan[];
  /** Each after those that it reads. */
  readonly views: readonly ViewPlan[];
  readonly triggers: readonly TriggerPlan[];
  readonly notCarried: readonly NotCarried[];
  readonly findings: readonly Finding[];
  /** By its absence the tables are made. */
  readonly existing?: ExistingPlan;
}

export interface PlanSource {
  /** Base name of the file. */
  readonly file: string;
  readonly bytes: number;
  readonly encoding: TextEncoding;
  /** Changes when the database changes; see source/fingerprint.ts. */
  readonly fingerprint: string;
}

export interface TablePlan {
  readonly source: string;
  readonly target: string;
  /** In the source. */
  readonly rows: number;
  /** How many of them have a value that does not fit, or no parent where that keeps them apart. */
  readonly rejected: number;
  /** The first of these, in row order. */
  readonly rejects: readonly Reject[];
  /** What policies change in the others. */
  readonly changes: readonly PolicyChange[];
  readonly withoutRowid: boolean;
  /** Where the source keeps the rows of a full-text table; by its absence the table is what it is called. */
  readonly storage?: Storage;
  readonly reader: ReaderPlan;
  readonly columns: readonly ColumnPlan[];
  readonly primaryKey: KeyPlan | null;
  readonly uniques: readonly KeyPlan[];
  readonly indexes: readonly IndexPlan[];
  readonly foreignKeys: readonly ForeignKeyPlan[];
  readonly checks: readonly CheckPlan[];
  readonly comment: string | null;
  /** Of a table that is in the target already; keys, indexes and constraints are the target's own there. */
  readonly existing?: ExistingTable;
}

/** What COPY fills; PostgreSQL computes the others. */
export const copiedColumns = ({ columns }: Pick<TablePlan, "columns">): readonly ColumnPlan[] =>
  columns.filter(({ generated }) => generated === null);

/** Those whose values the file holds: what PostgreSQL computes is compared with what SQLite computed and stored. */
export const comparedColumns = ({ columns }: Pick<TablePlan, "columns">): readonly ColumnPlan[] =>
  columns.filter(({ generated }) => generated === null || generated.sourceKind === "stored");

/** Whether rows are put aside that do not fit: in a plan that blocks none are. */
export const rejectsRows = ({ tables }: Pick<Plan, "tables">): boolean =>
  tables.some(({ rejected }) => rejected > 0);

/** Who reads the rows: sqlift the file's pages, or SQLite itself. Both give the same records. */
export interface ReaderPlan {
  readonly by: "pages" | "sqlite";
  /** Why, for people. */
  readonly because: string;
}

export interface ColumnPlan {
  readonly source: string;
  readonly declaredType: string;
  readonly target: string;
  readonly type: PgType;
  /** By its absence the database's. */
  readonly collation?: CollationPlan;
  /** What the column's numbers count, where the type is a date or time; null where there are none. */
  readonly unit: TimeUnit | null;
  /**
   * How TEXT spells the bytes that are meant: pairs of digits in any case, after `\\x` or `0x` or alone; base64 in either
   * alphabet, padded or not, without white space. Other storage classes are taken as ever.
   */
  readonly decode: "hex" | "base64" | null;
  /**
   * Of timestamptz and arrays of it: the IANA name of the zone whose local times texts without an offset are; null: UTC.
   * Texts with an offset, and numbers, are instants whatever the zone.
   */
  readonly zone: string | null;
  readonly policy: ColumnPolicy;
  /** The rule that decided the type; null: the declaration and the values did. */
  readonly rule: RulePlace | null;
  readonly notNull: boolean;
  /** A PostgreSQL expression, or null. */
  readonly defaultSql: string | null;
  readonly identity: IdentityPlan | null;
  readonly generated: GeneratedPlan | null;
  readonly comment: string | null;
  /** Why this type, for people. */
  readonly because: string;
}

export interface IdentityPlan {
  readonly sequence: string;
  /** The value that the next insert gets, decimal text; null: the type's maximum is used up. */
  readonly next: string | null;
}

export interface GeneratedPlan {
  /** A PostgreSQL expression of the table's other columns by their target names. */
  readonly sql: string;
  /** In the target; `virtual` from PostgreSQL 18 on. */
  readonly kind: "virtual" | "stored";
  /** In SQLite, where only a stored column has values in the file; `none`: it is no column there. */
  readonly sourceKind: "virtual" | "stored" | "none";
  /** SQLite's expression. */
  readonly sourceSql: string;
}

/** Columns by their target names. */
export interface KeyPlan {
  readonly name: string;
  readonly columns: readonly string[];
}

export interface IndexPlan {
  readonly name: string;
  readonly unique: boolean;
  /** By its absence a B-tree. */
  readonly method?: "gin" | "hash";
  readonly terms: readonly IndexTermPlan[];
  /** The predicate of a partial index, a PostgreSQL expression, or null. */
  readonly where: string | null;
}

export interface IndexTermPlan {
  /** As it stands among the terms: a quoted column, `lower("a" COLLATE "C")`, or an expression in parentheses. */
  readonly sql: string;
  /** The target name of the plain column that it is; null: an expression, or a column under a collation. */
  readonly column: string | null;
  readonly descending: boolean;
}

/** The term of a plain column. */
export const columnTerm = (column: string, descending = false): IndexTermPlan => ({
  sql: quote(column),
  column,
  descending,
});

/** null where a term is an expression. */
export const plainColumns = ({ terms }: Pick<IndexPlan, "terms">): readonly string[] | null => {
  const columns = terms.flatMap(({ column }) => (column === null ? [] : [column]));
  return columns.length === terms.length ? columns : null;
};

export interface CheckPlan {
  readonly name: string;
  /** A PostgreSQL expression. */
  readonly sql: string;
  /** SQLite's expression. */
  readonly sourceSql: string;
}

export interface ForeignKeyPlan {
  readonly name: string;
  readonly columns: readonly string[];
  readonly parentTable: string;
  readonly parentColumns: readonly string[];
  readonly onUpdate: string;
  readonly onDelete: string;
  readonly deferrable: "no" | "immediate" | "deferred";
  /** Rows without a parent; more than 0 makes the constraint NOT VALID. */
  readonly orphans: number;
}

/** Its relations by their names alone: a view is made while its schema is the search path. */
export interface ViewPlan {
  readonly source: string;
  readonly target: string;
  readonly columns: readonly string[];
  /** The SELECT. */
  readonly sql: string;
  /** The CREATE VIEW statement as SQLite keeps it. */
  readonly sourceSql: string;
  /** Target names of the relations that it reads. */
  readonly uses: readonly string[];
}

export interface TriggerPlan {
  readonly source: string;
  readonly target: string;
  /** Target name of the table or view that it stands on. */
  readonly table: string;
  readonly functionName: string;
  /** The function's body in PL/pgSQL, from BEGIN or DECLARE to END. */
  readonly functionSql: string;
  /** When and on what: `BEFORE INSERT`, `AFTER UPDATE OF "a"`. Each trigger is FOR EACH ROW. */
  readonly timing: string;
  /** The condition of its WHEN, a PostgreSQL expression, or null. */
  readonly when: string | null;
  /** The CREATE TRIGGER statement as SQLite keeps it. */
  readonly sourceSql: string;
}

export interface NotCarried {
  readonly type:
    | "table"
    | "column"
    | "view"
    | "trigger"
    | "virtual table"
    | "shadow table"
    | "index"
    | "unique"
    | "primary key"
    | "foreign key"
    | "check"
    | "default"
    | "generated column"
    | "collation"
    | "conflict clause";
  readonly name: string;
  readonly table: string | null;
  readonly sql: string | null;
  readonly reason: string;
  /** What a person could write for it: statements of PostgreSQL (`…` where they know more), or words; none: nobody can say. */
  readonly instead?: string | null;
}
