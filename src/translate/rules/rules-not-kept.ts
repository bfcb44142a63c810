/** Built-in rules that give way to values, each as the finding that says so. */
import type { RuleNotKept } from "../../model/finding.js";
import type { Plan } from "../../model/plan.js";
import { typeWords } from "../../model/postgres.js";
import type { Rehearsal } from "../../model/rehearsal.js";
import type { RejectCount } from "../../model/reject.js";

export const isOfColumn = ({ at }: Pick<RuleNotKept, "at">, table: string, column: string): boolean =>
  at.table === table && at.column === column;

/** Those that the profile's counts spoke against when the plan was made. */
export const countedOut = ({ findings }: Plan): readonly RuleNotKept[] =>
  findings.filter((finding) => finding.kind === "rule-not-kept");

/** They speak against a zone, which a person asked for, and not against the type. */
const isOfZone = ({ code }: RejectCount): boolean => code === "skipped-time" || code === "doubled-time";

/**
 * Those that the rows themselves have told against: what no count of the profile could say.
 *
 * @param rehearsals of the plan's tables; those of which every value was known to fit may be missing.
 */
export function refutedByRows(plan: Plan, rehearsals: readonly Rehearsal[]): readonly RuleNotKept[] {
  const givingWay = new Set(plan.mappings.flatMap(({ name, givesWay }) => (givesWay ? [name] : [])));
  return rehearsals.flatMap(({ table, counts }) => {
    const columns = plan.tables.find(({ source }) => source === table)?.columns ?? [];
    return columns.flatMap(({ source: column, type, unit, rule }) => {
      const against = counts.filter((count) => count.column === column && !isOfZone(count));
      if (rule === null || !givingWay.has(rule.mapping) || against.length === 0) return [];
      const rows = against.reduce((sum, count) => sum + count.rows, 0);
      return [
        {
          kind: "rule-not-kept" as const,
          at: { table, column },
          rule,
          // Of a row that does not fit for several columns only one was told.
          offer: { type: typeWords(type), unit, policy: {}, rejected: null },
          values: rows,
          first: against[0]!.first.value,
        },
      ];
    });
  });
}
