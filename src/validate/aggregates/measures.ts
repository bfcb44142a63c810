/**
 * What is asked about each column: only what SQLite and PostgreSQL order and count alike once a value has become what the
 * plan says, so that plain arithmetic on the source's answer foretells the target's.
 */
import type { ColumnPlan, TablePlan } from "../../model/plan.js";
import type { TimeUnit } from "../../model/postgres.js";
import { spellingOf } from "./spelling.js";

/** Of all but `values` also the number of values that are not NULL. */
export type Measure =
  | { readonly kind: "values" }
  /** Smallest, greatest, sum. */
  | { readonly kind: "integers" }
  /** Smallest and greatest. */
  | { readonly kind: "numbers"; readonly isExact: boolean }
  /** Smallest and greatest, counted by `unit` or written in `spelling`, a pattern of GLOB. */
  | { readonly kind: "times"; readonly unit: TimeUnit | null; readonly spelling: string | null }
  /** How many are true. */
  | { readonly kind: "truths" }
  /** Smallest and greatest by their bytes, and how many bytes they have together. */
  | { readonly kind: "texts" }
  /** How many bytes they have together. */
  | { readonly kind: "bytes" };

export interface AskedColumn {
  /** As the table of the source calls it that is read. */
  readonly stored: string;
  /** In the target. */
  readonly target: string;
  readonly measure: Measure;
}

/**
 * The columns that are asked about. None where rows are rejected: their values are not in the target. A column whose values
 * a policy may change is left out; of one whose values are decoded or belong to a zone only NULLs are counted.
 *
 * @param encoding of the source; lengths and order of texts in UTF-16 are others.
 * @param samples some of the first values of each column, by its name in `columns`.
 */
export const askedColumns = (
  { columns, rejected, storage }: TablePlan,
  encoding: string,
  samples: ReadonlyMap<string, readonly unknown[]>,
): readonly AskedColumn[] =>
  rejected > 0
    ? []
    : columns
        .filter(({ policy }) => Object.keys(policy).length === 0)
        .map((column) => ({
          stored: storage?.columns.find(({ name }) => name === column.source)?.storedAs ?? column.source,
          target: column.target,
          measure: measureOf(column, encoding === "UTF-8", samples.get(column.source) ?? []),
        }));

const measureOf = (
  { type, unit, decode, zone }: ColumnPlan,
  isUtf8: boolean,
  sample: readonly unknown[],
): Measure => {
  if (decode !== null || zone !== null) {
    return { kind: "values" };
  }
  switch (type.name) {
    case "boolean":
      return { kind: "truths" };
    case "smallint":
    case "integer":
    case "bigint":
      return { kind: "integers" };
    case "real":
    case "double precision":
      return { kind: "numbers", isExact: false };
    case "numeric":
      return { kind: "numbers", isExact: true };
    case "date":
    case "time without time zone":
    case "timestamp without time zone":
    case "timestamp with time zone":
      return timesMeasure(unit, isUtf8 ? spellingOf(sample, type.name) : null);
    case "text":
    case "character varying":
    case "character":
    case "citext":
    case "enum":
    case "json":
      return { kind: isUtf8 ? "texts" : "values" };
    case "bytea":
      return { kind: isUtf8 ? "bytes" : "values" };
    case "uuid":
    case "jsonb":
    case "inet":
    case "cidr":
    case "macaddr":
    case "array":
    case "other":
      return { kind: "values" };
  }
};

const timesMeasure = (unit: TimeUnit | null, spelling: string | null): Measure =>
  unit === null && spelling === null ? { kind: "values" } : { kind: "times", unit, spelling };
