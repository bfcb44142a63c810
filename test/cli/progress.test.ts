import { describe, expect, test } from "vitest";
import { makeProgress, type LiveLines } from "../../src/cli/progress.js";
import type { Terminal } from "../../src/cli/terminal.js";
import { plainStyle } from "../../src/report/style.js";

/** A terminal that writes down what it is told, and a clock that is set by hand. */
function recorder() {
  const told: string[] = [];
  const drawn: string[] = [];
  const terminal: Terminal = {
    print: () => {
      throw new Error("progress must not print to standard output");
    },
    tell: (text) => told.push(text),
    outStyle: plainStyle,
    errorStyle: plainStyle,
    isLive: true,
  };
  const live: LiveLines = Object.assign((text: string) => void drawn.push(text), {
    clear: () => void drawn.push("<clear>"),
  });
  const clock = { now: 0 };
  return { told, drawn, terminal, live, clock };
}

const table = (rows: number, name = "messages", totalRows: number | null = 1000) =>
  ({ kind: "table", phase: "copy", table: name, rows, totalRows }) as const;

describe("where lines cannot be drawn again", () => {
  test("a phase is one line, and a table speaks only now and then", () => {
    const { told, terminal, clock } = recorder();
    const progress = makeProgress(terminal, null, () => clock.now);
    progress.onProgress({ kind: "phase", phase: "copy", tables: 2, rows: 1234567 });
    for (let second = 0; second <= 12; second += 1) {
      clock.now = second * 1000;
      progress.onProgress(table(second * 50));
    }
    expect(told).toEqual([
      "copying: 2 tables, 1,234,567 rows",
      "  copying messages  250 of 1,000 rows  25 %  50 rows/s  15.0 s left",
      "  copying messages  500 of 1,000 rows  50 %  50 rows/s  10.0 s left",
    ]);
  });

  test("an unknown total gives no share and no time left", () => {
    const { told, terminal, clock } = recorder();
    const progress = makeProgress(terminal, null, () => clock.now);
    progress.onProgress(table(0, "messages", null));
    clock.now = 6000;
    progress.onProgress(table(600, "messages", null));
    expect(told).toEqual(["  copying messages  600 rows  100 rows/s"]);
  });
});

describe("on a terminal", () => {
  test("every running table has a line, drawn at most ten times a second", () => {
    const { drawn, terminal, live, clock } = recorder();
    const progress = makeProgress(terminal, live, () => clock.now);
    for (let step = 0; step < 100; step += 1) {
      clock.now = step * 10;
      progress.onProgress(table(step, "a"));
      progress.onProgress(table(step, "b", 0));
    }
    expect(drawn.length).toBeLessThanOrEqual(10);
    expect(drawn.at(-1)?.split("\n").length).toBe(2);
  });

  test("a finished table leaves the view", () => {
    const { drawn, terminal, live, clock } = recorder();
    const progress = makeProgress(terminal, live, () => clock.now);
    progress.onProgress(table(1, "a"));
    progress.onProgress({ kind: "table-done", phase: "copy", table: "a", rows: 1 });
    clock.now = 200;
    progress.onProgress(table(1, "b"));
    expect(drawn).toEqual(["  copying b  1 of 1,000 rows  0 %"]);
  });

  test("a message is written above the view, which is wiped first and at the end", () => {
    const { told, drawn, terminal, live } = recorder();
    const progress = makeProgress(terminal, live);
    progress.onProgress({ kind: "says", message: "writers wait" });
    progress.end();
    expect(told).toEqual(["writers wait"]);
    expect(drawn).toEqual(["<clear>", "<clear>"]);
  });
});
