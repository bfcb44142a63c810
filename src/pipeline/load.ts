/** The way of one table on the lanes: its slices, then its indexes side by side, then the constraints out of them. */
import { recordColumns } from "../export/sqlite-records.js";
import { quote } from "../model/identifier.js";
import type { TableOutcome } from "../model/outcome.js";
import type { OrphanRows } from "../model/orphans.js";
import type { TablePlan } from "../model/plan.js";
import { createTableSql } from "../translate/statements/ddl.js";
import type { IndexStep, TableFinish } from "../translate/statements/finish-plan.js";
import { makeWords, type Refusals } from "./refusals.js";
import { keyIndexes } from "./key-indexes.js";
import type { LaneTask } from "./lanes.js";
import { LoadTally } from "./load-tally.js";
import type { TablePart, TableReading } from "./reading.js";
import type { RowProgress } from "./row-progress.js";
import type { RunSteps } from "./run-steps.js";

export interface TableLoadInput {
  readonly reading: TableReading;
  readonly finish: TableFinish;
  readonly run: number;
  /** The run's own. */
  readonly schema: string;
  /** Rows that are kept apart for a foreign key of theirs; null without any. */
  readonly orphans: OrphanRows | null;
  /** Which of the lanes' counters counts the table's rows. */
  readonly counter: number;
  readonly refusals: Refusals;
  readonly progress: RowProgress;
  readonly steps: RunSteps;
  /** Told when the table's last row is in. */
  readonly onCopied: () => void;
}

export class TableLoad {
  readonly #input: TableLoadInput;
  readonly #tally: LoadTally;
  /** By performance.now(); null: not yet. */
  #started: number | null = null;
  #partsLeft: number;
  #indexesLeft: number;

  constructor(input: TableLoadInput) {
    this.#input = input;
    this.#tally = new LoadTally(input.finish.table);
    this.#partsLeft = input.reading.parts.length;
    this.#indexesLeft = input.finish.indexes.length;
  }

  get bytes(): number {
    return this.#input.reading.bytes;
  }

  get table(): TablePlan {
    return this.#input.finish.table;
  }

  /** Whether the one slice's transaction makes the table, which lets its COPY freeze the rows. */
  get isMadeByCopy(): boolean {
    return this.#input.reading.parts.length === 1;
  }

  get createSql(): string {
    return createTableSql(this.#input.schema, this.table);
  }

  outcome(): TableOutcome {
    const { source, target, rows } = this.table;
    const { copied, rejected } = this.#tally;
    return { source, target, rows, copied, rejected, status: "copied" };
  }

  tasks(): readonly LaneTask[] {
    return this.#input.reading.parts.map((part, slice) => this.#copyTask(part, slice));
  }

  #copyTask({ rows }: TablePart, slice: number): LaneTask {
    const { reading, run, schema, counter, progress } = this.#input;
    return {
      takes: (lane) => lane.reads === rows.by,
      run: async (lane) => {
        this.#started ??= performance.now();
        progress.begin(counter);
        const answer = await lane.do({
          kind: "copy",
          mark: { run, table: this.table.target, slice },
          rows,
          table: this.table,
          recordColumns: recordColumns(reading.table),
          keyIndexes: keyIndexes(reading.table),
          orphans: this.#input.orphans,
          schema,
          createSql: this.isMadeByCopy ? this.createSql : null,
          counter,
        });
        this.#tally.add(answer);
        this.#partsLeft -= 1;
        return this.#partsLeft === 0 ? this.#whenCopied() : [];
      },
    };
  }

  #whenCopied(): readonly LaneTask[] {
    this.#tally.check();
    const { counter, progress, steps, onCopied, finish } = this.#input;
    const { indexes } = finish;
    const { copied: rows } = this.#tally;
    const ended = performance.now();
    steps.add({
      phase: "load",
      name: this.table.target,
      started: this.#started ?? ended,
      ended,
      error: null,
      rows,
    });
    progress.done(counter, rows);
    onCopied();
    return indexes.length === 0 ? [this.#closeTask()] : indexes.map((index) => this.#indexTask(index));
  }

  #indexTask(index: IndexStep): LaneTask {
    return {
      takes: isWorker,
      run: async (lane) => {
        const steps = [{ sql: index.buildSql, doing: makeWords(this.table, index) }];
        const [result] = await lane.do({ kind: "steps", steps });
        this.#input.refusals.noteMade(index, result!);
        this.#indexesLeft -= 1;
        return this.#indexesLeft === 0 ? [this.#closeTask()] : [];
      },
    };
  }

  #closeTask(): LaneTask {
    const { finish, refusals } = this.#input;
    return {
      takes: isWorker,
      run: async (lane) => {
        const built = finish.indexes.filter((index) => refusals.wasMade(index));
        const doing = `set identity values and statistics of table ${quote(this.table.target)}`;
        const results = await lane.do({
          kind: "close",
          keys: built.map((index) => ({ index, doing: makeWords(this.table, index) })),
          statements: finish.closingSql.map((sql) => ({ sql, doing })),
        });
        built.forEach((index, at) => refusals.noteMade(index, results[at]!));
        return [];
      },
    };
  }
}

/** The main thread's lane may be busy reading. */
export const isWorker: LaneTask["takes"] = (lane) => lane.reads === "pages";
