/**
 * Rows as binary COPY sends them (PostgreSQL documentation, COPY, "Binary Format", and "Message Formats", CopyData): a message a
 * row, which has the number of its fields in two bytes, and no OIDs. The file's header stands in the message of the first row.
 */
import { longValueBytes, oids, RowBytes, type ShortText } from "./row-bytes.js";

const dataMessage = 0x64;
/** Of a message: its letter, and its length without that. */
const messageHeader = 5;
const lastRow = Buffer.from([0xff, 0xff]);

/** The signature, no flags, no extension. */
const fileHeader = Buffer.concat([Buffer.from("PGCOPY\n\xff\r\n\0", "latin1"), Buffer.alloc(8)]);

/** src/backend/utils/adt/jsonb.c, jsonb_send: what stands before the text. */
const jsonbVersion = 1;

/** What has been dropped is not moved over for less. */
const worthAMove = 1 << 20;

export class CopyBytes extends RowBytes {
  readonly #areWhole: boolean;
  /** What stands before it was found in what came. */
  #dropped = 0;
  /** Where the message begins that is being made. */
  #message = 0;

  /** @param areWhole long values stand there as they are, and jsonb as its type sends it; else markers, and text. */
  constructor(columns: number, areWhole: boolean) {
    super(columns, { countBytes: 2, hasOids: false, longest: areWhole ? null : longValueBytes });
    this.#areWhole = areWhole;
    this.#putPrefix(fileHeader);
  }

  /** Ends the row; the next one follows it. */
  keep(): void {
    this.#endMessage();
    this.beginAt(this.#message + messageHeader);
  }

  /** What follows the last row. */
  keepEnd(): void {
    this.end = this.start;
    this.#put(lastRow);
    this.#endMessage();
  }

  /** How many bytes are kept. */
  get keptLength(): number {
    return this.#message - this.#dropped;
  }

  /** Whether what is kept begins with these bytes; they are kept no longer then. Between two rows. */
  dropIfEqual(bytes: Uint8Array): boolean {
    const { length } = bytes;
    const from = this.#dropped;
    if (length > this.keptLength || this.bytes.compare(bytes, 0, length, from, from + length) !== 0) {
      return false;
    }
    this.#dropped += length;
    // Moved no more often than there is as much to forget as to move, else a long row would be moved with each chunk of it.
    if (this.#dropped === this.#message || (from > worthAMove && this.#dropped > this.end / 2)) {
      this.#forgetDropped();
    }
    return true;
  }

  override writeJsonb(text: Buffer, length = text.length): void {
    if (!this.#areWhole) {
      super.writeJsonb(text, length);
      return;
    }
    const at = this.startField(oids.text, length + 1, length + 1);
    this.bytes[at] = jsonbVersion;
    text.copy(this.bytes, at + 1, 0, length);
  }

  override writeShortJsonb(text: ShortText): void {
    if (!this.#areWhole) {
      super.writeShortJsonb(text);
      return;
    }
    const { length } = text;
    const at = this.startField(oids.text, length + 1, length + 1);
    this.bytes[at] = jsonbVersion;
    text.putInto(this.bytes, at + 1);
  }

  #endMessage(): void {
    this.bytes[this.#message] = dataMessage;
    this.numbers.setInt32(this.#message + 1, this.end - this.#message - 1);
    this.#message = this.end;
  }

  #putPrefix(prefix: Buffer): void {
    this.end = this.#message + messageHeader;
    this.#put(prefix);
    this.beginAt(this.end);
  }

  #put(bytes: Buffer): void {
    this.reserve(this.end + bytes.length);
    bytes.copy(this.bytes, this.end);
    this.end += bytes.length;
  }

  #forgetDropped(): void {
    const moved = this.#dropped;
    this.bytes.copyWithin(0, moved, this.end);
    this.#dropped = 0;
    this.#message -= moved;
    this.start -= moved;
    this.end -= moved;
  }
}
