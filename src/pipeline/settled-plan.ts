/** The plan with what encoding the rows tells: rows that are rejected, values that change, rules that give way. */
import type { Plan } from "../model/plan.js";
import { refutedRules, type RefutedRule } from "../translate/refuted-rules.js";
import { settleRejects } from "../translate/settle-rejects.js";
import { translate, type TranslateInput } from "../translate/translate.js";
import type { RunOptions } from "./open.js";
import type { Reading } from "./reading.js";
import { rehearseTables, type RehearsedPlan } from "./rehearse.js";

/**
 * A rule that nobody asked for gives way to rows that it would reject: then the plan is made anew without it. A row is
 * rejected for its first value alone, so another rule may be refuted only then.
 *
 * @throws ToolError the source codes, `interrupted`.
 */
export async function settledPlan(
  reading: Reading,
  draft: Omit<TranslateInput, "refuted">,
  options: RunOptions,
): Promise<Plan> {
  let refuted: readonly RefutedRule[] = [];
  let rehearsed: RehearsedPlan | null = null;
  for (;;) {
    const plan = translate({ ...draft, refuted });
    rehearsed = await rehearseTables(reading, plan, draft.profiles, rehearsed, options);
    const more = refutedRules(plan, rehearsed.rehearsals).filter((rule) => !isKnown(refuted, rule));
    if (more.length === 0) return settleRejects(plan, rehearsed.rehearsals);
    refuted = [...refuted, ...more];
  }
}

const isKnown = (rules: readonly RefutedRule[], { table, column }: RefutedRule): boolean =>
  rules.some((rule) => rule.table === table && rule.column === column);
