/**
 * A PostgreSQL expression, and what is known of the SQLite expression that it stands for. SQLite types values and
 * PostgreSQL types expressions, so each rule of translation begins with what its operands are.
 */
import type { PgType, TimeUnit } from "../../model/postgres.js";
import type { Affinity, StorageClass } from "../../model/sqlite.js";
import type { Literal } from "./literal.js";

/** What PostgreSQL makes of it. `null`: a NULL of no type yet. `other`: nothing can be said of it but whether it is NULL. */
export type Kind =
  | "null"
  | "boolean"
  | "integer"
  | "real"
  | "numeric"
  | "text"
  | "bytes"
  | "timestamptz"
  | "timestamp"
  | "date"
  | "time"
  | "uuid"
  | "json"
  | "jsonb"
  /** A jsonb, never JSON's null, that stands for a value of any class: json_extract and ->> give one (json-value.ts). */
  | "jsonvalue"
  /** Its text, as a column of a view shows it: `1` may be a number or a text in SQLite. */
  | "jsontext"
  | "other";

/** PostgreSQL documentation, 36.7. The later ones are worse: an index takes none but the first. */
export type Volatility = "immutable" | "stable" | "volatile";

export interface Typed {
  readonly sql: string;
  readonly kind: Kind;
  /** Whether it can stand beside an operator as it is; else in parentheses. */
  readonly isAtom: boolean;
  readonly volatility: Volatility;
  /** Of a column or a CAST; null: an expression, which has none (sqlite.org/datatype3.html, section 3.2). */
  readonly affinity: Affinity | null;
  readonly collation: Collation;
  /** The value, where it is written as a literal. */
  readonly constant: Literal | null;
  /** What SQLite holds where this is not NULL; null: values of several classes, or nobody knows. */
  readonly stored: StorageClass | null;
  /** The moment that a date function's result is; PostgreSQL `timestamp` in UTC. */
  readonly moment: Moment | null;
  /** What `||` joined. */
  readonly joined: readonly Typed[] | null;
  /** Of what a JSON function gave; null: nothing is known. */
  readonly json: JsonForms | null;
  /** What is known of a column; null for all else. */
  readonly column: ColumnFacts | null;
}

/** The collation that comparisons take, and whether COLLATE names it (sqlite.org/datatype3.html, section 7.1). */
export interface Collation {
  readonly name: CollationName;
  /** `explicit` wins over `column`, and that over none. */
  readonly from: "explicit" | "column" | "none";
}

/** `other`: one that an application made. */
export type CollationName = "BINARY" | "NOCASE" | "RTRIM" | "other";

export interface Moment {
  /** A PostgreSQL `timestamp` in UTC, to what the value says of it. */
  readonly sql: string;
  /** What the SQLite expression's value is; `other`: a text of some other form that it can be read from, `part`: none. */
  readonly form: "datetime" | "date" | "time" | "julian" | "seconds" | "other" | "part";
  /** A whole number, where the value is a text of its digits. */
  readonly number: string | null;
}

/** Other ways to write what a JSON function gave. */
export interface JsonForms {
  /** The `sql` that they belong to: where that has changed since, they are void. */
  readonly of: string;
  /** A jsonb, which may be JSON's null; as an operand. */
  readonly bare: string;
  /** A text, NULL for JSON's null; as an operand. */
  readonly text: string;
  /**
   * `json`: SQLite takes it for JSON where it is put into JSON, not for a text (json1.html, section 3.4); `value`: it takes arrays
   * and objects so; `text`: it takes it for a text; `type`: the word for a type.
   */
  readonly role: "json" | "value" | "text" | "type";
}

export interface ColumnFacts {
  readonly name: string;
  readonly type: PgType;
  /** What numbers of the column count. */
  readonly unit: TimeUnit | null;
  /** Of a boolean: how its values are spelled; null: in several ways. */
  readonly truth: TruthSpelling | null;
}

/** 0 and 1, or the words for false and true. */
export type TruthSpelling = "numbers" | readonly [falseWord: string, trueWord: string];

/** Whether both spell truth in the one way. */
export const sameSpelling = (a: ColumnFacts | null, b: ColumnFacts | null): boolean =>
  a === b || (a?.truth ?? "numbers").toString() === (b?.truth ?? "numbers").toString();

/** Whether it is a boolean that SQLite holds as a number. */
export const isFlag = ({ kind, column }: Typed): boolean =>
  kind === "boolean" && (column === null || column.truth === "numbers");

export const binary: Collation = { name: "BINARY", from: "none" };

const plain = {
  isAtom: true,
  volatility: "immutable",
  affinity: null,
  constant: null,
  stored: null,
  moment: null,
  joined: null,
  json: null,
  column: null,
} as const;

/** What SQLite holds for an expression (not a column) of each kind. */
const storedAs: Readonly<Partial<Record<Kind, StorageClass>>> = {
  boolean: "integer",
  integer: "integer",
  real: "real",
  text: "text",
  bytes: "blob",
  json: "text",
  jsonb: "text",
};

/** What an expression is made of, as far as that passes on to it. */
type Part = Pick<Typed, "volatility"> & Partial<Pick<Typed, "collation">>;

/** A collation that COLLATE names passes through every operator and function, a column's does not (src/expr.c, EP_Collate). */
const collationThrough = (parts: readonly Part[]): Collation =>
  parts.find(({ collation }) => collation?.from === "explicit")?.collation ?? binary;

/** An expression that is whole as it is: a call, a literal, a name, something in parentheses. */
export const atom = (kind: Kind, sql: string, parts: readonly Part[], more: Partial<Typed> = {}): Typed => ({
  ...plain,
  stored: storedAs[kind] ?? null,
  volatility: worst(parts),
  collation: collationThrough(parts),
  ...more,
  kind,
  sql,
});

/** An expression of an operator. */
export const operation = (
  kind: Kind,
  sql: string,
  parts: readonly Part[],
  more: Partial<Typed> = {},
): Typed => atom(kind, sql, parts, { isAtom: false, ...more });

/** As an operand: in parentheses, unless it needs none. */
export const operand = ({ sql, isAtom }: Pick<Typed, "sql" | "isAtom">): string =>
  isAtom ? sql : `(${sql})`;

/** The same value under another type; what is known of SQLite's value stays. */
export const recast = (typed: Typed, kind: Kind, pgType: string): Typed => ({
  ...typed,
  kind,
  sql: `${operand(typed)}::${pgType}`,
  isAtom: true,
  column: null,
});

const order: readonly Volatility[] = ["immutable", "stable", "volatile"];

export const worst = (parts: readonly Pick<Typed, "volatility">[]): Volatility =>
  order[Math.max(0, ...parts.map(({ volatility }) => order.indexOf(volatility)))]!;

export const isNumber = ({ kind }: Typed): boolean =>
  kind === "integer" || kind === "real" || kind === "numeric";

/** Those that have moments for values. */
export const isMomentKind = ({ kind }: Pick<Typed, "kind">): boolean =>
  kind === "timestamptz" || kind === "timestamp" || kind === "date";

/** For people. */
export const kindWords: Readonly<Record<Kind, string>> = {
  null: "NULL",
  boolean: "a boolean",
  integer: "a whole number",
  real: "a floating-point number",
  numeric: "a decimal number",
  text: "a text",
  bytes: "bytes",
  timestamptz: "a timestamptz",
  timestamp: "a timestamp",
  date: "a date",
  time: "a time of day",
  uuid: "a uuid",
  json: "json",
  jsonb: "jsonb",
  jsonvalue: "a value out of JSON",
  jsontext: "the text of a value out of JSON",
  other: "a type of its own",
};
