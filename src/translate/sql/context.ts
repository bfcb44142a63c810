/** What the translation of one expression can ask for, beside its operands. */
import type { Select } from "sqlite3-parser";
import type { Scope, ScopeColumn } from "./scope.js";
import type { Typed } from "./typed.js";

export interface Context {
  /** The text that the tree was parsed from: tells how a name is quoted. */
  readonly text: string;
  readonly scope: Scope;
  /** Subqueries, where they are allowed. */
  readonly queries: Queries | null;
  /**
   * Told of what rounds doubles by their decimal digits, as it is written; null: what comes out decides more than a digit
   * that somebody reads, and it is refused.
   */
  readonly onRounding: ((construct: string) => void) | null;
}

export interface Queries {
  /** A SELECT within an expression, without parentheses, and its columns. @throws Untranslatable */
  readonly translate: (select: Select, context: Context) => Subquery;
  /** The same for one that stands for a value: the first of its rows. @throws Untranslatable */
  readonly first: (select: Select, context: Context) => Subquery;
  /** All of a relation, for `x IN table`. @throws Untranslatable */
  readonly all: (name: string, context: Context) => Subquery;
}

export interface Subquery {
  readonly sql: string;
  readonly columns: readonly ScopeColumn[];
  /** Of everything in it. */
  readonly volatility: Typed["volatility"];
}
