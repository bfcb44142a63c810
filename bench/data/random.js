/** A seeded source of numbers, because Math.random has no seed: Marsaglia, "Xorshift RNGs" (2003), 32 bits, 13-17-5. */

/**
 * @param {number} seed
 * @returns {(below: number) => number} whole numbers from 0 to `below` - 1, the same ones for the same seed
 */
export function seededRandom(seed) {
  // Small seeds differ in few bits, and 0 would stay 0 for ever.
  let state = Math.imul(seed, 2654435761) >>> 0 || 1;
  const step = () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>>= 0);
  };
  for (let skipped = 0; skipped < 16; skipped += 1) step();
  return (below) => Math.floor((step() / 2 ** 32) * below);
}

/** @param {(below: number) => number} next */
export function bytesOf(next, length) {
  const bytes = Buffer.alloc(length);
  for (let at = 0; at < length; at += 1) bytes[at] = next(256);
  return bytes;
}

const words =
  "the chat moved on while nobody looked and then came back with a picture of the sea at night".split(" ");

/** @param {(below: number) => number} next */
export const wordOf = (next) => words[next(words.length)];

const beyondAscii = ["ça va", "grüß dich", "👍", "日本", "– so"];

/** Between 3 and 17 words, one in eight with letters beyond ASCII. */
export function sentenceOf(next) {
  const chosen = Array.from({ length: 3 + next(14) }, () => wordOf(next));
  if (next(8) === 0) chosen.push(beyondAscii[next(beyondAscii.length)]);
  return chosen.join(" ");
}
