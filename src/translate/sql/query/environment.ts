/** Where a SELECT stands: what it can read, which queries are around it, and which names they have taken. */
import type { Select } from "sqlite3-parser";
import { sameName } from "../../../model/identifier.js";
import type { Lines } from "./layout.js";
import type { QueryColumn, Relation, Relations } from "./relations.js";
import type { Scope } from "../scope.js";
import type { Volatility } from "../typed.js";

export interface Environment {
  /** The text that the tree was parsed from. */
  readonly text: string;
  readonly relations: Relations;
  /** Common table expressions in sight, the nearest WITH first. */
  readonly withs: readonly CommonTables[];
  /** Of the query around; null: none. */
  readonly outer: Scope | null;
  /** Names that PostgreSQL knows tables of the queries around by. An inner one must not hide them: SQLite looks through it. */
  readonly taken: ReadonlySet<string>;
  /** Told of every relation of the target that is read. */
  readonly onUse: (target: string) => void;
  /** Told of what rounds doubles by their decimal digits, as it is written. */
  readonly onRounding: (construct: string) => void;
  /** Queries within queries, wherever they stand. */
  readonly translate: TranslateSelect;
}

/** @throws Untranslatable */
export type TranslateSelect = (select: Select, environment: Environment, use: QueryUse) => Query;

/** `relation`: others read its columns, so that their types matter; `view`: and people do. */
export type QueryUse = "rows" | "relation" | "view";

/** A whole SELECT in PostgreSQL. */
export interface Query {
  readonly lines: Lines;
  readonly columns: readonly QueryColumn[];
  readonly volatility: Volatility;
  readonly hasOneRow: boolean;
  /** Whether ORDER BY says which row is the first. */
  readonly isOrdered: boolean;
}

export interface CommonTables {
  /** null: it has none of this name. @throws Untranslatable */
  readonly find: (name: string) => Relation | null;
}

/** A table, a view or a common table expression. @throws Untranslatable */
export function findRelation(environment: Environment, schema: string | null, name: string): Relation {
  // The nearest WITH hides what is behind it, but a name with its schema means the table.
  if (schema === null)
    for (const tables of environment.withs) {
      const found = tables.find(name);
      if (found !== null) return found;
    }
  const relation = environment.relations.find(name);
  environment.onUse(relation.target);
  return relation;
}

/** Whether `main` or nothing stands before a name. A file knows no other. */
export const isOwnSchema = (schema: string | null): boolean => schema === null || sameName(schema, "main");
