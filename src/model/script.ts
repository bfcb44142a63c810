/** SQL files that run before and after a migration, and what the history of a target knows of them. */

/** `before` the target is looked at; `after` the rows are in place. */
export type ScriptPhase = "before" | "after";

/** By these three a target knows a file again. */
export interface ScriptName {
  readonly phase: ScriptPhase;
  /** Base name of the folder that was given; null: the file was named itself. */
  readonly folder: string | null;
  /** Base name. */
  readonly name: string;
}

export interface SqlScript extends ScriptName {
  readonly text: string;
  /** SHA-256 of its bytes, hexadecimal. */
  readonly checksum: string;
}

/** A file as the history has it: how its last try ended. */
export interface ScriptRecord extends ScriptName {
  /** Of the history. */
  readonly step: string;
  /** The one that it came after; null: no run had begun. */
  readonly run: number | null;
  /** null: that it is gone was accepted. */
  readonly checksum: string | null;
  /** `running` only while somebody does it: what was cut off is `failed`. */
  readonly status: "pending" | "running" | "done" | "failed";
  /** ISO 8601 in UTC; null: it was not tried. */
  readonly started: string | null;
  readonly milliseconds: number | null;
  /** With its line. */
  readonly error: string | null;
  /** ISO 8601 in UTC: when somebody said that it counts as done; null: nobody did. */
  readonly accepted: string | null;
}

/** What became of a file in one migration. */
export interface StepOutcome extends ScriptName {
  /** `skipped`: it was done, or accepted, earlier. `pending`: it was not come to. */
  readonly status: "done" | "failed" | "skipped" | "pending";
  readonly milliseconds: number | null;
  readonly error: string | null;
}

/** `migrations/001_users.sql`, for people. */
export const scriptWords = ({ folder, name }: ScriptName): string =>
  folder === null ? name : `${folder}/${name}`;

export const isLeftToDo = ({ status }: ScriptRecord | StepOutcome): boolean =>
  status === "failed" || status === "pending";
