/** Rejected rows, read back from PostgreSQL: nothing of them may be lost, whatever they hold. */
import fc from "fast-check";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { copySlice } from "../../../src/import/copy.js";
import type { ColumnPlan } from "../../../src/model/plan.js";
import { otherType, pgType, typeSql } from "../../../src/model/postgres.js";
import type { RecordBatch } from "../../../src/model/record.js";
import { rejectedRowsColumns } from "../../../src/model/rejected-rows.js";
import type { Session } from "../../../src/target/session.js";
import { encodeRecords } from "../../../src/transform/encode/encode.js";
import { explainMisfit } from "../../../src/transform/explain/explain.js";
import {
  encodeRejectedRows,
  type RejectedRowsRequest,
} from "../../../src/transform/rejects/rejected-rows.js";
import { anyValue } from "../arbitraries.js";
import { blobs, integers, invalidUtf8, reals } from "../edge-values.js";
import { databaseForAll } from "../../database.js";
import { batchOf, columnPlan, tablePlan, textBytes, type Value } from "../values.js";

const database = databaseForAll();
let session: Session;
beforeAll(async () => {
  session = await database.open();
  const columns = rejectedRowsColumns.map(({ name, type }) => `"${name}" ${typeSql(type)}`);
  await session.query(
    `CREATE TABLE public.rejected_rows (n bigint GENERATED ALWAYS AS IDENTITY, ${columns.join(", ")})`,
  );
});
beforeEach(() => session.query("TRUNCATE public.rejected_rows RESTART IDENTITY"));

interface ReadRow {
  readonly [name: string]: string | null | readonly Value[] | readonly string[];
  readonly values: readonly Value[];
}

async function kept(
  request: RejectedRowsRequest,
  batches: readonly RecordBatch[],
): Promise<readonly ReadRow[]> {
  const table = tablePlan(
    "rejected_rows",
    rejectedRowsColumns.map(({ name }) => columnPlan(name, otherType("any"))),
  );
  await session.query("BEGIN");
  const chunks = encodeRejectedRows(request, batches);
  await copySlice(session, {
    schema: "public",
    table,
    format: "binary",
    createSql: null,
    begins: [],
    mark: null,
    chunks,
    signal: undefined,
  });
  await session.query("COMMIT");
  const rows = await session.query(
    `SELECT run, table_name, rowid, key, column_name, code, reason, array_to_json(columns) AS columns, array_to_json(classes) AS classes,
       (SELECT json_agg(encode(v, 'hex') ORDER BY place) FROM unnest("values") WITH ORDINALITY AS x(v, place)) AS read
     FROM public.rejected_rows ORDER BY n`,
  );
  return rows.map(({ columns, classes, read, ...row }) => {
    const classList = JSON.parse(classes!) as string[];
    const bytes = JSON.parse(read!) as (string | null)[];
    return {
      ...row,
      columns: JSON.parse(columns!) as string[],
      values: classList.map((name, index) => valueOf(name, bytes[index]!)),
    };
  });
}

/** Back to what SQLite had. */
function valueOf(storageClass: string, hex: string | null): Value {
  if (hex === null) {
    expect(storageClass).toBe("null");
    return null;
  }
  const bytes = Buffer.from(hex, "hex");
  switch (storageClass) {
    case "integer":
      return BigInt(bytes.toString("latin1"));
    case "real":
      return Number(bytes.toString("latin1").replace("Inf", "Infinity"));
    case "text":
      return { text: bytes };
    default:
      expect(storageClass).toBe("blob");
      return bytes;
  }
}

/** TEXT by its bytes. */
const comparable = (value: Value): Value =>
  typeof value === "string" ? { text: Buffer.from(value) } : value;

const columns: readonly ColumnPlan[] = [
  columnPlan("b", "bigint"),
  columnPlan("d", pgType("character varying", 3)),
];
const plan = { ...tablePlan("t", columns), target: "renamed" };
const request: RejectedRowsRequest = {
  run: 7,
  table: plan,
  recordColumns: ["a", "b", "c", "d"],
  keyIndexes: [],
};

describe("rejected rows", () => {
  test("stand there with run, place and reason, with the columns that the plan leaves out", async () => {
    const batches = [
      batchOf([
        ["kept", 1n, null, "abc"],
        ["out", "x", -0, "abc"],
      ]),
      batchOf([
        [Buffer.of(0, 255), 2n, "1.0", "a\0"],
        [null, null, 1n, "long"],
        [null, null, null, null],
      ]),
    ];
    const told = { run: "7", table_name: "t", key: null, columns: request.recordColumns };
    const reason = "it is not an integer, written with digits alone";
    const nul = "it holds a NUL character, which PostgreSQL text cannot store";
    expect(await kept(request, batches)).toEqual([
      {
        ...told,
        rowid: "2",
        column_name: "b",
        code: "syntax",
        reason,
        values: ["out", "x", -0, "abc"].map(comparable),
      },
      {
        ...told,
        rowid: "1",
        column_name: "d",
        code: "nul",
        reason: nul,
        values: [Buffer.of(0, 255), 2n, "1.0", "a\0"].map(comparable),
      },
      {
        ...told,
        rowid: "2",
        column_name: "d",
        code: "length",
        reason: "it is longer than 3 characters",
        values: [null, null, 1n, "long"].map(comparable),
      },
    ]);
  });

  test("without rowids have their keys, whatever these are", async () => {
    const of = { ...request, keyIndexes: [2, 0] };
    const keys: readonly (readonly [Value, Value, unknown])[] = [
      ["a'\"\n", 2n ** 63n - 1n, ["9223372036854775807", "a'\"\n"]],
      ["nul \0", 1.5, ["1.5", "nul \0"]],
      [textBytes(0x61, 0xff, 0xc3), Buffer.of(0, 0xff), ["x'00ff'", "a\\xff\\xc3"]],
      [null, "\u{1f600}".repeat(100), ["\u{1f600}".repeat(100), null]],
    ];
    const batch = batchOf(
      keys.map(([a, c]) => [a, "x", c, null]),
      { withRowids: false },
    );
    const rows = await kept(of, [batch]);
    expect(rows.map(({ rowid }) => rowid)).toEqual(keys.map(() => null));
    expect(rows.map(({ key }) => JSON.parse(key as string) as unknown)).toEqual(keys.map(([, , key]) => key));
  });

  test("have names and reasons that PostgreSQL can store", async () => {
    const odd = "n\0 \ud800 \u00e9";
    const column: ColumnPlan = { ...columnPlan(odd, "bigint"), policy: { nullAs: "\0" } };
    const of = { run: 1, table: tablePlan(odd, [column]), recordColumns: [odd], keyIndexes: [] };
    const shown = "n\\u0000 \ufffd \u00e9";
    expect(await kept(of, [batchOf([[null]])])).toMatchObject([
      { table_name: shown, column_name: shown, columns: [shown], code: "syntax", values: [null] },
    ]);
  });

  test("are none where all fit", async () => {
    expect(await kept(request, [])).toEqual([]);
    expect(await kept(request, [batchOf([["x", 1n, null, "abc"]])])).toEqual([]);
  });

  test("come in chunks, and large values do not stay in memory", () => {
    const large = Buffer.alloc(3_000_000, 1);
    const rows = [
      [large, "x", null, null],
      ...Array.from({ length: 2000 }, () => ["a".repeat(500), "x", null, null]),
    ];
    const chunks = [...encodeRejectedRows(request, [batchOf(rows)])];
    expect(chunks.length).toBeGreaterThan(4);
    expect(chunks.filter(({ buffer }) => buffer.byteLength > 1_000_000)).toHaveLength(1);
  });

  test("edge values come back as they were", async () => {
    const values: readonly Value[] = [
      ...integers,
      ...reals,
      ...blobs,
      ...invalidUtf8,
      "a\0b",
      "",
      "\u{1f600}",
      null,
    ];
    const rows = await kept(request, [batchOf(values.map((value) => [value, "x", null, null]))]);
    expect(rows.map((row) => row.values[0])).toEqual(values.map(comparable));
  });

  test("random rows: each arrives, or stands here whole with its reason", async () => {
    const row = fc.tuple(
      anyValue,
      anyValue,
      anyValue,
      fc.oneof(anyValue, fc.constantFrom<Value>(null, "abc")),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(row, { minLength: 1, maxLength: 40 }), { maxLength: 5 }),
        async (tables) => {
          await session.query("TRUNCATE public.rejected_rows RESTART IDENTITY");
          const batches = tables.map((rows) => batchOf(rows));
          const expected: unknown[] = [];
          const chunks = encodeRecords(plan, request.recordColumns, batches, {
            profiled: false,
            onMisfit: ({ batch, row: place, column, at }) =>
              expected.push({
                rowid: String(batch.rowids![place]),
                column_name: column.source,
                ...explainMisfit(column, batch, at),
                values: tables[batches.indexOf(batch)]![place]!.map(comparable),
              }),
          });
          for (const chunk of chunks) expect(chunk.length).toBeGreaterThan(0);
          const found = await kept(request, batches);
          expect(
            found.map(({ rowid, column_name, code, reason, values }) => ({
              rowid,
              column_name,
              code,
              reason,
              values,
            })),
          ).toEqual(expected);
        },
      ),
      { numRuns: 30, endOnFailure: true },
    );
  });
});
