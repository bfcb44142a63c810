/** The rows of one table on their way: its slices, each a COPY of its own on whichever lane is free. */
import { recordColumns } from "../../export/sqlite-records.js";
import type { OrphanRows } from "../../model/orphans.js";
import type { TableOutcome } from "../../model/outcome.js";
import type { TablePlan } from "../../model/plan.js";
import { keyIndexes } from "../reading/key-indexes.js";
import type { CopyAnswer, Rows, WholeCopy } from "../lanes/lane-jobs.js";
import type { LaneTask } from "../lanes/lanes.js";
import { LoadTally } from "./load-tally.js";
import type { TablePart, TableReading } from "../reading/reading.js";
import type { RowProgress } from "../reading/row-progress.js";
import type { RunSteps } from "./run-steps.js";

export interface RowLoadInput {
  readonly reading: TableReading;
  readonly table: TablePlan;
  readonly run: number;
  /** Whether the rows stay where they are put, which the history is told then; default: true. */
  readonly stays?: boolean | undefined;
  /** Where the table stands. */
  readonly schema: string;
  /** Makes the table in the transaction of its one slice; null where it is there. */
  readonly createSql: string | null;
  /** Settings that each transaction begins with. */
  readonly begins: readonly string[];
  /** Rows that are kept apart for a foreign key of theirs; null without any. */
  readonly orphans: OrphanRows | null;
  /** Which of the lanes' counters counts the table's rows. */
  readonly counter: number;
  readonly progress: RowProgress;
  readonly steps: RunSteps;
  /** Asked when the table's last row is in. */
  readonly whenCopied: () => readonly LaneTask[];
}

export class RowLoad {
  readonly #input: RowLoadInput;
  readonly #tally: LoadTally;
  /** By performance.now(); null: not yet. */
  #started: number | null = null;
  #partsLeft: number;

  constructor(input: RowLoadInput) {
    this.#input = input;
    this.#tally = new LoadTally(input.table);
    this.#partsLeft = input.reading.parts.length;
  }

  get bytes(): number {
    return this.#input.reading.bytes;
  }

  outcome(): TableOutcome {
    const { source, target, rows } = this.#input.table;
    const { copied, rejected } = this.#tally;
    return { source, target, rows, copied, rejected, status: "copied" };
  }

  tasks(): readonly LaneTask[] {
    return this.#input.reading.parts.map((part, slice) => this.#copyTask(part, slice));
  }

  /** Together with other tables, in one transaction. @param parts what reads all of its rows. */
  whole(parts: readonly Rows[]): WholeCopy {
    return { ...this.#encoding(0), parts };
  }

  begin(): void {
    this.#started ??= performance.now();
    this.#input.progress.begin(this.#input.counter);
  }

  /** All of its rows are in. */
  end(answer: CopyAnswer): void {
    this.#tally.add(answer);
    this.#partsLeft = 0;
    this.#whenCopied();
  }

  #copyTask({ rows }: TablePart, slice: number): LaneTask {
    const { createSql, begins } = this.#input;
    return {
      takes: (lane) => lane.reads === rows.by,
      run: async (lane) => {
        this.begin();
        const answer = await lane.do({ kind: "copy", ...this.#encoding(slice), rows, createSql, begins });
        this.#tally.add(answer);
        this.#partsLeft -= 1;
        return this.#partsLeft === 0 ? this.#whenCopied() : [];
      },
    };
  }

  #encoding(slice: number): Omit<WholeCopy, "parts"> {
    const { reading, table, run, stays = true, schema, orphans, counter } = this.#input;
    return {
      run,
      mark: !stays ? null : { run, table: table.target, slice },
      table,
      recordColumns: recordColumns(reading.table),
      keyIndexes: keyIndexes(reading.table),
      orphans,
      schema,
      counter,
    };
  }

  #whenCopied(): readonly LaneTask[] {
    this.#tally.check();
    const { table, counter, progress, steps, whenCopied } = this.#input;
    const { copied: rows } = this.#tally;
    const ended = performance.now();
    const started = this.#started ?? ended;
    steps.add({ phase: "load", name: table.target, started, ended, error: null, rows });
    progress.done(counter, rows);
    return whenCopied();
  }
}
