/** One table of the mutation matrix: its rows, and what befalls them, one mutation after another. */
import { quote, quoteLiteral } from "../../../src/model/identifier.js";
import type { ColumnPlan, TablePlan } from "../../../src/model/plan.js";
import { typeSql } from "../../../src/model/postgres.js";
import { columnPlan, tablePlan } from "../room.js";
import type { Layout } from "./layouts.js";
import { nullCell, valueMutations, type Cell, type TypeCase, type ValueMutation } from "./type-case.js";

/** Of the key, of `a` and of `b`. */
export type Row = readonly Cell[];

export interface Mutation {
  readonly name: string;
  readonly removed: readonly Row[];
  readonly added: readonly Row[];
}

export interface TableCase {
  readonly name: string;
  /** Its name in SQLite. */
  readonly source: string;
  readonly columns: readonly ColumnPlan[];
  readonly identity: readonly string[];
  readonly withoutRowid: boolean;
  readonly rows: readonly Row[];
  readonly mutations: readonly Mutation[];
  /** What does not apply, and why. */
  readonly without: readonly (readonly [mutation: string, because: string])[];
}

/** What may befall rows. */
const rowMutations = {
  swappedRows: "the values of two rows swapped",
  swappedColumns: "two columns swapped",
  duplicate: "a row twice",
  twinGone: "one of two duplicates deleted",
  gone: "a row deleted",
  allGone: "all rows deleted",
  before: "an extra row before the first key",
  after: "an extra row after the last key",
  nulls: "a row of NULLs more",
  key: "a key changed",
} as const;

export const mutationNames: readonly string[] = [
  ...Object.values(valueMutations),
  ...Object.values(rowMutations),
];

export const tableCase = (layout: Layout, type: TypeCase, source: string): TableCase => {
  const cells: Readonly<Record<string, Cell>> = { ...type.cells, null: nullCell };
  const names = Object.keys(cells);
  const [plain, other] = [cells["plain"]!, cells["other"]!];
  // Neighbours swap their values, so that no two rows are the same whatever the values are.
  const partner = (at: number): Cell => cells[names[at % 2 === 0 ? at + 1 : at - 1] ?? "plain"]!;
  const row = (key: readonly Cell[], a: Cell, b: Cell): Row => [...key, a, b];
  const rowOf = new Map(
    names.map((name, at) => [name, row(layout.keys[at]!, cells[name]!, partner(at))] as const),
  );
  const of = (name: string): Row => rowOf.get(name)!;
  const twin = typeof layout.twin === "string" ? null : row(layout.twin, other, other);
  const rows = [...rowOf.values(), ...(twin === null ? [] : [twin, twin])];

  const width = layout.columns.length;
  const withValue = (from: Row, a: Cell): Row => from.with(width, a);
  const withKey = (key: readonly Cell[], from: Row): Row => [...key, ...from.slice(width)];
  const swapped = [withValue(of("plain"), other), withValue(of("other"), plain)];
  const strange = layout.strange;
  const extra = (place: "before" | "after"): Row =>
    row(typeof strange === "string" ? [] : strange[place], plain, plain);
  const ofRows: Record<keyof typeof rowMutations, Omit<Mutation, "name"> | string> = {
    swappedRows: { removed: [of("plain"), of("other")], added: swapped },
    swappedColumns: { removed: [of("plain")], added: [row(of("plain").slice(0, width), other, plain)] },
    duplicate: { removed: [], added: [of("plain")] },
    twinGone: twin === null ? (layout.twin as string) : { removed: [twin], added: [] },
    gone: { removed: [of("null")], added: [] },
    allGone: { removed: rows, added: [] },
    before: { removed: [], added: [extra("before")] },
    after: { removed: [], added: [extra("after")] },
    nulls: { removed: [], added: [of("plain").map(() => nullCell)] },
    key:
      typeof strange === "string"
        ? strange
        : { removed: [of("other")], added: [withKey(strange.between, of("other"))] },
  };

  const mutations: Mutation[] = [];
  const without: [string, string][] = [];
  for (const [mutation, name] of Object.entries(rowMutations)) {
    const found = ofRows[mutation as keyof typeof rowMutations];
    if (typeof found === "string") without.push([name, found]);
    else mutations.push({ name, ...found });
  }
  const mutant = (name: string, at: string, value: string | null): void => {
    const before = of(at);
    mutations.push({ name, removed: [before], added: [withValue(before, ["-", value])] });
  };
  for (const [mutation, name] of Object.entries(valueMutations)) {
    const found = type.mutants[mutation as ValueMutation];
    if (typeof found === "string") without.push([name, found]);
    else for (const each of found) mutant(name, each.of, each.to);
  }
  for (const [name, each] of Object.entries(type.more)) mutant(name, each.of, each.to);
  const columns = [...layout.columns, ...["a", "b"].map((name) => valueColumn(name, type))];
  const name = `${type.name} with the key ${layout.name}`;
  const { identity, withoutRowid } = layout;
  return { name, source, columns, identity, withoutRowid, rows, mutations, without };
};

const valueColumn = (name: string, { type, unit, zone }: TypeCase): ColumnPlan => ({
  ...columnPlan(name, type, unit),
  zone: zone ?? null,
});

export const planTable = (
  { source, columns, identity, withoutRowid }: TableCase,
  target: string,
): TablePlan =>
  tablePlan(source, columns, {
    target,
    withoutRowid,
    primaryKey: identity.length === 0 ? null : { name: `${target}_pkey`, columns: identity },
  });

export const sourceSql = ({ declared, withoutRowid }: Layout, { source, rows }: TableCase): string => {
  const values = rows.map((row) => `(${row.map(([value]) => value).join(", ")})`);
  const options = withoutRowid ? " WITHOUT ROWID" : "";
  return `CREATE TABLE ${quote(source)} (${declared})${options}; INSERT INTO ${quote(source)} VALUES ${values.join(", ")};`;
};

export const textOf = (row: Row): string => JSON.stringify(row.map(([, value]) => value));

/** The table with the rows that the mutation leaves. */
export const targetSql = (
  { columns, rows }: TableCase,
  { removed, added }: Omit<Mutation, "name">,
  target: string,
): string => {
  const left = [...rows];
  for (const row of removed) left.splice(left.indexOf(row), 1);
  const [first, ...more] = added;
  // The first in front of all others, for a table without a key.
  const values = [...(first === undefined ? [] : [first]), ...left, ...more].map(
    (row) => `(${row.map(([, value]) => (value === null ? "NULL" : quoteLiteral(value))).join(", ")})`,
  );
  const declared = columns.map(({ target: name, type }) => `${quote(name)} ${typeSql(type)}`);
  const insert = values.length === 0 ? "" : `INSERT INTO ${quote(target)} VALUES ${values.join(", ")};`;
  return `CREATE TABLE ${quote(target)} (${declared.join(", ")}); ${insert}`;
};
