/** What a column with policies makes of one value, and random policies. */
import fc from "fast-check";
import { expect } from "vitest";
import type { ColumnPlan } from "../../src/model/plan.js";
import type { ColumnPolicy, PolicyName } from "../../src/model/policy.js";
import { amendingEncoder } from "../../src/transform/amend/amend.js";
import { CopyBuffer } from "../../src/transform/copy-buffer.js";
import { describeField, describeValue } from "../../src/transform/explain/describe.js";
import { PolicyCounts } from "../../src/transform/encode/policy-counts.js";
import { one, type Value } from "./values.js";

export interface Amended {
  readonly field: Buffer;
  /** As it would be shown. */
  readonly became: string;
  /** By which policies. */
  readonly by: readonly PolicyName[];
}

/** Null where it is rejected; then nothing may be written or counted. */
export function amended(column: ColumnPlan, value: Value): Amended | null {
  const changes = new PolicyCounts([]);
  // Behind another field, and with no room to spare.
  const out = new CopyBuffer(4);
  out.int32(7);
  const encode = amendingEncoder(column, changes);
  const accepted = value === null && column.policy.nullAs === undefined ? null : encode(one(value), 0, out);
  changes.keep();
  const by = changes.changes();
  if (accepted !== true) {
    expect([out.position, by]).toEqual([4, []]);
    return null;
  }
  const field = Buffer.from(out.bytes.subarray(4, out.position));
  for (const change of by) {
    expect(change).toEqual({
      column: column.source,
      policy: change.policy,
      values: 1,
      first: expect.objectContaining({ value: describeValue(one(value), 0) }) as unknown,
      became: describeField(column.type, field, 0, field.length),
    });
  }
  return {
    field,
    became: describeField(column.type, field, 0, field.length),
    by: by.map(({ policy }) => policy),
  };
}

export const policies: fc.Arbitrary<ColumnPolicy> = fc.record(
  {
    nul: fc.constantFrom("strip", "replace"),
    invalidUtf8: fc.constant("replace"),
    outOfRange: fc.constant("null"),
    empty: fc.constant("null"),
    excess: fc.constantFrom("round", "truncate"),
    trueWords: fc.constant(["yes", "abc", "2020-01-01"]),
    falseWords: fc.constant(["no", "", "1"]),
    nullAs: fc.constantFrom("", "0", "2020-01-01", "abc  ", "12:34:56.789"),
  },
  { requiredKeys: [] },
);
