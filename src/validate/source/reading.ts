import { Turn } from "../turns.js";

export interface ReadingOptions {
  /** Told now and then how many rows were read so far. */
  readonly onRows?: ((rows: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** The reading of a table's rows, which lets others have their turn and tells them how far it is. */
export class Reading {
  readonly #onRows: ReadingOptions["onRows"];
  readonly #turn: Turn;
  #told = 0;

  constructor({ onRows, signal }: ReadingOptions) {
    this.#onRows = onRows;
    this.#turn = new Turn(signal);
  }

  get isTurnOver(): boolean {
    return this.#turn.isOver;
  }

  /**
   * @param rows read so far; where they are read again, the number that is told stays until they are more.
   * @throws ToolError `interrupted`.
   */
  async passTurn(rows: number): Promise<void> {
    this.#tell(rows);
    await this.#turn.pass();
  }

  /**
   * The same where others have their turn anyway.
   *
   * @throws as passTurn.
   */
  goOn(rows: number): void {
    this.#tell(rows);
    this.#turn.begin();
  }

  #tell(rows: number): void {
    this.#told = Math.max(this.#told, rows);
    this.#onRows?.(this.#told);
  }
}
