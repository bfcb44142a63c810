import fc from "fast-check";
import { expect, test } from "vitest";
import type { Meaning } from "../../../src/model/profile.js";
import { TableClassifier } from "../../../src/transform/classify/classify.js";
import { slowProfile } from "../slow-profile.js";
import { anyTable } from "../tables.js";
import { columnOf, type Value } from "../values.js";

test("column by column a profile says what it says value by value", () => {
  fc.assert(
    fc.property(anyTable, ({ request, batches }) => {
      const classifier = new TableClassifier(request);
      for (const batch of batches) classifier.add(batch);
      expect(classifier.profile()).toEqual(slowProfile(request, batches));
    }),
    { numRuns: 1000 },
  );
});

test("the outermost integers are exact among those that one double stands for", () => {
  const near = 2n ** 60n;
  const batches = [[near, near + 1n], [near + 3n, near + 2n], [near + 2n], [-near - 1n], [-near - 3n, -near]];
  const columns = [{ name: "c", meaning: "any" as const }];
  const classifier = new TableClassifier({ table: "t", columns, keyIndexes: [] });
  for (const values of batches) classifier.add(columnOf(values));
  const { smallest, largest } = classifier.profile().columns[0]!.integers;
  expect([smallest, largest]).toEqual([String(-near - 3n), String(near + 3n)]);
});

test("a batch may have more rows than the one before", () => {
  const request = { table: "t", columns: [{ name: "c", meaning: "text" as const }], keyIndexes: [] };
  const values = (count: number): readonly Value[] =>
    Array.from({ length: count }, (_, index) => [1n, 1.5, "x", Buffer.of(1), null][index % 5]!);
  const batches = [3, 5000, 2].map((count) => columnOf(values(count)));
  const classifier = new TableClassifier(request);
  for (const batch of batches) classifier.add(batch);
  expect(classifier.profile()).toEqual(slowProfile(request, batches));
});

test("a profile once taken stays as it is", () => {
  const meaning: Meaning = "numeric";
  const classifier = new TableClassifier({ table: "t", columns: [{ name: "c", meaning }], keyIndexes: [] });
  classifier.add(columnOf([1n]));
  const taken = classifier.profile();
  const copy = structuredClone(taken);
  classifier.add(columnOf(["12.5", null, 7n, 1.5, "x"]));
  expect(taken).toEqual(copy);
});
