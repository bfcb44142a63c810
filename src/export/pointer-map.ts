/**
 * The pointer map of auto-vacuum files (sqlite.org/fileformat2.html, section 1.8): what each page is, and who names it.
 *
 * No row needs it. But where SQLite has to pass over overflow pages it may ask the map for the page after one instead of
 * that page itself (getOverflowPage in btree.c). Where the two disagree it depends on the way a row is read what the row
 * is, so both are looked at.
 */
import { type PageFile, readPages } from "../source/pages.js";
import { isLockPage, readUint32 } from "./btree-page.js";

/** In the header: the largest root page, 0 in files without a map. */
const largestRootAt = 52;

/** An entry's kind for an overflow page that another overflow page names. */
const laterOverflow = 4;
const entryBytes = 5;

export class PointerMap {
  readonly #file: PageFile;
  readonly #bytes: Buffer;
  readonly #isThere: boolean;
  /** A page of the map and the pages that it tells of, which follow it. */
  readonly #span: number;
  #mapPage = 0;

  /** @throws ToolError `source-damaged`, `source-not-readable`. */
  constructor(file: PageFile) {
    this.#file = file;
    this.#bytes = Buffer.allocUnsafeSlow(file.pageBytes);
    this.#span = Math.floor(file.usableBytes / entryBytes) + 1;
    readPages(file, 1, 1, this.#bytes, 0);
    this.#isThere = readUint32(this.#bytes, largestRootAt) !== 0;
  }

  /**
   * The page that SQLite takes for the one after overflow page `page` without a look at it; null where it has to look.
   *
   * @throws ToolError `source-damaged`, `source-not-readable`.
   */
  after(page: number): number | null {
    if (!this.#isThere) return null;
    let next = page + 1;
    while (this.#mapPageOf(next) === next || isLockPage(this.#file, next)) next += 1;
    if (next > this.#file.pageCount) return null;
    const mapPage = this.#mapPageOf(next);
    if (mapPage !== this.#mapPage) readPages(this.#file, mapPage, 1, this.#bytes, 0);
    this.#mapPage = mapPage;
    const at = entryBytes * (next - mapPage - 1);
    return this.#bytes[at] === laterOverflow && readUint32(this.#bytes, at + 1) === page ? next : null;
  }

  #mapPageOf(page: number): number {
    const found = Math.floor((page - 2) / this.#span) * this.#span + 2;
    return isLockPage(this.#file, found) ? found + 1 : found;
  }
}
