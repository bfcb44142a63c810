/**
 * Every mutation of every type, and of rows with keys of every kind, by both methods: each is seen, and told of at its very
 * row and columns, with both values. Each mutant is a table of its own in the target.
 *
 * Each type has integer keys and one kind of the others; `MATRIX=full npx vitest run test/validate/mutation-matrix.test.ts`
 * goes through all types with all kinds.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { RowDifference, TableDifferences, TableVerdict } from "../../src/model/verdict.js";
import { validateTables, type ValidateOptions } from "../../src/validate/compare.js";
import { compoundCases } from "./matrix/compounds.js";
import { expectedDifferences } from "./matrix/expected.js";
import { layouts, type Layout } from "./matrix/layouts.js";
import { numberCases } from "./matrix/numbers.js";
import {
  mutationNames,
  planTable,
  sourceSql,
  tableCase,
  targetSql,
  textOf,
  type Mutation,
  type TableCase,
} from "./matrix/table-case.js";
import { labels, textCases } from "./matrix/texts.js";
import { timeCases } from "./matrix/times.js";
import { makeSource, makeTarget, planOf } from "./room.js";

const types = [...numberCases, ...textCases, ...timeCases, ...compoundCases];
const isFull = process.env["MATRIX"] === "full";

/** Besides the integer keys: the types take the other kinds in turn, and text takes all. */
const isTaken = (layout: number, type: number): boolean =>
  isFull || layout === 0 || layout - 1 === type % (layouts.length - 1) || types[type]?.name === "text";

const matrix = layouts.map((layout, at) => ({
  layout,
  tables: types.flatMap((type, number) =>
    isTaken(at, number) ? [tableCase(layout, type, `${type.name}, ${layout.name}`)] : [],
  ),
}));

const unharmed: Mutation = { name: "nothing", removed: [], added: [] };

describe("the matrix", () => {
  const all = matrix.flatMap(({ tables }) => tables);

  test.each(all.map((table) => [table.name, table] as const))("of %s has no gap", (_, table) => {
    const mutated = new Set(table.mutations.map(({ name }) => name));
    const without = new Set(table.without.map(([name]) => name));
    for (const name of mutationNames) expect([name, mutated.has(name)]).toEqual([name, !without.has(name)]);
  });

  test("has no mutant that is no other table", () => {
    const texts = (rows: Mutation["added"]) => rows.map(textOf).sort();
    for (const { name, mutations } of all)
      for (const { name: mutation, removed, added } of mutations)
        expect([name, mutation, texts(added)]).not.toEqual([name, mutation, texts(removed)]);
  });
});

describe("every mutant is seen where it is,", () => {
  let target: Awaited<ReturnType<typeof makeTarget>>;
  beforeAll(async () => {
    target = await makeTarget();
    await target.query("CREATE EXTENSION citext");
    await target.query(`CREATE TYPE word AS ENUM (${labels.map((label) => `'${label}'`).join(", ")})`);
  });
  afterAll(() => target.remove());

  const expectNoSurvivors = async (
    layout: Layout,
    tables: readonly TableCase[],
    ways: Readonly<Record<string, ValidateOptions>>,
    keySql: (table: string) => string = () => "",
  ): Promise<void> => {
    const source = await makeSource(tables.map((table) => sourceSql(layout, table)).join("\n"));
    const cases = tables.flatMap((table) =>
      [unharmed, ...table.mutations].map((mutation) => ({ table, mutation })),
    );
    const prefix = `${layout.name} by ${Object.keys(ways).join()}`;
    const name = (at: number): string => `${prefix} ${at}`;
    await target.query(
      cases
        .map(({ table, mutation }, at) => targetSql(table, mutation, name(at)) + keySql(name(at)))
        .join("\n"),
    );
    const plan = planOf(...cases.map(({ table }, at) => planTable(table, name(at))));
    const survivors: string[] = [];
    for (const [way, options] of Object.entries(ways)) {
      const verdicts = await validateTables(source.source, target.session, plan, "public", options);
      for (const [at, { table, mutation }] of cases.entries()) {
        const expected = mutation === unharmed ? null : expectedDifferences(table, mutation);
        const found = verdicts[at]!;
        if (!isAsExpected(found, expected))
          survivors.push(
            `${mutation.name}, ${table.name}, by ${way}: ${JSON.stringify({ expected, found })}`,
          );
      }
    }
    source.remove();
    expect(survivors).toEqual([]);
  };

  test.each(matrix.map(({ layout, tables }) => [layout.name, layout, tables] as const))(
    "with the key %s",
    (_, layout, tables) =>
      expectNoSurvivors(layout, tables, { digest: { method: "digest" }, stream: { method: "stream" } }),
    isFull ? 600_000 : undefined,
  );

  test(
    "where both sides are compared byte by byte, in the order of their keys",
    () => {
      const { layout, tables } = matrix[0]!;
      // Some mutants have a key twice, or none.
      const keySql = (table: string): string =>
        `DO $$ BEGIN ALTER TABLE "${table}" ADD PRIMARY KEY (id); EXCEPTION WHEN unique_violation OR not_null_violation THEN NULL; END $$;`;
      const some = tables.filter((_, at) => isFull || at % 3 === 0);
      return expectNoSurvivors(layout, some, { bytes: { method: "stream", cuts: () => [2n, 8n] } }, keySql);
    },
    isFull ? 600_000 : undefined,
  );
});

const isAsExpected = ({ verdict, differences }: TableVerdict, expected: TableDifferences | null): boolean =>
  verdict === (expected === null ? "identical" : "different") &&
  JSON.stringify(inOrder(differences)) === JSON.stringify(inOrder(expected));

const inOrder = (differences: TableDifferences | null) => {
  if (differences === null) return null;
  const { missing, extra, changed, listed } = differences;
  const text = (row: RowDifference): string => JSON.stringify(row);
  return { missing, extra, changed, listed: listed.map(text).sort() };
};
