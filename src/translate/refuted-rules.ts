/** Built-in rules that the rows themselves have told against: what no count of the profile could say. */
import type { Plan } from "../model/plan.js";
import type { Rehearsal } from "../model/rehearsal.js";
import type { RejectCount } from "../model/reject.js";

/** Rows that the rule for a column would reject. */
export interface RefutedRule extends RejectCount {
  /** Source name. */
  readonly table: string;
}

/** @param rehearsals of the plan's tables; those of which every value was known to fit may be missing. */
export function refutedRules(plan: Plan, rehearsals: readonly Rehearsal[]): readonly RefutedRule[] {
  const givingWay = new Set(plan.mappings.flatMap(({ name, givesWay }) => (givesWay ? [name] : [])));
  return rehearsals.flatMap(({ table, counts }) => {
    const columns = plan.tables.find(({ source }) => source === table)?.columns ?? [];
    const ruled = new Set(
      columns.flatMap(({ source, rule }) => (rule !== null && givingWay.has(rule.mapping) ? [source] : [])),
    );
    return counts.flatMap((count) => (ruled.has(count.column) ? [{ ...count, table }] : []));
  });
}
