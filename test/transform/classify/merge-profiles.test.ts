import fc from "fast-check";
import { expect, test } from "vitest";
import type { RecordBatch } from "../../../src/model/record.js";
import { TableClassifier, type ProfileRequest } from "../../../src/transform/classify/classify.js";
import { mergeProfiles } from "../../../src/transform/classify/merge-profiles.js";
import { anyTable } from "../tables.js";

const profileOf = (
  request: ProfileRequest,
  batches: readonly RecordBatch[],
): ReturnType<typeof mergeProfiles> => {
  const classifier = new TableClassifier(request);
  for (const batch of batches) classifier.add(batch);
  return classifier.profile();
};

test("the profile of a table is that of its parts merged, wherever they are cut", () => {
  fc.assert(
    fc.property(anyTable, fc.array(fc.nat(4), { maxLength: 3 }), ({ request, batches }, cuts) => {
      const ends = [0, ...cuts.sort((one, other) => one - other), batches.length];
      const parts = ends.slice(1).map((end, index) => batches.slice(ends[index], end));
      // As they come from other threads.
      const profiles = parts.map((part) => structuredClone(profileOf(request, part)));
      expect(mergeProfiles(profiles)).toEqual(profileOf(request, batches));
    }),
    { numRuns: 300 },
  );
});
