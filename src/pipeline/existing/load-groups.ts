/** The rows of a run on their way into tables that are there: in the order that foreign keys ask for. */
import { ToolError } from "../../errors.js";
import { quietSql } from "../../import/existing/quiet.js";
import type { TableOutcome } from "../../model/outcome.js";
import type { OnProgress } from "../../model/progress.js";
import type { LaneTask } from "../lanes/lanes.js";
import { throwIfInterrupted } from "../pause.js";
import { RowLoad } from "../run/row-load.js";
import { copyProgress } from "../reading/row-progress.js";
import type { LoadingRun } from "./loading-run.js";
import { togetherTask, type TableLoad } from "./together.js";

/** One of these tables does not take a row, as it seems. */
export class RefusedRow extends ToolError {
  readonly tables: readonly string[];

  constructor(tables: readonly string[], { code, message, hint, cause }: ToolError) {
    super(code, message, hint, { cause });
    this.tables = tables;
  }
}

/**
 * Group after group; the tables of one side by side.
 *
 * @throws RefusedRow; ToolError the codes of both sides, `interrupted`.
 */
export async function loadGroups(loading: LoadingRun): Promise<readonly TableOutcome[]> {
  const { reading, plan, existing, connection, run, steps, options } = loading;
  const { onProgress, signal } = options;
  const begins = quietSql(existing.quiet);
  const progress = copyProgress(plan.tables, reading.lanes.counters, onProgress);
  const loads = plan.tables.map(
    (table, counter) =>
      new RowLoad({
        reading: reading.tables[counter]!,
        table,
        run,
        schema: plan.schema,
        createSql: null,
        begins,
        orphans: null,
        counter,
        progress,
        steps,
        whenCopied: () => [],
      }),
  );
  try {
    await reading.lanes.connect(connection, reading.tables);
    const loadOf = (name: string): TableLoad => {
      const at = plan.tables.findIndex(({ target }) => target === name);
      return { load: loads[at]!, reading: reading.tables[at]! };
    };
    for (const { tables, together } of existing.groups) {
      throwIfInterrupted(signal);
      const some = tables.map(loadOf);
      if (together) tellQueue(some, onProgress);
      // The biggest first: what is left at the end should be small.
      const tasks = together
        ? [refusing(tables, togetherTask(some, reading, begins))]
        : some
            .sort((a, b) => b.load.bytes - a.load.bytes)
            .flatMap(({ load }) => load.tasks().map((task) => refusing([load.outcome().target], task)));
      await reading.lanes.run(tasks);
    }
  } finally {
    progress.end();
  }
  return loads.map((load) => load.outcome());
}

/** The server keeps a note of each row whose foreign key it has yet to check. */
const longQueue = 10_000_000;

function tellQueue(tables: readonly TableLoad[], onProgress: OnProgress | undefined): void {
  const rows = tables.reduce((sum, { load }) => sum + load.outcome().rows, 0);
  if (rows < longQueue) return;
  const names = tables.map(({ load }) => load.outcome().target).join(", ");
  const message = `foreign keys among ${names} stay in place: the server keeps ${rows} rows in mind until it has checked them`;
  onProgress?.({ kind: "says", message });
}

const refusing = (tables: readonly string[], { takes, run }: LaneTask): LaneTask => ({
  takes,
  run: (lane) =>
    run(lane).catch((error: unknown) => {
      const isRefused = error instanceof ToolError && error.code === "value-misfit";
      throw isRefused ? new RefusedRow(tables, error) : error;
    }),
});
