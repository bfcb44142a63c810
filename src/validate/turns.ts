/** Lets others have their turn in long loops over rows. */
import { throwIfInterrupted } from "./interruption.js";

/** Ctrl-C and progress wait no longer than this. */
const turnMilliseconds = 20;

export class Turn {
  readonly #signal: AbortSignal | undefined;
  #end = performance.now() + turnMilliseconds;

  constructor(signal: AbortSignal | undefined) {
    this.#signal = signal;
  }

  /** To be asked at every row. */
  get isOver(): boolean {
    return performance.now() >= this.#end;
  }

  /** @throws ToolError `interrupted`. */
  async pass(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    this.begin();
  }

  /** @throws ToolError `interrupted`. */
  begin(): void {
    throwIfInterrupted(this.#signal);
    this.#end = performance.now() + turnMilliseconds;
  }
}
