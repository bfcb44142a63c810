/**
 * Rows of which one side has more than the other, by buckets. Where they are too many to be held, whole buckets are put off to
 * another pass over both sides; at least one always stays.
 */
import type { Differences } from "./located.js";

/** A bucket's rows, a character a byte: how many more the source has of each, fewer where it is negative. Never 0. */
interface Bucket {
  readonly rows: Map<string, number>;
  bytes: number;
}

/** What an entry takes besides the row itself, about. */
const entryBytes = 100;

export class Unmatched {
  readonly #buckets: Map<number, Bucket>;
  readonly #mostBytes: number;
  readonly #left = new Set<number>();
  #bytes = 0;

  /** @param buckets whose rows are looked at; those of others are passed over. */
  constructor(buckets: ReadonlySet<number>, mostBytes: number) {
    this.#buckets = new Map(
      [...buckets].map((bucket) => [bucket, { rows: new Map<string, number>(), bytes: 0 }]),
    );
    this.#mostBytes = mostBytes;
  }

  /** The buckets that were put off. */
  get left(): ReadonlySet<number> {
    return this.#left;
  }

  /** @param by 1 for a row of the source, -1 for one of the target */
  add(number: number, row: Buffer, by: 1 | -1): void {
    const bucket = this.#buckets.get(number);
    if (bucket === undefined) {
      return;
    }
    const bytes = row.toString("latin1");
    const before = bucket.rows.get(bytes) ?? 0;
    const after = before + by;
    if (after === 0) {
      bucket.rows.delete(bytes);
      this.#grow(bucket, -(row.length + entryBytes));
      return;
    }
    bucket.rows.set(bytes, after);
    if (before === 0) {
      this.#grow(bucket, row.length + entryBytes);
      if (this.#bytes > this.#mostBytes) {
        this.#putOff();
      }
    }
  }

  #grow(bucket: Bucket, bytes: number): void {
    bucket.bytes += bytes;
    this.#bytes += bytes;
  }

  /** The fullest first, until half of the room is free: not to come back for each row. */
  #putOff(): void {
    const fullest = [...this.#buckets].sort(([, one], [, other]) => other.bytes - one.bytes);
    for (const [number, bucket] of fullest) {
      if (this.#bytes <= this.#mostBytes / 2 || this.#buckets.size === 1) {
        return;
      }
      this.#bytes -= bucket.bytes;
      this.#buckets.delete(number);
      this.#left.add(number);
    }
  }

  /**
   * When both sides are read: what is left over of one key on both sides is changed, the rest missing or extra.
   *
   * @param keyOf null: no two rows are of one key.
   */
  settle(differences: Differences, keyOf: (row: Buffer) => string | null): void {
    for (const bucket of this.#buckets.values()) {
      const missing = new Map<string, SurplusRow[]>();
      const extra: SurplusRow[] = [];
      for (const [bytes, surplus] of bucket.rows) {
        const row = Buffer.from(bytes, "latin1");
        const rows = Math.abs(surplus);
        const each = { row, key: keyOf(row) ?? bytes, surplus: rows, rows };
        const ofKey = missing.get(each.key);
        if (surplus < 0) {
          extra.push(each);
        } else if (ofKey === undefined) {
          missing.set(each.key, [each]);
        } else {
          ofKey.push(each);
        }
      }
      for (const actual of extra) {
        pair(differences, missing.get(actual.key) ?? [], actual);
      }
      for (const { row, rows, surplus } of [...missing.values()].flat()) {
        if (rows > 0) {
          differences.missing(row, nothing, rows, { sourceRows: surplus, targetRows: 0 });
        }
      }
    }
  }
}

interface SurplusRow {
  readonly row: Buffer;
  readonly key: string;
  /** How many more than the other side its own has. */
  readonly surplus: number;
  /** How many of these are not paired yet. */
  rows: number;
}

const pair = (differences: Differences, candidates: readonly SurplusRow[], actual: SurplusRow): void => {
  for (const expected of candidates) {
    for (; expected.rows > 0 && actual.rows > 0; expected.rows -= 1, actual.rows -= 1) {
      differences.changed(expected.row, actual.row, nothing);
    }
  }
  if (actual.rows > 0) {
    differences.extra(actual.row, actual.rows, { sourceRows: 0, targetRows: actual.surplus });
  }
};

/** The source's values are read once it is known whose. */
const nothing = (): readonly string[] => [];
