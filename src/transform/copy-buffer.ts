/** Bytes of binary COPY in the making (PostgreSQL documentation, COPY, "Binary Format"). Network byte order. */
export class CopyBuffer {
  bytes: Buffer;
  position = 0;
  readonly #size: number;

  /** @param size of a fresh buffer; a larger value makes its own larger, once. */
  constructor(size: number) {
    this.#size = size;
    this.bytes = Buffer.allocUnsafe(size);
  }

  /** Makes room for `length` more bytes. */
  ensure(length: number): void {
    if (this.position + length <= this.bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.bytes.length * 2, this.position + length));
    this.bytes.copy(larger, 0, 0, this.position);
    this.bytes = larger;
  }

  int16(value: number): void {
    this.position = this.bytes.writeInt16BE(value, this.position);
  }

  int32(value: number): void {
    this.position = this.bytes.writeInt32BE(value, this.position);
  }

  /** A field of eight bytes with its length; `value` whole and within int64. */
  int64Field(value: number | bigint): void {
    this.ensure(12);
    this.int32(8);
    if (typeof value === "bigint") {
      this.position = this.bytes.writeBigInt64BE(value, this.position);
    } else {
      const high = Math.floor(value / 0x1_0000_0000);
      this.position = this.bytes.writeInt32BE(high, this.position);
      this.position = this.bytes.writeUInt32BE(value - high * 0x1_0000_0000, this.position);
    }
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
    this.position += source.copy(this.bytes, this.position, start, end);
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
    this.position = 0;
    return taken;
  }
}
