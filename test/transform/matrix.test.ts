/** The table of docs/fidelity.md, "Values": every type by every storage class by every edge, as the server has it in the end. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { cells } from "./cells.js";
import { blobs, edgeValues } from "./edge-values.js";
import { openOracle, type Oracle } from "./oracle.js";
import { spellingOf } from "./spelling.js";
import type { Value } from "./values.js";

describe("every value arrives as promised, or is refused", () => {
  let oracle: Oracle;
  beforeAll(async () => {
    oracle = await openOracle();
  });
  afterAll(() => oracle.remove());

  test.each(cells)("$name", async ({ type, unit }) => {
    const arrived = await oracle.copied(type, unit, edgeValues);
    const promised = await oracle.read(
      type,
      edgeValues.map((value) => spellingOf(type, unit, value)),
    );
    const wrong = edgeValues.flatMap((value, at) =>
      arrived[at] === promised[at]
        ? []
        : [{ value: shown(value), arrived: cut(arrived[at]), promised: cut(promised[at]) }],
    );
    expect(wrong).toEqual([]);
    // A column in which nothing arrives, or everything, would prove nothing.
    expect(arrived.filter((text) => text !== null).length).toBeGreaterThan(0);
    expect(arrived.filter((text) => text === null).length).toBeGreaterThan(1);
  });

  test("a megabyte of text and ten of a blob arrive whole", async () => {
    const text = "\u00e9\u{1f600}x'\\\n".repeat(100_000);
    const blob = Buffer.alloc(10_000_000, Buffer.concat(blobs));
    const arrivedText = await oracle.copied("text", null, ["before", text, "after"]);
    expect(arrivedText[0]).toBe("before");
    expect(arrivedText[1] === text).toBe(true);
    expect(arrivedText[2]).toBe("after");
    const arrivedBlob = await oracle.copied("bytea", null, [blob]);
    expect(arrivedBlob[0] === `\\x${blob.toString("hex")}`).toBe(true);
  });
});

const cut = (text: string | null | undefined): string =>
  text === null || text === undefined
    ? "-"
    : text.length > 80
      ? `${text.slice(0, 80)}... ${text.length}`
      : text;

const shown = (value: Value): string => {
  if (value === null) return "NULL";
  if (typeof value === "bigint") return `INTEGER ${value}`;
  if (typeof value === "number") return `REAL ${Object.is(value, -0) ? "-0" : value}`;
  if (Buffer.isBuffer(value)) return `BLOB ${cut(value.toString("hex"))}`;
  return typeof value === "string"
    ? `TEXT ${cut(JSON.stringify(value))}`
    : `TEXT bytes ${value.text.toString("hex")}`;
};
