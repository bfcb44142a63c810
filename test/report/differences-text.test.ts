import { describe, expect, test } from "vitest";
import type { RowDifference, TableDifferences, TableVerdict } from "../../src/model/verdict.js";
import { unprovenVerdict } from "../../src/model/verdict.js";
import { differenceLines } from "../../src/report/differences-text.js";
import { plainStyle } from "../../src/report/style.js";

const verdict = (differences: TableDifferences | null): TableVerdict => ({
  ...unprovenVerdict({ source: "people", target: "people" }, null, { asked: false }),
  verdict: "different",
  differences,
});

const text = (differences: TableDifferences | null): readonly string[] =>
  differenceLines([verdict(differences)], plainStyle);

const changed = (id: number, more: Partial<RowDifference> = {}): RowDifference => ({
  kind: "changed",
  key: [{ column: "id", value: String(id) }],
  sourceRows: 1,
  targetRows: 1,
  columns: [{ column: "name", source: "'Bob'", expected: "Bob", actual: "bob" }],
  ...more,
});

const of = (more: Partial<TableDifferences>): TableDifferences => ({
  missing: 0,
  extra: 0,
  changed: 0,
  listed: [],
  ...more,
});

describe("rows that differ", () => {
  test("are not spoken of where none were looked for", () => {
    expect(text(null)).toEqual([]);
  });

  test("are named by their keys, with what stands there and what must", () => {
    expect(text(of({ changed: 1, listed: [changed(7)] }))).toEqual([
      "",
      "people: 1 row differs (1 changed)",
      "  changed id = '7'",
      "    name: 'bob', must be 'Bob'",
    ]);
  });

  test("show the source's value where it is another than must stand there", () => {
    const columns = [
      { column: "at", source: "1600000000000", expected: "2020-09-13 12:26:40+00", actual: null },
    ];
    expect(text(of({ changed: 1, listed: [changed(7, { columns })] })).at(-1)).toBe(
      "    at: NULL, must be '2020-09-13 12:26:40+00', from 1600000000000",
    );
    const none = [{ column: "at", source: "NULL", expected: null, actual: "x" }];
    expect(text(of({ changed: 1, listed: [changed(7, { columns: none })] })).at(-1)).toBe(
      "    at: 'x', must be NULL",
    );
  });

  test("without a key are known by their values, and counted where there are several", () => {
    const columns = [
      { column: "a", source: "1", expected: "1", actual: null },
      { column: "b", source: "NULL", expected: null, actual: null },
    ];
    const row = changed(0, { kind: "missing", key: null, columns, sourceRows: 3, targetRows: 2 });
    expect(text(of({ missing: 1, listed: [row] })).slice(1)).toEqual([
      "people: 1 row differs (1 missing)",
      "  missing a = '1', b = NULL: 3 in the source, 2 in the target",
    ]);
  });

  test("beyond ten are counted, and it is said where they are", () => {
    const listed = Array.from({ length: 1000 }, (_, id) => changed(id));
    const lines = text(of({ missing: 1, changed: 4000, listed }));
    expect(lines[1]).toBe("people: 4,001 rows differ (1 missing, 4,000 changed)");
    expect(lines.at(-1)).toBe("  and 3,991 more; --json has the first 1,000");
    expect(text(of({ changed: 12, listed: listed.slice(0, 12) })).at(-1)).toBe(
      "  and 2 more; --json has all",
    );
    expect(text(of({ changed: 12 }))).toEqual(["", "people: 12 rows differ (12 changed)", "  and 12 more"]);
  });

  test("show no control characters, and cut what is long", () => {
    const columns = [
      { column: "name", source: "'x'", expected: "x", actual: `\u001b[31m${"y".repeat(200)}` },
    ];
    const last = text(of({ changed: 1, listed: [changed(7, { columns })] })).at(-1) ?? "";
    expect(last).not.toContain("\u001b");
    expect(last.length).toBeLessThan(120);
  });
});
