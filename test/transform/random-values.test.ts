/** Random values of every type against PostgreSQL's own input, and random bytes against every encoder. */
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { about, anyBytes, anyText, anyValue, scraps } from "./arbitraries.js";
import { arrayCells, cells, type Cell } from "./cells.js";
import { openOracle, type Oracle } from "./oracle.js";
import { spellingOf } from "./spelling.js";
import { batchOf, encoded, type Value } from "./values.js";

describe("random values arrive as promised, or are refused", () => {
  let oracle: Oracle;
  beforeAll(async () => {
    oracle = await openOracle();
  });
  afterAll(() => oracle.remove());

  test.each(cells)("$name", async ({ type, unit }) => {
    const value = fc.oneof(anyValue, about[type.name] ?? anyText);
    let accepted = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(value, { minLength: 200, maxLength: 400 }), async (values) => {
        const arrived = await oracle.copied(type, unit, values);
        const promised = await oracle.read(
          type,
          values.map((each) => spellingOf(type, unit, each)),
        );
        const wrong = values.flatMap((each, at) =>
          arrived[at] === promised[at] ? [] : [{ value: each, arrived: arrived[at], promised: promised[at] }],
        );
        expect(wrong).toEqual([]);
        accepted += arrived.filter((text) => text !== null).length;
      }),
      // Shrinking asks the server for too long; what went wrong stands in the difference.
      { numRuns: Number(process.env["RUNS"] ?? 4), endOnFailure: true },
    );
    // Where all are refused, nothing has been compared.
    expect(accepted).toBeGreaterThan(0);
  });
});

describe("random bytes", () => {
  /** A value within other bytes; `encoded` throws when a refusal leaves bytes behind. */
  const encodedWithin = (value: Value, between: Buffer, cell: Cell): string =>
    encoded(cell.type, cell.unit, batchOf([[value]], { between: [between] }), 0)?.toString("hex") ??
    "refused";

  test.each([...cells, ...arrayCells])(
    "never make $name crash, write half a field or look at their neighbours",
    (cell) => {
      const text = fc.oneof(anyBytes, scraps, anyText);
      const neighbours = fc.oneof(fc.uint8Array({ maxLength: 8 }), scraps);
      fc.assert(
        fc.property(text, neighbours, (value, around) => {
          const alone = encodedWithin(value, Buffer.alloc(0), cell);
          expect(encodedWithin(value, Buffer.from(around as string), cell)).toBe(alone);
          if (typeof value !== "object") return;
          const blob = encodedWithin(value.text, Buffer.alloc(0), cell);
          expect(encodedWithin(value.text, Buffer.from(around as string), cell)).toBe(blob);
        }),
        { numRuns: 1000 },
      );
    },
  );
});
