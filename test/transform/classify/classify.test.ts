import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ExampleKind, Meaning, TableProfile } from "../../../src/model/profile.js";
import { TableClassifier } from "../../../src/transform/classify/classify.js";
import { describeValue, storageClassOf } from "../../../src/transform/explain/describe.js";
import { anyValue } from "../arbitraries.js";
import { accepts, batchOf, one, textBytes, type Value } from "../values.js";

const classify = (
  meanings: readonly Meaning[],
  batches: readonly (readonly (readonly Value[])[])[],
  keyIndexes: readonly number[] | null = null,
): TableProfile => {
  const columns = meanings.map((meaning, index) => ({ name: `c${index}`, meaning }));
  const classifier = new TableClassifier({ table: "t", columns, keyIndexes: keyIndexes ?? [] });
  for (const rows of batches) classifier.add(batchOf(rows, { withRowids: keyIndexes === null }));
  return classifier.profile();
};

const bytesOf = (value: Value): Buffer => {
  if (Buffer.isBuffer(value)) return value;
  return typeof value === "string"
    ? Buffer.from(value)
    : typeof value === "object" && value !== null
      ? value.text
      : Buffer.alloc(0);
};
const isInteger = (value: Value): value is bigint => typeof value === "bigint";
const isReal = (value: Value): value is number => typeof value === "number";
const isBlob = (value: Value): value is Buffer => Buffer.isBuffer(value);
const isText = (value: Value): boolean =>
  typeof value === "string" || (typeof value === "object" && value !== null && !isBlob(value));
const isUtf8 = (value: Value): boolean => bytesOf(value).equals(Buffer.from(bytesOf(value).toString("utf8")));
const largestOf = (numbers: readonly number[]): number => Math.max(0, ...numbers);
const sorted = (values: readonly bigint[]): readonly bigint[] =>
  [...values].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));

test("every value is counted once, in its storage class", () => {
  fc.assert(
    fc.property(fc.array(anyValue, { maxLength: 40 }), fc.nat(40), (values, split) => {
      const rows = values.map((value) => [value]);
      const { rows: count, columns } = classify(["any"], [rows.slice(0, split), rows.slice(split)]);
      const found = columns[0]!;
      const integers = values.filter(isInteger);
      const reals = values.filter(isReal);
      const texts = values.filter(isText);
      const blobs = values.filter(isBlob);
      expect(count).toBe(values.length);
      expect(found.nulls).toBe(values.filter((value) => value === null).length);
      expect(found.integers).toEqual({
        count: integers.length,
        smallest: sorted(integers)[0]?.toString() ?? null,
        largest: sorted(integers).at(-1)?.toString() ?? null,
        zeroOrOne: integers.filter((value) => value === 0n || value === 1n).length,
        exactAsDouble: integers.filter((value) => BigInt(Number(value)) === value).length,
      });
      expect(found.reals).toEqual({
        count: reals.length,
        whole: reals.filter((value) => accepts("bigint", null, value)).length,
        zeroOrOne: reals.filter((value) => Object.is(value, 0) || value === 1).length,
        infinite: reals.filter((value) => !Number.isFinite(value)).length,
        negativeZeros: reals.filter((value) => Object.is(value, -0)).length,
      });
      expect(found.texts).toMatchObject({
        count: texts.length,
        longestBytes: largestOf(texts.map((text) => bytesOf(text).length)),
        withNul: texts.filter((text) => isUtf8(text) && bytesOf(text).includes(0)).length,
        invalidUtf8: texts.filter((text) => !isUtf8(text)).length,
      });
      const valid = texts.filter(isUtf8).map((text) => Array.from(bytesOf(text).toString()).length);
      if (found.texts.invalidUtf8 === 0) expect(found.texts.longestCharacters).toBe(largestOf(valid));
      else expect(found.texts.longestCharacters).toBeGreaterThanOrEqual(largestOf(valid));
      expect(found.blobs).toEqual({
        count: blobs.length,
        longestBytes: largestOf(blobs.map((blob) => blob.length)),
        sixteenBytes: blobs.filter((blob) => blob.length === 16).length,
        zeroOrOne: blobs.filter((blob) => blob.length === 1 && blob[0]! < 2).length,
        utf8: blobs.filter((blob) => isUtf8(blob) && !blob.includes(0)).length,
        json: 0,
      });
    }),
    { numRuns: 500 },
  );
});

describe("examples", () => {
  const at = (row: number): { rowid: string; key: null } => ({ rowid: String(row), key: null });

  test("are the first of their kind, by row", () => {
    fc.assert(
      fc.property(fc.array(anyValue, { maxLength: 20 }), (values) => {
        const { examples } = classify(["bytes"], [values.map((value) => [value])]).columns[0]!;
        const firstOf = (holds: (value: Value) => boolean): unknown => {
          const row = values.findIndex(holds);
          return row === -1
            ? undefined
            : {
                at: at(row + 1),
                storageClass: storageClassOf(one(values[row]!), 0),
                value: describeValue(one(values[row]!), 0),
              };
        };
        const kinds: Partial<Record<ExampleKind, (value: Value) => boolean>> = {
          null: (value) => value === null,
          integer: isInteger,
          real: isReal,
          text: isText,
          blob: isBlob,
          nul: (value) => isText(value) && isUtf8(value) && bytesOf(value).includes(0),
          "invalid-utf8": (value) => isText(value) && !isUtf8(value),
          misfit: (value) => isInteger(value) || isReal(value),
        };
        expect(examples).toEqual(
          Object.fromEntries(
            Object.entries(kinds).flatMap(([kind, holds]) =>
              firstOf(holds) === undefined ? [] : [[kind, firstOf(holds)]],
            ),
          ),
        );
      }),
      { numRuns: 300 },
    );
  });

  test("stay the first when more batches follow", () => {
    const { examples } = classify(
      ["integer"],
      [
        [[null], [1n]],
        [["x"], [2n]],
        [["y"], [null]],
      ],
    ).columns[0]!;
    expect(examples.integer).toEqual({ at: at(2), storageClass: "integer", value: "1" });
    expect(examples.misfit).toEqual({ at: at(1), storageClass: "text", value: "'x'" });
    expect(examples.null?.at).toEqual(at(1));
  });

  test("name the key where there is no rowid", () => {
    const { columns } = classify(
      ["any", "any"],
      [
        [
          ["k", 1n],
          ["l", null],
        ],
      ],
      [0],
    );
    expect(columns[1]!.examples.null?.at).toEqual({ rowid: null, key: ["'l'"] });
  });

  test("name the kinds of times", () => {
    const { examples } = classify(
      ["timestamp"],
      [[[0n], [1_600_000_000n], [5n], [1_600_000_000_000n], [2.5e300], ["2020-01-01"], ["no"]]],
    ).columns[0]!;
    expect(Object.keys(examples).sort()).toEqual([
      "implausible",
      "integer",
      "milliseconds",
      "misfit",
      "real",
      "seconds",
      "small",
      "text",
      "zero",
    ]);
    expect(examples.seconds?.value).toBe("1600000000");
    expect(examples.misfit?.at).toEqual(at(5));
  });
});

test("columns are counted apart, rows together", () => {
  const profile = classify(
    ["integer", "text", "any"],
    [
      [[1n, "a", null]],
      [
        [2n, textBytes(0xff), 1.5],
        [null, null, null],
      ],
    ],
  );
  expect(profile.rows).toBe(3);
  expect(profile.columns.map(({ column, nulls }) => [column, nulls])).toEqual([
    ["c0", 1],
    ["c1", 1],
    ["c2", 2],
  ]);
});

test("a table without rows has counts of nothing", () => {
  const { rows, columns } = classify(["timestamp"], []);
  expect([rows, columns[0]!.integers.smallest, columns[0]!.largestTime, columns[0]!.examples]).toEqual([
    0,
    null,
    0,
    {},
  ]);
});

test("the smallest and largest are exact at the ends of int64", () => {
  const ends = [
    2n ** 63n - 1n,
    2n ** 63n - 2n,
    -(2n ** 63n),
    -(2n ** 63n) + 1n,
    2n ** 53n,
    2n ** 53n + 1n,
    5n,
  ];
  for (const values of [ends, [...ends].reverse()]) {
    const { integers } = classify(["any"], [values.map((value) => [value])]).columns[0]!;
    expect([integers.smallest, integers.largest]).toEqual(["-9223372036854775808", "9223372036854775807"]);
  }
  expect(classify(["any"], [[[2n ** 53n + 1n], [2n ** 53n]]]).columns[0]!.integers.largest).toBe(
    "9007199254740993",
  );
});
