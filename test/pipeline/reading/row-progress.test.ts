import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { ProgressEvent } from "../../../src/model/progress.js";
import { RowProgress } from "../../../src/pipeline/reading/row-progress.js";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const look = (): void => void vi.advanceTimersByTime(100);

function watched(counters: BigInt64Array) {
  const events: ProgressEvent[] = [];
  const tables = ["a", "b"].map((name) => ({ name, total: () => 10 }));
  const progress = new RowProgress("copy", tables, counters, (event) => events.push(event));
  return { progress, events };
}

const rowsOf = (events: readonly ProgressEvent[]) =>
  events.map((event) => ("rows" in event && "table" in event ? [event.kind, event.table, event.rows] : []));

test("what was counted before is forgotten", () => {
  const counters = BigInt64Array.of(7n, 7n);
  const { progress, events } = watched(counters);
  look();
  progress.end();
  expect(counters).toEqual(BigInt64Array.of(0n, 0n));
  expect(events).toEqual([]);
});

test("a table is told when it begins, once, and then only of rows that are new", () => {
  const counters = new BigInt64Array(2);
  const { progress, events } = watched(counters);
  progress.begin(0);
  progress.begin(0);
  look();
  counters[0] = 4n;
  look();
  progress.begin(0);
  look();
  progress.end();
  expect(rowsOf(events)).toEqual([
    ["table", "a", 0],
    ["table", "a", 4],
  ]);
});

test("a table that is done is not told of again", () => {
  const counters = new BigInt64Array(2);
  const { progress, events } = watched(counters);
  progress.begin(1);
  counters[1] = 10n;
  progress.done(1, 10);
  look();
  progress.end();
  expect(rowsOf(events)).toEqual([
    ["table", "b", 0],
    ["table-done", "b", 10],
  ]);
});

test("nothing is told after the end", () => {
  const counters = new BigInt64Array(2);
  const { progress, events } = watched(counters);
  progress.end();
  counters[0] = 1n;
  look();
  expect(events).toEqual([]);
});
