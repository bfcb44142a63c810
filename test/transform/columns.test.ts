/** Column by column must be row by row, byte for byte: two ways to one COPY, and PostgreSQL is asked about only one of them. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ColumnPlan } from "../../src/model/plan.js";
import { serial, type RecordBatch } from "../../src/model/record.js";
import { encoderFor } from "../../src/transform/fields/choose-field.js";
import { columnEncoderFor } from "../../src/transform/columns/choose-column.js";
import { viewOf } from "../../src/transform/byte-view.js";
import { copyFormat } from "../../src/transform/encode/copy-format.js";
import { encodeRecords } from "../../src/transform/encode/encode.js";
import { encodeRows } from "../../src/transform/encode/encode-rows.js";
import { PolicyCounts } from "../../src/transform/encode/policy-counts.js";
import { about, anyInteger, anyReal, anyText, anyValue } from "./arbitraries.js";
import { arrayCells, cells, type Cell } from "./cells.js";
import { accepts, batchOf, columnOf, columnPlan, tablePlan, type Value } from "./values.js";

interface Case {
  readonly cells: readonly Cell[];
  readonly batches: readonly (readonly (readonly Value[])[])[];
}

const valueFor = (cell: Cell): fc.Arbitrary<Value> => {
  const value = fc.oneof(
    { arbitrary: fc.constant(null), weight: 2 },
    { arbitrary: about[cell.type.name] ?? anyText, weight: 6 },
    {
      arbitrary: fc.constantFrom("[]", "[null, null]", '["1", 0]'),
      weight: cell.type.name === "array" ? 6 : 0,
    },
    { arbitrary: fc.bigInt({ min: -2n, max: 2n }), weight: 4 },
    { arbitrary: anyInteger, weight: 4 },
    { arbitrary: anyReal, weight: 2 },
    { arbitrary: fc.string({ unit: "grapheme", minLength: 50, maxLength: 200 }), weight: 1 },
    { arbitrary: anyValue, weight: 1 },
  );
  const fits = (each: Value): boolean => each === null || accepts(cell.type, cell.unit, each);
  // Nearly always one that fits, or no batch of many rows would go column by column.
  return fc.oneof(
    { arbitrary: value.map((each) => (fits(each) ? each : null)), weight: 40 },
    { arbitrary: value, weight: 1 },
  );
};

const binaryCells = [...cells, ...arrayCells].filter(
  ({ type }) => copyFormat({ columns: [columnPlan("c", type)] }) === "binary",
);

const anyCase: fc.Arbitrary<Case> = fc
  .array(fc.constantFrom(...binaryCells), { minLength: 1, maxLength: 5 })
  .chain((chosen) => {
    const rows = fc.array(fc.tuple(...chosen.map(valueFor)), { minLength: 1, maxLength: 30 });
    return fc.array(rows, { minLength: 1, maxLength: 3 }).map((batches) => ({ cells: chosen, batches }));
  });

/** The rows apart from the columns' order in the records: turned round, and one column of no one's between them. */
function encodeBothWays(
  { cells: chosen, batches }: Case,
  profiled: boolean,
  toBatch: (rows: readonly (readonly Value[])[]) => RecordBatch,
): { readonly misfits: number } {
  const plans = chosen.map((each, index): ColumnPlan => columnPlan(`c${index}`, each.type, each.unit));
  const names = ["unused", ...plans.map((each) => each.source).reverse()];
  const records = batches.map((rows) => toBatch(rows.map((row) => ["", ...[...row].reverse()])));
  const told: unknown[] = [];
  const toldByRows: unknown[] = [];
  const chunks = [
    ...encodeRecords(tablePlan("t", plans), names, records, {
      onMisfit: ({ batch, row, column, at }) => told.push([records.indexOf(batch), row, column.source, at]),
      profiled,
    }),
  ];
  const fields = plans.map((column) => ({
    column,
    index: names.indexOf(column.source),
    encode: encoderFor(column),
    takesNulls: false,
  }));
  const changes = new PolicyCounts([]);
  const byRows = records.flatMap((each, index) => [
    ...encodeRows(fields, each, changes, ({ row, column, at }) =>
      toldByRows.push([index, row, column.source, at]),
    ),
  ]);
  expect(Buffer.concat(chunks.slice(1, -1)).toString("hex")).toBe(Buffer.concat(byRows).toString("hex"));
  expect(told).toEqual(toldByRows);
  return { misfits: told.length };
}

/** Integers in wider serial types than they need, as a reader may hand them on. */
function widened(rows: readonly (readonly Value[])[]): RecordBatch {
  const batch = batchOf(rows);
  const parts: Buffer[] = [batch.bytes];
  let end = batch.bytes.length;
  for (const [at, value] of rows.flat().entries()) {
    if (typeof value !== "bigint") continue;
    const bytes = Buffer.alloc(8);
    bytes.writeBigInt64BE(value);
    const narrow = at % 2 === 0 && BigInt.asIntN(48, value) === value;
    batch.serialTypes[at] = narrow ? 5 : serial.int64;
    batch.offsets[at] = end + (narrow ? 2 : 0);
    parts.push(bytes);
    end += 8;
  }
  return { ...batch, bytes: Buffer.concat(parts) };
}

describe("column by column gives the bytes and the misfits of row by row", () => {
  test.each([
    ["integers in their narrowest types", batchOf],
    ["integers in wide types", widened],
  ] as const)("random tables of all types, %s", (_name, toBatch) => {
    fc.assert(
      fc.property(anyCase, (each) => void encodeBothWays(each, false, toBatch)),
      { numRuns: 400 },
    );
    // Of the same tables in every run, so that chance has no say in how many there are of each.
    const misfits = fc
      .sample(anyCase, { seed: 1, numRuns: 200 })
      .map((each) => encodeBothWays(each, false, toBatch).misfits);
    const without = misfits.filter((count) => count === 0).length;
    expect(Math.min(without, misfits.length - without)).toBeGreaterThan(15);
  });

  test("random tables whose values are all known to fit, as after a profile", () => {
    fc.assert(
      fc.property(anyCase, ({ cells: chosen, batches }) => {
        const fits = (row: readonly Value[]): boolean =>
          row.every((value, at) => value === null || accepts(chosen[at]!.type, chosen[at]!.unit, value));
        encodeBothWays({ cells: chosen, batches: batches.map((rows) => rows.filter(fits)) }, true, batchOf);
      }),
      { numRuns: 600 },
    );
  });

  test("payloads of every length, up to where another way of copying takes over and beyond", () => {
    const rows = Array.from({ length: 300 }, (_, length) => {
      const bytes = Buffer.from(Array.from({ length }, (_each, at) => ((at * 7 + length) % 255) + 1));
      return [bytes, bytes.toString("latin1").slice(0, length / 2), `"${"j".repeat(length)}"`];
    });
    const chosen = cells.filter(({ name }) => ["bytea", "text", "jsonb"].includes(name));
    expect(chosen.map(({ name }) => name)).toEqual(["text", "bytea", "jsonb"]);
    const batches = [rows.map(([blob, text, json]) => [text!, blob!, json!])];
    expect(encodeBothWays({ cells: chosen, batches }, false, batchOf).misfits).toBe(0);
  });

  test("a batch of many chunks, whose values change their kind in the midst of one", () => {
    const rows = Array.from({ length: 3000 }, (_, row) => [
      row < 1300 ? BigInt(row) : String(row),
      "x".repeat(row % 2000),
    ]);
    const chosen = ["bigint", "text"].map((wanted) => cells.find(({ name }) => name === wanted)!);
    expect(encodeBothWays({ cells: chosen, batches: [rows] }, false, batchOf).misfits).toBe(0);
  });
});

describe("what a profile has seen is not asked again, but what it has not", () => {
  const measured = (plan: ColumnPlan, profiled: boolean, values: readonly Value[]): number | undefined => {
    const batch = columnOf(values);
    const lengths = new Uint32Array(values.length);
    return columnEncoderFor(plan, profiled)?.measure({ batch, view: viewOf(batch.bytes) }, 0, lengths);
  };

  test.each([
    ["text", "nul \0"],
    ["jsonb", "{no JSON"],
  ] as const)("%s", (type, value) => {
    expect(measured(columnPlan("c", type), false, ["1", value, "2"])).toBe(1);
    expect(measured(columnPlan("c", type), true, ["1", value, "2"])).toBe(3);
  });

  test("limits and ranges are asked every time", () => {
    const limited = columnPlan("c", { name: "character varying", modifiers: [3] });
    expect(measured(limited, true, ["äöü", "abc", "abcd"])).toBe(2);
    const times = columnPlan("c", "timestamp with time zone", "milliseconds");
    expect(measured(times, true, [0n, 8_000_000_000_000n, 2n ** 62n])).toBe(2);
    expect(measured(columnPlan("c", "boolean"), true, [0n, 1n, 2n])).toBe(2);
    expect(measured(columnPlan("c", "double precision"), true, [2n ** 53n - 1n, 2n ** 53n + 1n])).toBe(1);
  });
});
