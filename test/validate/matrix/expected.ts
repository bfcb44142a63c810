/** What must be told of a mutation: rows of the same key are changed, the others missing or extra. */
import type { RowDifference, TableDifferences } from "../../../src/model/verdict.js";
import { textOf, type Mutation, type Row, type TableCase } from "./table-case.js";

/** The list in any order. */
export const expectedDifferences = (of: TableCase, { removed, added }: Mutation): TableDifferences => {
  const left = [...added];
  const listed: RowDifference[] = [];
  const gone: Row[] = [];
  for (const row of removed) {
    const at = left.findIndex((other) => of.identity.length > 0 && keyText(of, other) === keyText(of, row));
    const other = at === -1 ? undefined : left.splice(at, 1)[0];
    if (other === undefined) gone.push(row);
    else listed.push(changed(of, row, other));
  }
  // Equal rows are told once, with their numbers.
  const counts = (row: Row): [source: number, target: number] => {
    const rows = (among: readonly Row[]): number =>
      among.filter((each) => textOf(each) === textOf(row)).length;
    return [rows(of.rows), rows(of.rows) - rows(removed) + rows(added)];
  };
  for (const row of distinct(gone)) listed.push(alone(of, "missing", row, counts(row)));
  for (const row of distinct(left)) listed.push(alone(of, "extra", row, counts(row)));
  return { missing: gone.length, extra: left.length, changed: removed.length - gone.length, listed };
};

const distinct = (rows: readonly Row[]): readonly Row[] => [
  ...new Map(rows.map((row) => [textOf(row), row])).values(),
];

const keyOf = ({ columns, identity }: TableCase, row: Row): RowDifference["key"] =>
  identity.length === 0
    ? null
    : columns.flatMap(({ target: column }, at) =>
        identity.includes(column) ? [{ column, value: row[at]![1] }] : [],
      );

const keyText = (of: TableCase, row: Row): string => JSON.stringify(keyOf(of, row));

const changed = (of: TableCase, before: Row, after: Row): RowDifference => ({
  kind: "changed",
  key: keyOf(of, before),
  sourceRows: 1,
  targetRows: 1,
  columns: of.columns.flatMap(({ target: column }, at) => {
    const [[source, expected], [, actual]] = [before[at]!, after[at]!];
    return expected === actual ? [] : [{ column, source, expected, actual }];
  }),
});

const alone = (
  of: TableCase,
  kind: "missing" | "extra",
  row: Row,
  [sourceRows, targetRows]: [number, number],
): RowDifference => ({
  kind,
  key: keyOf(of, row),
  sourceRows,
  targetRows,
  columns: of.columns.map(({ target: column }, at) => {
    const [source, value] = row[at]!;
    return kind === "missing"
      ? { column, source, expected: value, actual: null }
      : { column, source: null, expected: null, actual: value };
  }),
});
