/**
 * Differences of rows in no order: multisets, paired by the bytes of their keys, or whole where there is no key. Rows go
 * into buckets by a hash of the key, so that no order and no collation has a say. Both sides are read to sum the buckets
 * up; once more for the rows of those that differ, in several passes where these are many; and the source a last time
 * for the values of the rows that are told of.
 */
import { MultisetSum, sameDigest } from "../multiset-sum.js";
import { Turn } from "../turns.js";
import { readInStep, type Sides } from "./in-step.js";
import { Differences, type Located, type Suspect } from "./located.js";
import { fieldEnd, fieldStart } from "./row-fields.js";
import { Unmatched } from "./unmatched.js";

export interface ByBucketOptions {
  /** Which fields of a row its key is, ascending; without any the whole row is. */
  readonly keys: readonly number[];
  /** How many differences are kept. */
  readonly most: number;
  /** How much memory rows without their like may take, about; default 64 MB. */
  readonly mostBytes?: number;
  readonly signal?: AbortSignal | undefined;
}

const buckets = 4096;
const defaultBytes = 64 * 1024 * 1024;

/** @throws what the sides throw; ToolError `interrupted`. */
export const locateByBucket = async (sides: Sides, options: ByBucketOptions): Promise<Located> => {
  const { keys, most, signal, mostBytes = defaultBytes } = options;
  const differences = new Differences(most);
  let left: ReadonlySet<number> = await differingBuckets(sides, options);
  while (left.size > 0) {
    const unmatched = new Unmatched(left, mostBytes);
    await readInStep(
      sides,
      {
        source: (row) => unmatched.add(bucketOf(row, keys), row, 1),
        target: (row) => unmatched.add(bucketOf(row, keys), row, -1),
      },
      signal,
    );
    unmatched.settle(differences, (row) => keyOf(row, keys));
    left = unmatched.left;
  }
  const located = differences.located();
  return { ...located, suspects: await withSource(sides, located.suspects, signal) };
};

const differingBuckets = async (
  sides: Sides,
  { keys, signal }: ByBucketOptions,
): Promise<ReadonlySet<number>> => {
  const sums = Array.from({ length: buckets }, () => ({
    source: new MultisetSum(),
    target: new MultisetSum(),
  }));
  const add = (side: "source" | "target") => (row: Buffer) => sums[bucketOf(row, keys)]?.[side].add(row);
  await readInStep(sides, { source: add("source"), target: add("target") }, signal);
  return new Set(
    sums.flatMap(({ source, target }, bucket) =>
      sameDigest(source.total(), target.total()) ? [] : [bucket],
    ),
  );
};

/** Where rows are that are equal in their key, by FNV-1a (Fowler, Noll and Vo). */
const bucketOf = (row: Buffer, keys: readonly number[]): number => {
  let hash = 0x811c9dc5;
  const mix = (from: number, to: number): void => {
    for (let at = from; at < to; at += 1) {
      hash = Math.imul(hash ^ (row[at] ?? 0), 0x01000193);
    }
  };
  if (keys.length === 0) {
    mix(0, row.length);
  }
  for (const key of keys) {
    const start = fieldStart(row, key);
    mix(start, fieldEnd(row, start));
  }
  return (hash ^ (hash >>> 16)) & (buckets - 1);
};

/** The key's fields with their lengths, a character a byte; null where there is no key, and no two rows are paired. */
const keyOf = (row: Buffer, keys: readonly number[]): string | null =>
  keys.length === 0
    ? null
    : keys
        .map((key) => {
          const start = fieldStart(row, key);
          return row.toString("latin1", start, fieldEnd(row, start));
        })
        .join("");

/** How many such rows the source has of each, and its values of those that it has. */
const withSource = async (
  sides: Sides,
  suspects: readonly Suspect[],
  signal: AbortSignal | undefined,
): Promise<readonly Suspect[]> => {
  const seen = new Map<string, { rows: number; shown: readonly string[] | null }>();
  for (const { expected, actual } of suspects) {
    seen.set(bytesOf(expected ?? actual), { rows: 0, shown: null });
  }
  if (seen.size > 0) {
    const source = sides.source();
    const turn = new Turn(signal);
    try {
      for (let row = source.next(); row !== null || (await source.more()); row = source.next()) {
        const found = row === null ? undefined : seen.get(row.toString("latin1"));
        if (found !== undefined) {
          found.rows += 1;
          found.shown ??= source.shown();
        }
        if (turn.isOver) {
          await turn.pass();
        }
      }
    } finally {
      await source.close();
    }
  }
  return suspects.map((suspect) => {
    const { kind, expected, actual, sourceRows, targetRows } = suspect;
    const { rows = 0, shown = null } = seen.get(bytesOf(expected ?? actual)) ?? {};
    return kind === "changed"
      ? { ...suspect, shown }
      : {
          ...suspect,
          sourceRows: rows,
          targetRows: rows + targetRows - sourceRows,
          shown: expected && shown,
        };
  });
};

const bytesOf = (row: Uint8Array | null): string => Buffer.from(row ?? []).toString("latin1");
