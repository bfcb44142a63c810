/** Keys and indexes whose entries may be too long for a B-tree: by the longest value of each column alone. */
import { quote } from "../../model/identifier.js";
import {
  columnTerm,
  type ColumnPlan,
  type IndexTermPlan,
  type Plan,
  type TablePlan,
} from "../../model/plan.js";
import type { PgType } from "../../model/postgres.js";
import type { TableProfile } from "../../model/profile.js";
import { entryBytes, largestEntry } from "./entry-size.js";

/** What a B-tree stands behind in a plan. */
export interface KeyOrIndex {
  readonly kind: "primary key" | "unique" | "index";
  readonly name: string;
  readonly terms: readonly IndexTermPlan[];
}

/** The columns that its terms hold whole, one a term. */
export interface DoubtfulEntries extends KeyOrIndex {
  readonly table: TablePlan;
  readonly columns: readonly ColumnPlan[];
  /** Bytes of the longest value of each; they need not be in one row. */
  readonly longest: readonly number[];
}

/** @returns those of which the rows have to tell; a longest entry of each is at most what its longest values make together. */
export const doubtfulEntries = (
  { tables }: Pick<Plan, "tables">,
  profiles: readonly TableProfile[],
): readonly DoubtfulEntries[] =>
  tables.flatMap((table) => {
    const profile = profiles.find((each) => each.table === table.source);
    if (profile === undefined) return [];
    return treesOf(table).flatMap((tree): readonly DoubtfulEntries[] => {
      const columns = tree.terms.map((term) => wholeColumn(term, table.columns));
      const known = columns.filter((column) => column !== null);
      const longest = known.flatMap((column) => longestBytes(column, profile));
      const isKnown = longest.length === columns.length;
      return isKnown && mayBeTooLong(known, longest) ? [{ ...tree, table, columns: known, longest }] : [];
    });
  });

const treesOf = ({ primaryKey, uniques, indexes }: TablePlan): readonly KeyOrIndex[] => [
  ...(primaryKey === null ? [] : [keyTree("primary key", primaryKey)]),
  ...uniques.map((key) => keyTree("unique", key)),
  ...indexes
    .filter(({ method }) => method === undefined)
    .map(({ name, terms }) => ({ kind: "index" as const, name, terms })),
];

const keyTree = (
  kind: KeyOrIndex["kind"],
  { name, columns }: { readonly name: string; readonly columns: readonly string[] },
): KeyOrIndex => ({ kind, name, terms: columns.map((column) => columnTerm(column)) });

/** The column that the term is, or is under one of SQLite's collations: as many bytes, or a few blanks fewer. */
const wholeColumn = ({ column, sql }: IndexTermPlan, columns: readonly ColumnPlan[]): ColumnPlan | null =>
  columns.find(({ target }) => target === column || underCollation(target).includes(sql)) ?? null;

const underCollation = (target: string): readonly string[] => [
  `lower(${quote(target)} COLLATE "C")`,
  `rtrim(${quote(target)}, ' ')`,
];

function mayBeTooLong(columns: readonly ColumnPlan[], longest: readonly number[]): boolean {
  const bytes = entryBytes(typesOf(columns), longest);
  return bytes !== null && bytes + bitmap > largestEntry;
}

/** Of a row with NULLs, which its other values may make too long all the same. */
const bitmap = 8;

/** The longest that a number is as a text: -1.7976931348623157e+308. */
const longestNumber = 24;

/** None for a column without values in the file. */
const longestBytes = ({ source }: ColumnPlan, { columns }: TableProfile): readonly number[] =>
  columns
    .filter(({ column }) => column === source)
    .map(({ texts, blobs }) => Math.max(texts.longestBytes, blobs.longestBytes, longestNumber));

export const typesOf = (columns: readonly ColumnPlan[]): readonly PgType[] => columns.map(({ type }) => type);
