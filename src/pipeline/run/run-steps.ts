/** What a run does, timed, for its history. */
import type { StepPhase } from "../../model/history.js";
import { recordSteps } from "../../target/history/steps.js";
import type { Session } from "../../target/session.js";

interface TimedStep {
  readonly phase: StepPhase;
  readonly name: string;
  /** As performance.now() tells it, both. */
  readonly started: number;
  readonly ended: number;
  readonly error: string | null;
  readonly rows: number | null;
}

export class RunSteps {
  #unwritten: TimedStep[] = [];

  add(step: TimedStep): void {
    this.#unwritten.push(step);
  }

  /** Does `work`, and adds a step however it ends. @param name of what is done. */
  async during<T>(phase: StepPhase, name: string, work: () => Promise<T>): Promise<T> {
    const started = performance.now();
    let error: string | null = null;
    try {
      return await work();
    } catch (cause) {
      error = cause instanceof Error ? cause.message : String(cause);
      throw cause;
    } finally {
      this.add({ phase, name, started, ended: performance.now(), error, rows: null });
    }
  }

  /** @throws ToolError targetError's codes. */
  async write(session: Session, run: number): Promise<void> {
    const now = performance.now();
    const steps = this.#unwritten.map(({ phase, name, started, ended, error, rows }) => ({
      phase,
      name,
      milliseconds: ended - started,
      startedMillisecondsAgo: now - started,
      error,
      rows,
    }));
    this.#unwritten = [];
    await recordSteps(session, run, steps);
  }
}
