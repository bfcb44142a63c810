/**
 * Chains of overflow pages (sqlite.org/fileformat2.html, section 1.7): 4 bytes that name the next page, then content.
 *
 * Most chains stand in the file in one piece, also one row's behind another's: as long as that goes well, ever more
 * pages are read at once, and where it does not only the page that is asked for.
 */
import { type PageFile, readPages } from "../source/pages.js";
import { mayHoldData, readUint32 } from "./btree-page.js";
import { pageDamage } from "./page-damage.js";
import { PointerMap } from "./pointer-map.js";

const windowBytes = 256 * 1024;

export class OverflowPages {
  readonly #file: PageFile;
  readonly #table: string;
  readonly #mostPages: number;
  #bytes: Buffer | null = null;
  #map: PointerMap | null = null;
  #first = 0;
  #count = 0;
  /** How many of the pages of the window were asked for. */
  #used = 0;
  #ahead = 4;
  /** Pages of all chains so far: each belongs to one row, so there cannot be more than the file has. */
  #total = 0;

  constructor(file: PageFile, table: string) {
    this.#file = file;
    this.#table = table;
    this.#mostPages = Math.max(1, Math.floor(windowBytes / file.pageBytes));
  }

  /**
   * Copies the `bytes` bytes of a chain into `target`, from `at` on.
   *
   * @param page The first page of the chain; `owner` the one whose cell names it.
   * @throws ToolError `source-damaged`, `source-not-readable`.
   */
  copy(page: number, bytes: number, target: Buffer, at: number, owner: number): void {
    const room = this.#file.usableBytes - 4;
    for (let copied = 0; copied < bytes;) {
      const window = this.#load(page, owner);
      const from = (page - this.#first) * this.#file.pageBytes;
      const part = Math.min(room, bytes - copied);
      window.copy(target, at + copied, from + 4, from + 4 + part);
      copied += part;
      const next = readUint32(window, from);
      if (copied < bytes) this.#compareMap(page, next, owner);
      page = next;
    }
  }

  #compareMap(page: number, next: number, owner: number): void {
    this.#map ??= new PointerMap(this.#file);
    const other = this.#map.after(page);
    if (other === null || other === next) return;
    throw this.#damage(
      owner,
      `holds a row that goes on at page ${next} after page ${page}, and at page ${other} by the pointer map`,
    );
  }

  #load(page: number, owner: number): Buffer {
    if (!mayHoldData(this.#file, page)) {
      throw this.#damage(owner, `holds a row that goes on at page ${page} of ${this.#file.pageCount}`);
    }
    this.#total += 1;
    if (this.#total > this.#file.pageCount)
      throw this.#damage(owner, "shares its overflow pages with others");
    const isThere = page >= this.#first && page < this.#first + this.#count;
    if (!isThere) this.#read(page);
    this.#used += 1;
    return this.#bytes!;
  }

  #read(page: number): void {
    this.#ahead =
      this.#used * 2 > this.#count
        ? Math.min(this.#ahead * 2, this.#mostPages)
        : Math.max(this.#ahead >> 1, 1);
    this.#bytes ??= Buffer.allocUnsafeSlow(this.#mostPages * this.#file.pageBytes);
    this.#count = Math.min(this.#ahead, this.#file.pageCount - page + 1);
    this.#first = page;
    this.#used = 0;
    readPages(this.#file, page, this.#count, this.#bytes, 0);
  }

  #damage(page: number, found: string): Error {
    return pageDamage(this.#file, this.#table, page, found);
  }
}
