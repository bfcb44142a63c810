/** Progress of the lanes: they count rows in shared memory, and this looks at the counters now and then. */
import type { TablePlan } from "../../model/plan.js";
import type { OnProgress, Phase } from "../../model/progress.js";

/** Of a table that is not begun. */
const nothing = -1;

/** As often as a live line is drawn. */
const lookMilliseconds = 100;

export interface CountedTable {
  readonly name: string;
  /** How many rows there are, or will be as far as can be told now; null where it cannot. */
  readonly total: () => number | null;
}

export class RowProgress {
  readonly #phase: Phase;
  readonly #tables: readonly CountedTable[];
  readonly #counters: BigInt64Array;
  readonly #onProgress: OnProgress | undefined;
  readonly #shown: Float64Array;
  readonly #timer: NodeJS.Timeout;

  /**
   * @param counters one a table, in the same order; they begin at 0 again.
   */
  constructor(
    phase: Phase,
    tables: readonly CountedTable[],
    counters: BigInt64Array,
    onProgress: OnProgress | undefined,
  ) {
    this.#phase = phase;
    this.#tables = tables;
    this.#counters = counters.fill(0n);
    this.#onProgress = onProgress;
    this.#shown = new Float64Array(tables.length).fill(nothing);
    this.#timer = setInterval(() => this.#look(), lookMilliseconds);
  }

  /** The table is in the reading: it should be seen before its first rows are counted. */
  begin(index: number): void {
    if (this.#shown[index] === nothing) this.#show(index, 0);
  }

  done(index: number, rows: number): void {
    this.#shown[index] = Infinity;
    const { name } = this.#tables[index]!;
    this.#onProgress?.({ kind: "table-done", phase: this.#phase, table: name, rows });
  }

  end(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    for (let index = 0; index < this.#tables.length; index += 1) {
      const rows = Number(Atomics.load(this.#counters, index));
      if (rows > this.#shown[index]! && rows > 0) this.#show(index, rows);
    }
  }

  #show(index: number, rows: number): void {
    const { name, total } = this.#tables[index]!;
    this.#shown[index] = rows;
    this.#onProgress?.({ kind: "table", phase: this.#phase, table: name, rows, totalRows: total() });
  }
}

/** Says that rows are copied now, and counts them. `end` has to follow. @param counters one a table, in the same order. */
export function copyProgress(
  tables: readonly Pick<TablePlan, "source" | "rows">[],
  counters: BigInt64Array,
  onProgress: OnProgress | undefined,
): RowProgress {
  const rows = tables.reduce((sum, table) => sum + table.rows, 0);
  onProgress?.({ kind: "phase", phase: "copy", tables: tables.length, rows });
  const counted = tables.map((table) => ({ name: table.source, total: () => table.rows }));
  return new RowProgress("copy", counted, counters, onProgress);
}
