import fc from "fast-check";
import { expect, test } from "vitest";
import type { ColumnPlan, TablePlan } from "../../../src/model/plan.js";
import { pgType } from "../../../src/model/postgres.js";
import type { RecordBatch } from "../../../src/model/record.js";
import { mostRejectsListed, type Rehearsal } from "../../../src/model/rehearsal.js";
import { encodeRecords } from "../../../src/transform/encode/encode.js";
import { explainMisfit } from "../../../src/transform/explain/explain.js";
import { mergeRehearsals } from "../../../src/transform/rejects/merge-rehearsals.js";
import { PolicyCounts } from "../../../src/transform/encode/policy-counts.js";
import { TableRehearsal } from "../../../src/transform/rejects/rehearse.js";
import { anyValue, numberText, timestampText } from "../arbitraries.js";
import { batchOf, columnPlan, tablePlan, type Value } from "../values.js";

const columns: readonly ColumnPlan[] = [
  { ...columnPlan("a", "bigint"), policy: { empty: "null", nul: "strip" } },
  {
    ...columnPlan("b", pgType("timestamp with time zone", 0)),
    policy: { outOfRange: "null", excess: "round" },
  },
  { ...columnPlan("c", pgType("character varying", 5)), policy: { nullAs: "none" } },
];
const plan: TablePlan = tablePlan("t", columns);
const names = ["a", "left out", "b", "c"];

function rehearsed(batches: readonly RecordBatch[], keyIndexes: readonly number[] = []): Rehearsal {
  const rehearsal = new TableRehearsal({ table: plan, recordColumns: names, keyIndexes });
  for (const batch of batches) rehearsal.add(batch);
  return rehearsal.rehearsal();
}

const fitting: readonly Value[] = [1n, "\0", "2020-01-01", "x"];

test("rejected rows are listed and counted by column and code, changes of the others by policy", () => {
  const batches = [
    [fitting, ["", null, "0000-00-00", null]],
    [["x", null, "0000-00-00", null], ["", null, "2020-01-01 12:00:00.7", "too long"], fitting],
    [
      ["", null, "noon", "too long"],
      ["y", null, null, ""],
      ["\0", null, "2020-02-30", ""],
    ],
  ].map((rows) => batchOf(rows));
  // Each batch begins with rowid 1.
  expect(rehearsed(batches)).toEqual({
    table: "t",
    rows: 8,
    rejected: 4,
    rejects: [
      reject("a", "1", "'x'", "syntax", "it is not an integer, written with digits alone"),
      reject("c", "2", "'too long'", "length", "it is longer than 5 characters"),
      reject("b", "1", "'noon'", "syntax", "it is not a date or time as ISO 8601 writes it"),
      reject("a", "2", "'y'", "syntax", "it is not an integer, written with digits alone"),
    ],
    counts: [
      {
        column: "a",
        code: "syntax",
        rows: 2,
        first: reject("a", "1", "'x'", "syntax", "it is not an integer, written with digits alone"),
      },
      {
        column: "c",
        code: "length",
        rows: 1,
        first: reject("c", "2", "'too long'", "length", "it is longer than 5 characters"),
      },
      {
        column: "b",
        code: "syntax",
        rows: 1,
        first: reject("b", "1", "'noon'", "syntax", "it is not a date or time as ISO 8601 writes it"),
      },
    ],
    changes: [
      change("a", "nul", 1, "3", "'\\u0000'", "NULL"),
      change("a", "empty", 2, "2", "''", "NULL"),
      change("b", "outOfRange", 2, "2", "'0000-00-00'", "NULL"),
      change("c", "nullAs", 1, "2", "NULL", "'none'"),
    ],
  });
});

const place = (rowid: string) => ({ rowid, key: null });

const reject = (column: string, rowid: string, value: string, code: string, reason: string): unknown => ({
  column,
  code,
  reason,
  value: { at: place(rowid), storageClass: "text", value },
});

const change = (
  column: string,
  policy: string,
  values: number,
  rowid: string,
  value: string,
  became: string,
): unknown => ({
  column,
  policy,
  values,
  first: { at: place(rowid), storageClass: value === "NULL" ? "null" : "text", value },
  became,
});

test("a table without rowids tells keys", () => {
  const batch = batchOf([[7n, "k", "noon", "x"]], { withRowids: false });
  expect(rehearsed([batch], [1, 0]).rejects[0]?.value.at).toEqual({ rowid: null, key: ["'k'", "7"] });
});

test("no more rejects are listed than a person reads, and all are counted", () => {
  const rows = Array.from({ length: 250 }, () => ["x", null, null, ""]);
  const part = rehearsed([batchOf(rows), batchOf(rows)]);
  for (const { rejected, rejects, counts } of [part, mergeRehearsals([part, part])]) {
    expect(rejects).toHaveLength(mostRejectsListed);
    expect(counts).toHaveLength(1);
    expect(counts[0]?.rows).toBe(rejected);
  }
  expect(mergeRehearsals([part, part, part]).rejected).toBe(1500);
});

test("a table without rows has nothing to tell", () => {
  const nothing = { table: "t", rows: 0, rejected: 0, rejects: [], counts: [], changes: [] };
  expect(rehearsed([])).toEqual(nothing);
  expect(mergeRehearsals([rehearsed([]), rehearsed([])])).toEqual(nothing);
});

const row = fc.tuple(
  fc.oneof({ arbitrary: fc.constant<Value>(1n), weight: 3 }, fc.constantFrom("", "1\0", "\0"), numberText),
  anyValue,
  fc.oneof({ arbitrary: fc.constant<Value>(null), weight: 3 }, timestampText, fc.constant("0000-00-00")),
  fc.oneof(fc.constantFrom<Value>(null, "", "long enough"), anyValue),
);
const anyBatches = fc.array(fc.array(row, { minLength: 1, maxLength: 12 }), { maxLength: 8 });

/** In an order that does not depend on which part of a table met what. */
const sorted = (rehearsal: Rehearsal): unknown => ({
  ...rehearsal,
  changes: [...rehearsal.changes].sort((a, b) =>
    `${a.column} ${a.policy}` < `${b.column} ${b.policy}` ? -1 : 1,
  ),
});

test("tells what encodeRecords then does, also in parts", () => {
  fc.assert(
    fc.property(anyBatches, fc.nat(), fc.boolean(), (tables, where, withRowids) => {
      const batches = tables.map((rows) => batchOf(rows, { withRowids }));
      const whole = rehearsed(batches, [0, 1]);
      const told: unknown[] = [];
      const changes = new PolicyCounts([0, 1]);
      const onMisfit = ({
        batch,
        column,
        at,
      }: {
        batch: RecordBatch;
        column: ColumnPlan;
        at: number;
      }): void => {
        told.push([column.source, explainMisfit(column, batch, at).code]);
      };
      const chunks = [...encodeRecords(plan, names, batches, { onMisfit, profiled: false, changes })];
      expect(chunks.length).toBeGreaterThan(1);
      expect(whole.rows).toBe(tables.flat().length);
      expect(whole.rejected).toBe(told.length);
      expect(whole.rejects.map(({ column, code }) => [column, code])).toEqual(
        told.slice(0, mostRejectsListed),
      );
      expect(whole.counts.reduce((sum, { rows }) => sum + rows, 0)).toBe(told.length);
      expect(whole.changes).toEqual(changes.changes());
      const cut = where % (batches.length + 1);
      const parts = [batches.slice(0, cut), batches.slice(cut)].map((part) => rehearsed(part, [0, 1]));
      expect(sorted(mergeRehearsals(parts))).toEqual(sorted(whole));
    }),
    { numRuns: 300 },
  );
});
