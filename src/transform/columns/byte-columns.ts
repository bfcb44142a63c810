/** Columns whose fields are the bytes of a text or blob as they are: the kinds of text, bytea, json, jsonb. */
import { isBlob, payloadBytes, serial } from "../../model/record.js";
import {
  copyBytes,
  nullLength,
  type BatchWords,
  type ChunkWords,
  type ColumnEncoder,
} from "./column-encoder.js";
import { longestPayload } from "../fields/field.js";

/** Whether the text or blob bytes[start..end) fits. */
export type PayloadCheck = (bytes: Buffer, start: number, end: number) => boolean;

export interface PayloadRules {
  /** Texts are taken by all; blobs of other types are looked at one by one. */
  readonly takesBlobs: boolean;
  /** A byte in front of each payload, as jsonb_recv wants it. */
  readonly prefix: number | null;
  /** Null: each payload fits. */
  readonly fits: PayloadCheck | null;
}

export class PayloadColumn implements ColumnEncoder {
  readonly #takesBlobs: boolean;
  readonly #prefix: number | null;
  readonly #fits: PayloadCheck | null;

  constructor({ takesBlobs, prefix, fits }: PayloadRules) {
    this.#takesBlobs = takesBlobs;
    this.#prefix = prefix;
    this.#fits = fits;
  }

  measure({ batch }: BatchWords, index: number, lengths: Uint32Array): number {
    const { rows, columns, serialTypes, offsets, bytes } = batch;
    const takesBlobs = this.#takesBlobs;
    const fits = this.#fits;
    const extra = this.#prefix === null ? 4 : 5;
    for (let row = 0, at = index; row < rows; row += 1, at += columns) {
      const type = serialTypes[at]!;
      if (type === serial.null) {
        lengths[row]! += 4;
        continue;
      }
      if (type < serial.firstBlob || (!takesBlobs && isBlob(type))) return row;
      const length = payloadBytes(type);
      if (length > longestPayload) return row;
      const start = offsets[at]!;
      if (fits !== null && !fits(bytes, start, start + length)) return row;
      lengths[row]! += extra + length;
    }
    return rows;
  }

  write({ batch, view }: BatchWords, index: number, from: number, to: number, chunk: ChunkWords): void {
    const { columns, serialTypes, offsets, bytes } = batch;
    const { view: out, cursors } = chunk;
    const prefix = this.#prefix;
    for (let row = from, at = from * columns + index; row < to; row += 1, at += columns) {
      const type = serialTypes[at]!;
      let cursor = cursors[row]!;
      if (type === serial.null) {
        out.setInt32(cursor, nullLength);
        cursors[row] = cursor + 4;
        continue;
      }
      const length = payloadBytes(type);
      out.setInt32(cursor, prefix === null ? length : length + 1);
      cursor += 4;
      if (prefix !== null) out.setInt8(cursor++, prefix);
      copyBytes(bytes, view, offsets[at]!, length, chunk, cursor);
      cursors[row] = cursor + length;
    }
  }
}
