/** What keeps a row out of the bytes. */
import type { OrphanKey } from "../../model/orphans.js";
import type { ColumnPlan } from "../../model/plan.js";
import type { RecordBatch } from "../../model/record.js";

/** A value that does not fit its column, or has no parent. Its row was left out of the bytes. */
export interface Misfit {
  readonly batch: RecordBatch;
  readonly row: number;
  readonly column: ColumnPlan;
  /** Where the value stands in the batch: row * columns + column. */
  readonly at: number;
  /** What it points nowhere by; null: it does not fit. */
  readonly orphanKey: OrphanKey | null;
}
