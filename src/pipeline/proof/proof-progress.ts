/** Progress of a proof on the lanes: a table is done when all its parts are. */
import type { TablePlan } from "../../model/plan.js";
import type { Part } from "../../validate/part.js";
import type { RunnerOptions } from "../../validate/part-runner.js";
import type { Reading } from "../reading/reading.js";
import { RowProgress } from "../reading/row-progress.js";

export class ProofProgress {
  readonly #progress: RowProgress;
  readonly #counters: BigInt64Array;
  readonly #counterOf: ReadonlyMap<string, number>;
  /** How many parts of each table are still to come. */
  readonly #left = new Map<string, number>();

  constructor({ tables, lanes }: Reading, parts: readonly Part[], { onProgress }: RunnerOptions) {
    const totals = new Map(parts.map(({ table }) => [table.source, table.rows]));
    for (const { table } of parts) this.#left.set(table.source, (this.#left.get(table.source) ?? 0) + 1);
    const counted = tables.map(({ table: { name } }) => ({ name, total: () => totals.get(name) ?? null }));
    this.#counterOf = new Map(tables.map(({ table }, counter) => [table.name, counter]));
    this.#counters = lanes.counters;
    this.#progress = new RowProgress("validate", counted, lanes.counters, onProgress);
  }

  /** @returns the counter for the rows of a part of it. */
  begin(table: TablePlan): number {
    const counter = this.#counterOf.get(table.source) ?? 0;
    this.#progress.begin(counter);
    return counter;
  }

  /** A part of the table is proven. */
  end({ source }: TablePlan): void {
    const left = (this.#left.get(source) ?? 0) - 1;
    this.#left.set(source, left);
    const counter = this.#counterOf.get(source) ?? 0;
    if (left === 0) this.#progress.done(counter, Number(this.#counters[counter]));
  }

  close(): void {
    this.#progress.end();
  }
}
