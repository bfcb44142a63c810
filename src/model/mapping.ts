/**
 * What somebody says about tables and columns before their values are looked at. Plain data; the files are in YAML
 * (schemas/mapping.schema.json), and mapping/ reads them.
 */
import type { ExistingRows } from "./existing.js";
import type { Nocase } from "./nocase.js";
import type { PgType, TimeUnit } from "./postgres.js";

/** Where a rule stands, for messages: `my.yaml:12`, `django`. */
export interface RulePlace {
  /** A built-in mapping's name or a file's path, as it was given. */
  readonly mapping: string;
  /** From 1; null for a built-in mapping and for an option. */
  readonly line: number | null;
}

/** How names are spelled in the target; `keep`: as in the source. */
export type NameStyle = "keep" | "snake" | "lower";

export interface Mapping {
  readonly name: string;
  /**
   * Rules of a built-in mapping that nobody asked for give way where the values speak against them, and their policies do
   * not count. One that is asked for by its name is a person's word like any other.
   */
  readonly isBuiltIn: boolean;
  /** SHA-256, in hexadecimal, of what it says: comments and layout are no part of it. null: options said it. */
  readonly checksum: string | null;
  readonly because: string | null;
  /** When a built-in mapping is taken unasked; null: never. */
  readonly recognise: Recognition | null;
  /** For all names that no rule gives; null: another mapping may say. */
  readonly names: NameStyle | null;
  readonly tables: readonly TableRule[];
  /** By declared type; the patterns are matched against it with white space as single blanks. */
  readonly types: readonly ColumnRule[];
  /** For every column. */
  readonly values: ColumnRule | null;
}

/** All of these are there. Patterns as in rules. */
export interface Recognition {
  readonly tables: readonly string[];
  readonly columns: readonly { readonly table: string; readonly column: string }[];
}

export interface TableRule {
  /** A name, or a pattern with * and ?, in any case. */
  readonly pattern: string;
  readonly place: RulePlace;
  readonly because: string | null;
  readonly skip: boolean | null;
  readonly rename: string | null;
  /** What becomes of rows that are in the target's table already. */
  readonly existingRows?: ExistingRows | undefined;
  /**
   * The columns that tell its rows apart, where the application makes them itself with its schema: they are left alone where the
   * target's table has rows. Empty: nobody looks at them.
   */
  readonly seed?: readonly string[] | undefined;
  readonly columns: readonly ColumnRule[];
  readonly types: readonly ColumnRule[];
}

/** What it says nothing of is null: another rule may. */
export interface ColumnRule {
  /** Of a column's name or of a declared type; `*` for those of every column. */
  readonly pattern: string;
  readonly place: RulePlace;
  readonly because: string | null;
  readonly skip: boolean | null;
  readonly rename: string | null;
  readonly type: PgType | null;
  /** What numbers count. */
  readonly unit: TimeUnit | null;
  /** How text spells bytes. */
  readonly decode: "hex" | "base64" | null;
  /** Whose local times texts without an offset are, where the column becomes timestamptz: an IANA name, or UTC. */
  readonly zone: string | null;
  /** What becomes of columns that are declared COLLATE NOCASE. */
  readonly nocase?: Nocase | undefined;
  readonly policy: PolicyRule;
}

/** As ColumnPolicy (model/policy.ts), with `reject` to take back what another rule said. */
export interface PolicyRule {
  readonly nul?: "reject" | "strip" | "replace";
  /** `bytea`: where the column holds such text, all of it becomes bytes. */
  readonly invalidUtf8?: "reject" | "replace" | "bytea";
  readonly outOfRange?: "reject" | "null";
  readonly empty?: "reject" | "null";
  readonly excess?: "reject" | "round" | "truncate";
  readonly trueWords?: readonly string[];
  readonly falseWords?: readonly string[];
  readonly nullAs?: string;
}

/** A mapping that had a part in a plan. */
export interface UsedMapping {
  readonly name: string;
  /** Whether its rules give way to values: nobody asked for it. */
  readonly givesWay: boolean;
  /** "asked for", or what it was recognised by. */
  readonly because: string;
  readonly checksum: string | null;
}

/** Declared types and patterns of them are held against each other in this form. */
export const withSingleBlanks = (words: string): string => words.trim().replaceAll(/\s+/g, " ");
