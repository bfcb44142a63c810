/** What the catalogs of a target say of the tables that stand there: read by target/existing, judged by translate/existing. */

export interface TargetSchema {
  readonly schema: string;
  /** Who looks. */
  readonly role: string;
  /** Whether the role may set session_replication_role. */
  readonly mayReplicate: boolean;
  readonly tables: readonly TargetTable[];
}

export type TargetKind = "table" | "partitioned" | "view" | "materialized view" | "foreign table";

export type TableRight = "SELECT" | "INSERT" | "UPDATE" | "DELETE" | "TRUNCATE";

export interface TargetTable {
  readonly name: string;
  readonly kind: TargetKind;
  readonly isPartition: boolean;
  /** Old-style inheritance: rows of others are seen through it. */
  readonly hasChildren: boolean;
  readonly owner: string;
  /** Whether the role may do what only the owner may. */
  readonly isOurs: boolean;
  readonly rights: readonly TableRight[];
  /** Whether it applies to the role: then COPY is refused, and not all rows are seen. */
  readonly rowSecurity: boolean;
  /** `CREATE RULE`, but a view's own. */
  readonly hasRules: boolean;
  /** In their order. */
  readonly columns: readonly TargetColumn[];
  readonly keys: readonly TargetKey[];
  /** Whether a key of it, or of a partition of it, may be deferred: it is checked by a trigger then. */
  readonly hasDeferrableKey: boolean;
  /** Foreign keys of the table, and those that a partition of it has for itself; in the order in which they were made. */
  readonly links: readonly TargetLink[];
  /** Of the table and its partitions. */
  readonly triggers: readonly TargetTrigger[];
}

export interface TargetColumn {
  readonly table: string;
  readonly column: string;
  /**
   * As PostgreSQL's format_type writes it where only pg_catalog is on the search path; of a domain the type below it, with the
   * domain's length.
   */
  readonly type: string;
  /** Of an enum, or of an array's elements that are one; else null. */
  readonly labels: readonly string[] | null;
  /** Whether it, or an array's element, is the type of the extension citext. */
  readonly isCitext: boolean;
  /** The column's own type where it is a domain: SQL. */
  readonly domain: string | null;
  /** Its own or its domain's. */
  readonly notNull: boolean;
  /** Its own or its domain's; null: none. Of a generated column null. */
  readonly defaultSql: string | null;
  readonly identity: "always" | "default" | null;
  readonly generated: "stored" | "virtual" | null;
  /** Those that the column owns or whose values its default takes. */
  readonly sequences: readonly SequenceName[];
}

export interface RelationName {
  readonly schema: string;
  readonly name: string;
}

export type SequenceName = RelationName;

/** What keeps rows apart. */
export interface TargetKey {
  /** Of the constraint, or of an index alone. */
  readonly name: string;
  readonly kind: "primary key" | "unique" | "exclusion" | "index";
  /** Null: it has expressions. */
  readonly columns: readonly string[] | null;
  readonly isPartial: boolean;
  /** False: it may be deferred. */
  readonly isImmediate: boolean;
  readonly isValid: boolean;
  readonly nullsNotDistinct: boolean;
  /** WITHOUT OVERLAPS. */
  readonly isPeriod: boolean;
}

export interface TargetLink {
  readonly name: string;
  /** What it is a key of: a partition may have keys for itself. */
  readonly relation: RelationName;
  /** Grows in the order in which foreign keys were made. */
  readonly number: number;
  readonly columns: readonly string[];
  readonly parentSchema: string;
  readonly parentTable: string;
  /** Into which its rows come, in the same schema: itself, or what it is a partition of. */
  readonly parentRoot: string;
  readonly parentColumns: readonly string[];
  /** How the constraint compares, column by column: `OPERATOR(pg_catalog.=)`, between a column of the parent and one of the child. */
  readonly equals: readonly string[];
  readonly match: "simple" | "full";
  readonly deferrable: boolean;
  readonly isValid: boolean;
  /** PostgreSQL 18: NOT ENFORCED checks nothing. */
  readonly isEnforced: boolean;
  /** PERIOD. */
  readonly isPeriod: boolean;
  /** As pg_get_constraintdef writes it where only pg_catalog is on the search path. */
  readonly definition: string;
  readonly comment: string | null;
  /** Either end is partitioned, or it comes from a partitioned table's. */
  readonly isPartitioned: boolean;
  /** Whether all triggers behind it are in their usual state. */
  readonly hasOrdinaryTriggers: boolean;
  /** Whether the role could make it again: it owns the table, and may reference the parent. */
  readonly mayBeMadeAgain: boolean;
  /** Whether the role may keep others from writing into the parent. */
  readonly mayLockParent: boolean;
}

export interface TargetTrigger {
  /** A partition has triggers with states of their own. */
  readonly relation: RelationName;
  readonly name: string;
  /** pg_trigger.tgenabled: fires ordinarily, always, for replicas alone, or not at all. */
  readonly enabled: "O" | "A" | "R" | "D";
  /** `INSERT`, `UPDATE`, `DELETE`, `TRUNCATE`. */
  readonly events: readonly string[];
  /** Whether the role may switch it off: it owns what the trigger stands on. */
  readonly mayBeSwitched: boolean;
}
