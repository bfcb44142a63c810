/** Rows on their way into tables of the run's own: no constraint stands there, so all go side by side. */
import type { TableOutcome } from "../../model/outcome.js";
import type { TablePlan } from "../../model/plan.js";
import type { OnProgress } from "../../model/progress.js";
import type { Connection } from "../../target/connection/connection.js";
import type { Lanes } from "../lanes/lanes.js";
import type { TableReading } from "../reading/reading.js";
import { RowLoad } from "../run/row-load.js";
import { copyProgress } from "../reading/row-progress.js";
import type { RunSteps } from "../run/run-steps.js";

export interface Staging {
  readonly lanes: Lanes;
  readonly connection: Connection;
  readonly tables: readonly TablePlan[];
  /** One a table. */
  readonly readings: readonly TableReading[];
  readonly run: number;
  readonly steps: RunSteps;
  readonly onProgress: OnProgress | undefined;
}

/** @param schema of the staging tables. @throws ToolError as RowLoad's tasks. */
export async function loadStaging(
  { lanes, connection, tables, readings, run, steps, onProgress }: Staging,
  schema: string,
): Promise<readonly TableOutcome[]> {
  const progress = copyProgress(tables, lanes.counters, onProgress);
  const loads = tables.map(
    (table, counter) =>
      new RowLoad({
        reading: readings[counter]!,
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
    await lanes.connect(connection, readings);
    // The biggest first: what is left at the end should be small.
    const inOrder = [...loads].sort((a, b) => b.bytes - a.bytes);
    await lanes.run(inOrder.flatMap((load) => load.tasks()));
  } finally {
    progress.end();
  }
  return loads.map((load) => load.outcome());
}
