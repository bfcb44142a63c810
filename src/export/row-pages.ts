/**
 * Where a table's rows are: the leaf pages of its b-tree in row order, found by reading interior pages alone.
 *
 * All leaves of a b-tree are equally deep, so only the first way down tells which pages are leaves. No page is
 * visited twice: a damaged tree ends in an error, never in a loop.
 */
import { type PageFile, readPages } from "../source/pages.js";
import {
  cellCount,
  interiorHeaderBytes,
  interiorKind,
  leafKind,
  mayHoldData,
  mostCells,
  readUint16,
  readUint32,
} from "./btree-page.js";
import { pageDamage } from "./page-damage.js";
import type { RecordLayout } from "./record-layout.js";

/** Plain data; the arrays stand in shared memory, so that threads get them for nothing. */
export interface RowPages {
  /** Page numbers in row order; none where the table is empty. */
  readonly leaves: Uint32Array;
  /** Rows on interior pages, of tables WITHOUT ROWID alone. */
  readonly between: RowsBetween | null;
}

/** Between leaf i and leaf i + 1 there is one row, in cell `cells[i]` of page `pages[i]`. */
export interface RowsBetween {
  readonly pages: Uint32Array;
  readonly cells: Uint16Array;
}

/** As SQLite itself (BTCURSOR_MAX_DEPTH in btreeInt.h). */
const mostLevels = 20;

/**
 * Costs 4 bytes of memory per leaf page, 10 for tables WITHOUT ROWID.
 *
 * @throws ToolError `source-damaged`, naming the table and the page; `source-not-readable`.
 */
export function listRowPages(file: PageFile, layout: RecordLayout): RowPages {
  const walk = new TreeWalk(file, layout);
  walk.visit(layout.rootPage, 0, layout.rootPage);
  return walk.found();
}

class TreeWalk {
  readonly #file: PageFile;
  readonly #layout: RecordLayout;
  /** One bit a page. */
  readonly #seen: Uint8Array;
  readonly #levels: Buffer[] = [];
  #leafLevel: number | null = null;
  #leaves = new Uint32Array(64);
  #count = 0;
  #pagesBetween = new Uint32Array(0);
  #cellsBetween = new Uint16Array(0);

  constructor(file: PageFile, layout: RecordLayout) {
    this.#file = file;
    this.#layout = layout;
    this.#seen = new Uint8Array(Math.floor(file.pageCount / 8) + 1);
    if (layout.tree === "index") this.#growBetween();
  }

  visit(page: number, level: number, parent: number): void {
    this.#claim(page, parent);
    if (level === this.#leafLevel) {
      this.#addLeaf(page);
      return;
    }
    const bytes = this.#read(page, level);
    if (bytes[0] === leafKind(this.#layout.tree) && this.#leafLevel === null) {
      this.#leafLevel = level;
      if (level > 0 || cellCount(bytes, 0) > 0) this.#addLeaf(page);
      return;
    }
    if (bytes[0] !== interiorKind(this.#layout.tree)) {
      throw this.#damage(page, `is a page of kind ${bytes[0]!}, not ${interiorKind(this.#layout.tree)}`);
    }
    if (level + 1 === mostLevels) throw this.#damage(page, `is ${mostLevels} levels deep in its tree`);
    const cells = cellCount(bytes, 0);
    if (cells === 0 || cells > mostCells(this.#file)) throw this.#damage(page, `counts ${cells} cells`);
    for (let cell = 0; cell < cells; cell += 1) {
      this.visit(readUint32(bytes, this.#cellAt(bytes, page, cell, cells)), level + 1, page);
      if (this.#layout.tree === "index") this.#addBetween(page, cell);
    }
    this.visit(readUint32(bytes, interiorHeaderBytes - 4), level + 1, page);
  }

  found(): RowPages {
    const leaves = new Uint32Array(new SharedArrayBuffer(this.#count * 4));
    leaves.set(this.#leaves.subarray(0, this.#count));
    if (this.#layout.tree === "table") return { leaves, between: null };
    const count = Math.max(0, this.#count - 1);
    const pages = new Uint32Array(new SharedArrayBuffer(count * 4));
    const cells = new Uint16Array(new SharedArrayBuffer(count * 2));
    pages.set(this.#pagesBetween.subarray(0, count));
    cells.set(this.#cellsBetween.subarray(0, count));
    return { leaves, between: { pages, cells } };
  }

  #claim(page: number, parent: number): void {
    if (!mayHoldData(this.#file, page)) {
      const named = page === parent ? "is where it begins" : `leads to page ${page}`;
      throw this.#damage(
        parent,
        `${named}, and no row can be there in a file of ${this.#file.pageCount} pages`,
      );
    }
    const bit = 1 << (page & 7);
    if ((this.#seen[page >>> 3]! & bit) !== 0) {
      throw this.#damage(parent, `leads to page ${page}, which is in its tree already`);
    }
    this.#seen[page >>> 3]! |= bit;
  }

  #read(page: number, level: number): Buffer {
    const bytes = (this.#levels[level] ??= Buffer.allocUnsafeSlow(this.#file.pageBytes));
    readPages(this.#file, page, 1, bytes, 0);
    return bytes;
  }

  /** Where a cell of an interior page begins: a page number, and a rowid or a row. */
  #cellAt(bytes: Buffer, page: number, cell: number, cells: number): number {
    const at = readUint16(bytes, interiorHeaderBytes + 2 * cell);
    if (at < interiorHeaderBytes + 2 * cells || at + 5 > this.#file.usableBytes) {
      throw this.#damage(page, `has its cell ${cell} at byte ${at}`);
    }
    let end = at + 5;
    while (bytes[end - 1]! >= 0x80 && end < at + 13) end += 1;
    if (end > this.#file.usableBytes)
      throw this.#damage(page, `has a cell ${cell} that does not fit into it`);
    return at;
  }

  #addLeaf(page: number): void {
    if (this.#count === this.#leaves.length) {
      const larger = new Uint32Array(this.#count * 2);
      larger.set(this.#leaves);
      this.#leaves = larger;
      if (this.#layout.tree === "index") this.#growBetween();
    }
    this.#leaves[this.#count] = page;
    this.#count += 1;
  }

  #addBetween(page: number, cell: number): void {
    this.#pagesBetween[this.#count - 1] = page;
    this.#cellsBetween[this.#count - 1] = cell;
  }

  #growBetween(): void {
    const pages = new Uint32Array(this.#leaves.length);
    const cells = new Uint16Array(this.#leaves.length);
    pages.set(this.#pagesBetween);
    cells.set(this.#cellsBetween);
    this.#pagesBetween = pages;
    this.#cellsBetween = cells;
  }

  #damage(page: number, found: string): Error {
    return pageDamage(this.#file, this.#layout.table, page, found);
  }
}
