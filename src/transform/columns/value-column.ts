/** A column of any values: each is encoded by the type's EncodeField into memory of its own, and its bytes are copied from there. */
import { serial } from "../../model/record.js";
import { copyBytes, nullLength, type BatchWords, type ChunkWords } from "./column-encoder.js";
import { CopyBuffer } from "../copy-buffer.js";
import type { EncodeField } from "../fields/field.js";

const scratchBytes = 64 * 1024;

export class ValueColumn {
  readonly #encode: EncodeField;
  readonly #takesNulls: boolean;
  #scratch: CopyBuffer | null = null;
  /** Where in the scratch memory each row's field starts. */
  #starts = new Uint32Array(0);

  /** @param takesNulls `encode` is asked for NULLs too. */
  constructor(encode: EncodeField, takesNulls: boolean) {
    this.#encode = encode;
    this.#takesNulls = takesNulls;
  }

  /**
   * Encodes the rows from `from` on and adds their fields' lengths to `lengths`.
   *
   * @returns false where a value does not fit.
   */
  measure({ batch }: BatchWords, index: number, from: number, lengths: Uint32Array): boolean {
    const { rows, columns, serialTypes } = batch;
    // Made anew after a large value: its memory must not stay for the rest of the table.
    if (this.#scratch === null || this.#scratch.bytes.length > 16 * scratchBytes) {
      this.#scratch = new CopyBuffer(scratchBytes);
    }
    if (this.#starts.length < rows) this.#starts = new Uint32Array(rows);
    const scratch = this.#scratch;
    scratch.position = 0;
    for (let row = from, at = from * columns + index; row < rows; row += 1, at += columns) {
      if (serialTypes[at] === serial.null && !this.#takesNulls) {
        lengths[row]! += 4;
        continue;
      }
      const start = scratch.position;
      this.#starts[row] = start;
      if (!this.#encode(batch, at, scratch)) return false;
      lengths[row]! += scratch.position - start;
    }
    return true;
  }

  write({ batch }: BatchWords, index: number, from: number, to: number, chunk: ChunkWords): void {
    const { columns, serialTypes } = batch;
    const { view: out, cursors } = chunk;
    const bytes = this.#scratch!.bytes;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    for (let row = from, at = from * columns + index; row < to; row += 1, at += columns) {
      const cursor = cursors[row]!;
      if (serialTypes[at] === serial.null && !this.#takesNulls) {
        out.setInt32(cursor, nullLength);
        cursors[row] = cursor + 4;
        continue;
      }
      const start = this.#starts[row]!;
      const length = 4 + Math.max(0, view.getInt32(start));
      copyBytes(bytes, view, start, length, chunk, cursor);
      cursors[row] = cursor + length;
    }
  }
}
