/** What tells the rows of a table apart, where they are compared one by one. */
import type { TablePlan } from "../../model/plan.js";
import type { RowKeys } from "../source/scan.js";

/** Fields of canonical rows, which are the plan's columns. */
export interface Identity {
  /** Ascending; none: the whole row. */
  readonly fields: readonly number[];
  /** Whether it is the source's rowid, an integer, by which both sides can be walked along. */
  readonly isRowid: boolean;
}

/**
 * The rowid, where a column of integers is one; else the columns of the primary key, or of a unique constraint.
 *
 * @param keys of the source's table; null where there is none.
 */
export const identityOf = (table: TablePlan, keys: RowKeys | null): Identity => {
  const rowid = keys?.rowidField ?? null;
  if (rowid !== null) {
    return { fields: [rowid], isRowid: true };
  }
  const candidates = [table.primaryKey, ...table.uniques].flatMap((key) => {
    const fields = key?.columns.map((name) => table.columns.findIndex(({ target }) => target === name)) ?? [];
    return fields.length > 0 && fields.every((field) => isTold(table, field)) ? [fields] : [];
  });
  return { fields: [...(candidates[0] ?? [])].sort((one, other) => one - other), isRowid: false };
};

/** Of a type that is not compared two values look the same. */
const isTold = ({ columns }: TablePlan, field: number): boolean =>
  field !== -1 && columns[field]?.type.name !== "other";
