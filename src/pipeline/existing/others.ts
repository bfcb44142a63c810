/** What a later proof says of tables that had rows when the run brought its own: those of others are no difference. */
import type { Plan, TablePlan } from "../../model/plan.js";
import type { TableVerdict } from "../../model/verdict.js";

/**
 * Where the run left rows of other keys, rows that the source does not have are nobody's fault, as long as each of the source's own is
 * there, value by value. Rows that `skip` left with other values stay a difference: the source does not say them.
 */
export const allowOthers = (plan: Plan, verdicts: readonly TableVerdict[]): readonly TableVerdict[] =>
  verdicts.map((verdict) => {
    const { differences } = verdict;
    const table = plan.tables.find(({ source }) => source === verdict.source);
    if (table === undefined || !hasOthers(table) || verdict.verdict !== "different" || differences === null)
      return verdict;
    const { missing, changed, extra } = differences;
    if (missing > 0 || changed > 0 || extra === 0) return verdict;
    const reason = `all rows of the source are there; others, which it does not have: ${extra}`;
    return { ...verdict, verdict: "identical-under-policy", reason, differences: null };
  });

const hasOthers = ({ existing }: TablePlan): boolean =>
  existing !== undefined &&
  existing.rowsThere > 0 &&
  (existing.rows === "skip" || existing.rows === "update");
