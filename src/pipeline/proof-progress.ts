/** Progress of a proof on the lanes: a table is done when all its parts are. */
import type { OnProgress } from "../model/progress.js";
import { RowProgress } from "./row-progress.js";

interface ProvenTable {
  /** Its name. */
  readonly source: string;
  /** How many it has; null where that is not known. */
  readonly rows: number | null;
}

export class ProofProgress {
  readonly #progress: RowProgress;
  readonly #counters: BigInt64Array;
  readonly #counterOf: ReadonlyMap<string, number>;
  /** How many parts of each table are still to come. */
  readonly #left = new Map<string, number>();

  /**
   * @param names of the tables, in the order of `counters`.
   * @param parts the tables that they are of.
   */
  constructor(
    names: readonly string[],
    counters: BigInt64Array,
    parts: readonly ProvenTable[],
    onProgress: OnProgress | undefined,
  ) {
    const totals = new Map(parts.map(({ source, rows }) => [source, rows]));
    for (const { source } of parts) this.#left.set(source, (this.#left.get(source) ?? 0) + 1);
    const counted = names.map((name) => ({ name, total: () => totals.get(name) ?? null }));
    this.#counterOf = new Map(names.map((name, counter) => [name, counter]));
    this.#counters = counters;
    this.#progress = new RowProgress("validate", counted, counters, onProgress);
  }

  /** @returns the counter for the rows of a part of it. */
  begin({ source }: ProvenTable): number {
    const counter = this.#counterOf.get(source) ?? 0;
    this.#progress.begin(counter);
    return counter;
  }

  /** A part of the table is proven. */
  end({ source }: ProvenTable): void {
    const left = (this.#left.get(source) ?? 0) - 1;
    this.#left.set(source, left);
    const counter = this.#counterOf.get(source) ?? 0;
    if (left === 0) this.#progress.done(counter, Number(this.#counters[counter]));
  }

  close(): void {
    this.#progress.end();
  }
}
