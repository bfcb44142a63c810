/**
 * Reads leaf pages, many at a time: pages that stand close together in the file with one call, with what is between
 * them, for a call costs more than copying a page or two.
 */
import { type PageFile, readPages } from "../source/pages.js";

const windowBytes = 256 * 1024;
const gapBytes = 8 * 1024;

export class LeafWindow {
  /** How many of the leaves are in the window, from the first that was asked for on. */
  count = 0;
  /** Where each begins. */
  readonly at: Uint32Array;
  readonly bytes: number;
  readonly #file: PageFile;
  readonly #most: number;
  readonly #gap: number;

  /** @param leaves how many there are to read in all. */
  constructor(file: PageFile, leaves: number) {
    this.#file = file;
    this.#most = Math.max(1, Math.min(leaves, Math.floor(windowBytes / file.pageBytes)));
    this.#gap = Math.floor(gapBytes / file.pageBytes);
    this.at = new Uint32Array(this.#most);
    this.bytes = this.#most * file.pageBytes;
  }

  /** Reads leaves [from, to), as many as there is room for, into `buffer` from `start` on. */
  fill(leaves: Uint32Array, from: number, to: number, buffer: Buffer, start: number): void {
    const { pageBytes } = this.#file;
    this.count = 0;
    for (let room = this.#most; room > 0 && from + this.count < to;) {
      const first = leaves[from + this.count]!;
      const base = start + (this.#most - room) * pageBytes;
      let last = first;
      for (let next = first; this.#isNear(first, last, next, room);) {
        this.at[this.count] = base + (next - first) * pageBytes;
        this.count += 1;
        last = next;
        if (from + this.count === to) break;
        next = leaves[from + this.count]!;
      }
      readPages(this.#file, first, last - first + 1, buffer, base);
      room -= last - first + 1;
    }
  }

  #isNear(first: number, last: number, next: number, room: number): boolean {
    return next >= last && next - last <= this.#gap + 1 && next - first < room;
  }
}
