/** What sequences of the target have to give next: more than any number that the source has ever used (sqlite.org/autoinc.html). */
import type { ExistingSequence } from "../../model/existing.js";
import type { TableProfile } from "../../model/profile.js";
import type { TablePlan } from "../../model/plan.js";
import type { TargetTable } from "../../model/target-schema.js";
import type { MatchedTable } from "./match.js";

/** @param profiles of the matched tables, in their order. */
export function sequencesOf(
  plans: readonly Pick<TablePlan, "source" | "columns">[],
  matched: readonly MatchedTable[],
  profiles: readonly TableProfile[],
  targets: readonly TargetTable[],
): readonly ExistingSequence[] {
  const found = new Map<string, ExistingSequence>();
  for (const [at, { table, target, columns }] of matched.entries()) {
    const plan = plans.find(({ source }) => source === table.name);
    const there = targets.find(({ name }) => name === target);
    if (plan === undefined || there === undefined) continue;
    for (const { column, sequences } of there.columns) {
      const source = columns.find((each) => each.target === column);
      const isLoaded = plan.columns.some((each) => each.target === column);
      const largest = source === undefined ? null : profiles[at]!.columns[source.place]!.integers.largest;
      const kept = source !== undefined && source.column.name === table.rowidAlias ? table.sequence : null;
      for (const name of isLoaded ? sequences : []) {
        const key = JSON.stringify([name.schema, name.name]);
        const before = found.get(key) ?? { ...name, columns: [], used: null };
        found.set(key, {
          ...before,
          columns: [...before.columns, { table: target, column }],
          used: largestOf([before.used, largest, kept]),
        });
      }
    }
  }
  return [...found.values()];
}

const largestOf = (numbers: readonly (string | null)[]): string | null =>
  numbers.reduce(
    (most, each) => (each === null || (most !== null && BigInt(most) >= BigInt(each)) ? most : each),
    null,
  );
