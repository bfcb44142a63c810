/** The rows of a staged run on their way into its own tables: no constraint stands there, so all go side by side. */
import type { TableOutcome } from "../../model/outcome.js";
import { RowLoad } from "../row-load.js";
import { RowProgress } from "../row-progress.js";
import type { LoadingRun } from "./loading-run.js";

/** @param schema of the staging tables. @throws ToolError as RowLoad's tasks. */
export async function loadStaging(
  { reading, plan, connection, run, steps, options }: LoadingRun,
  schema: string,
): Promise<readonly TableOutcome[]> {
  const rows = plan.tables.reduce((sum, table) => sum + table.rows, 0);
  options.onProgress?.({ kind: "phase", phase: "copy", tables: plan.tables.length, rows });
  const counted = plan.tables.map((table) => ({ name: table.source, total: () => table.rows }));
  const progress = new RowProgress("copy", counted, reading.lanes.counters, options.onProgress);
  const loads = plan.tables.map(
    (table, counter) =>
      new RowLoad({
        reading: reading.tables[counter]!,
        table,
        run,
        stays: false,
        schema,
        createSql: null,
        begins: [],
        orphans: null,
        counter,
        progress,
        steps,
        whenCopied: () => [],
      }),
  );
  try {
    await reading.lanes.connect(
      connection,
      reading.tables.some(({ reader }) => reader.by === "sqlite"),
    );
    // The biggest first: what is left at the end should be small.
    const inOrder = [...loads].sort((a, b) => b.bytes - a.bytes);
    await reading.lanes.run(inOrder.flatMap((load) => load.tasks()));
  } finally {
    progress.end();
  }
  return loads.map((load) => load.outcome());
}
