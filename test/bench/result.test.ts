import { describe, expect, test } from "vitest";
import { differences } from "../../bench/peers/result.js";

const column = { name: "score", type: "double precision", notNull: true, values: "3 0.1 0.2" };
const ours = { rows: 3, columns: [column] };
const theirs = (change: Partial<typeof column>) => ({ rows: 3, columns: [{ ...column, ...change }] });

describe("what a peer made otherwise", () => {
  test("is nothing where all is the same", () => {
    expect(differences(ours, theirs({}))).toEqual([]);
  });

  test.each([
    [theirs({ type: "real", values: "3 0.1 0.2" }), ["score is real, not double precision"]],
    [theirs({ type: "real", values: "3 0.10000001 0.2" }), ["score is real, not double precision"]],
    [theirs({ notNull: false }), ["score lost NOT NULL"]],
    [theirs({ values: "3 0.1 0.3" }), ["score has other values"]],
    [theirs({ name: "Score" }), ["score is missing"]],
    [{ ...ours, rows: 2 }, ["2 of 3 rows"]],
  ])("is named: %#", (result, words) => {
    expect(differences(ours, result)).toEqual(words);
  });
});
