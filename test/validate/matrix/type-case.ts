/** What the mutation matrix says of each type: its values on both sides, and each mutation of them, or why there is none. */
import type { TimeUnit } from "../../../src/model/postgres.js";
import type { PgType } from "../../../src/model/postgres.js";

/** A value as SQLite's SQL writes it (and as it must be shown), and as PostgreSQL reads and prints it. */
export type Cell = readonly [source: string, target: string | null];

export const nullCell: Cell = ["NULL", null];

/** What stands in the target instead of the value of a row, as PostgreSQL prints it; the row is that of the cell's name. */
export interface Mutant {
  readonly of: string;
  readonly to: string | null;
}

/** What may befall one value. */
export const valueMutations = {
  bit: "a bit flipped",
  nullForEmpty: "NULL for '', 0 or false",
  emptyForNull: "'', 0 or false for NULL",
  zeroSign: "-0.0 for 0, and 0 for -0.0",
  ulp: "one unit in the last place",
  microsecond: "one microsecond",
  zoneShift: "the shift of a time zone",
  letterCase: "another case",
  trailingSpace: "a blank more or less at the end",
  composition: "a letter composed or decomposed",
} as const;

export type ValueMutation = keyof typeof valueMutations;

export interface TypeCase {
  readonly name: string;
  readonly type: PgType;
  readonly unit?: TimeUnit;
  readonly zone?: string;
  /** By their names; of each a row. A row of NULL is added. `empty` is '', 0, false or what comes next to them. */
  readonly cells: Readonly<Record<"plain" | "other" | "empty", Cell>> & Readonly<Record<string, Cell>>;
  /** A sentence where the type has no such mutation. */
  readonly mutants: Readonly<Record<ValueMutation, readonly Mutant[] | string>>;
  /** What else may befall values of this type. */
  readonly more: Readonly<Record<string, Mutant>>;
}

export const to = (of: string, value: string | null): Mutant => ({ of, to: value });

/** The same reason for each of the mutations. */
export const none = <M extends ValueMutation>(because: string, ...of: readonly M[]): Record<M, string> =>
  Object.fromEntries(of.map((mutation) => [mutation, because])) as Record<M, string>;

export const noTime = none("it is no time", "microsecond", "zoneShift");
export const noFloat = none("it is no float", "zeroSign", "ulp");
export const noText = none("it is no text", "letterCase", "trailingSpace", "composition");
