/**
 * Where a CPU profile spent its time, by function.
 *
 * @param {{ nodes: readonly { id: number, callFrame: { functionName: string, url: string, lineNumber: number } }[],
 *   samples: readonly number[], timeDeltas: readonly number[] }} profile as node --cpu-prof writes it
 * @returns {readonly { name: string, place: string, share: number }[]} largest share of all samples first
 */
export function selfTimes({ nodes, samples, timeDeltas }) {
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
  const times = new Map();
  let total = 0;
  for (const [index, id] of samples.entries()) {
    const { functionName, url, lineNumber } = frames.get(id);
    const name = functionName || "(anonymous)";
    const place = url === "" ? "" : `${url.split("/").slice(-2).join("/")}:${lineNumber + 1}`;
    const key = `${name} ${place}`;
    const entry = times.get(key) ?? { name, place, time: 0 };
    // The time of a sample is that until the next one.
    entry.time += timeDeltas[index + 1] ?? 0;
    total += timeDeltas[index + 1] ?? 0;
    times.set(key, entry);
  }
  return [...times.values()]
    .toSorted((a, b) => b.time - a.time)
    .map(({ name, place, time }) => ({ name, place, share: time / total }));
}
