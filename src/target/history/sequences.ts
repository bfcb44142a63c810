/** Where sequences stood that a run has set. */
import type { RelationName } from "../../model/target-schema.js";
import type { Session } from "../session.js";
import { hasHistoryTable } from "./has-table.js";
import { historySchema } from "./schema.js";

export interface SequenceRecord extends RelationName {
  /** `last_value` and `is_called`. */
  readonly before: string;
  readonly wasCalled: boolean;
  readonly set: string;
}

/** Before they are set. @throws what the session throws. */
export async function recordSequences(
  session: Session,
  run: number,
  records: readonly SequenceRecord[],
): Promise<void> {
  if (records.length === 0) return;
  await session.query(
    `INSERT INTO ${historySchema}.sequences (run, schema_name, name, before_value, before_called, set_value)
     SELECT $1, schema, name, before, "wasCalled", "set"
       FROM jsonb_to_recordset($2) AS s (schema text, name text, before bigint, "wasCalled" boolean, "set" bigint)`,
    [String(run), JSON.stringify(records)],
  );
}

/** @throws what the session throws. */
export async function readSequences(session: Session, run: number): Promise<readonly SequenceRecord[]> {
  if (!(await hasHistoryTable(session, "sequences"))) return [];
  const rows = await session.query(
    `SELECT schema_name, name, before_value, before_called, set_value FROM ${historySchema}.sequences WHERE run = $1 ORDER BY 1, 2`,
    [String(run)],
  );
  return rows.map((row) => ({
    schema: row["schema_name"] ?? "",
    name: row["name"] ?? "",
    before: row["before_value"] ?? "",
    wasCalled: row["before_called"] === "t",
    set: row["set_value"] ?? "",
  }));
}
