/**
 * Records as rows of COPY text (PostgreSQL documentation, COPY, "Text Format"). Each value goes through the encoder of
 * its type and is then spelled, so that both formats take and refuse the same values.
 */
import { serial, type RecordBatch } from "../../model/record.js";
import { nullLength } from "../columns/column-encoder.js";
import { CopyBuffer } from "../copy-buffer.js";
import type { RowField } from "./encode-rows.js";
import type { Misfit } from "./misfit.js";
import type { RowTest } from "./orphan-test.js";
import type { PolicyCounts } from "./policy-counts.js";
import { spellField } from "./spell-field.js";

const chunkBytes = 256 * 1024;
const scratchBytes = 64 * 1024;

const tab = 0x09;
const newline = 0x0a;
const backslash = 0x5c;

/** What follows a backslash for the bytes that would end a field or a row; 0: the byte stands for itself. */
const escapes = new Uint8Array(256);
escapes[tab] = 0x74;
escapes[newline] = 0x6e;
escapes[0x0d] = 0x72;
escapes[backslash] = backslash;

/**
 * Yields the rows of which every value fits, in chunks that are handed over for good. COPY text has no header or end.
 *
 * @param changes told which rows count.
 * @param onMisfit told of the first value of each other row that does not, or of what keeps it apart.
 * @param isApart what keeps rows apart before their values are looked at.
 */
export function* encodeTextRows(
  fields: readonly RowField[],
  batch: RecordBatch,
  changes: PolicyCounts,
  onMisfit: (misfit: Misfit) => void,
  isApart: RowTest | null = null,
): Generator<Buffer> {
  const out = new CopyBuffer(chunkBytes * 2);
  const scratch = new CopyBuffer(scratchBytes);
  for (let row = 0; row < batch.rows; row += 1) {
    const apart = isApart?.(batch, row) ?? null;
    if (apart !== null) {
      onMisfit(apart);
      continue;
    }
    const start = out.position;
    for (const field of fields) {
      const at = row * batch.columns + field.index;
      if (field !== fields[0]) writeByte(out, tab);
      if (!writeField(field, batch, at, scratch, out)) {
        out.position = start;
        changes.drop();
        onMisfit({ batch, row, column: field.column, at, orphanKey: null });
        break;
      }
      if (field === fields.at(-1)) writeByte(out, newline);
    }
    changes.keep();
    if (out.position >= chunkBytes) yield out.take();
  }
  if (out.position > 0) yield out.take();
}

function writeField(
  { column, encode, takesNulls }: RowField,
  batch: RecordBatch,
  at: number,
  scratch: CopyBuffer,
  out: CopyBuffer,
): boolean {
  if (batch.serialTypes[at] === serial.null && !takesNulls) {
    writeNull(out);
    return true;
  }
  scratch.position = 0;
  if (!encode(batch, at, scratch)) return false;
  if (scratch.bytes.readInt32BE(0) === nullLength) writeNull(out);
  else writeEscaped(out, spellField(column.type, scratch.bytes, 4, scratch.position));
  if (scratch.bytes.length > scratchBytes) scratch.take();
  return true;
}

function writeNull(out: CopyBuffer): void {
  writeByte(out, backslash);
  writeByte(out, 0x4e);
}

function writeEscaped(out: CopyBuffer, text: Buffer): void {
  let from = 0;
  out.ensure(text.length);
  for (let at = 0; at < text.length; at += 1) {
    const escape = escapes[text[at]!]!;
    if (escape === 0) continue;
    writeBytes(out, text, from, at);
    writeByte(out, backslash);
    writeByte(out, escape);
    from = at + 1;
  }
  writeBytes(out, text, from, text.length);
}

function writeBytes(out: CopyBuffer, bytes: Buffer, from: number, to: number): void {
  out.ensure(to - from);
  out.position += bytes.copy(out.bytes, out.position, from, to);
}

function writeByte(out: CopyBuffer, byte: number): void {
  out.ensure(1);
  out.bytes[out.position++] = byte;
}
