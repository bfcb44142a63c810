/** COPY text must bring what COPY binary brings: the same values in, the same values refused. */
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { arrayType, otherType, pgType, type PgType } from "../../src/model/postgres.js";
import { copyFormat } from "../../src/transform/encode/copy-format.js";
import { encodeRecords } from "../../src/transform/encode/encode.js";
import { about, anyText, anyValue } from "./arbitraries.js";
import { arrayCells, cells, foldedType, moodType } from "./cells.js";
import { edgeValues } from "./edge-values.js";
import { openOracle, type Oracle } from "./oracle.js";
import { batchOf, columnPlan, tablePlan, type Value } from "./values.js";

const formatOf = (...types: readonly PgType[]): string =>
  copyFormat(
    tablePlan(
      "t",
      types.map((type, index) => columnPlan(`c${index}`, type)),
    ),
  );

test("a table goes by text where one of its types has no binary form", () => {
  expect(cells.map(({ type }) => formatOf(type))).not.toContain("text");
  expect(formatOf(arrayType(pgType("bigint")))).toBe("binary");
  expect(formatOf(pgType("bigint"), otherType("xml"))).toBe("text");
  expect(formatOf(arrayType(moodType), pgType("bigint"))).toBe("text");
  expect(formatOf(arrayType(foldedType))).toBe("text");
});

describe("by text arrives what arrives by binary", () => {
  let oracle: Oracle;
  beforeAll(async () => {
    oracle = await openOracle();
    // Whatever a server or a role is set to.
    await oracle.query("SET datestyle TO 'SQL, DMY'");
    await oracle.query("SET timezone TO 'Asia/Kolkata'");
    await oracle.query("SET intervalstyle TO 'sql_standard'");
    await oracle.query("SET bytea_output TO 'escape'");
    await oracle.query("SET extra_float_digits TO 3");
  });
  afterAll(() => oracle.remove());

  const both = [...cells, ...arrayCells].filter(({ type }) => formatOf(type) === "binary");

  test.each(both)("$name", async ({ type, unit }) => {
    const expectSame = async (values: readonly Value[]): Promise<number> => {
      const binary = await oracle.copied(type, unit, values, "binary");
      const text = await oracle.copied(type, unit, values, "text");
      const wrong = values.flatMap((value, at) =>
        text[at] === binary[at] ? [] : [{ value, binary: binary[at], text: text[at] }],
      );
      expect(wrong).toEqual([]);
      return text.filter((found) => found !== null).length;
    };
    expect(await expectSame(edgeValues)).toBeGreaterThan(0);
    const value = fc.oneof(anyValue, about[type.name] ?? anyText);
    await fc.assert(
      fc.asyncProperty(fc.array(value, { minLength: 100, maxLength: 200 }), async (values) => {
        await expectSame(values);
      }),
      { numRuns: Number(process.env["RUNS"] ?? 1), endOnFailure: true },
    );
  });

  test.each([
    ["interval", ["1 day 02:03:04.5", "-3 mons", null]],
    ["xml", ["<a b='c'>\t\\ &lt;\n</a>", "", null]],
    ["tsvector", ["'a' 'b':2A", null]],
    ["point", ["(1,2.5)"]],
    ["bit(3)", ["101", 110n]],
    ["money", ["12.34"]],
    ["public.mood[]", ['{abc,"O\'Brien",NULL}', null]],
    ["int4range", ["[1,5)", "empty"]],
  ] as const)("%s takes its own spelling", async (sql, values) => {
    const type = otherType(sql);
    const arrived = await oracle.copied(type, null, values);
    const spelled: (string | null)[] = [];
    for (const value of values) {
      const asked = `SELECT $1::text::${sql}::text AS v`;
      const rows = value === null ? [] : await oracle.query(asked, [String(value)]);
      spelled.push(rows[0]?.["v"] ?? null);
    }
    expect(arrived).toEqual(spelled);
  });

  test("of other types, text that PostgreSQL cannot hold is refused here", async () => {
    const type = otherType("xml");
    expect(await oracle.copied(type, null, ["a\0", Buffer.from([0xff]), "b", Buffer.from("c")])).toEqual([
      null,
      null,
      "b",
      "c",
    ]);
  });
});

test("rows with a misfit are left out and told, their neighbours stay whole", () => {
  const told: unknown[] = [];
  const table = tablePlan("t", [
    columnPlan("a", "bigint"),
    columnPlan("b", otherType("xml")),
    columnPlan("c", "text"),
  ]);
  const rows: Value[][] = [
    [1n, "x\ty", null],
    [2n, "nul \0", "z"],
    ["x", "first", "\\."],
    [3n, "\\N", "line\r\n"],
    [4n, "", ""],
    [5n, "last", Buffer.from([0xff])],
  ];
  const chunks = encodeRecords(table, ["a", "b", "c"], [batchOf(rows)], {
    onMisfit: ({ row, column, at }) => told.push([row, column.source, at]),
    profiled: false,
  });
  expect(Buffer.concat([...chunks]).toString()).toBe("1\tx\\ty\t\\N\n3\t\\\\N\tline\\r\\n\n4\t\t\n");
  expect(told).toEqual([
    [1, "b", 4],
    [2, "a", 6],
    [5, "c", 17],
  ]);
});

test("chunks of text are of some 256 KB and handed over for good", () => {
  const table = tablePlan("t", [columnPlan("a", otherType("xml"))]);
  const rows = Array.from({ length: 3000 }, (_, row) => [`${row} ${"x\t".repeat(200)}`]);
  const batches = [batchOf(rows.slice(0, 2000)), batchOf(rows.slice(2000))];
  const chunks = [...encodeRecords(table, ["a"], batches, { onMisfit: () => undefined, profiled: false })];
  expect(chunks.length).toBeGreaterThan(5);
  expect(Math.max(...chunks.map(({ length }) => length))).toBeLessThan(257 * 1024);
  const lines = Buffer.concat(chunks).toString().split("\n");
  expect(lines.slice(0, -1).map((line) => line.replaceAll("\\t", "\t"))).toEqual(rows.flat());
});
