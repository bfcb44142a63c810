/** Records as rows of binary COPY, one after another: for batches with a value that does not fit, whose place is wanted. */
import type { ColumnPlan } from "../../model/plan.js";
import { serial, type RecordBatch } from "../../model/record.js";
import { CopyBuffer } from "../copy-buffer.js";
import type { EncodeField } from "../fields/field.js";
import type { RowTest } from "./orphan-test.js";
import type { Misfit } from "./misfit.js";
import type { PolicyCounts } from "./policy-counts.js";

export interface RowField {
  readonly column: ColumnPlan;
  /** Where the column stands in the records. */
  readonly index: number;
  readonly encode: EncodeField;
  /** `encode` is asked for NULLs too. */
  readonly takesNulls: boolean;
}

const chunkBytes = 256 * 1024;

/**
 * Yields the rows of which every value fits, in chunks that are handed over for good.
 *
 * @param changes told which rows count.
 * @param onMisfit told of the first value of each other row that does not, or of what keeps it apart.
 * @param isApart what keeps rows apart before their values are looked at.
 */
export function* encodeRows(
  fields: readonly RowField[],
  batch: RecordBatch,
  changes: PolicyCounts,
  onMisfit: (misfit: Misfit) => void,
  isApart: RowTest | null = null,
): Generator<Buffer> {
  const out = new CopyBuffer(chunkBytes * 2);
  for (let row = 0; row < batch.rows; row += 1) {
    const apart = isApart?.(batch, row) ?? null;
    if (apart !== null) {
      onMisfit(apart);
      continue;
    }
    const start = out.position;
    out.ensure(2);
    out.int16(fields.length);
    for (const { column, encode, index, takesNulls } of fields) {
      const at = row * batch.columns + index;
      if (batch.serialTypes[at] === serial.null && !takesNulls) out.nullField();
      else if (!encode(batch, at, out)) {
        out.position = start;
        changes.drop();
        onMisfit({ batch, row, column, at, orphanKey: null });
        break;
      }
    }
    changes.keep();
    if (out.position >= chunkBytes) yield out.take();
  }
  if (out.position > 0) yield out.take();
}
