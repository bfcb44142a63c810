/** The arithmetic between runs and a verdict. */

/** @param {readonly number[]} values at least one */
export function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** @param {readonly number[]} values */
export const largest = (values) => Math.max(...values);

/**
 * A side: what was measured, and `value` of it in each run.
 *
 * @typedef {{ readonly name: string, readonly values: readonly number[], readonly runs: readonly object[] }} Side
 */

/**
 * @typedef {object} Comparison
 * @property {string} what
 * @property {string} unit of the values
 * @property {Side} ours
 * @property {Side | null} theirs null: the limit is one of the value itself
 * @property {{ readonly atMost: number } | { readonly atLeast: number } | null} limit null: it is only told.
 *   `atMost` of ours / theirs, or of ours where there are no theirs; `atLeast` of theirs / ours: times faster
 * @property {"median" | "largest"} [of] what is made of the runs, default median
 * @property {readonly string[]} [notes]
 */

/**
 * @param {Comparison} comparison
 * @returns {{ ours: number, theirs: number | null, ratio: number | null, lowest: number | null, highest: number | null,
 *   met: boolean | null }} `lowest` and `highest` of the ratios of run i to run i; `ratio` is part of the limit where
 *   there are no theirs
 */
export function judge({ ours, theirs, limit, of = "median" }) {
  const one = of === "median" ? median : largest;
  const our = one(ours.values);
  const isFactor = limit !== null && "atLeast" in limit;
  if (theirs === null) {
    const met = limit === null ? null : isFactor ? our >= limit.atLeast : our <= limit.atMost;
    const ratio = limit === null ? null : our / (limit.atMost ?? limit.atLeast);
    return { ours: our, theirs: null, ratio, lowest: null, highest: null, met };
  }
  const divide = (a, b) => (isFactor ? b / a : a / b);
  const ratio = divide(our, one(theirs.values));
  const pairs = ours.values
    .slice(0, theirs.values.length)
    .map((value, index) => divide(value, theirs.values[index]));
  return {
    ours: our,
    theirs: one(theirs.values),
    ratio,
    lowest: Math.min(...pairs),
    highest: Math.max(...pairs),
    met: limit === null ? null : isFactor ? ratio >= limit.atLeast : ratio <= limit.atMost,
  };
}
