import { foldName } from "./identifier.js";

/** Words for true and false that people write beside those that are known unasked: only a mapping makes booleans of them. */
export const booleanWordPairs: readonly (readonly [isTrue: string, isFalse: string])[] = [
  ["yes", "no"],
  ["y", "n"],
  ["on", "off"],
  ["1", "0"],
];

/** The number of the pair that has this word, in any case of ASCII letters; null where none has. */
export const wordPairOf = (word: string): number | null => pairNumbers.get(foldName(word)) ?? null;

const pairNumbers: ReadonlyMap<string, number> = new Map(
  booleanWordPairs.flatMap((pair, number) => pair.map((word) => [word, number] as const)),
);
