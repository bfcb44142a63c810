/** A mapping file of the same name that says something else than it did when the file was moved: rows that are in place know nothing of it. */
import type { UsedMapping } from "../../model/mapping.js";
import { lastRun } from "../../target/history/runs.js";
import type { Target } from "../../target/session.js";
import { withCancelling } from "../cancelling.js";
import { defaultSchema, plannedTarget, type RunOptions } from "../open.js";

/** @throws ToolError as lastRun, `interrupted`. */
export async function tellChangedMappings(
  target: Target,
  file: string,
  mappings: readonly UsedMapping[],
  options: RunOptions,
): Promise<void> {
  const asked = mappings.filter(({ checksum }) => checksum !== null);
  if (asked.length === 0) return;
  const schema = plannedTarget(options, target).schema ?? defaultSchema;
  const session = await target.open();
  try {
    const last = await withCancelling(session, options.signal, (asking) => lastRun(asking, file, schema));
    for (const { name, checksum } of asked) {
      const before = last?.plan.mappings.find((each) => each.name === name)?.checksum ?? checksum;
      if (last !== null && before !== checksum)
        options.onProgress?.({
          kind: "says",
          message: `mapping ${name} has been changed since run ${last.run} moved ${file}`,
        });
    }
  } finally {
    await session.end();
  }
}
