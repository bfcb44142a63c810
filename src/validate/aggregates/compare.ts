/** Whether PostgreSQL's figures of a table are those that SQLite's foretell. */
import { quoteLiteral } from "../../model/identifier.js";
import type { ColumnAggregates } from "../../model/verdict.js";
import type { ColumnFigures, Extreme, TableFigures } from "./figures.js";
import { foretell, type Foretold } from "./foretell.js";
import type { AskedColumn, Measure } from "./measures.js";

export interface AggregateComparison {
  readonly compared: readonly ColumnAggregates[];
  /** One sentence for each figure that is another one. */
  readonly disagreements: readonly string[];
}

/** @param source of rows that all convert. */
export const compareFigures = (
  asked: readonly AskedColumn[],
  source: TableFigures,
  target: TableFigures,
): AggregateComparison => {
  const columns = asked.map(({ target: column, measure }, index) =>
    compareColumn(column, measure, source.columns[index]!, target.columns[index]!),
  );
  return {
    compared: columns.map(({ compared }) => compared),
    disagreements: columns.flatMap(({ disagreements }) => disagreements),
  };
};

interface Figure {
  readonly name: ColumnAggregates["aggregates"][number];
  readonly words: string;
  readonly foretold: Extreme | undefined;
  readonly found: Extreme;
  readonly isTime: boolean;
}

const compareColumn = (
  column: string,
  measure: Measure,
  source: ColumnFigures,
  target: ColumnFigures,
): { readonly compared: ColumnAggregates; readonly disagreements: readonly string[] } => {
  const figures = figuresOf(measure, foretell(measure, source), target).filter(
    ({ foretold }) => foretold !== undefined,
  );
  return {
    compared: { column, aggregates: figures.map(({ name }) => name) },
    disagreements: figures
      .filter(({ foretold, found }) => foretold !== found)
      .map(
        ({ words, foretold, found, isTime }) =>
          `${words} in column ${column} is ${written(found, isTime)}, but ${written(foretold ?? null, isTime)} by the source`,
      ),
  };
};

const figuresOf = (measure: Measure, expected: Foretold, found: ColumnFigures): readonly Figure[] => {
  const isTime = measure.kind === "times";
  const count = { isTime: false };
  return [
    {
      name: "values",
      words: "the number of values",
      foretold: expected.values,
      found: found.values,
      ...count,
    },
    { name: "minimum", words: "the smallest value", foretold: expected.least, found: found.least, isTime },
    {
      name: "maximum",
      words: "the greatest value",
      foretold: expected.greatest,
      found: found.greatest,
      isTime,
    },
    { ...sumNames(measure), foretold: expected.sum, found: found.sum, ...count },
  ];
};

const sumNames = ({ kind }: Measure): Pick<Figure, "name" | "words"> =>
  kind === "truths"
    ? { name: "true", words: "the number of true values" }
    : kind === "integers"
      ? { name: "sum", words: "the sum" }
      : { name: "octets", words: "the number of bytes" };

const written = (value: Extreme, isTime: boolean): string =>
  value === null
    ? "NULL"
    : typeof value === "string"
      ? quoteLiteral(value)
      : isTime && typeof value === "bigint"
        ? momentWords(value)
        : String(value);

/** Of microseconds since 1970. */
const momentWords = (microseconds: bigint): string => {
  const finer = ((microseconds % 1_000_000n) + 1_000_000n) % 1_000_000n;
  const date = new Date(Number((microseconds - finer) / 1000n));
  return Number.isNaN(date.getTime())
    ? `${microseconds} microseconds from 1970 on`
    : date.toISOString().replace(/\.\d+Z$/, `${finer === 0n ? "" : `.${String(finer).padStart(6, "0")}`}Z`);
};
