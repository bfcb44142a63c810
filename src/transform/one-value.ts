/** A value that stands in no record as it is wanted, as a batch of one, for the encoders. */
import { serial, type RecordBatch } from "../model/record.js";

/** Each batch is valid until the next one is made. */
export class OneValue {
  readonly #serialTypes = new Uint32Array(1);
  readonly #offsets = new Uint32Array(1);

  text(bytes: Buffer, start: number, end: number): RecordBatch {
    return this.of(serial.firstText + (end - start) * 2, bytes, start);
  }

  blob(bytes: Buffer): RecordBatch {
    return this.of(serial.firstBlob + bytes.length * 2, bytes, 0);
  }

  of(serialType: number, bytes: Buffer, offset: number): RecordBatch {
    this.#serialTypes[0] = serialType;
    this.#offsets[0] = offset;
    return {
      rows: 1,
      columns: 1,
      bytes,
      serialTypes: this.#serialTypes,
      offsets: this.#offsets,
      rowids: null,
    };
  }
}
