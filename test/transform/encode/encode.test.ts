import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { TablePlan } from "../../../src/model/plan.js";
import { pgType } from "../../../src/model/postgres.js";
import type { RecordBatch } from "../../../src/model/record.js";
import { encoderFor } from "../../../src/transform/fields/choose-field.js";
import { encodeRecords } from "../../../src/transform/encode/encode.js";
import type { Misfit } from "../../../src/transform/encode/misfit.js";
import { anyValue } from "../arbitraries.js";
import { cells } from "../cells.js";
import { accepts, batchOf, columnOf, columnPlan, tablePlan, type Value } from "../values.js";

const refuse = (misfit: Misfit): never => {
  throw new Error(`row ${misfit.row} does not fit`);
};
const refusing = { onMisfit: refuse, profiled: false };

/** Reads binary COPY as PostgreSQL documents it; a field is its bytes or null. */
function decode(bytes: Buffer): readonly (readonly (Buffer | null)[])[] {
  expect(bytes.subarray(0, 19).toString("latin1")).toBe("PGCOPY\n\xff\r\n\0" + "\0".repeat(8));
  const rows: (Buffer | null)[][] = [];
  let at = 19;
  for (;;) {
    const fields = bytes.readInt16BE(at);
    at += 2;
    if (fields === -1) break;
    const row: (Buffer | null)[] = [];
    for (let field = 0; field < fields; field += 1) {
      const length = bytes.readInt32BE(at);
      at += 4;
      row.push(length === -1 ? null : bytes.subarray(at, at + length));
      at += Math.max(0, length);
    }
    rows.push(row);
  }
  expect(at).toBe(bytes.length);
  return rows;
}

const columns = ["a", "b", "c"];
const plan: TablePlan = tablePlan("t", [
  columnPlan("a", "bigint"),
  columnPlan("b", "text"),
  columnPlan("c", "boolean"),
]);

const encodeAll = (
  table: TablePlan,
  batches: Iterable<RecordBatch>,
  onMisfit: (misfit: Misfit) => void = refuse,
): Buffer => Buffer.concat([...encodeRecords(table, columns, batches, { onMisfit, profiled: false })]);

describe("encodeRecords", () => {
  test("refuses records that lack a column of the plan", () => {
    const wrong = tablePlan("t", [columnPlan("a", "bigint"), columnPlan("d", "text")]);
    expect(() => encodeAll(wrong, [batchOf([[1n, "x", 1n]])])).toThrow("t have no column d");
  });

  test("a table without rows is a header and a trailer", () => {
    expect(decode(encodeAll(plan, []))).toEqual([]);
    expect(decode(encodeAll(plan, [columnOf([])]))).toEqual([]);
  });

  test("leaves out a row with a misfit and keeps its neighbours whole", () => {
    const misfits: unknown[] = [];
    const rows: readonly (readonly Value[])[] = [
      [1n, "one", 1n],
      ["x", "first column", 1n],
      [2n, "two", 0n],
      [3n, "nul \0", 1n],
      [4n, null, null],
      [5n, "last column", 2n],
      ["y", "\0", 7n],
      [6n, "six", 0n],
    ];
    const bytes = encodeAll(plan, [batchOf(rows)], ({ batch, row, column, at }) =>
      misfits.push([row, column.source, at, batch.rowids?.[row]]),
    );
    // The first misfit of a row stands for it.
    expect(misfits).toEqual([
      [1, "a", 3, 2n],
      [3, "b", 10, 4n],
      [5, "c", 17, 6n],
      [6, "a", 18, 7n],
    ]);
    expect(
      decode(bytes).map(([a, b, c]) => [a?.readBigInt64BE(), b?.toString() ?? null, c?.[0] ?? null]),
    ).toEqual([
      [1n, "one", 1],
      [2n, "two", 0],
      [4n, null, null],
      [6n, "six", 0],
    ]);
  });

  test("finds columns by their source names, in any order, and leaves others out", () => {
    const some = tablePlan("t", [columnPlan("c", "boolean"), columnPlan("a", "bigint")]);
    const [row] = decode(encodeAll(some, [batchOf([[7n, "not asked \0", 1n]])]));
    expect(row?.map((field) => field?.toString("hex"))).toEqual(["01", "0000000000000007"]);
  });

  test("hands chunks over for good, whatever the reader does with its batch", () => {
    const rows = Array.from({ length: 20_000 }, (_, row) => [
      BigInt(row),
      `row ${row} `.repeat(row % 50),
      1n,
    ]);
    function* reusing(): Generator<RecordBatch> {
      for (let from = 0; from < rows.length; from += 500) {
        const batch = batchOf(rows.slice(from, from + 500));
        yield batch;
        // A batch is valid until the next pull.
        batch.bytes.fill(0xee);
        batch.serialTypes.fill(0);
      }
    }
    const chunks = [...encodeRecords(plan, columns, reusing(), refusing)];
    expect(chunks.length).toBeGreaterThan(5);
    const arrived = decode(Buffer.concat(chunks));
    expect(arrived).toHaveLength(rows.length);
    const wrong = arrived.filter((fields, row) => fields[1]?.toString() !== rows[row]![1]);
    expect(wrong).toEqual([]);
  });

  test.each([
    ["column by column", []],
    ["row by row", [["no integer", "", 1n]]],
  ])("yields chunks of some 256 to 512 KB, %s", (_way, misfits) => {
    const rows = Array.from({ length: 3000 }, () => [1n, "x".repeat(1000), 1n]);
    const batch = batchOf([...rows, ...misfits]);
    const chunks = [...encodeRecords(plan, columns, [batch], { onMisfit: () => undefined, profiled: false })];
    expect(decode(Buffer.concat(chunks))).toHaveLength(3000);
    const whole = chunks.slice(1, -2).map((chunk) => chunk.length);
    expect(Math.min(...whole)).toBeGreaterThanOrEqual(256 * 1024);
    expect(Math.max(...whole)).toBeLessThan(512 * 1024 + 1100);
  });

  test("a value of ten megabytes does not make the chunks after it hold as much", () => {
    const blobs = tablePlan("t", [columnPlan("a", "bytea")]);
    const large = Buffer.alloc(10_000_000, "abc");
    const batch = columnOf([
      Buffer.from("before"),
      large,
      ...Array.from({ length: 400 }, () => Buffer.alloc(2000, 1)),
    ]);
    const chunks = [...encodeRecords(blobs, ["a"], [batch], refusing)];
    const arrived = decode(Buffer.concat(chunks));
    expect(arrived[0]?.[0]?.toString()).toBe("before");
    expect(arrived[1]?.[0]?.equals(large)).toBe(true);
    expect(arrived).toHaveLength(402);
    expect(chunks.map((chunk) => chunk.buffer.byteLength).filter((size) => size > 1_000_000)).toHaveLength(1);
  });

  test("random rows: those of which every value fits arrive, in their order, the others are told", () => {
    const types = cells.filter(({ name }) => !name.includes(" of "));
    const names = types.map(({ name }) => name);
    const wide = tablePlan(
      "t",
      types.map(({ name, type }) => columnPlan(name, type)),
    );
    // Mostly NULL, or no row would fit all types.
    const row = fc.tuple(...types.map(() => fc.option(anyValue, { freq: 1, nil: null })));
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 20 }), (rows) => {
        const told: number[] = [];
        const chunks = [
          ...encodeRecords(wide, names, [batchOf(rows)], {
            onMisfit: ({ row: at }) => told.push(at),
            profiled: false,
          }),
        ];
        const fits = (values: readonly Value[]): boolean =>
          values.every((value, at) => value === null || accepts(types[at]!.type, null, value));
        expect(told).toEqual(rows.flatMap((values, at) => (fits(values) ? [] : [at])));
        const nulls = decode(Buffer.concat(chunks)).map((fields) => fields.map((field) => field === null));
        expect(nulls).toEqual(rows.filter(fits).map((values) => values.map((value) => value === null)));
      }),
      { numRuns: 200 },
    );
  });
});

test("encoderFor knows every type", () => {
  for (const { type, unit } of cells) expect(encoderFor(columnPlan("c", type, unit))).toBeTypeOf("function");
  expect(encoderFor(columnPlan("c", pgType("character varying")))).toBeTypeOf("function");
});
