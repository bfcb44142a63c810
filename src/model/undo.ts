/** What `undo` takes away, and why it may not. */
import type { RunRecord } from "./history.js";
import type { TargetPlace } from "./outcome.js";

/** A table as a run made and filled it, against what is there now. */
export interface UndoTable {
  /** Qualified and quoted where it has to be; null: it is gone. */
  readonly name: string | null;
  /** As the run called it. */
  readonly made: string;
  /** Rows that the run loaded. */
  readonly loaded: number;
  /** Those of them that are there as they were loaded. */
  readonly there: number;
  /** Rows that others wrote, or changed. */
  readonly others: number;
}

export interface UndoFacts {
  readonly run: RunRecord;
  readonly tables: readonly UndoTable[];
  /** Other objects, each with its kind before its name: `view public.v`. */
  readonly drops: readonly string[];
  /** Foreign keys and triggers that the run set aside, and that are still away: they come back, also where rows have to stay. */
  readonly comesBack: readonly string[];
  /** Sentences: foreign keys that are back, and that rows of others break. */
  readonly broken: readonly string[];
  /** SQL files that ran before and after it: what they did stays. */
  readonly scripts: readonly string[];
  /** Rows of the run in sqlift.rejected_rows. */
  readonly rejectedRows: number;
  /** Sentences: why nothing is taken away. */
  readonly refusals: readonly string[];
}

export interface UndoOutcome extends UndoFacts {
  /** `shown`: nobody said yes. `refused`: nothing was changed. */
  readonly status: "undone" | "refused" | "shown";
  readonly target: TargetPlace;
  readonly elapsedSeconds: number;
}
