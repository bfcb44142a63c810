/** The books of one table: what its slices brought, held against the plan. */
import { ToolError } from "../../errors.js";
import { quote } from "../../model/identifier.js";
import type { TablePlan } from "../../model/plan.js";
import type { PolicyChange } from "../../model/policy.js";
import type { CopyAnswer } from "../lanes/lane-jobs.js";

export class LoadTally {
  readonly #table: TablePlan;
  #copied = 0;
  #rejected = 0;
  /** Values changed, by column and policy. */
  readonly #changes = new Map<string, number>();

  constructor(table: TablePlan) {
    this.#table = table;
  }

  get copied(): number {
    return this.#copied;
  }

  get rejected(): number {
    return this.#rejected;
  }

  add({ copied, rejected, changes }: CopyAnswer): void {
    this.#copied += copied;
    this.#rejected += rejected;
    for (const change of changes) {
      const key = keyOf(change);
      this.#changes.set(key, (this.#changes.get(key) ?? 0) + change.values);
    }
  }

  /**
   * When all slices are in. The source stands still while it is read; other counts are a fault that must not pass for a
   * copy.
   *
   * @throws ToolError `source-changed`.
   */
  check(): void {
    const { rows, rejected, changes } = this.#table;
    const arrived = this.#copied + this.#rejected;
    if (arrived !== rows)
      throw this.#error(`had ${rows} rows when it was profiled, but ${arrived} arrived in the target`);
    if (this.#rejected !== rejected)
      throw this.#error(
        `had ${rejected} rows that do not fit when it was planned, but ${this.#rejected} now`,
      );
    const differing = changes.find((change) => this.#changes.get(keyOf(change)) !== change.values);
    if (differing !== undefined || this.#changes.size !== changes.length)
      throw this.#error("has other values that its policies change than when it was planned");
  }

  #error(what: string): ToolError {
    return new ToolError(
      "source-changed",
      `Table ${quote(this.#table.source)} ${what}.`,
      "Run again; if it happens again, the source file is damaged: check it with PRAGMA integrity_check.",
    );
  }
}

const keyOf = ({ column, policy }: PolicyChange): string => JSON.stringify([column, policy]);
