/** What a migration of which nothing is kept cannot do, said before anything happens. */
import { ToolError } from "../../errors.js";
import type { Plan } from "../../model/plan.js";
import type { Target } from "../../target/session.js";
import { withCancelling } from "../cancelling.js";
import type { MigrateOptions } from "../options.js";
import { defaultSchema, plannedTarget } from "../open.js";
import { refuseSetAside } from "../existing/repair.js";

/** @throws ToolError `usage`. */
export function checkWithoutHistory(options: MigrateOptions): void {
  const { before = [], after = [], onReject, onOrphans } = options;
  const needing = [
    ...(onReject === "quarantine" ? ["--on-reject quarantine: the rows are kept there"] : []),
    ...(onOrphans === "quarantine" ? ["--on-orphans quarantine: the rows are kept there"] : []),
    ...(before.length + after.length === 0 ? [] : ["--before and --after: which files ran is kept there"]),
  ];
  if (needing.length > 0)
    throw new ToolError(
      "usage",
      `Without a history there is no place for ${needing.join("; nor for ")}.`,
      "Leave --no-history out, or the others; SQL files can be run by psql.",
    );
}

/** @throws ToolError `usage` where rows that are there are to make way, or to be changed. */
export function refuseStaging({ tables, existing }: Plan): void {
  if (existing?.strategy !== "staged") return;
  const names = tables.flatMap(({ target, existing: there }) =>
    there === undefined || there.rows === "refuse" ? [] : [`${there.rows} of ${target}`],
  );
  throw new ToolError(
    "usage",
    `Without a history rows go only into tables that are empty, and a mapping or --existing-rows says: ${names.join(", ")}.`,
    "Leave --no-history out: the rows are proven in a schema of the run before any of those that are there is touched.",
  );
}

/**
 * Nothing is repaired, for that is written down.
 *
 * @throws ToolError `target-history`, `target-in-the-way` where a history that can be read says that somebody has something set aside.
 */
export async function beginWithoutHistory(target: Target, options: MigrateOptions): Promise<void> {
  const { signal, onProgress, intoExisting = false } = options;
  if (intoExisting) {
    const schema = plannedTarget(options, target).schema ?? defaultSchema;
    const session = await target.open();
    try {
      await withCancelling(session, signal, (asking) => refuseSetAside(asking, schema));
    } finally {
      await session.end();
    }
  }
  onProgress?.({
    kind: "says",
    message:
      "no history is kept: all or nothing, in one transaction; what is in cannot be undone by sqlift undo",
  });
}
