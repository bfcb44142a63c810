/** Which rows differ, in text: the first of each table; all that were listed stand in the JSON. */
import type {
  CellDifference,
  KeyValue,
  RowDifference,
  TableDifferences,
  TableVerdict,
} from "../model/verdict.js";
import { shortened, visible } from "./display-width.js";
import { counted, grouped } from "./number-words.js";
import { nameWords } from "./place-words.js";
import type { Style } from "./style.js";

/** Of each table; more would hide the tables after it. */
const shownRows = 10;

/** Of a changed row. */
const shownColumns = 8;

/** Cells of the terminal. */
const shownValue = 60;

/** Nothing where no rows were found to differ. */
export const differenceLines = (verdicts: readonly TableVerdict[], style: Style): readonly string[] =>
  verdicts.flatMap(({ target, differences }) =>
    differences === null ? [] : ["", ...tableLinesOf(target, differences, style)],
  );

const tableLinesOf = (table: string, differences: TableDifferences, style: Style): readonly string[] => {
  const { missing, extra, changed, listed } = differences;
  const total = missing + extra + changed;
  const shown = listed.slice(0, shownRows);
  const kinds = [
    [missing, "missing"],
    [extra, "extra"],
    [changed, "changed"],
  ] as const;
  const words = kinds.flatMap(([rows, kind]) => (rows === 0 ? [] : [`${grouped(rows)} ${kind}`]));
  const rest = total - shown.length;
  const more =
    listed.length > shown.length
      ? `; --json has ${listed.length === total ? "all" : `the first ${grouped(listed.length)}`}`
      : "";
  return [
    style.bold(
      visible(
        `${nameWords(table)}: ${counted(total, "row")} ${total === 1 ? "differs" : "differ"} (${words.join(", ")})`,
      ),
    ),
    ...shown.flatMap((row) => rowLines(row, style)),
    ...(rest === 0 ? [] : [style.dim(`  and ${grouped(rest)} more${more}`)]),
  ];
};

const rowLines = (row: RowDifference, style: Style): readonly string[] => {
  const columns = row.kind === "changed" ? row.columns : [];
  const shown = columns.slice(0, shownColumns);
  const rest = columns.length - shown.length;
  return [
    `  ${style.red(row.kind)} ${visible(rowWords(row))}`,
    ...shown.map((column) => `    ${visible(cellWords(column))}`),
    ...(rest === 0 ? [] : [style.dim(`    and ${counted(rest, "column")} more`)]),
  ];
};

/** By its key, or by its values where there is none; and how many there are, where it is not one on one side. */
const rowWords = ({ kind, key, columns, sourceRows, targetRows }: RowDifference): string => {
  const known =
    key ??
    columns.slice(0, shownColumns).map(({ column, expected, actual }) => ({
      column,
      value: kind === "extra" ? actual : expected,
    }));
  const many = sourceRows + targetRows === 1 || kind === "changed" ? "" : timesWords(sourceRows, targetRows);
  const rest = key === null && columns.length > shownColumns ? ", ..." : "";
  return `${known.map(keyWords).join(", ")}${rest}${many}`;
};

const timesWords = (sourceRows: number, targetRows: number): string =>
  `: ${grouped(sourceRows)} in the source, ${grouped(targetRows)} in the target`;

const keyWords = ({ column, value }: KeyValue): string => `${nameWords(column)} = ${shownWords(value)}`;

/** The source's value is said only where it is not what must stand in the target. */
const cellWords = ({ column, source, expected, actual }: CellDifference): string => {
  const from =
    source === null || sameWords(source, expected) ? "" : `, from ${shortened(source, shownValue)}`;
  return `${nameWords(column)}: ${shownWords(actual)}, must be ${shownWords(expected)}${from}`;
};

const sameWords = (source: string, expected: string | null): boolean =>
  source === expected || source === (expected === null ? "NULL" : `'${expected.replaceAll("'", "''")}'`);

const shownWords = (value: string | null): string =>
  value === null ? "NULL" : `'${shortened(value, shownValue)}'`;
