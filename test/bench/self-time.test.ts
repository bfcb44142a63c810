import { expect, test } from "vitest";
import { selfTimes } from "../../bench/measure/self-time.js";

test("gives each sample's time to its function, all places of a function together", () => {
  const frame = (functionName: string, lineNumber: number) => ({
    functionName,
    url: "file:///x/build/export/read.js",
    lineNumber,
  });
  const times = selfTimes({
    nodes: [
      { id: 1, callFrame: frame("read", 0) },
      { id: 2, callFrame: frame("", 4) },
      { id: 3, callFrame: frame("read", 0) },
    ],
    samples: [1, 2, 3],
    // The first is the time before the first sample.
    timeDeltas: [1000, 10, 20, 10],
  });
  expect(times.map(({ name, place, share }) => `${name} ${place} ${share}`).sort()).toEqual([
    "(anonymous) export/read.js:5 0.5",
    "read export/read.js:1 0.5",
  ]);
});

test("puts the largest share first", () => {
  const callFrame = { functionName: "f", url: "", lineNumber: 0 };
  const times = selfTimes({
    nodes: [
      { id: 1, callFrame },
      { id: 2, callFrame: { ...callFrame, functionName: "g" } },
    ],
    samples: [1, 2, 2],
    timeDeltas: [0, 10, 20, 10],
  });
  expect(times).toEqual([
    { name: "g", place: "", share: 0.75 },
    { name: "f", place: "", share: 0.25 },
  ]);
});
