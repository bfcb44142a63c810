/** What the type families share: the shape of an encoder, and what no field may exceed. */
import type { RecordBatch } from "../../model/record.js";
import type { CopyBuffer } from "../copy-buffer.js";

/**
 * Writes value `at` of `batch` as one field of a binary COPY row, length first. NULLs are written by the
 * caller and never reach the encoder of a type.
 *
 * @returns false where the value does not fit the type; then nothing was written. No exceptions: rejected
 *   values are data, and good rows must not pay for them.
 */
export type EncodeField = (batch: RecordBatch, at: number, out: CopyBuffer) => boolean;

/** Bytes of a text or blob: with a header of four and at most one before them they have to stay below 1 GB (MaxAllocSize, memutils.h). */
export const longestPayload = 0x3fff_ffff - 8;
