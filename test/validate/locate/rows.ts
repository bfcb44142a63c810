/** Rows of both sides in memory, and what differs between them by the plainest means: for tests of this room. */
import { oids, RowBytes } from "../../../src/validate/canonical/row-bytes.js";
import type { Located, Suspect } from "../../../src/validate/locate/located.js";
import { fieldsOf } from "../../../src/validate/locate/row-fields.js";
import type { SourceRows } from "../../../src/validate/source/converting-rows.js";
import type { RowBatch } from "../../../src/validate/target/binary-rows.js";

/** A key and a text. */
export type TestRow = readonly [key: bigint | string | null, body: string];

export const canonical = ([key, body]: TestRow): Buffer => {
  const row = new RowBytes(2);
  if (typeof key === "bigint") row.writeInt64(oids.int8, key);
  else if (key === null) row.writeNull(oids.int8);
  else row.writeText(key);
  row.writeText(body);
  return Buffer.from(row.view());
};

/** As SQLite gives them: one buffer for all. */
export const sourceOf = (rows: readonly TestRow[]): SourceRows => {
  const shared = Buffer.alloc(1000);
  let taken = 0;
  let atHand = 0;
  return {
    next: () => {
      shared.fill(0xff);
      const row = taken < atHand ? rows[taken] : undefined;
      if (row === undefined) return null;
      taken += 1;
      const bytes = canonical(row);
      bytes.copy(shared);
      return shared.subarray(0, bytes.length);
    },
    more: () => {
      // None, one or two at a time: a batch may have no row that converts.
      const before = atHand;
      atHand = Math.min(rows.length, atHand + ((taken + atHand) % 3));
      if (atHand === before && taken === atHand) atHand = Math.min(rows.length, atHand + 1);
      return Promise.resolve(before < rows.length);
    },
    shown: () => (rows[taken - 1] ?? []).map(String),
    close: () => Promise.resolve(),
  };
};

/** As the server sends them: one buffer a batch, and the next one over it. */
export async function* targetOf(rows: readonly TestRow[], perBatch = 3): AsyncGenerator<RowBatch, void> {
  await Promise.resolve();
  const shared = Buffer.alloc(10_000);
  for (let start = 0; start < rows.length; start += perBatch) {
    const ends = [0];
    for (const row of rows.slice(start, start + perBatch)) {
      const bytes = canonical(row);
      bytes.copy(shared, ends.at(-1));
      ends.push((ends.at(-1) ?? 0) + bytes.length);
    }
    yield { rows: ends.length - 1, row: (number) => shared.subarray(ends[number], ends[number + 1]) };
    shared.fill(0xff);
  }
}

const textOf = (bytes: Uint8Array | null): string | null =>
  bytes === null
    ? null
    : fieldsOf(Buffer.from(bytes))
        .map((field, at) =>
          field === null
            ? "NULL"
            : at === 0 && field.length === 8
              ? String(field.readBigInt64BE())
              : field.toString(),
        )
        .join(":");

/** `missing 3:a`, `extra 1>2 3:a`, `changed 3:a->3:b`, with the number of rows on both sides where it is not the usual one. */
export const wordsOf = ({ kind, sourceRows, targetRows, expected, actual }: Suspect): string => {
  const rows = [textOf(expected), textOf(actual)].filter((text) => text !== null).join("->");
  const usual = { missing: "1>0", extra: "0>1", changed: "1>1" }[kind];
  const counts = `${sourceRows}>${targetRows}`;
  return counts === usual ? `${kind} ${rows}` : `${kind} ${counts} ${rows}`;
};

export const summary = ({ missing, extra, changed, suspects }: Located): unknown => ({
  missing,
  extra,
  changed,
  suspects: suspects.map(wordsOf),
});

/**
 * How many rows are missing, extra and changed, by pairing within each key: what is equal first, then what is left over on both
 * sides as changed.
 */
export const naive = (source: readonly TestRow[], target: readonly TestRow[], keyless = false) => {
  const left = target.map((row) => ({ key: String(row[0]), text: JSON.stringify([String(row[0]), row[1]]) }));
  const unmatched = source.filter((row) => {
    const at = left.findIndex(({ text }) => text === JSON.stringify([String(row[0]), row[1]]));
    if (at !== -1) left.splice(at, 1);
    return at === -1;
  });
  const isPairable = (key: string): boolean => !keyless && key !== "null";
  let changed = 0;
  for (const [key] of unmatched) {
    const at = isPairable(String(key)) ? left.findIndex((other) => other.key === String(key)) : -1;
    if (at === -1) continue;
    left.splice(at, 1);
    changed += 1;
  }
  return { missing: unmatched.length - changed, extra: left.length, changed };
};
