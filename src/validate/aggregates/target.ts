/** What PostgreSQL computes of a table by itself, of the values as they are. */
import { quote, quoteQualified } from "../../model/identifier.js";
import type { TablePlan } from "../../model/plan.js";
import type { Session, TextRow } from "../../target/session.js";
import { pathSql, rangeSql, type TargetRange } from "../target/range.js";
import type { ColumnFigures, Extreme, TableFigures } from "./figures.js";
import type { AskedColumn, Measure } from "./measures.js";
import { columnsAQuery, prefixLength } from "./query.js";

/**
 * The figures of the rows of `table` in `schema` that are in `range`, whose columns are as planned (departure.ts), inside a
 * transaction of read-transaction.ts.
 *
 * @param onAsked told when the question is on its way.
 * @throws what the session throws.
 */
export const targetFigures = async (
  session: Session,
  schema: string,
  table: TablePlan,
  asked: readonly AskedColumn[],
  range: TargetRange,
  onAsked?: () => void,
): Promise<TableFigures> => {
  await session.query(pathSql(range));
  const columns: ColumnFigures[] = [];
  for (let start = 0; ; start += columnsAQuery) {
    const some = asked.slice(start, start + columnsAQuery);
    const terms = ["count(*) AS rows", ...some.flatMap(termsSql)];
    const answer = session.query(
      `SELECT ${terms.join(", ")} FROM ${quoteQualified(schema, table.target)} AS t${rangeSql(range)}`,
    );
    onAsked?.();
    const [row] = await answer;
    columns.push(...some.map(({ measure }, index) => figuresOf(measure, index, row ?? {})));
    if (start + columnsAQuery >= asked.length) {
      return { rows: BigInt(row?.["rows"] ?? 0), columns };
    }
  }
};

const termsSql = ({ target, measure }: AskedColumn, index: number): readonly string[] => {
  const column = `t.${quote(target)}`;
  const named = Object.entries({ values: `count(${column})`, ...measureSql(measure, column) });
  return named.map(([name, sql]) => `${sql} AS ${name}${index}`);
};

const measureSql = (measure: Measure, column: string): Readonly<Record<string, string>> => {
  switch (measure.kind) {
    case "values":
      return {};
    case "integers":
      return { least: `min(${column})`, greatest: `max(${column})`, sum: `sum(${column})` };
    case "numbers":
      // A real's own digits are those of a shorter number.
      return extremes(column, (value) => (measure.isExact ? value : `${value}::float8`));
    case "times":
      return extremes(column, (value) => `trunc(extract(epoch FROM ${value}) * 1000000)`);
    case "truths":
      return { sum: `count(*) FILTER (WHERE ${column})` };
    case "texts": {
      // The cast leaves off the blanks at the end of a character(n), and takes citext out of its own order.
      const text = `${column}::text`;
      const of = extremes(`${text} COLLATE "C"`, (value) => `left(${value}, ${prefixLength})`);
      return { ...of, sum: `sum(octet_length(${text}))` };
    }
    case "bytes":
      return { sum: `sum(octet_length(${column}))` };
  }
};

const extremes = (
  column: string,
  write: (value: string) => string,
): { readonly least: string; readonly greatest: string } => ({
  least: write(`min(${column})`),
  greatest: write(`max(${column})`),
});

const figuresOf = ({ kind }: Measure, index: number, row: TextRow): ColumnFigures => ({
  values: BigInt(row[`values${index}`] ?? 0),
  least: extremeOf(kind, row[`least${index}`] ?? null),
  greatest: extremeOf(kind, row[`greatest${index}`] ?? null),
  sum: BigInt(row[`sum${index}`] ?? 0),
});

const extremeOf = (kind: Measure["kind"], text: string | null): Extreme => {
  if (text === null || kind === "texts") {
    return text;
  }
  return kind === "integers" || (kind === "times" && /\d/.test(text)) ? BigInt(text) : Number(text);
};
