/**
 * Runs each side in turn, A B A B ..., so that what disturbs the machine disturbs both.
 *
 * @param {number} times
 * @param {Record<string, () => Promise<T>>} sides
 * @returns {Promise<Record<string, T[]>>} the results of each side, in order
 * @template T
 */
export async function interleave(times, sides) {
  const results = Object.fromEntries(Object.keys(sides).map((name) => [name, []]));
  for (let run = 0; run < times; run += 1)
    for (const [name, measure] of Object.entries(sides)) results[name].push(await measure());
  return results;
}
