/** All rows of a plan over one session, in its transaction: table after table, each in one COPY. */
import { recordColumns } from "../../export/sqlite-records.js";
import type { TableOutcome } from "../../model/outcome.js";
import type { RecordBatch } from "../../model/record.js";
import { checkDeferred } from "../../import/copy.js";
import type { Source } from "../../source/source.js";
import { copyRowsHere } from "../lanes/copy-rows.js";
import { readThroughSqlite } from "../lanes/here-lane.js";
import { keyIndexes } from "../reading/key-indexes.js";
import type { Rows, WholeCopy } from "../lanes/lane-jobs.js";
import { rowSupply } from "../lanes/lane.js";
import { LoadTally } from "../run/load-tally.js";
import type { RunInput } from "../run/run.js";
import { readParts } from "../reading/page-parts.js";
import { copyProgress } from "../reading/row-progress.js";

/**
 * @param order the tables' names in the target, all of them.
 * @throws ToolError the codes of both sides, `value-misfit`, `interrupted`; the transaction is of no use then.
 */
export async function loadHere(
  { reading, plan, session, options }: Pick<RunInput, "reading" | "plan" | "session" | "options">,
  order: readonly string[],
): Promise<readonly TableOutcome[]> {
  const { source, lanes } = reading;
  const { onProgress, signal = new AbortController().signal } = options;
  const progress = copyProgress(plan.tables, lanes.counters, onProgress);
  const readRows = (of: Rows): Iterable<RecordBatch> => readHere(source, of);
  const outcomes = new Map<string, TableOutcome>();
  try {
    // What cannot be deferred is checked when its statement ends, and parents come first.
    await session.query("SET CONSTRAINTS ALL DEFERRED");
    for (const name of order) {
      const counter = plan.tables.findIndex(({ target }) => target === name);
      const table = plan.tables[counter]!;
      const { table: sourceTable, parts } = reading.tables[counter]!;
      const copy: WholeCopy = {
        run: 0,
        mark: null,
        table,
        recordColumns: recordColumns(sourceTable),
        keyIndexes: keyIndexes(sourceTable),
        orphans: null,
        schema: plan.schema,
        counter,
        parts: parts.map((part) => part.rows),
      };
      progress.begin(counter);
      const supply = rowSupply({ readRows, counters: lanes.counters }, copy.parts, counter);
      const tally = new LoadTally(table);
      tally.add(await copyRowsHere(session, copy, supply, signal));
      tally.check();
      const { copied, rejected } = tally;
      progress.done(counter, copied);
      const { source: sourceName, target, rows: all } = table;
      outcomes.set(name, { source: sourceName, target, rows: all, copied, rejected, status: "copied" });
    }
    await checkDeferred(session);
  } finally {
    progress.end();
  }
  return plan.tables.map(({ target }) => outcomes.get(target)!);
}

/** In this thread, whoever reads them. */
function readHere(source: Source, rows: Rows): Iterable<RecordBatch> {
  return rows.by === "pages" ? readParts(source, rows) : readThroughSqlite(source, rows);
}
