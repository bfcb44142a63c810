/**
 * Canonical rows out of binary COPY (PostgreSQL documentation, COPY, "Binary Format"). There a tuple is its number of
 * fields and of each field its length (-1: NULL) and bytes; the OIDs of canonical-sql.ts's fields are put between
 * them here, which makes it the very bytes of record_send (row-bytes.ts). No object is made for a field or a row.
 */
import { ToolError } from "../../errors.js";
import { longValueBytes, type CanonicalOid } from "../canonical/row-bytes.js";

/** Canonical rows one after another in one buffer. */
export interface RowBatch {
  readonly rows: number;
  /** A view; valid until the next batch is asked for. */
  row(number: number): Buffer;
}

const signature = Buffer.from("PGCOPY\n\xff\r\n\0", "latin1");
const headerBytes = signature.length + 8;

/** Of the flags those without which the rest cannot be understood. */
const criticalFlags = 0xffff0000;
const trailer = 0xffff;
const unfinished = -1;

/** Below it bytes are copied faster one by one than by a call. */
const fewBytes = 48;

export class BinaryRows {
  readonly #oids: readonly CanonicalOid[];
  readonly #what: string;
  #bytes = Buffer.allocUnsafe(128 * 1024);
  #length = 0;
  #ends: number[] = [];
  /** What has come and is not read: the beginning of a row, or less than what is worth another look. */
  #waiting: Buffer[] = [];
  #waitingBytes = 0;
  #worthALook = headerBytes;
  #state: "header" | "rows" | "done" = "header";

  /**
   * @param oids of the fields of a row
   * @param what for errors: `the rows of public.people`
   */
  constructor(oids: readonly CanonicalOid[], what: string) {
    this.#oids = oids;
    this.#what = what;
  }

  /**
   * The rows that end in this chunk; the batch before is no longer valid.
   *
   * @throws ToolError `target-failed` where it is no binary COPY of such rows.
   */
  read(chunk: Buffer): RowBatch {
    this.#length = 0;
    this.#ends = [];
    this.#waiting.push(chunk);
    this.#waitingBytes += chunk.length;
    // Looked at again only when it has doubled, so that a long row is not begun over with each of its chunks.
    if (this.#waitingBytes >= this.#worthALook) this.#readWaiting();
    return this.#batch();
  }

  /**
   * After the last chunk: the rows that are left.
   *
   * @throws ToolError `target-failed` where the end is missing.
   */
  end(): RowBatch {
    this.#length = 0;
    this.#ends = [];
    if (this.#waitingBytes > 0) this.#readWaiting();
    if (this.#state !== "done") {
      const where = this.#state === "header" ? "before its first row" : "in the middle, without its trailer";
      throw this.#garbled(`it ends ${where}`);
    }
    return this.#batch();
  }

  #batch(): RowBatch {
    const ends = this.#ends;
    return {
      rows: ends.length,
      row: (number) => this.#bytes.subarray(number === 0 ? 0 : ends[number - 1], ends[number]),
    };
  }

  #readWaiting(): void {
    const [first] = this.#waiting;
    const bytes = this.#waiting.length === 1 && first !== undefined ? first : Buffer.concat(this.#waiting);
    // Each length comes with an OID here: no row becomes more than twice as long.
    if (this.#bytes.length < bytes.length * 2) this.#bytes = Buffer.allocUnsafe(bytes.length * 2);
    let at = this.#state === "header" ? this.#readHeader(bytes) : 0;
    while (this.#state === "rows") {
      const next = this.#readRow(bytes, at);
      if (next === unfinished) break;
      at = next;
    }
    if (this.#state === "done" && at < bytes.length) throw this.#garbled("bytes follow its trailer");
    this.#waiting = at < bytes.length ? [bytes.subarray(at)] : [];
    this.#waitingBytes = bytes.length - at;
    this.#worthALook = this.#state === "header" ? headerBytes : this.#waitingBytes * 2;
  }

  /** Where the first row begins; 0 as long as the header is not there. */
  #readHeader(bytes: Buffer): number {
    const seen = Math.min(bytes.length, signature.length);
    if (!bytes.subarray(0, seen).equals(signature.subarray(0, seen)))
      throw this.#garbled("it does not begin as one");
    if (bytes.length < headerBytes) return 0;
    const flags = bytes.readUInt32BE(signature.length);
    if ((flags & criticalFlags) !== 0) throw this.#garbled(`it has the unknown flags ${flags.toString(16)}`);
    if (bytes.readUInt32BE(signature.length + 4) !== 0) throw this.#garbled("its header goes on");
    this.#state = "rows";
    return headerBytes;
  }

  /** Where the next row begins; `unfinished` where this one does not end in `bytes`. */
  #readRow(bytes: Buffer, start: number): number {
    const oids = this.#oids;
    const end = bytes.length;
    if (start + 2 > end) return unfinished;
    const fields = ((bytes[start] ?? 0) << 8) | (bytes[start + 1] ?? 0);
    if (fields === trailer) {
      this.#state = "done";
      return start + 2;
    }
    if (fields !== oids.length) throw this.#garbled(`a row has ${fields} fields instead of ${oids.length}`);
    const out = this.#bytes;
    let from = start + 2;
    let to = writeInt32(out, this.#length, fields);
    for (let field = 0; field < fields; field += 1) {
      if (from + 4 > end) return unfinished;
      const length =
        ((bytes[from] ?? 0) << 24) |
        ((bytes[from + 1] ?? 0) << 16) |
        ((bytes[from + 2] ?? 0) << 8) |
        (bytes[from + 3] ?? 0);
      // Longer ones have been replaced by their markers.
      if (length < -1 || length > longValueBytes + 1) throw this.#garbled(`a field has ${length} bytes`);
      to = writeInt32(out, to, oids[field] ?? 0);
      const next = from + 4 + Math.max(length, 0);
      if (next > end) return unfinished;
      if (next - from <= fewBytes) {
        while (from < next) out[to++] = bytes[from++] ?? 0;
      } else {
        bytes.copy(out, to, from, next);
        to += next - from;
        from = next;
      }
    }
    this.#length = to;
    this.#ends.push(to);
    return from;
  }

  #garbled(how: string): ToolError {
    return new ToolError(
      "target-failed",
      `The server did not send ${this.#what} in PostgreSQL's binary format: ${how}.`,
      "Something between here and the server may have cut or changed it: connect to the server itself, then run again.",
    );
  }
}

const writeInt32 = (out: Buffer, at: number, value: number): number => {
  out[at] = value >> 24;
  out[at + 1] = value >> 16;
  out[at + 2] = value >> 8;
  out[at + 3] = value;
  return at + 4;
};
