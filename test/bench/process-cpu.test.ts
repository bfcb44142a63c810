import { expect, test } from "vitest";
import { parseStat } from "../../bench/measure/process-cpu.js";

test("a process whose name looks like fields is read all the same", () => {
  const line = "77 (a) b (c) S 12 77 77 0 -1 4194304 100 200 0 0 150 50 300 25 20 0 1 0 5000 1000 10";
  expect(parseStat(line)).toEqual({ parent: 12, ownSeconds: 2, childSeconds: 3.25 });
});
