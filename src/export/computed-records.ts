/**
 * The records of tables whose virtual generated columns only SQLite can compute. It does so once, in a process of its own
 * (source/confined-rows.ts); the records are kept in a private file without a name, from where every pass over the rows has
 * them: profile, rehearsal and copy evaluate nothing, and need no time limit.
 */
import { closeSync, openSync, readSync, writeSync } from "node:fs";
import { payloadBytes, serial, type RecordBatch } from "../model/record.js";
import type { SqliteTable, TextEncoding } from "../model/sqlite.js";
import { confinedRows, type ConfinedOptions } from "../source/confined-rows.js";
import { makePrivateFolder } from "../source/private-folder.js";
import type { Source } from "../source/source.js";
import { fileSystemCode, sourceError } from "../source/source-error.js";
import { recordsSql, RowRecords } from "./sqlite-records.js";

export interface ComputedRecords {
  readonly descriptor: number;
  /** Where each batch begins, and at last where the file ends. */
  readonly starts: readonly number[];
  readonly columns: number;
  readonly withRowids: boolean;
}

export interface ComputeOptions extends Pick<ConfinedOptions, "signal" | "rowMilliseconds"> {
  /** Default: the system's temporary folder. */
  readonly tempDirectory?: string | undefined;
  /** The first rows alone; null: all. */
  readonly mostRows: number | null;
}

/**
 * @param table with the columns to be computed marked as `computed`.
 * @returns to be kept in ComputedFiles, which closes them.
 * @throws ExpressionError where a value cannot be computed; ToolError the source codes, `no-space`, `interrupted`.
 */
export async function computeRecords(
  source: Source,
  table: SqliteTable,
  encoding: TextEncoding,
  options: ComputeOptions,
): Promise<ComputedRecords> {
  const folder = await makePrivateFolder(options.tempDirectory, 0);
  let descriptor: number | null = null;
  try {
    descriptor = openSync(folder.file, "wx+", 0o600);
    // An opened file outlives its name: no way to end this process leaves it behind.
    folder.remove();
    const starts = [0];
    const records = new RowRecords(table, encoding);
    const keep = (file: number): void => {
      const at = starts.at(-1)!;
      starts.push(at + writeBatch(file, records.take(), at));
    };
    for await (const rows of confinedRows(source, recordsSql(table, options.mostRows), options)) {
      for (const row of rows) {
        records.add(row);
        if (records.full) keep(descriptor);
      }
    }
    if (records.rows > 0) keep(descriptor);
    const columns = table.columns.filter(({ generated }) => generated !== "virtual").length;
    return { descriptor, starts, columns, withRowids: table.rowidName !== null };
  } catch (error) {
    if (descriptor !== null) closeSync(descriptor);
    folder.remove();
    throw fileSystemCode(error) === null
      ? error
      : sourceError(error, folder.within, "keeping computed values");
  }
}

/** Those of one reading; to be closed when nobody reads any more. */
export class ComputedFiles {
  readonly #kept: ComputedRecords[] = [];

  keep(records: ComputedRecords): void {
    this.#kept.push(records);
  }

  close(): void {
    for (const { descriptor } of this.#kept.splice(0)) closeSync(descriptor);
  }
}

/** A batch is valid until the next pull. */
export function* readComputed({
  descriptor,
  starts,
  columns,
  withRowids,
}: ComputedRecords): Generator<RecordBatch> {
  for (const [index, start] of starts.slice(0, -1).entries()) {
    const length = starts[index + 1]! - start;
    const file = new Uint8Array(length);
    for (let done = 0; done < length;) {
      const bytes = readSync(descriptor, file, done, length - done, start + done);
      if (bytes === 0) throw new Error("the file of computed records ends too early");
      done += bytes;
    }
    const rows = new DataView(file.buffer).getUint32(0, true);
    const values = rows * columns;
    const rowids = withRowids ? new BigInt64Array(file.buffer, headBytes, rows) : null;
    const types = headBytes + (withRowids ? rows * 8 : 0);
    yield {
      rows,
      columns,
      rowids,
      serialTypes: new Uint32Array(file.buffer, types, values),
      offsets: new Uint32Array(file.buffer, types + values * 4, values),
      bytes: Buffer.from(file.buffer, types + values * 8),
    };
  }
}

/** Of a batch: the number of its rows, then 4 bytes for nothing, so that 64-bit numbers stand where they may. */
const headBytes = 8;

/** @returns how many bytes were written. */
function writeBatch(descriptor: number, batch: RecordBatch, at: number): number {
  const { rows, columns, bytes, serialTypes, offsets, rowids } = batch;
  const values = rows * columns;
  const used = values === 0 ? 0 : offsets[values - 1]! + builtBytes(serialTypes[values - 1]!);
  const head = Buffer.alloc(headBytes);
  head.writeUInt32LE(rows);
  const parts = [
    head,
    ...(rowids === null ? [] : [bytesOf(rowids, rows * 8)]),
    bytesOf(serialTypes, values * 4),
    bytesOf(offsets, values * 4),
    bytes.subarray(0, used),
  ];
  let written = 0;
  for (const part of parts) {
    for (let done = 0; done < part.length;) {
      const once = writeSync(descriptor, part, done, part.length - done, at + written);
      done += once;
      written += once;
    }
  }
  return written;
}

const bytesOf = (array: BigInt64Array | Uint32Array, length: number): Buffer =>
  Buffer.from(array.buffer, array.byteOffset, length);

/** Of the serial types that a BatchBuilder writes. */
const builtBytes = (type: number): number =>
  type === serial.null ? 0 : type < serial.firstBlob ? 8 : payloadBytes(type);
