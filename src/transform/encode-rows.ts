/** Records as rows of binary COPY, one after another: for batches with a value that does not fit, whose place is wanted. */
import type { ColumnPlan } from "../model/plan.js";
import { serial, type RecordBatch } from "../model/record.js";
import { CopyBuffer } from "./copy-buffer.js";
import type { EncodeField } from "./field.js";

/** A value that does not fit its column. Its row was left out of the bytes. */
export interface Misfit {
  readonly batch: RecordBatch;
  readonly row: number;
  readonly column: ColumnPlan;
  /** Where the value stands in the batch: row * columns + column. */
  readonly at: number;
}

export interface RowField {
  readonly column: ColumnPlan;
  /** Where the column stands in the records. */
  readonly index: number;
  readonly encode: EncodeField;
}

const chunkBytes = 256 * 1024;

/**
 * Yields the rows of which every value fits, in chunks that are handed over for good.
 *
 * @param onMisfit told of the first value of each other row that does not.
 */
export function* encodeRows(
  fields: readonly RowField[],
  batch: RecordBatch,
  onMisfit: (misfit: Misfit) => void,
): Generator<Buffer> {
  const out = new CopyBuffer(chunkBytes * 2);
  for (let row = 0; row < batch.rows; row += 1) {
    const start = out.position;
    out.ensure(2);
    out.int16(fields.length);
    for (const { column, encode, index } of fields) {
      const at = row * batch.columns + index;
      if (batch.serialTypes[at] === serial.null) out.nullField();
      else if (!encode(batch, at, out)) {
        out.position = start;
        onMisfit({ batch, row, column, at });
        break;
      }
    }
    if (out.position >= chunkBytes) yield out.take();
  }
  if (out.position > 0) yield out.take();
}
