/** Random tables, cut anywhere: an identical copy agrees in all figures, and one change of a figure is seen. */
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { compareFigures } from "../../../src/validate/aggregates/compare.js";
import { askAbout, sourceFigures } from "../../../src/validate/aggregates/source.js";
import { bothFigures } from "../../../src/validate/aggregates/second-check.js";
import { targetFigures } from "../../../src/validate/aggregates/target.js";
import type { TargetRange } from "../../../src/validate/target/range.js";
import { withReadTransaction } from "../../../src/validate/target/read-transaction.js";
import { columnPlan, makeSource, makeTarget, tablePlan, type SourceFile, type TestTarget } from "../room.js";

const table = tablePlan("t", [
  columnPlan("whole", "bigint"),
  columnPlan("ratio", "double precision"),
  columnPlan("name", "text"),
  columnPlan("flag", "boolean"),
  columnPlan("data", "bytea"),
  columnPlan("at", "timestamp with time zone", "milliseconds"),
  columnPlan("day", "date"),
]);

const whole = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
const row = fc.record(
  {
    whole: fc.option(whole),
    ratio: fc.option(fc.double({ noNaN: true })),
    name: fc.option(fc.string({ unit: "grapheme", maxLength: 8 }).filter((text) => !text.includes("\0"))),
    flag: fc.option(fc.boolean()),
    data: fc.option(fc.uint8Array({ maxLength: 4 })),
    at: fc.option(fc.bigInt({ min: -(10n ** 13n), max: 10n ** 13n })),
    day: fc.option(
      fc.date({ min: new Date("0001-01-01"), max: new Date("9999-12-31"), noInvalidDate: true }),
    ),
  },
  { noNullPrototype: true },
);
type Row = typeof row extends fc.Arbitrary<infer R> ? R : never;

/** What is changed in a row, and in which one. Each changes a figure, if there is such a row. */
const changes = [
  ["whole = CASE WHEN whole > 0 THEN whole - 1 ELSE whole + 1 END", "whole IS NOT NULL"],
  ["whole = NULL", "whole IS NOT NULL"],
  ["ratio = 'NaN'", "ratio IS NOT NULL"],
  ["ratio = NULL", "ratio IS NOT NULL"],
  ["name = name || ' '", "name IS NOT NULL"],
  ["name = ''", "name IS NULL"],
  ["flag = NOT flag", "flag IS NOT NULL"],
  ["data = data || '\\x00'", "data IS NOT NULL"],
  ["at = (SELECT max(at) + interval '1 us' FROM t)", "at IS NOT NULL"],
  ["day = (SELECT min(day) - 1 FROM t)", "day IS NOT NULL"],
] as const;

let target: TestTarget;

beforeAll(async () => {
  target = await makeTarget();
  await target.query(
    "CREATE TABLE t (whole bigint, ratio float8, name text, flag boolean, data bytea, at timestamptz, day date)",
  );
});
afterAll(() => target.remove());

const dayOf = (date: Date): string => date.toISOString().slice(0, 10);

const fillSource = (rows: readonly Row[]): Promise<SourceFile> =>
  makeSource("CREATE TABLE t (whole, ratio, name, flag, data, at, day)", (database) => {
    const insert = database.prepare("INSERT INTO t VALUES (?, ?, ?, ?, ?, ?, ?)");
    for (const { flag, data, day, ...cells } of rows)
      insert.run(
        ...[cells.whole, cells.ratio, cells.name, flag === null ? null : BigInt(flag)],
        ...[data === null ? null : Buffer.from(data), cells.at, day === null ? null : dayOf(day)],
      );
  });

const fillTarget = async (rows: readonly Row[]): Promise<void> => {
  await target.query("TRUNCATE t");
  for (const { whole, ratio, name, flag, data, at, day } of rows)
    await target.query(
      "INSERT INTO t VALUES ($1, $2, $3, $4, $5, 'epoch'::timestamptz + $6::float8 * interval '1 ms', $7)",
      [
        whole === null ? null : String(whole),
        ratio === null ? null : Object.is(ratio, -0) ? "-0" : String(ratio),
        name,
        flag === null ? null : String(flag),
        data === null ? null : `\\x${Buffer.from(data).toString("hex")}`,
        at === null ? null : String(at),
        day === null ? null : dayOf(day),
      ],
    );
  await target.query("DROP TABLE IF EXISTS kept");
  await target.query("CREATE TABLE kept AS TABLE t");
};

const disagreements = async (
  { source: { database } }: SourceFile,
  cut: number,
): Promise<readonly string[]> => {
  const asked = askAbout(database, table);
  const from = BigInt(cut);
  const blocks: readonly TargetRange[] = [
    { by: "block", from: null, to: 1 },
    { by: "block", from: 1, to: null },
  ];
  const ofTarget = await withReadTransaction(target.session, async () => [
    await targetFigures(target.session, "public", table, asked, blocks[0]!),
    await targetFigures(target.session, "public", table, asked, blocks[1]!),
  ]);
  const ofSource = [
    sourceFigures(database, table, asked, { from: null, to: from })!.figures,
    sourceFigures(database, table, asked, { from, to: null })!.figures,
  ];
  const both = bothFigures(ofSource.map((source, index) => ({ source, target: ofTarget[index]! })))!;
  return compareFigures(asked, both.source, both.target).disagreements;
};

test("the same rows agree, and each change is seen", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 12 }), fc.nat(13), async (rows, cut) => {
      const source = await fillSource(rows);
      try {
        await fillTarget(rows);
        expect(await disagreements(source, cut)).toEqual([]);
        for (const [change, where] of changes) {
          const changed = await target.query(
            `UPDATE t SET ${change} WHERE ctid = (SELECT min(ctid) FROM t WHERE ${where}) RETURNING 1 AS one`,
          );
          const column = `column ${change.slice(0, change.indexOf(" "))} `;
          expect((await disagreements(source, cut)).some((words) => words.includes(column))).toBe(
            changed.length === 1,
          );
          await target.query("TRUNCATE t");
          await target.query("INSERT INTO t SELECT * FROM kept");
        }
      } finally {
        source.remove();
      }
    }),
    { numRuns: Number(process.env["RUNS"] ?? 6) },
  );
});
