/** Cells of random databases: any value, values that differ from row to row, and long ones around the edges of a page. */
import fc from "fast-check";
import { anyValue } from "../transform/arbitraries.js";
import type { Value } from "../transform/values.js";

type Kind = "integer" | "real" | "text" | "blob";

export type RandomCell =
  | { readonly is: "value"; readonly value: Value }
  /** Another value in each row, for keys. */
  | { readonly is: "counted"; readonly as: Kind }
  /** `pages` pages and `shift` bytes. */
  | { readonly is: "long"; readonly as: "text" | "blob"; readonly pages: number; readonly shift: number };

/**
 * SQLite writes no NaN, yet a file may hold one, and SQLite reads it as NULL (sqlite3VdbeSerialGet in vdbeaux.c).
 * This number is put where one shall be, and its bytes are replaced when the file is done.
 */
export const nanMarker = 1.2345678901e-217;

/** Payloads spill to overflow pages near an eighth, a quarter and a whole of a page (fileformat2, section 1.6). */
const nearEdges = fc.record({
  is: fc.constant("long" as const),
  as: fc.constantFrom("text" as const, "blob" as const),
  pages: fc.constantFrom(1 / 8, 1 / 4, 1, 1, 2, 3, 7),
  shift: fc.integer({ min: -60, max: 60 }),
});

/** Up to 10 MB. */
export const hugeCell: fc.Arbitrary<RandomCell> = fc.record({
  is: fc.constant("long" as const),
  as: fc.constantFrom("text" as const, "blob" as const),
  pages: fc.constant(0),
  shift: fc.constantFrom(100_000, 300_001, 1_048_576, 2_500_000, 10_000_000),
});

export const randomCell: fc.Arbitrary<RandomCell> = fc.oneof(
  { weight: 6, arbitrary: anyValue.map((value) => ({ is: "value" as const, value })) },
  { weight: 1, arbitrary: fc.constant({ is: "value", value: nanMarker }) },
  {
    weight: 4,
    arbitrary: fc.record({
      is: fc.constant("counted" as const),
      as: fc.constantFrom<Kind>("integer", "real", "text", "blob"),
    }),
  },
  { weight: 2, arbitrary: nearEdges },
);

/** The length in bytes of the cell in a database with pages of `pageBytes`; at least. */
export const cellBytes = (cell: RandomCell, pageBytes: number): number =>
  cell.is === "long" ? Math.max(0, Math.round(cell.pages * pageBytes) + cell.shift) : 16;

/** The value of `cell` in row `row`. */
export function valueOf(cell: RandomCell, row: number, pageBytes: number): Value {
  switch (cell.is) {
    case "value":
      return cell.value;
    case "counted":
      return countedValue(cell.as, scatter(row));
    case "long":
      return longValue(cell.as, cellBytes(cell, pageBytes));
  }
}

/** A permutation of the integers of 32 bits, so that rows do not come in order. */
const scatter = (row: number): number => Math.imul(row, 0x9e3779b1) >>> 0;

function countedValue(kind: Kind, count: number): Value {
  if (kind === "integer") return BigInt(count) - 0x8000_0000n;
  if (kind === "real") return count / 8 - 1e8;
  const text = `${count.toString(36)}-é${"~".repeat(count % 7)}`;
  return kind === "text" ? text : Buffer.from(text);
}

/** Longer than any page by a prime, so that a piece taken from another place differs. */
const pattern = Buffer.from(
  Array.from({ length: 65_537 }, (_, at) => (Math.imul(at, at + 7919) >>> 5) & 0xff),
);
const letters = Buffer.from(pattern.map((byte) => 0x20 + (byte % 95)));

const longValue = (as: "text" | "blob", bytes: number): Value =>
  as === "text" ? { text: Buffer.alloc(bytes, letters) } : Buffer.alloc(bytes, pattern);
