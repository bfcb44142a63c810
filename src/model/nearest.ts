/** The known word that a misspelled one may stand for. */
import { foldName } from "./identifier.js";

/** @returns null where none is near: a far-fetched guess helps nobody. */
export function nearest(word: string, known: readonly string[]): string | null {
  let best: string | null = null;
  let bestDistance = Infinity;
  for (const each of known) {
    const length = Math.max(word.length, each.length);
    const distance = editDistance(foldName(word), foldName(each));
    if (distance > Math.floor((length + 1) / 3) || distance >= bestDistance) continue;
    best = each;
    bestDistance = distance;
  }
  return best;
}

/** Letters that are missing, too many, other ones, or swapped with the next (optimal string alignment distance). */
function editDistance(a: string, b: string): number {
  let twoAbove: readonly number[] = [];
  let above = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const substitution = above[column - 1]! + (a[row - 1] === b[column - 1] ? 0 : 1);
      const isSwap = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      const swap = isSwap ? twoAbove[column - 2]! + 1 : Infinity;
      current.push(Math.min(substitution, swap, above[column]! + 1, current[column - 1]! + 1));
    }
    twoAbove = above;
    above = current;
  }
  return above[b.length]!;
}
