/** Runs into tables of others that somebody does, or that were left by somebody who is gone. */
import { ToolError } from "../../errors.js";
import type { RunStrategy } from "../../model/history.js";
import { isHeldSql } from "./held-runs.js";
import { historySchema } from "./schema.js";
import type { Session } from "../session.js";
import { targetError } from "../target-error.js";

export interface OpenRun {
  readonly run: number;
  /** Base name. */
  readonly sourceFile: string;
  /** Where the tables stand. */
  readonly schema: string;
  readonly strategy: Exclude<RunStrategy, "create">;
  /** Why it failed; null: it has not ended, it is under way or was cut off. */
  readonly failure: string | null;
  /** Whether somebody does it. */
  readonly isHeld: boolean;
  /** Whether something that it set aside was not seen in its place again. */
  readonly isAside: boolean;
}

const openRunsSql = `
  SELECT r.run, r.source_file, r.target_schema, r.strategy, CASE r.status WHEN 'failed' THEN coalesce(r.message, '') END AS failure,
         r.status = 'running' AND (pg_is_in_recovery() OR ${isHeldSql("r.run")}) AS is_held,
         EXISTS (SELECT FROM ${historySchema}.set_aside s WHERE s.run = r.run AND s.back IS NULL) AS is_aside
    FROM ${historySchema}.runs r
   WHERE r.strategy <> 'create' AND (r.status = 'running' OR (r.status = 'failed'
     AND (r.strategy = 'direct' OR EXISTS (SELECT FROM pg_namespace n WHERE n.nspname = 'sqlift_run_' || r.run))))
   ORDER BY r.run`;

/** Asked of the catalogs: naming a table needs rights on its schema. */
const readableSql = `
  SELECT count(*) = 2 AS readable
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE n.nspname = '${historySchema}' AND c.relname IN ('runs', 'set_aside')
     AND has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT')`;

/**
 * The oldest first; none where there is no history that the role may read.
 *
 * @throws ToolError targetError's codes.
 */
export async function readOpenRuns(session: Session): Promise<readonly OpenRun[]> {
  try {
    const [seen] = await session.query(readableSql);
    if (seen?.["readable"] !== "t") return [];
    const rows = await session.query(openRunsSql);
    return rows.map((row) => ({
      run: Number(row["run"]),
      sourceFile: row["source_file"] ?? "",
      schema: row["target_schema"] ?? "",
      strategy: row["strategy"] as OpenRun["strategy"],
      failure: row["failure"] ?? null,
      isHeld: row["is_held"] === "t",
      isAside: row["is_aside"] === "t",
    }));
  } catch (error) {
    throw targetError(error, "read the run history");
  }
}

/**
 * In the transaction that records another one: nobody begins meanwhile.
 *
 * @throws ToolError `target-in-the-way` where rows go into tables of that schema; what the session throws.
 */
export async function refuseRivals(session: Session, schema: string): Promise<void> {
  const rival = (await readOpenRuns(session)).find((run) => run.isHeld && run.schema === schema);
  if (rival !== undefined) throw underWay(rival);
}

export const underWay = ({ run, sourceFile, schema }: OpenRun): ToolError =>
  new ToolError(
    "target-in-the-way",
    `Run ${run} brings ${sourceFile} into schema ${schema} at the moment.`,
    "Wait until it is done, then run again: sqlift status TARGET tells.",
  );
