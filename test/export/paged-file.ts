/**
 * The pages of a SQLite file and where in them the numbers stand that lead elsewhere (sqlite.org/fileformat2.html,
 * sections 1.6 and 1.7). For tests that change them: it reads what it finds and shares no code with the reader.
 */
export interface TreePage {
  /** Where in the file the page begins, and where its b-tree header does. */
  readonly from: number;
  readonly at: number;
  readonly isInterior: boolean;
  readonly isTable: boolean;
  /** Where in the file its cell pointers begin. */
  readonly pointers: number;
  /** Where in the page its cells begin, as far as they lie in it. */
  readonly cells: readonly number[];
}

interface Value {
  readonly serial: number;
  /** Where in the file it begins. */
  readonly at: number;
}

export class PagedFile {
  bytes: Buffer;
  readonly pageBytes: number;
  readonly usableBytes: number;

  /** @param bytes A sound file; may be changed afterwards. */
  constructor(bytes: Buffer) {
    this.bytes = bytes;
    const size = bytes.readUInt16BE(16);
    this.pageBytes = size === 1 ? 65_536 : size;
    this.usableBytes = this.pageBytes - bytes[20]!;
  }

  get pageCount(): number {
    return Math.max(1, Math.floor(this.bytes.length / this.pageBytes));
  }

  /** @param number Any; modulo how many there are. */
  page(number: number): Buffer {
    const from = (number % this.pageCount) * this.pageBytes;
    return this.bytes.subarray(from, from + this.pageBytes);
  }

  /** The first page of a b-tree from page `number` on, or null where there is none. */
  treePage(number: number): TreePage | null {
    return this.#firstFrom(number, (index) => this.#treePageAt(index));
  }

  #firstFrom<T>(number: number, find: (index: number) => T | null): T | null {
    for (let tries = 0; tries < this.pageCount; tries += 1) {
      const found = find((number + tries) % this.pageCount);
      if (found !== null) return found;
    }
    return null;
  }

  #treePageAt(index: number): TreePage | null {
    const from = index * this.pageBytes;
    const at = index === 0 ? 100 : from;
    if (at + this.pageBytes - (at - from) > this.bytes.length) return null;
    const kind = this.bytes[at]!;
    if (![2, 5, 10, 13].includes(kind)) return null;
    const isInterior = kind === 2 || kind === 5;
    const pointers = at + (isInterior ? 12 : 8);
    const count = Math.min(this.bytes.readUInt16BE(at + 3), (from + this.pageBytes - pointers) >> 1);
    const cells = Array.from({ length: count }, (_, cell) => this.bytes.readUInt16BE(pointers + 2 * cell));
    const inPage = cells.filter((cell) => cell + 4 <= this.pageBytes);
    return { from, at, isInterior, isTable: kind === 5 || kind === 13, pointers, cells: inPage };
  }

  /** Where in the file page numbers stand on the first page from `number` on that leads to children or overflow pages. */
  links(number: number): readonly number[] {
    return this.#firstFrom(number, (index) => this.#linksAt(index)) ?? [];
  }

  #linksAt(index: number): readonly number[] | null {
    const from = index * this.pageBytes;
    const page = this.#treePageAt(index);
    // Overflow pages and those of the freelist begin with the next one.
    if (page === null) return from + 4 <= this.bytes.length ? [from] : null;
    const children = page.isInterior ? [page.at + 8, ...page.cells.map((cell) => from + cell)] : [];
    const links = [...children, ...page.cells.flatMap((cell) => this.#overflowLink(page, cell))];
    return links.length === 0 ? null : links;
  }

  /** Where in the file the last bytes of the root pages stand, as sqlite_schema has them on page 1. */
  roots(): readonly number[] {
    const page = this.#treePageAt(0);
    if (page === null || page.isInterior) return [];
    return page.cells.flatMap((cell) => {
      const root = this.#values(page, cell)[3];
      return root !== undefined && root.serial >= 1 && root.serial <= 4 ? [root.at + root.serial - 1] : [];
    });
  }

  /** Where in the file REAL values stand, those on overflow pages left out. */
  reals(): readonly number[] {
    return Array.from({ length: this.pageCount }, (_, index) => this.#treePageAt(index)).flatMap((page) =>
      page === null || (page.isInterior && page.isTable)
        ? []
        : page.cells.flatMap((cell) =>
            this.#values(page, cell).flatMap(({ serial, at }) => (serial === 7 ? [at] : [])),
          ),
    );
  }

  /** The values of a cell's record that begin within the cell. */
  #values(page: TreePage, cell: number): readonly Value[] {
    const { at: start, bytes } = this.#payload(page, cell);
    const end = Math.min(start + bytes, page.from + this.pageBytes);
    const header = this.#varint(start);
    const values: Value[] = [];
    let body = start + header.value;
    for (let at = start + header.bytes; at < Math.min(start + header.value, end);) {
      const type = this.#varint(at);
      const width = type.value >= 12 ? (type.value - 12) >> 1 : ([0, 1, 2, 3, 4, 6, 8, 8][type.value] ?? 0);
      if (body + width <= end) values.push({ serial: type.value, at: body });
      at += type.bytes;
      body += width;
    }
    return values;
  }

  /** Where a cell's payload begins, how much of it is in the cell, and whether it goes on elsewhere. */
  #payload(
    page: TreePage,
    cell: number,
  ): { readonly at: number; readonly bytes: number; readonly isCut: boolean } {
    let at = page.from + cell + (page.isInterior ? 4 : 0);
    const payload = this.#varint(at);
    at += payload.bytes + (page.isTable ? this.#varint(at + payload.bytes).bytes : 0);
    const usable = this.usableBytes;
    const least = Math.floor(((usable - 12) * 32) / 255) - 23;
    const most = page.isTable ? usable - 35 : Math.floor(((usable - 12) * 64) / 255) - 23;
    if (payload.value <= most) return { at, bytes: payload.value, isCut: false };
    const fitting = least + ((payload.value - least) % (usable - 4));
    return { at, bytes: fitting <= most ? fitting : least, isCut: true };
  }

  #overflowLink(page: TreePage, cell: number): readonly number[] {
    if (page.isInterior && page.isTable) return [];
    const { at, bytes, isCut } = this.#payload(page, cell);
    return isCut && at + bytes + 4 <= page.from + this.pageBytes ? [at + bytes] : [];
  }

  /** Good enough for lengths: longer ones are taken as 0. */
  #varint(at: number): { readonly value: number; readonly bytes: number } {
    let value = 0;
    for (let bytes = 1; bytes <= 5; bytes += 1) {
      const byte = this.bytes[at + bytes - 1] ?? 0;
      value = value * 128 + (byte & 0x7f);
      if (byte < 0x80) return { value, bytes };
    }
    return { value: 0, bytes: 9 };
  }

  /** What to put in the place of the number `found`: mostly another page, else an end of a range, or near it. */
  numberFor(choice: number, found: number): number {
    const other = choice >>> 4;
    const pages = this.pageCount;
    const choices = [
      0, 1, 2, pages, pages + 1, found + 1, Math.max(0, found - 1), found ^ (1 << other % 16), found * 256,
      0x7fff_ffff, 0xffff_ffff, this.usableBytes, other & 0xffff,
    ]; // prettier-ignore
    return choice % 2 === 0 ? (other % pages) + 1 : Math.abs(choices[other % choices.length]!);
  }
}
