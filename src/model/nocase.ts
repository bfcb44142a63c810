/** What becomes of columns that are declared COLLATE NOCASE. */
import type { CitextType } from "./postgres.js";

/**
 * `index`: text, and what SQLite compares stands in the indexes alone. `citext`, `icu`: the column itself compares without
 * case, by the extension's type or by a collation of its own.
 */
export type Nocase = "index" | "citext" | "icu";

/** A column of the source that is to compare without case by itself. */
export interface CaselessColumn {
  readonly table: string;
  readonly column: string;
  readonly as: Exclude<Nocase, "index">;
}

/** A collation that the plan makes, or finds. */
export interface CollationPlan {
  readonly name: string;
  /** Where it stands already; null: it is made, and stands with the tables. */
  readonly schema: string | null;
}

/** Whether PostgreSQL itself compares the column without case. */
export const isCaseless = ({
  type,
  collation,
}: {
  readonly type: { readonly name: string } | CitextType;
  readonly collation?: CollationPlan;
}): boolean => type.name === "citext" || collation !== undefined;

/**
 * ICU's comparison of the second level: letters and accents count, case does not (unicode.org/reports/tr35/tr35-collation.html,
 * "Collation Settings").
 */
export const icuLocale = "und-u-ks-level2";
