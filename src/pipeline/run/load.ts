/** The way of one table that is made: its rows, then its indexes side by side, then the constraints out of them. */
import { quote } from "../../model/identifier.js";
import type { TableOutcome } from "../../model/outcome.js";
import type { TablePlan } from "../../model/plan.js";
import { createTableSql } from "../../translate/statements/ddl.js";
import type { IndexStep, TableFinish } from "../../translate/statements/finish-plan.js";
import { makeWords, type Refusals } from "./refusals.js";
import { isWorker, type LaneTask } from "../lanes/lanes.js";
import { RowLoad, type RowLoadInput } from "./row-load.js";

export interface TableLoadInput extends Omit<RowLoadInput, "table" | "createSql" | "begins" | "whenCopied"> {
  readonly finish: TableFinish;
  readonly refusals: Refusals;
  /** Told when the table's last row is in. */
  readonly onCopied: () => void;
}

export class TableLoad {
  readonly #input: TableLoadInput;
  readonly #rows: RowLoad;
  #indexesLeft: number;

  constructor(input: TableLoadInput) {
    this.#input = input;
    this.#indexesLeft = input.finish.indexes.length;
    this.#rows = new RowLoad({
      ...input,
      table: input.finish.table,
      createSql: this.isMadeByCopy ? this.createSql : null,
      begins: [],
      whenCopied: () => this.#whenCopied(),
    });
  }

  get bytes(): number {
    return this.#rows.bytes;
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
    return this.#rows.outcome();
  }

  tasks(): readonly LaneTask[] {
    return this.#rows.tasks();
  }

  #whenCopied(): readonly LaneTask[] {
    const { onCopied, finish } = this.#input;
    const { indexes } = finish;
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
