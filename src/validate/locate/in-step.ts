/** Reads both sides at about the same pace: rows that are on both meet soon, and neither side has to wait in memory. */
import type { SourceRows } from "../source/converting-rows.js";
import type { RowBatch } from "../target/binary-rows.js";
import { Turn } from "../turns.js";

/** How to read each side from its beginning, as often as it is asked for. */
export interface Sides {
  readonly source: () => SourceRows;
  /** In any order. */
  readonly target: () => AsyncIterable<RowBatch>;
}

/** Told of every row of both sides; a row is a view that is valid during the call. */
export interface RowTaker {
  source(row: Buffer): void;
  target(row: Buffer): void;
}

/** @throws what the sides throw; ToolError `interrupted`. */
export const readInStep = async (
  sides: Sides,
  taker: RowTaker,
  signal: AbortSignal | undefined,
): Promise<void> => {
  const turn = new Turn(signal);
  const source = sides.source();
  let isDone = false;
  const take = async (most: number): Promise<void> => {
    for (let taken = 0; taken < most && !isDone; taken += 1) {
      const row = source.next();
      if (row === null) {
        isDone = !(await source.more());
      } else {
        taker.source(row);
      }
      if (turn.isOver) {
        await turn.pass();
      }
    }
  };
  try {
    for await (const batch of sides.target()) {
      for (let at = 0; at < batch.rows; at += 1) {
        taker.target(batch.row(at));
      }
      await take(batch.rows);
    }
    await take(Infinity);
  } finally {
    await source.close();
  }
};
