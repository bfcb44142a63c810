/** What every column counts of its integers and reals. */
import type { RecordBatch } from "../../model/record.js";
import { viewOf } from "../byte-view.js";
import type { ColumnCounts } from "./counts.js";
import type { Numbers } from "./values.js";
import { isWholeReal } from "../fields/integer.js";
import { integerBigInt } from "../value.js";

export function countIntegers(counts: ColumnCounts, batch: RecordBatch, integers: Numbers): void {
  const { values, count } = integers;
  if (count === 0) return;
  let smallest = Infinity;
  let largest = -Infinity;
  let zeroOrOne = 0;
  for (let index = 0; index < count; index += 1) {
    const value = values[index]!;
    if (value < smallest) smallest = value;
    if (value > largest) largest = value;
    if (value === 0 || value === 1) zeroOrOne += 1;
  }
  const safe = Number.isSafeInteger(smallest) && Number.isSafeInteger(largest);
  counts.integers.count += count;
  counts.integers.zeroOrOne += zeroOrOne;
  counts.integers.exactAsDouble += safe ? count : countExact(batch, integers);
  counts.smallest = furthest(counts.smallest, smallest, batch, integers, isLess);
  counts.largest = furthest(counts.largest, largest, batch, integers, isMore);
}

type Compare = (one: number | bigint, other: number | bigint) => boolean;
const isLess: Compare = (one, other) => one < other;
const isMore: Compare = (one, other) => one > other;

/**
 * The furthest of all integers so far, exactly.
 *
 * @param rounded the furthest of this batch as a double, which stands for several beyond 2^53.
 */
function furthest(
  known: number | bigint | null,
  rounded: number,
  batch: RecordBatch,
  { at, values, count }: Numbers,
  isFurther: Compare,
): number | bigint {
  if (known !== null && isFurther(Number(known), rounded)) return known;
  if (Number.isSafeInteger(rounded)) return rounded;
  let found = known;
  for (let index = 0; index < count; index += 1) {
    if (values[index] !== rounded) continue;
    const exact = integerBigInt(batch, at[index]!);
    if (found === null || isFurther(exact, found)) found = exact;
  }
  return found ?? rounded;
}

/** How many integers a double holds exactly. */
function countExact(batch: RecordBatch, { at, values, count }: Numbers): number {
  const view = viewOf(batch.bytes);
  let exact = 0;
  for (let index = 0; index < count; index += 1) {
    const value = values[index]!;
    if (Number.isSafeInteger(value) || isExact(view, batch.offsets[at[index]!]!, value)) exact += 1;
  }
  return exact;
}

/**
 * Whether eight bytes hold just `value`, which is their nearest double. The upper half taken from it leaves the
 * lower half and what rounding added: a difference of doubles as near as these is exact.
 */
const isExact = (view: DataView, offset: number, value: number): boolean =>
  value - view.getInt32(offset) * 0x1_0000_0000 === view.getUint32(offset + 4);

export function countReals({ reals }: ColumnCounts, { values, count }: Numbers): void {
  let whole = 0;
  let zeroOrOne = 0;
  let infinite = 0;
  let negativeZeros = 0;
  for (let index = 0; index < count; index += 1) {
    const value = values[index]!;
    if (isWholeReal(value)) {
      whole += 1;
      if (value === 0 || value === 1) zeroOrOne += 1;
    } else if (value === 0) {
      negativeZeros += 1;
    } else if (!Number.isFinite(value)) {
      infinite += 1;
    }
  }
  reals.count += count;
  reals.whole += whole;
  reals.zeroOrOne += zeroOrOne;
  reals.infinite += infinite;
  reals.negativeZeros += negativeZeros;
}
