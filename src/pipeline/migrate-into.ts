/** migrate --into-existing: plan by the tables that are there, and if nothing is in the way, one run into them. */
import { checkReferencesReadable } from "../import/existing/references.js";
import { checkSequenceRights } from "../import/existing/sequences.js";
import { rehearseSetAside } from "../import/existing/set-aside.js";
import { blocks } from "../model/finding.js";
import { quoteQualified } from "../model/identifier.js";
import { checkLockRoom } from "../target/lock-room.js";
import type { Target } from "../target/session.js";
import { checkZones } from "../target/zones.js";
import { blocked, type Migrated } from "./run/blocked.js";
import { withCancelling } from "./cancelling.js";
import type { Choices } from "./planning/choices.js";
import type { MigrateOptions } from "./options.js";
import { plannedTarget } from "./open.js";
import type { Reading } from "./reading/reading.js";
import type { ScriptSteps } from "./steps/steps.js";
import { executeDirect } from "./existing/direct.js";
import { refuseStaging } from "./without-history/check.js";
import { loadExistingAtOnce } from "./without-history/load-existing.js";
import { refuseUnremovable } from "./existing/removable.js";
import { planReadingInto } from "./existing/plan-into.js";
import { executeStaged } from "./existing/staged.js";

/** @throws ToolError as planReadingInto and executeDirect; `target-rights` where the role may not do what the plan needs. */
export async function migrateIntoExisting(
  target: Target,
  opened: Reading,
  choices: Choices,
  options: MigrateOptions & { readonly steps: ScriptSteps },
): Promise<Migrated> {
  const session = await target.open();
  const place = plannedTarget(options, target);
  const {
    plan,
    reading,
    target: there,
  } = await withCancelling(session, options.signal, (asking) =>
    planReadingInto(opened, choices, asking, place, options),
  );
  const { existing } = plan;
  if (blocks(plan.findings) || existing === undefined) return blocked(plan, []);
  const { history = true } = options;
  if (!history) refuseStaging(plan);
  else if (existing.strategy === "direct") refuseUnremovable(plan, there);
  await withCancelling(session, options.signal, async (asking) => {
    await checkSequenceRights(asking, existing.sequences);
    if (history)
      await checkReferencesReadable(
        asking,
        plan.tables.map((table) => quoteQualified(plan.schema, table.target)),
      );
    await checkLockRoom(asking, plan, existing.strategy === "staged" ? "brought over" : "there");
    await checkZones(asking, plan);
    await rehearseSetAside(asking, existing.setAside);
  });
  for (const finding of plan.findings)
    if (finding.kind === "rows-given-up")
      options.onProgress?.({
        kind: "says",
        message: `${finding.by} of ${finding.target}: rows that are there now are given up, and this run cannot be undone`,
      });
  const input = {
    reading,
    plan,
    session,
    connection: target.connection,
    existing,
    target: there,
    validate: options.validate ?? true,
    stepsAreLeft: options.steps.areLeft,
    options,
  };
  const result = !history
    ? await loadExistingAtOnce(input)
    : existing.strategy === "staged"
      ? await executeStaged(input)
      : await executeDirect(input);
  return { ...result, plan };
}
