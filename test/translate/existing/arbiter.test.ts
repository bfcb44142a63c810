import { expect, test } from "vitest";
import type { TargetColumn, TargetKey, TargetTable } from "../../../src/model/target-schema.js";
import { arbiterOf } from "../../../src/translate/existing/arbiter.js";

const key = (
  name: string,
  columns: readonly string[] | null,
  changes: Partial<TargetKey> = {},
): TargetKey => ({
  name,
  kind: "unique",
  columns,
  isPartial: false,
  isImmediate: true,
  isValid: true,
  nullsNotDistinct: false,
  isPeriod: false,
  ...changes,
});

/** Columns in capitals may be NULL. */
const chosen = (keys: readonly TargetKey[], loaded = ["a", "b", "C"]) =>
  arbiterOf(
    {
      keys,
      columns: ["a", "b", "C"].map((column) => ({ column, notNull: column !== "C" }) as TargetColumn),
    } as unknown as TargetTable,
    loaded,
  );

test("the first that tells every row apart", () => {
  const primary = key("t_pkey", ["a"], { kind: "primary key" });
  const index = key("k", ["b", "a"], { kind: "index" });
  expect(chosen([primary, index])).toEqual({ name: "t_pkey", columns: ["a"], isConstraint: true });
  expect(chosen([{ ...primary, isImmediate: false }, index])).toEqual({
    name: "k",
    columns: ["b", "a"],
    isConstraint: false,
  });
  expect(chosen([primary, index], ["b", "C"])).toEqual({ key: "t_pkey", reason: "not-filled" });
});

test.each<[reason: string, found: TargetKey]>([
  ["expression", key("k", null)],
  ["partial", key("k", ["a"], { isPartial: true })],
  ["deferrable", key("k", ["a"], { isImmediate: false })],
  ["invalid", key("k", ["a"], { isValid: false })],
  ["period", key("k", ["a", "b"], { isPeriod: true })],
  ["nullable", key("k", ["a", "C"])],
  ["nullable", key("k", ["a", "C"], { nullsNotDistinct: true })],
])("none: %s", (reason, found) => {
  expect(chosen([found])).toEqual({ key: "k", reason });
});

test("none: an exclusion constraint is no key", () => {
  expect(chosen([key("k", ["a"], { kind: "exclusion" })])).toEqual({ key: null, reason: "none" });
});
