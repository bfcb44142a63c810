/** What SQLite computes of a table by itself: one statement a part, and no value of a row passes through JavaScript. */
import { quote, quoteLiteral } from "../../model/identifier.js";
import type { TablePlan } from "../../model/plan.js";
import type { Source } from "../../source/source.js";
import { rowsSql, withoutComputed, type RowidRange } from "../source/scan.js";
import type { ColumnFigures, Extreme, TableFigures } from "./figures.js";
import { askedColumns, type AskedColumn } from "./measures.js";
import { columnsAQuery, prefixLength } from "./query.js";

/**
 * The figures of the rows in `range`, of all rows where it is null; null where the source has no such table.
 *
 * @throws SqliteError when SQLite cannot read the table.
 */
export const sourceFigures = (
  database: Source["database"],
  table: TablePlan,
  asked: readonly AskedColumn[],
  range: RowidRange | null,
): TableFigures | null => {
  const from = rowsSql(database, table, range);
  if (from === null) {
    return null;
  }
  const columns: ColumnFigures[] = [];
  for (let start = 0; ; start += columnsAQuery) {
    const some = asked.slice(start, start + columnsAQuery);
    const terms = ["count(*)", ...some.flatMap(termsSql)];
    const [rows, ...figures] = database
      .prepare<[], Figure[]>(`SELECT ${terms.join(", ")} ${from}`)
      .raw(true)
      .safeIntegers(true)
      .get() as [bigint, ...Figure[]];
    columns.push(...some.map((_, index) => figuresOf(figures.slice(index * 5, index * 5 + 5))));
    if (start + columnsAQuery >= asked.length) {
      return { rows, columns };
    }
  }
};

type Figure = bigint | number | string | Buffer | null;

/** How many of the first rows are looked at to see how times are spelled. */
const sampledRows = 100;

/**
 * What is asked about the columns of a table, without those that SQLite would have to compute here; nothing where it cannot be read,
 * which whoever reads it will say.
 *
 * @param all with the columns that are compared.
 */
export const askAbout = (database: Source["database"], all: TablePlan): readonly AskedColumn[] => {
  const table = withoutComputed(database, all);
  const encoding = String(database.pragma("encoding", { simple: true }));
  const plain = askedColumns(table, encoding, new Map());
  const untold = table.columns.filter(({ type }) => /^(date|time)/.test(type.name));
  const names = untold.map(({ target }) => plain.find((column) => column.target === target)?.stored);
  try {
    const from = rowsSql(database, table, null);
    const known = names.filter((name) => name !== undefined);
    if (from === null || known.length === 0) {
      return plain;
    }
    const rows = database
      .prepare<[], Figure[]>(`SELECT ${known.map(columnSql).join(", ")} ${from} LIMIT ${sampledRows}`)
      .raw(true)
      .all();
    const samples = new Map(
      untold.map(({ source }, index) => {
        const at = known.indexOf(names[index] ?? "");
        return [source, rows.map((row) => row[at])] as const;
      }),
    );
    return askedColumns(table, encoding, samples);
  } catch {
    return plain;
  }
};

const columnSql = (stored: string): string => `t.${quote(stored)}`;

/**
 * How many are not NULL, the smallest, the greatest, and two sums. SQLite sorts storage classes, so the smallest and the greatest
 * tell whether all are numbers, or all TEXT.
 */
const termsSql = ({ stored, measure }: AskedColumn): readonly string[] => {
  const column = columnSql(stored);
  const values = `count(${column})`;
  const extremes = [extremeSql("min", column), extremeSql("max", column)];
  switch (measure.kind) {
    case "values":
      return [values, "NULL", "NULL", "NULL", "NULL"];
    case "integers":
      // In halves: the sum of 64-bit integers would overflow, which sum() makes an error.
      return [values, ...extremes, `sum(${column} & 4294967295)`, `sum(${column} >> 32)`];
    case "numbers":
      return [values, ...extremes, "NULL", "NULL"];
    case "times": {
      const { spelling } = measure;
      const alike = spelling === null ? "NULL" : `sum(${column} GLOB ${quoteLiteral(spelling)})`;
      return [values, ...extremes, alike, "NULL"];
    }
    case "truths":
      return [values, ...extremes, `sum(${column} = 1)`, "NULL"];
    case "texts":
      return [values, ...extremes, octetsSql(column), "NULL"];
    case "bytes":
      return [values, "NULL", "NULL", octetsSql(column), "NULL"];
  }
};

/** Of long values a beginning is enough, and of a BLOB that it is one. */
const extremeSql = (extreme: "min" | "max", column: string): string => {
  const value = `${extreme}(${column} COLLATE BINARY)`;
  return `CASE typeof(${value}) WHEN 'text' THEN substr(${value}, 1, ${prefixLength}) WHEN 'blob' THEN x'' ELSE ${value} END`;
};

/** length() of TEXT ends at a NUL, and counts characters. */
const octetsSql = (column: string): string => `sum(octet_length(${column}))`;

const figuresOf = ([values, least = null, greatest = null, sum, high]: readonly Figure[]): ColumnFigures => ({
  values: integer(values),
  least: least satisfies Extreme,
  greatest: greatest satisfies Extreme,
  sum: (integer(high) << 32n) + integer(sum),
});

const integer = (figure: Figure | undefined): bigint => (typeof figure === "bigint" ? figure : 0n);
