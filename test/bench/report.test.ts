import { describe, expect, test } from "vitest";
import { resultsMarkdown } from "../../bench/report/markdown.js";
import { textTable } from "../../bench/report/table.js";
import { barText, limitWords, number, summaryText } from "../../bench/report/text.js";

const bar = { name: "load", issue: "02", title: "the load", needs: [], measure: () => Promise.resolve([]) };
const side = (name: string, ...values: number[]) => ({
  name,
  values,
  runs: values.map((seconds) => ({ seconds, clientCpuSeconds: seconds / 2, serverCpuSeconds: null })),
});
const comparison = {
  what: "10 columns",
  unit: "s",
  ours: side("sqlift", 4, 5, 9),
  theirs: side("psql", 10, 10, 10),
  limit: { atMost: 0.8 },
  notes: ["20 rows"],
};

describe("the table", () => {
  test("is as wide as its widest cells and has no blanks at the ends of lines", () => {
    expect(
      textTable(
        [
          ["a", "number"],
          ["longer", "1"],
          ["x", ""],
        ],
        ["left", "right"],
      ).split("\n"),
    ).toEqual(["a       number", "------  ------", "longer       1", "x"]);
  });
});

describe("the summary", () => {
  test("says of every comparison what it came to", () => {
    const [, , line] = summaryText([{ bar, comparisons: [comparison], missing: null }]).split("\n");
    expect(line).toMatch(/^load +10 columns +5\.00 +10\.0 +s +0\.500 +<= 0\.8 +yes$/);
  });

  test("cries out what was missed, and judges nothing that has no limit", () => {
    const text = (limit: { atMost: number } | null) =>
      summaryText([{ bar, comparisons: [{ ...comparison, limit }], missing: null }]);
    expect(text({ atMost: 0.4 })).toMatch(/<= 0\.4 +NO$/);
    expect(text(null)).toMatch(/0\.500 +- +-$/);
  });

  test("keeps the line of a bar that was not measured, with the reason", () => {
    const text = summaryText([{ bar, comparisons: [], missing: "not measured: psql not found" }]);
    expect(text).toContain("load  not measured: psql not found");
  });
});

describe("the Markdown", () => {
  const machine = {
    processor: "Some CPU",
    cores: 2,
    memoryBytes: 8e9,
    system: "linux",
    loadBefore: 0.5,
    versions: { sqlift: "1.0.0", psql: null },
    server: { startedHere: true, settings: { wal_level: "replica" } },
  };
  const busy = { ...comparison, ours: { ...comparison.ours, runs: [{ othersCpuShare: 0.25 }] } };
  const text = resultsMarkdown(
    { rows: 2_000_000, runs: 5, seed: 42 },
    machine,
    [
      { bar, comparisons: [busy], missing: null },
      { bar: { ...bar, name: "plan" }, comparisons: [], missing: "not measured: a | b not found" },
    ],
    "2026-11-21T13:00:00.000Z",
  );

  test("has a table with a line a comparison, its cells whole", () => {
    expect(text).toContain("| bar | what | ours | theirs | unit | ratio | bar is | met |\n| -- |");
    expect(text).toContain("| load | 10 columns | 5.00 | 10.0 | s | 0.500 | <= 0.8 | yes |");
    expect(text).toContain("| plan | not measured: a \\| b not found | - |");
  });

  test("says when, on how much, how busy the machine was and on what", () => {
    expect(text).toContain("on 2026-11-21: 2,000,000 chat messages");
    expect(text).toContain("up to 25 % of the machine");
    expect(text).toContain("versions  sqlift 1.0.0\n");
    expect(text).toContain("server    started for this, default settings: wal_level replica");
  });
});

describe("the text of a bar", () => {
  test("tells every run, the spread, the CPU that is known and the notes", () => {
    expect(barText({ bar, comparisons: [comparison], missing: null }).split("\n")).toEqual([
      "load (issue 02): the load",
      "  10 columns",
      "    sqlift: 4.00 5.00 9.00 s",
      "    psql: 10.0 10.0 10.0 s",
      "    run by run the ratio is 0.400 to 0.900",
      "    sqlift, medians: client 2.50 CPU s",
      "    psql, medians: client 5.00 CPU s",
      "    20 rows",
    ]);
  });
});

test.each([
  [{ limit: { atLeast: 5 }, theirs: comparison.theirs }, ">= 5"],
  [{ limit: { atMost: 0.8 }, theirs: comparison.theirs }, "<= 0.8"],
  [{ limit: { atMost: 250 }, theirs: null }, "<= 250 s"],
  [{ limit: null, theirs: null }, "-"],
])("the words of a limit name the unit where it is one of the value: %#", (given, words) => {
  expect(limitWords({ ...comparison, ...given })).toBe(words);
});

test.each([
  [1234.5, "1235"],
  [12.34, "12.3"],
  [1.234, "1.23"],
  [0.0444, "0.044"],
])("numbers have three digits that count: %d", (value, words) => {
  expect(number(value)).toBe(words);
});
