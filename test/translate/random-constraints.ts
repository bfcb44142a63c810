/** Random tables of the columns of random-columns.ts, each with one CHECK or one index of random expressions. */
import fc from "fast-check";
import { quote } from "../../src/model/identifier.js";
import { randomCondition, randomExpression } from "./sql/random-expression.js";
import { randomColumns } from "./sql/random-columns.js";
import type { TestColumn } from "./sql/two-engines.js";

export interface RandomConstraint {
  readonly kind: "check" | "index";
  /** CREATE TABLE, and CREATE INDEX where it is one. `$t` is the table's name. */
  readonly sql: string;
  /** The CHECK or the index alone. */
  readonly text: string;
}

/** SQLite's text of a table of these columns. @param of what stands behind columns, by their names, and behind all */
export const tableSql = (
  name: string,
  columns: readonly TestColumn[],
  of: Readonly<Record<string, string>> = {},
): string => {
  const definitions = columns.map(
    (column) => `${quote(column.name)} ${column.declared}${of[column.name] ?? ""}`,
  );
  return `CREATE TABLE ${name} (id INTEGER PRIMARY KEY, ${definitions.join(", ")}${of[""] ?? ""})`;
};

const check = (columns: readonly TestColumn[]): fc.Arbitrary<RandomConstraint> =>
  fc
    .tuple(
      fc.oneof({ weight: 4, arbitrary: randomCondition }, randomExpression),
      fc.constantFrom("", "", ...columns.map(({ name }) => name)),
      fc.constantFrom("", 'CONSTRAINT "a check" '),
    )
    .map(([{ sql }, place, name]) => {
      const text = `${name}CHECK (${sql})`;
      return {
        kind: "check",
        sql: tableSql("$t", columns, { [place]: place === "" ? `, ${text}` : ` ${text}` }),
        text,
      };
    });

/** Columns for the most part: rows that differ in an expression's value are few. */
const term = (columns: readonly TestColumn[]): fc.Arbitrary<string> =>
  fc
    .tuple(
      fc.oneof(
        { weight: 3, arbitrary: fc.constantFrom(...columns.map(({ name }) => quote(name))) },
        { weight: 2, arbitrary: randomExpression.map(({ sql }) => sql) },
      ),
      fc.constantFrom("", "", "", " COLLATE NOCASE", " COLLATE RTRIM", " COLLATE BINARY"),
      fc.constantFrom("", "", " DESC"),
    )
    .map((parts) => parts.join(""));

const index = (columns: readonly TestColumn[]): fc.Arbitrary<RandomConstraint> =>
  fc
    .tuple(
      fc.constantFrom("UNIQUE ", "UNIQUE ", "UNIQUE ", ""),
      fc.array(term(columns), { minLength: 1, maxLength: 2 }),
      fc.option(randomCondition, { freq: 2 }),
    )
    .map(([unique, terms, where]) => {
      const text = `CREATE ${unique}INDEX "$t_i" ON $t (${terms.join(", ")})${where === null ? "" : ` WHERE ${where.sql}`}`;
      return { kind: "index", sql: `${tableSql("$t", columns)}; ${text}`, text };
    });

export const constraintArbitrary = (columns: readonly TestColumn[]): fc.Arbitrary<RandomConstraint> =>
  fc.oneof(check(columns), index(columns));

/** Rows of few values a column, so that many are alike; texts also in another case, and with blanks behind. */
export const alikeColumns = (rows: number): fc.Arbitrary<readonly TestColumn[]> =>
  randomColumns(3).chain((columns) =>
    fc.tuple(
      ...columns.map((column) =>
        fc
          .array(fc.constantFrom(...cellsOf(column)), { minLength: rows, maxLength: rows })
          .map((cells): TestColumn => ({
            ...column,
            values: cells.map(({ source }) => source),
            target: cells.map(({ target }) => target),
          })),
      ),
    ),
  );

const cellsOf = ({ declared, values, target = values }: TestColumn) =>
  values
    .map((source, at) => ({ source, target: target[at]! }))
    .flatMap((cell) => {
      if (!declared.startsWith("TEXT") || cell.source === "NULL") return [cell];
      const other = [cell.source.toUpperCase(), cell.source.toLowerCase(), cell.source.replace(/'$/, "  '")];
      return [cell, ...other.map((source) => ({ source, target: source }))];
    });
