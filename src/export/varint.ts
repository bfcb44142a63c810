/** SQLite's integers of one to nine bytes (sqlite.org/fileformat2.html#varint), read without a BigInt. */
export class Varint {
  /** The upper and lower 32 bits, signed. */
  high = 0;
  low = 0;

  /** Reads the one that begins at `at`; returns where it ends. Past the end of `bytes` there are zeros. */
  read(bytes: Uint8Array, at: number): number {
    this.high = 0;
    const first = bytes[at] ?? 0;
    if (first < 0x80) {
      this.low = first;
      return at + 1;
    }
    const second = bytes[at + 1] ?? 0;
    if (second < 0x80) {
      this.low = ((first & 0x7f) << 7) | second;
      return at + 2;
    }
    const third = bytes[at + 2] ?? 0;
    if (third < 0x80) {
      this.low = ((first & 0x7f) << 14) | ((second & 0x7f) << 7) | third;
      return at + 3;
    }
    return this.#readLong(bytes, at);
  }

  /**
   * As `read`, of the length of a payload. None needs nine bytes, and SQLite does not agree with itself on the last of
   * them (btreeParseCellPtr in btree.c takes seven bits of it): such a length is larger than any payload.
   */
  readLength(bytes: Uint8Array, at: number): number {
    const end = this.read(bytes, at);
    if (end - at === 9) this.high = -1;
    return end;
  }

  #readLong(bytes: Uint8Array, at: number): number {
    let high = 0;
    let low = 0;
    for (let index = 0; index < 8; index += 1) {
      const byte = bytes[at + index] ?? 0;
      high = (high << 7) | (low >>> 25);
      low = (low << 7) | (byte & 0x7f);
      if (byte < 0x80) {
        this.high = high;
        this.low = low;
        return at + index + 1;
      }
    }
    this.high = (high << 8) | (low >>> 24);
    this.low = (low << 8) | (bytes[at + 8] ?? 0);
    return at + 9;
  }

  /** 2^32 - 1 stands for all that is larger, as in SQLite's own reading of lengths and serial types. */
  get unsigned32(): number {
    return this.high === 0 ? this.low >>> 0 : 0xffff_ffff;
  }

  /** All 64 bits, as a rowid has them. */
  get signed64(): bigint {
    return (BigInt(this.high) << 32n) | BigInt(this.low >>> 0);
  }
}
