/** Bytes of binary COPY in the making (PostgreSQL documentation, COPY, "Binary Format"). Network byte order. */
export class CopyBuffer {
  bytes: Buffer;
  position = 0;
  #view: DataView;
  readonly #size: number;

  /** @param size of a fresh buffer; a larger value makes its own larger, once. */
  constructor(size: number) {
    this.#size = size;
    this.bytes = Buffer.allocUnsafe(size);
    this.#view = viewOf(this.bytes);
  }

  /** Makes room for `length` more bytes. */
  ensure(length: number): void {
    if (this.position + length <= this.bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.bytes.length * 2, this.position + length));
    this.bytes.copy(larger, 0, 0, this.position);
    this.bytes = larger;
    this.#view = viewOf(larger);
  }

  int16(value: number): void {
    this.#view.setInt16(this.position, value);
    this.position += 2;
  }

  int32(value: number): void {
    this.#view.setInt32(this.position, value);
    this.position += 4;
  }

  /** A field of eight bytes with its length; `value` whole and within int64. */
  int64Field(value: number | bigint): void {
    this.ensure(12);
    this.int32(8);
    if (typeof value === "bigint") {
      this.#view.setBigInt64(this.position, value);
    } else {
      const high = Math.floor(value / 0x1_0000_0000);
      this.#view.setInt32(this.position, high);
      this.#view.setUint32(this.position + 4, value - high * 0x1_0000_0000);
    }
    this.position += 8;
  }

  /** A field of four bytes. */
  int32Field(value: number): void {
    this.ensure(8);
    this.int32(4);
    this.int32(value);
  }

  /** A field that is a copy of `source[start..end)`. */
  bytesField(source: Buffer, start: number, end: number): void {
    this.ensure(4 + end - start);
    this.int32(end - start);
    if (end - start > shortCopy) {
      this.position += source.copy(this.bytes, this.position, start, end);
      return;
    }
    for (let at = start; at < end; at += 1) this.bytes[this.position++] = source[at]!;
  }

  /** A field of ASCII text. */
  asciiField(text: string): void {
    this.ensure(4 + text.length);
    this.int32(text.length);
    this.position += this.bytes.write(text, this.position, "latin1");
  }

  nullField(): void {
    this.ensure(4);
    this.int32(-1);
  }

  /**
   * Hands over what was written; the next bytes go to fresh memory, for a stream may still hold these. Of the first
   * size again: after one large value every later chunk would hold as much.
   */
  take(): Buffer {
    const taken = this.bytes.subarray(0, this.position);
    this.bytes = Buffer.allocUnsafe(this.#size);
    this.#view = viewOf(this.bytes);
    this.position = 0;
    return taken;
  }
}

const viewOf = (bytes: Buffer): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.length);

/** Up to here a loop costs less than a call of native code (measured). */
const shortCopy = 20;
