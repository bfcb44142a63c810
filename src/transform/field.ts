/** What the type families share: the shape of an encoder. */
import type { RecordBatch } from "../model/record.js";
import type { CopyBuffer } from "./copy-buffer.js";

/**
 * Writes value `at` of `batch` as one field of a binary COPY row, length first. NULLs are written by the
 * caller and never reach an encoder.
 *
 * @returns false where the value does not fit the type; then nothing was written. No exceptions: rejected
 *   values are data, and good rows must not pay for them.
 */
export type EncodeField = (batch: RecordBatch, at: number, out: CopyBuffer) => boolean;
