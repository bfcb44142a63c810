/** --before and --after: SQL files that run once in a target, and are known to its history. */
import { ToolError } from "../../errors.js";
import { runScript } from "../../import/script.js";
import {
  isLeftToDo,
  scriptWords,
  type ScriptPhase,
  type ScriptRecord,
  type SqlScript,
  type StepOutcome,
} from "../../model/script.js";
import { makeHistory } from "../../target/history/ensure.js";
import { holdScriptsSql } from "../../target/history/held-runs.js";
import {
  beginScriptSql,
  claimScripts,
  readScriptRecords,
  recordFailure,
  recordPending,
  scriptDoneSql,
} from "../../target/history/scripts.js";
import { readScripts, type ReadScripts } from "../../target/script/read.js";
import { openScriptSession } from "../../target/script/session.js";
import { splitStatements } from "../../target/script/statements.js";
import { transactionOf, type ScriptTransaction } from "../../target/script/transaction.js";
import type { Session, Target } from "../../target/session.js";
import { withCancelling } from "../cancelling.js";
import type { OnProgress } from "../../model/progress.js";
import { chooseSteps, type StepChoice } from "./step-choice.js";

export type OnStepFailure = "stop" | "continue";

export interface StepOptions {
  /** SQL files, and folders of them: run before the target is looked at; default: none. */
  readonly before?: readonly string[] | undefined;
  /** Run when the rows are in place. */
  readonly after?: readonly string[] | undefined;
  /** `stop` (default): nothing is done after a file that failed. `continue`: the next one, and the load. */
  readonly onStepFailure?: OnStepFailure | undefined;
  readonly schema?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: OnProgress | undefined;
}

interface Todo {
  readonly script: SqlScript;
  readonly transaction: ScriptTransaction;
}

/** The files of one migration. */
export class ScriptSteps {
  readonly #options: StepOptions;
  readonly #given: Readonly<Record<ScriptPhase, ReadScripts>>;
  readonly #outcomes = new Map<SqlScript, StepOutcome>();
  #todo: readonly Todo[] = [];
  #place: Place | null = null;
  /** Recorded before the run had a number. */
  readonly #unclaimed: string[] = [];

  /** Reads them. @throws ToolError as readScripts. */
  constructor(options: StepOptions) {
    this.#options = options;
    this.#given = {
      before: readScripts(options.before ?? [], "before"),
      after: readScripts(options.after ?? [], "after"),
    };
    for (const phase of phases) for (const note of this.#given[phase].notes) this.#say(note);
  }

  /** In their order. */
  get outcomes(): readonly StepOutcome[] {
    return this.#scripts.map((script) => this.#outcomes.get(script) ?? outcomeOf(script, "pending"));
  }

  get areGiven(): boolean {
    return this.#scripts.length > 0;
  }

  get areLeft(): boolean {
    return this.outcomes.some(isLeftToDo);
  }

  get #scripts(): readonly SqlScript[] {
    return phases.flatMap((phase) => this.#given[phase].scripts);
  }

  /**
   * Looks which are left to do. Until `end` nobody else runs files in the target.
   *
   * @throws ToolError `step-changed`, `script-invalid`, `target-in-the-way`, `target-rights`, the target's codes.
   */
  async begin(target: Target): Promise<void> {
    if (!this.areGiven) return;
    const session = await target.open();
    this.#place = { target, session };
    const records = await withCancelling(session, this.#options.signal, async (asking) => {
      await makeHistory(asking);
      const [row] = await asking.query(holdScriptsSql);
      if (row?.["held"] !== "t") throw heldByOthers();
      return readScriptRecords(asking);
    });
    const choices = phases.map((phase) => chooseSteps(this.#given[phase], records));
    // What is no SQL is found before anything runs.
    this.#todo = choices.flatMap(({ todo }) => todo).map(prepared);
    for (const choice of choices) this.#tell(choice);
    this.#unclaimed.push(...this.#doneEarlier(records));
  }

  /**
   * @param run that they come after, or null.
   * @throws ToolError `step-failed` where it is to stop; `interrupted`, the target's codes.
   */
  async run(phase: ScriptPhase, run: number | null): Promise<void> {
    const todo = this.#todo.filter(({ script }) => script.phase === phase);
    if (todo.length === 0) return;
    const place = this.#begun();
    const steps = await recordPending(
      place.session,
      todo.map(({ script }) => script),
      run,
    );
    if (run === null) this.#unclaimed.push(...steps);
    for (const [index, each] of todo.entries()) await this.#runOne(place, each, steps[index] ?? "");
  }

  /** What ran before a run belongs to it. @throws ToolError the target's codes. */
  async claim(run: number): Promise<void> {
    if (this.#place !== null) await claimScripts(this.#place.session, this.#unclaimed.splice(0), run);
  }

  /** The server frees what the session held. */
  async end(): Promise<void> {
    await this.#place?.session.end();
    this.#place = null;
  }

  async #runOne({ target, session }: Place, { script, transaction }: Todo, step: string): Promise<void> {
    const { signal } = this.#options;
    const { connection, schema } = target;
    const words = scriptWords(script);
    this.#say(`${script.phase}: ${words}${standing(transaction)}`);
    await session.query(beginScriptSql(step));
    try {
      const own = await openScriptSession(connection, this.#options.schema ?? schema, signal);
      const { role } = connection;
      const run = { words, transaction, doneSql: scriptDoneSql(step), role };
      try {
        const took = await withCancelling(own.session, signal, (running) => runScript(running, own, run));
        this.#outcomes.set(script, outcomeOf(script, "done", took));
      } finally {
        await own.session.end();
      }
    } catch (error) {
      const told = error instanceof ToolError ? error.message.replace(`${words}, `, "") : String(error);
      const took = await recordFailure(session, step, told).catch(() => null);
      this.#outcomes.set(script, outcomeOf(script, "failed", took, told));
      const isTheirs = error instanceof ToolError && error.code === "step-failed";
      if (!isTheirs || this.#options.onStepFailure !== "continue") throw error;
    }
  }

  /** Of a migration that stopped before a run began: the steps of given files that no run has claimed. */
  #doneEarlier(records: readonly ScriptRecord[]): readonly string[] {
    const { scripts } = this.#given.before;
    const isGiven = ({ phase, folder, name }: ScriptRecord): boolean =>
      scripts.some((script) => phase === "before" && script.folder === folder && script.name === name);
    return records
      .filter((record) => record.run === null && record.status === "done" && record.accepted === null)
      .filter(isGiven)
      .map(({ step }) => step);
  }

  #begun(): Place {
    if (this.#place === null) throw new Error("the steps have not begun");
    return this.#place;
  }

  #tell({ done, notes }: StepChoice): void {
    for (const script of done) this.#outcomes.set(script, outcomeOf(script, "skipped"));
    for (const note of notes) this.#say(note);
  }

  #say(message: string): void {
    this.#options.onProgress?.({ kind: "says", message });
  }
}

interface Place {
  readonly target: Target;
  readonly session: Session;
}

const phases = ["before", "after"] as const;

/** @throws ToolError `script-invalid`. */
const prepared = (script: SqlScript): Todo => ({
  script,
  transaction: transactionOf(splitStatements(scriptWords(script), script.text)),
});

const outcomeOf = (
  { phase, folder, name }: SqlScript,
  status: StepOutcome["status"],
  milliseconds: number | null = null,
  error: string | null = null,
): StepOutcome => ({ phase, folder, name, status, milliseconds, error });

const standing = ({ asItStands }: ScriptTransaction): string =>
  asItStands === null
    ? ""
    : ` runs as it stands, not in one transaction, for ${asItStands.words} in line ${asItStands.line}`;

const heldByOthers = (): ToolError =>
  new ToolError(
    "target-in-the-way",
    "Another sqlift runs SQL files in this database.",
    "Wait until it is done: sqlift status TARGET tells.",
  );
