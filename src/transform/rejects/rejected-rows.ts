/** The rows that do not fit, whole and as SQLite had them, for the target's sqlift.rejected_rows. */
import { isUtf8 } from "node:buffer";
import type { OrphanRows } from "../../model/orphans.js";
import type { TablePlan } from "../../model/plan.js";
import { isInteger, serial, type RecordBatch } from "../../model/record.js";
import { rejectedRowsColumns } from "../../model/rejected-rows.js";
import { CopyBuffer } from "../copy-buffer.js";
import { copySignature, copyTrailer } from "../encode/copy-format.js";
import { storageClassOf } from "../explain/describe.js";
import { batchEncoder } from "../encode/encode.js";
import type { Misfit } from "../encode/misfit.js";
import { misfitReason } from "../explain/misfit-reason.js";
import { orphanTest } from "../encode/orphan-test.js";
import { realText } from "../fields/real.js";
import { integerBigInt, latin1, payloadEnd, realNumber } from "../value.js";

export interface RejectedRowsRequest {
  /** Number of the run, in the target's history. */
  readonly run: number;
  readonly table: TablePlan;
  /** The columns that the records hold, in their order. All are kept, also those that the plan leaves out. */
  readonly recordColumns: readonly string[];
  /** Where the primary key's columns stand in the records, for tables without a rowid. */
  readonly keyIndexes: readonly number[];
  /** Of this table; null without any. */
  readonly orphans?: OrphanRows | null;
}

const chunkBytes = 256 * 1024;

/**
 * Yields the bytes of one binary COPY into rejectedRowsColumns, of exactly the rows that encodeRecords leaves out of the
 * same batches. Chunks are handed over for good.
 *
 * `values`: TEXT and BLOB as their bytes, INTEGER as its digits, REAL as the shortest digits that read back as the same
 * double (`-0.0`, `Inf`, `-Inf`), NULL as NULL; `classes` tells which is which. In the other columns are names and words
 * that PostgreSQL can store: what it cannot is escaped.
 */
export function* encodeRejectedRows(
  request: RejectedRowsRequest,
  batches: Iterable<RecordBatch>,
): Generator<Buffer> {
  const { table, recordColumns, keyIndexes, orphans = null } = request;
  const misfits: Misfit[] = [];
  const encode = batchEncoder(table, recordColumns, {
    profiled: false,
    isApart: orphanTest(table, recordColumns, keyIndexes, orphans),
    onMisfit: (misfit) => misfits.push(misfit),
  });
  const row = new RejectedRow(request);
  yield Buffer.from(copySignature);
  for (const batch of batches) {
    const chunks = encode(batch)[Symbol.iterator]();
    while (chunks.next().done !== true);
    for (const misfit of misfits) {
      row.write(misfit);
      if (row.out.position >= chunkBytes) yield row.out.take();
    }
    misfits.length = 0;
  }
  if (row.out.position > 0) yield row.out.take();
  yield Buffer.from(copyTrailer);
}

const textOid = 25;
const byteaOid = 17;

class RejectedRow {
  readonly out = new CopyBuffer(chunkBytes * 2);
  readonly #run: bigint;
  readonly #tableName: Buffer;
  readonly #columns: readonly Buffer[];
  readonly #keyIndexes: readonly number[];

  constructor({ run, table, recordColumns, keyIndexes }: RejectedRowsRequest) {
    this.#run = BigInt(run);
    this.#tableName = storable(table.source);
    this.#columns = recordColumns.map(storable);
    this.#keyIndexes = keyIndexes;
  }

  write(misfit: Misfit): void {
    const { out } = this;
    const { batch, row, column } = misfit;
    const { code, reason } = misfitReason(misfit);
    const first = row * batch.columns;
    const places = this.#columns.map((_name, index) => first + index);
    out.ensure(2);
    out.int16(rejectedRowsColumns.length);
    out.int64Field(this.#run);
    this.#text(this.#tableName);
    if (batch.rowids === null) out.nullField();
    else out.int64Field(batch.rowids[row]!);
    if (batch.rowids !== null) out.nullField();
    else this.#text(storable(JSON.stringify(this.#keyIndexes.map((index) => keyText(batch, first + index)))));
    this.#text(storable(column.source));
    this.#text(storable(code));
    this.#text(storable(reason));
    this.#array(textOid, this.#columns);
    this.#array(
      textOid,
      places.map((place) => Buffer.from(storageClassOf(batch, place), "latin1")),
    );
    this.#values(batch, places);
  }

  #text(bytes: Buffer): void {
    this.out.bytesField(bytes, 0, bytes.length);
  }

  #array(oid: number, elements: readonly Buffer[]): void {
    const start = this.#openArray(oid, elements.length, false);
    for (const element of elements) this.#text(element);
    this.#closeArray(start);
  }

  #values(batch: RecordBatch, places: readonly number[]): void {
    const { out } = this;
    const hasNulls = places.some((at) => batch.serialTypes[at] === serial.null);
    const start = this.#openArray(byteaOid, places.length, hasNulls);
    for (const at of places) {
      const type = batch.serialTypes[at]!;
      if (type === serial.null) out.nullField();
      else if (type >= serial.firstBlob)
        out.bytesField(batch.bytes, batch.offsets[at]!, payloadEnd(batch, at));
      else out.asciiField(numberText(batch, at));
    }
    this.#closeArray(start);
  }

  /** One dimension, as array_recv reads it (src/backend/utils/adt/arrayfuncs.c). */
  #openArray(oid: number, elements: number, hasNulls: boolean): number {
    const { out } = this;
    const start = out.position;
    out.ensure(24);
    for (const word of [0, 1, hasNulls ? 1 : 0, oid, elements, 1]) out.int32(word);
    return start;
  }

  #closeArray(start: number): void {
    this.out.bytes.writeInt32BE(this.out.position - start - 4, start);
  }
}

const numberText = (batch: RecordBatch, at: number): string =>
  isInteger(batch.serialTypes[at]!) ? integerBigInt(batch, at).toString() : realText(realNumber(batch, at));

/** Whole, for a key has to be found again; blobs in hexadecimal, bytes that are no UTF-8 escaped. */
function keyText(batch: RecordBatch, at: number): string | null {
  const [start, end] = [batch.offsets[at]!, payloadEnd(batch, at)];
  switch (storageClassOf(batch, at)) {
    case "null":
      return null;
    case "text":
      return isUtf8(batch.bytes.subarray(start, end))
        ? batch.bytes.toString("utf8", start, end)
        : escapedBytes(latin1(batch, at));
    case "blob":
      return `x'${batch.bytes.toString("hex", start, end)}'`;
    default:
      return numberText(batch, at);
  }
}

const escapedBytes = (text: string): string =>
  text.replaceAll(/[\x80-\xff]/g, (byte) => `\\x${byte.charCodeAt(0).toString(16)}`);

/** NUL is escaped; half a surrogate pair becomes U+FFFD. */
const storable = (text: string): Buffer => Buffer.from(text.replaceAll("\0", "\\u0000"), "utf8");
