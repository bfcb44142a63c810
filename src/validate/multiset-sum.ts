/**
 * A digest of rows in no order: of each row's SHA-256 the first two 64-bit lanes, each summed, and the number of rows.
 * Sums see duplicates and need no key; XOR would let pairs cancel. Two sides with equal numbers and sums hold the same rows
 * but for a chance of about 2^-128; they are no proof against somebody who makes rows in order to collide.
 */
import { hash } from "node:crypto";

export interface MultisetDigest {
  readonly rows: bigint;
  /** The sum of the rows' first 8 hash bytes, each read as a signed big-endian integer. */
  readonly lane0: bigint;
  /** The same of bytes 8 to 15. */
  readonly lane1: bigint;
  /** How many of the rows are in no lane: they were found the same byte by byte, and never hashed. */
  readonly unhashed: bigint;
}

export const sameDigest = (one: MultisetDigest, other: MultisetDigest): boolean =>
  one.rows === other.rows &&
  one.lane0 === other.lane0 &&
  one.lane1 === other.lane1 &&
  one.unhashed === other.unhashed;

export const noRows: MultisetDigest = { rows: 0n, lane0: 0n, lane1: 0n, unhashed: 0n };

/** Of rows that both sides have. */
export const unhashedRows = (rows: bigint): MultisetDigest => ({ ...noRows, rows, unhashed: rows });

/** The digest of all rows of both. */
export const addDigests = (one: MultisetDigest, other: MultisetDigest): MultisetDigest => ({
  rows: one.rows + other.rows,
  lane0: one.lane0 + other.lane0,
  lane1: one.lane1 + other.lane1,
  unhashed: one.unhashed + other.unhashed,
});

/**
 * 64 hexadecimal digits: the count in 16, each lane's sum in 24 (two's complement of 96 bits: exact up to 2^32 rows). Null where not
 * all rows were hashed.
 */
export const digestText = (digest: MultisetDigest): string | null =>
  digest.unhashed > 0n
    ? null
    : [
        digest.rows.toString(16).padStart(16, "0"),
        BigInt.asUintN(96, digest.lane0).toString(16).padStart(24, "0"),
        BigInt.asUintN(96, digest.lane1).toString(16).padStart(24, "0"),
      ].join("");

/** Halves of lanes are below 2^32, so a double holds the sum of 2^20 of them exactly. */
const rowsBetweenFlushes = 1 << 20;

/** What of a row's hash is summed, as hexadecimal text. */
export const rowHash = (row: Buffer): string => hash("sha256", row, "hex").slice(0, 32);

/** Adds rows up without a BigInt a row. */
export class MultisetSum {
  #rows = 0;
  #flushed = { rows: 0n, lane0: 0n, lane1: 0n, unhashed: 0n };
  #high0 = 0;
  #low0 = 0;
  #high1 = 0;
  #low1 = 0;

  add(row: Buffer): void {
    // "binary" (latin1) is more than twice as fast as "buffer" for one-shot hashes: no buffer is made a row.
    const digest = hash("sha256", row, "binary");
    this.#high0 += int32At(digest, 0);
    this.#low0 += int32At(digest, 4) >>> 0;
    this.#high1 += int32At(digest, 8);
    this.#low1 += int32At(digest, 12) >>> 0;
    this.#rows += 1;
    if (this.#rows === rowsBetweenFlushes) {
      this.#flush();
    }
  }

  total(): MultisetDigest {
    this.#flush();
    return { ...this.#flushed };
  }

  #flush(): void {
    this.#flushed.rows += BigInt(this.#rows);
    this.#flushed.lane0 += (BigInt(this.#high0) << 32n) + BigInt(this.#low0);
    this.#flushed.lane1 += (BigInt(this.#high1) << 32n) + BigInt(this.#low1);
    this.#rows = this.#high0 = this.#low0 = this.#high1 = this.#low1 = 0;
  }
}

const int32At = (bytes: string, at: number): number =>
  (bytes.charCodeAt(at) << 24) |
  (bytes.charCodeAt(at + 1) << 16) |
  (bytes.charCodeAt(at + 2) << 8) |
  bytes.charCodeAt(at + 3);
