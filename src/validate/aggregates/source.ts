/** What SQLite computes of a table by itself: one statement a part, and no value of a row passes through JavaScript. */
import { quote, quoteLiteral } from "../../model/identifier.js";
import type { TablePlan } from "../../model/plan.js";
import type { Source } from "../../source/source.js";
import type { RowsWeight } from "../source/plain-rows.js";
import { rowsSql, withoutComputed, type RowidRange } from "../source/scan.js";
import type { ColumnFigures, Extreme, TableFigures } from "./figures.js";
import { askedColumns, type AskedColumn, type Measure } from "./measures.js";
import { columnsAQuery, prefixLength } from "./query.js";

/** What SQLite tells of rows that are about to be read. */
export interface SourceFigures {
  readonly figures: TableFigures;
  readonly weight: RowsWeight;
}

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
): SourceFigures | null => {
  const from = rowsSql(database, table, range);
  if (from === null) {
    return null;
  }
  const columns: ColumnFigures[] = [];
  let octets = asked.length === table.columns.length ? 0 : Infinity;
  for (let start = 0; ; start += columnsAQuery) {
    const some = asked.slice(start, start + columnsAQuery);
    const { rows, found } = askSums(database, some, from);
    for (const [index, { measure }] of some.entries()) {
      const terms = found.slice(index * 5, index * 5 + 5);
      columns.push(figuresOf(measure, terms));
      octets += octetsOf(measure, terms);
    }
    if (start + columnsAQuery >= asked.length) {
      return { figures: { rows, columns }, weight: { rows: Number(rows), octets } };
    }
  }
};

interface Sums {
  readonly rows: bigint;
  /** Five for each column. */
  readonly found: readonly Figure[];
}

/** Sums of integers at once, and where one of them is beyond 64 bits, or not of integers, in halves. */
const askSums = (database: Source["database"], asked: readonly AskedColumn[], from: string): Sums => {
  const ask = (inHalves: boolean): Sums => {
    const terms = ["count(*)", ...asked.flatMap((column) => termsSql(column, inHalves))];
    const [rows, ...found] = database
      .prepare<[], Figure[]>(`SELECT ${terms.join(", ")} ${from}`)
      .raw(true)
      .safeIntegers(true)
      .get() as [bigint, ...Figure[]];
    return { rows, found };
  };
  try {
    const sums = ask(false);
    const isWhole = ({ measure }: AskedColumn, index: number): boolean =>
      measure.kind !== "integers" || typeof sums.found[index * 5 + 3] !== "number";
    return asked.every(isWhole) ? sums : ask(true);
  } catch (error) {
    // sqlite.org/lang_aggfunc.html, sum(): "integer overflow".
    if (error instanceof Error && error.message === "integer overflow") {
      return ask(true);
    }
    throw error;
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
const termsSql = ({ stored, measure }: AskedColumn, inHalves: boolean): readonly string[] => {
  const column = columnSql(stored);
  const values = `count(${column})`;
  const extremes = [extremeSql("min", column), extremeSql("max", column)];
  switch (measure.kind) {
    case "values":
      return [values, "NULL", "NULL", "NULL", octetsSql(column)];
    case "integers":
      return inHalves
        ? [values, ...extremes, `sum(${column} & 4294967295)`, `sum(${column} >> 32)`]
        : [values, ...extremes, `sum(${column})`, "NULL"];
    case "numbers":
      return [values, ...extremes, "NULL", "NULL"];
    case "times": {
      const { spelling } = measure;
      const alike = spelling === null ? "NULL" : `sum(${column} GLOB ${quoteLiteral(spelling)})`;
      return [values, ...extremes, alike, octetsSql(column)];
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

const figuresOf = (
  { kind }: Measure,
  [values, least = null, greatest = null, sum, high]: readonly Figure[],
): ColumnFigures => ({
  values: integer(values),
  least: least satisfies Extreme,
  greatest: greatest satisfies Extreme,
  sum: integer(sum) + (kind === "integers" ? integer(high) << 32n : 0n),
});

/** Numbers have none; numbers are sorted before TEXT and BLOBs. */
const octetsOf = ({ kind }: Measure, [, , greatest, sum, own]: readonly Figure[]): number => {
  switch (kind) {
    case "texts":
    case "bytes":
      return Number(integer(sum));
    case "times":
    case "values":
      return Number(integer(own));
    default:
      return typeof greatest === "string" || Buffer.isBuffer(greatest) ? Infinity : 0;
  }
};

const integer = (figure: Figure | undefined): bigint => (typeof figure === "bigint" ? figure : 0n);
