/** What a plan says of tables that are in the target already (docs/decisions/into-existing.md). Names are the target's. */
import type { RelationName, SequenceName, TargetLink } from "./target-schema.js";

/**
 * What becomes of rows that are there. `refuse`: nothing is loaded. `truncate`: they go. `skip`: they stay as they are, rows of other keys
 * come to them. `update`: those of the same key become what the source has.
 */
export const existingRowsWays = ["refuse", "truncate", "skip", "update"] as const;
export type ExistingRows = (typeof existingRowsWays)[number];

/**
 * How triggers do not fire and foreign keys do not stop the order of the rows. `replica`: by session_replication_role, nothing is
 * changed. `set-aside`: they are taken away and put back. `ordered`: they stay, parents come first.
 */
export type QuietWay = "replica" | "set-aside" | "ordered";

export interface ExistingPlan {
  /**
   * `direct`: slices go straight into the tables, which are empty. `staged`: into tables of the run's own, where they are proven before one
   * transaction brings them over.
   */
  readonly strategy: "direct" | "staged";
  readonly quiet: QuietWay;
  readonly groups: readonly LoadGroup[];
  /** Empty but for `set-aside`; in the order in which they come back. */
  readonly setAside: readonly SetAsideItem[];
  /** Every foreign key of a loaded table that is checked by anybody: it is proven by a query, or by the server. */
  readonly links: readonly ExistingLink[];
  readonly sequences: readonly ExistingSequence[];
}

/** Tables that are loaded after those of the groups before, and side by side unless `together`. */
export interface LoadGroup {
  /** Where `together`, parents first as far as there is such an order. */
  readonly tables: readonly string[];
  /**
   * In one transaction, one COPY a table, with all constraints deferred: their rows point at one another by foreign keys that stay.
   */
  readonly together: boolean;
}

export interface SetAsideItem {
  readonly kind: "foreign key" | "trigger";
  /** Of the table, or of the partition that a trigger stands on. */
  readonly schema: string;
  readonly table: string;
  readonly name: string;
  /** Of a foreign key; null: it is a trigger. */
  readonly parent: RelationName | null;
  /** What it is: pg_get_constraintdef's words, or pg_trigger.tgenabled. */
  readonly definition: string;
  readonly awaySql: string;
  /** One after another; a foreign key comes back NOT VALID. */
  readonly backSql: readonly string[];
  /** Makes a foreign key valid again; null: it was not, or it is a trigger. */
  readonly validateSql: string | null;
}

/** As the run history keeps it. */
export interface SetAsideRecord extends Omit<SetAsideItem, "awaySql"> {
  readonly run: number;
  /** Its place among those of the run, from 0. */
  readonly number: number;
}

export interface ExistingLink extends Pick<
  TargetLink,
  | "name"
  | "relation"
  | "columns"
  | "parentSchema"
  | "parentTable"
  | "parentColumns"
  | "equals"
  | "match"
  | "deferrable"
  | "isValid"
> {
  readonly table: string;
  /** Whether the server goes on checking it while rows come in. */
  readonly staysInPlace: boolean;
}

export interface ExistingSequence extends SequenceName {
  /** Those whose values it makes. */
  readonly columns: readonly { readonly table: string; readonly column: string }[];
  /** The largest number that the source has used, decimal text; null: none. */
  readonly used: string | null;
}

export interface ExistingTable {
  readonly rows: ExistingRows;
  readonly rowsThere: number;
  /** By which rows of `skip` and `update` are told apart; null: of the others, or where there are no rows. */
  readonly key: ArbiterKey | null;
  /** What the target puts into columns that nothing of the source fills. */
  readonly filled: readonly FilledColumn[];
}

/** A key that ON CONFLICT can go by (PostgreSQL documentation, INSERT). */
export interface ArbiterKey {
  readonly name: string;
  readonly columns: readonly string[];
  /** Else an index alone. */
  readonly isConstraint: boolean;
}

/** What a staged run did with the rows of one table. */
export interface MergedRows {
  readonly rows: ExistingRows;
  /** When it began to bring them over. */
  readonly there: number;
  /** All that were there, of `truncate`; else 0. */
  readonly removed: number;
  readonly inserted: number;
  readonly changed: number;
  /** Of the same key, and value by value the same. */
  readonly same: number;
  /** Of the same key, with other values, which stay: of `skip` alone. */
  readonly kept: number;
}

/** Whether nothing was written into the table. */
export const isUnchanged = ({ removed, inserted, changed }: MergedRows): boolean =>
  removed + inserted + changed === 0;

/** Whether rows of the table may be gone, or others, when the run is done. */
export const givesRowsUp = ({ rows, rowsThere }: Pick<ExistingTable, "rows" | "rowsThere">): boolean =>
  rowsThere > 0 && (rows === "truncate" || rows === "update");

export interface FilledColumn {
  readonly column: string;
  readonly by: "default" | "null" | "generated" | "identity";
  /** The default. */
  readonly sql: string | null;
}

/** What neither comes to rest nor is a matter of order. */
export interface QuietTrouble {
  /** `triggers-fire`: they would, row by row. `foreign-keys-in-place`: tables point at one another, and nothing can be deferred. */
  readonly reason: "triggers-fire" | "foreign-keys-in-place";
  readonly tables: readonly string[];
  /** Of the triggers or foreign keys. */
  readonly names: readonly string[];
  /** Whose role could do it. */
  readonly owner: string;
}

/** How rows are taken out again without a trigger or a foreign key that does more. */
export interface RemovalPlan {
  readonly quiet: QuietWay;
  readonly setAside: readonly SetAsideItem[];
  /** Where there are any, they cannot be. */
  readonly troubles: readonly QuietTrouble[];
}
