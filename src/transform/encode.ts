/**
 * A table's records as binary COPY (PostgreSQL documentation, COPY, "Binary Format"): encoders are chosen
 * once per table, then each batch becomes one chunk of bytes.
 */
import type { ColumnPlan, TablePlan } from "../model/plan.js";
import { typeWords, type PgTypeKind } from "../model/postgres.js";
import { serial, type RecordBatch } from "../model/record.js";
import { encodeBoolean } from "./boolean.js";
import { encodeBytea } from "./bytea.js";
import { CopyBuffer } from "./copy-buffer.js";
import type { EncodeField } from "./field.js";
import { encodeBigint } from "./integer.js";
import { encodeJsonb } from "./json.js";
import { numericEncoder } from "./numeric.js";
import { encodeDouble } from "./real.js";
import { textEncoder } from "./text.js";
import { dateEncoder, encodeTime, timestamptzEncoder } from "./timestamp.js";
import { encodeUuid } from "./uuid.js";

/** A value that does not fit its column. Its row was left out of the bytes. */
export interface Misfit {
  readonly batch: RecordBatch;
  readonly row: number;
  readonly column: ColumnPlan;
  /** Where the value stands in the batch: row * columns + column. */
  readonly at: number;
}

const encoders: Readonly<Partial<Record<PgTypeKind, (column: ColumnPlan) => EncodeField>>> = {
  boolean: () => encodeBoolean,
  bigint: () => encodeBigint,
  "double precision": () => encodeDouble,
  numeric: (column) => numericEncoder(column.type.modifiers),
  text: () => textEncoder(null),
  "character varying": (column) => textEncoder(column.type.modifiers[0] ?? null),
  bytea: () => encodeBytea,
  uuid: () => encodeUuid,
  jsonb: () => encodeJsonb,
  date: (column) => dateEncoder(column.unit),
  "time without time zone": () => encodeTime,
  "timestamp with time zone": (column) => timestamptzEncoder(column.unit),
};

export const encoderFor = (column: ColumnPlan): EncodeField => {
  const encoder = encoders[column.type.name];
  if (encoder === undefined) throw new Error(`${typeWords(column.type)} has no encoder yet`);
  return encoder(column);
};

/** What a chunk aims at: large enough to spare system calls, small enough to stay in the caches. */
const chunkBytes = 256 * 1024;

const signature = Buffer.from("PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0", "latin1");
const trailer = Buffer.from([0xff, 0xff]);

/**
 * Yields the bytes of one COPY, a chunk per batch or so. Chunks are handed over for good.
 *
 * @param recordColumns the source columns that the batches hold, in their order; the plan may leave some out.
 * @throws Error where the records lack a column of the plan: they were made for another table.
 * @param onMisfit told of every value that does not fit; the row is left out and the next one goes on.
 */
export function* encodeRecords(
  table: TablePlan,
  recordColumns: readonly string[],
  batches: Iterable<RecordBatch>,
  onMisfit: (misfit: Misfit) => void,
): Generator<Buffer> {
  const fields = table.columns.map((column) => {
    const index = recordColumns.indexOf(column.source);
    // A place that is not there would be read as the value before the row's first, without a word.
    if (index === -1) throw new Error(`the records of ${table.source} have no column ${column.source}`);
    return { column, encode: encoderFor(column), index };
  });
  const out = new CopyBuffer(chunkBytes * 2);
  out.position += signature.copy(out.bytes);
  for (const batch of batches) {
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
  }
  out.ensure(trailer.length);
  out.position += trailer.copy(out.bytes, out.position);
  yield out.take();
}
