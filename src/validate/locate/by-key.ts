/**
 * Differences of rows with an integer key, when both sides come in its order: one walk along both, and a row of each in
 * memory. The source has a key once and never NULL, because it is the rowid; the target may have it twice or NULL, for
 * tables that others have made need no primary key.
 */
import type { SourceRows } from "../source/converting-rows.js";
import type { RowBatch } from "../target/binary-rows.js";
import { Turn } from "../turns.js";
import { Differences, type Located } from "./located.js";
import { integerAt } from "./row-fields.js";

export interface ByKeyOptions {
  /** Which field of a row the key is. */
  readonly key: number;
  /** How many differences are kept. */
  readonly most: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * @param target in the order of the key, NULLs last
 * @throws what the sides throw; ToolError `interrupted`; Error where a side is not in order.
 */
export const locateByKey = async (
  source: SourceRows,
  target: AsyncIterable<RowBatch>,
  { key, most, signal }: ByKeyOptions,
): Promise<Located> => {
  const walk = new Walk(source, key, most);
  const turn = new Turn(signal);
  try {
    await walk.rest();
    for await (const batch of target) {
      for (let at = 0; at < batch.rows; at += 1) {
        const row = batch.row(at);
        const value = integerAt(row, key);
        while (walk.isBefore(value)) {
          walk.next();
          if (walk.isResting) {
            await walk.rest();
          }
          if (turn.isOver) {
            await turn.pass();
          }
        }
        walk.meet(row, value);
      }
      if (turn.isOver) {
        await turn.pass();
      }
    }
    while (!walk.isDone) {
      walk.next();
      if (walk.isResting) {
        await walk.rest();
      }
      if (turn.isOver) {
        await turn.pass();
      }
    }
  } finally {
    await source.close();
  }
  return walk.differences.located();
};

/** Along the source's rows, with what the target has of the key of the row that it stands at. */
class Walk {
  readonly differences: Differences;
  readonly #rows: SourceRows;
  readonly #shown: () => readonly string[];
  readonly #key: number;
  /** Whether there may be rows after those that were at hand. */
  #isResting = true;
  #row: Buffer | null = null;
  #value: bigint | null = null;
  /** The key of the row that came last. */
  #last: bigint | null = null;
  /** Rows of the target that are the source's row, byte for byte. */
  #same = 0;
  /** The target's first row of the key that is another one. */
  #other: Buffer | null = null;
  /** How many of these there are. */
  #otherRows = 0;
  #targetValue: bigint | null = null;
  #targetNulls = false;

  constructor(source: SourceRows, key: number, most: number) {
    this.differences = new Differences(most);
    this.#rows = source;
    this.#shown = () => source.shown();
    this.#key = key;
  }

  /** Whether it cannot go on before `rest` is over. */
  get isResting(): boolean {
    return this.#isResting;
  }

  /** Waits for the source's next rows. */
  async rest(): Promise<void> {
    while (this.#isResting) {
      if (!(await this.#rows.more())) {
        this.#isResting = false;
        return;
      }
      this.#step();
    }
  }

  get isDone(): boolean {
    return this.#row === null;
  }

  /** Whether the source's row comes before the target's rows of this key. */
  isBefore(value: bigint | null): boolean {
    return this.#value !== null && (value === null || this.#value < value);
  }

  /** The source's row has met all that the target has of its key. */
  next(): void {
    if (this.#row !== null) {
      this.#settle(this.#row);
    }
    this.#step();
  }

  /** A row of the target. */
  meet(row: Buffer, value: bigint | null): void {
    this.#follow(value);
    if (this.#row === null || value === null || value !== this.#value) {
      this.differences.extraOfGroup(row);
    } else if (row.equals(this.#row)) {
      this.#same += 1;
    } else if (this.#other === null) {
      this.#other = Buffer.from(row);
      this.#otherRows = 1;
    } else if (row.equals(this.#other)) {
      this.#otherRows += 1;
    } else {
      this.differences.extraOfGroup(row);
    }
  }

  #settle(row: Buffer): void {
    if (this.#same === 0 && this.#other === null) {
      this.differences.missing(row, this.#shown);
    }
    if (this.#same > 1) {
      this.differences.extra(row, this.#same - 1, { sourceRows: 1, targetRows: this.#same });
    }
    if (this.#other !== null) {
      const isChanged = this.#same === 0;
      if (isChanged) {
        this.differences.changed(row, this.#other, this.#shown);
      }
      const extra = isChanged ? this.#otherRows - 1 : this.#otherRows;
      if (extra > 0) {
        this.differences.extra(this.#other, extra, { sourceRows: 0, targetRows: this.#otherRows });
      }
    }
  }

  #step(): void {
    const row = this.#rows.next();
    this.#same = 0;
    this.#other = null;
    this.#isResting = row === null;
    if (row === null) {
      this.#row = this.#value = null;
      return;
    }
    const value = integerAt(row, this.#key);
    if (value === null || (this.#last !== null && value <= this.#last)) {
      throw new Error(`the source's key ${String(value)} comes after ${String(this.#last)}`);
    }
    this.#row = row;
    this.#last = value;
    this.#value = value;
  }

  #follow(value: bigint | null): void {
    const last = this.#targetValue;
    if (value === last && (value !== null || this.#targetNulls)) {
      return;
    }
    if (this.#targetNulls || (value !== null && last !== null && value < last)) {
      throw new Error(
        `the target's key ${String(value)} comes after ${this.#targetNulls ? "NULL" : String(last)}`,
      );
    }
    this.#targetNulls = value === null;
    this.#targetValue = value;
    this.differences.beginGroup();
  }
}
