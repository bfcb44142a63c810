/**
 * Encodes the rows of a table, or of a part of it, with the output thrown away: which rows COPY will leave out and why,
 * and what policies change in the others. The encoders of the copy itself are asked, so that the two cannot differ.
 */
import type { OrphanRows } from "../../model/orphans.js";
import type { TablePlan } from "../../model/plan.js";
import type { RecordBatch } from "../../model/record.js";
import { mostRejectsListed, type Rehearsal } from "../../model/rehearsal.js";
import type { Reject, RejectCount } from "../../model/reject.js";
import { exampleOf } from "../explain/describe.js";
import { batchEncoder } from "../encode/encode.js";
import type { Misfit } from "../encode/misfit.js";
import { misfitReason } from "../explain/misfit-reason.js";
import { orphanTest } from "../encode/orphan-test.js";
import { PolicyCounts } from "../encode/policy-counts.js";

export interface RehearsalRequest {
  readonly table: TablePlan;
  /** The columns that the records hold, in their order. */
  readonly recordColumns: readonly string[];
  /** Where the primary key's columns stand in the records, for tables without a rowid. */
  readonly keyIndexes: readonly number[];
  /** Of this table; null without any. */
  readonly orphans?: OrphanRows | null;
}

export class TableRehearsal {
  readonly #table: string;
  readonly #keyIndexes: readonly number[];
  readonly #changes: PolicyCounts;
  readonly #encode: (batch: RecordBatch) => Iterable<Buffer>;
  readonly #rejects: Reject[] = [];
  readonly #counts = new Map<string, { -readonly [K in keyof RejectCount]: RejectCount[K] }>();
  #rows = 0;
  #rejected = 0;

  constructor({ table, recordColumns, keyIndexes, orphans = null }: RehearsalRequest) {
    this.#table = table.source;
    this.#keyIndexes = keyIndexes;
    this.#changes = new PolicyCounts(keyIndexes);
    this.#encode = batchEncoder(table, recordColumns, {
      profiled: false,
      changes: this.#changes,
      isApart: orphanTest(table, recordColumns, keyIndexes, orphans),
      onMisfit: (misfit) => {
        this.#reject(misfit);
      },
    });
  }

  /** Batches in row order. */
  add(batch: RecordBatch): void {
    const chunks = this.#encode(batch)[Symbol.iterator]();
    while (chunks.next().done !== true);
    this.#rows += batch.rows;
  }

  rehearsal(): Rehearsal {
    return {
      table: this.#table,
      rows: this.#rows,
      rejected: this.#rejected,
      rejects: this.#rejects,
      counts: [...this.#counts.values()],
      changes: this.#changes.changes(),
    };
  }

  #reject(misfit: Misfit): void {
    this.#rejected += 1;
    const { batch, column, at } = misfit;
    const { code, reason } = misfitReason(misfit);
    const key = `${code} ${column.source}`;
    const count = this.#counts.get(key);
    if (count !== undefined) count.rows += 1;
    if (count !== undefined && this.#rejects.length === mostRejectsListed) return;
    const reject = { column: column.source, code, reason, value: exampleOf(batch, at, this.#keyIndexes) };
    if (count === undefined) this.#counts.set(key, { column: column.source, code, rows: 1, first: reject });
    if (this.#rejects.length < mostRejectsListed) this.#rejects.push(reject);
  }
}
