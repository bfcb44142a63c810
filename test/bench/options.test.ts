import { describe, expect, test } from "vitest";
import { parseOptions } from "../../bench/options.js";

const parse = (...parameters: string[]) => parseOptions(parameters, ["load", "memory"]);

describe("misuse", () => {
  test.each([
    [["--rows", "0"], /--rows 0: a whole number/],
    [["--rows", "1e6"], /--rows 1e6/],
    [["--runs", "-1"], /runs/],
    [["--seed", "1.5"], /--seed 1.5/],
    [["--only", "load,lode"], /--only lode: the bars are load, memory/],
    [["--only", ""], /--only : the bars are/],
    [["--row", "5"], /--row/],
    [["load"], /load/],
  ])("%j is refused", (parameters, message) => {
    expect(() => parse(...parameters)).toThrow(message);
  });
});

test("the defaults are those of the plan: 2,000,000 rows, 5 runs, all bars", () => {
  expect(parse()).toMatchObject({ rows: 2_000_000, runs: 5, only: null, url: null, json: null });
});

test("everything can be said", () => {
  const given = parse(
    "--rows",
    "500",
    "--runs",
    "1",
    "--only",
    "memory,load",
    "--seed",
    "7",
    "--json",
    "x.json",
  );
  expect(given).toMatchObject({ rows: 500, runs: 1, only: ["memory", "load"], seed: 7, json: "x.json" });
});
