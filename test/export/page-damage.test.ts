/** Damage made by hand. What is wrong, where, and for which table has to be told; nothing may hang or read elsewhere. */
import { readFileSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { ToolError } from "../../src/errors.js";
import { mayHoldData } from "../../src/export/btree-page.js";
import { readPageRecords } from "../../src/export/page-records.js";
import type { PageFile } from "../../src/source/pages.js";
import { pagesOf, readPageRows } from "./page-rows.js";
import { readRows } from "./rows.js";
import { makeFile, openSample } from "./sample.js";

const pageBytes = 512;

/** A file to be damaged: its pages as they will be written. */
class Damaged {
  readonly bytes: Buffer;
  readonly root: number;
  constructor(path: string, root: number) {
    this.bytes = readFileSync(path);
    this.root = root;
  }
  page(number: number): Buffer {
    return this.bytes.subarray((number - 1) * pageBytes, number * pageBytes);
  }
  get pageCount(): number {
    return this.bytes.length / pageBytes;
  }
  /** Where cell `cell` of a page begins. */
  cell(page: number, cell: number): number {
    return this.page(page).readUInt16BE((this.isLeaf(page) ? 8 : 12) + 2 * cell);
  }
  isLeaf(page: number): boolean {
    return this.page(page)[0]! >= 10;
  }
  child(page: number, cell: number): number {
    return this.page(page).readUInt32BE(this.cell(page, cell));
  }
  /** The first of the leaves. */
  get leaf(): number {
    let page = this.root;
    while (!this.isLeaf(page)) page = this.child(page, 0);
    return page;
  }
  /** An interior page below the root. */
  get interior(): number {
    return this.child(this.root, 0);
  }
}

const sql = (key: string): string => `PRAGMA page_size = ${pageBytes}; CREATE TABLE ${key}`;
const declarations = {
  table: "t(id INTEGER PRIMARY KEY, a, b REAL)",
  index: "t(id, a, b REAL, PRIMARY KEY(id, a)) WITHOUT ROWID",
} as const;
type Kind = keyof typeof declarations;

/** Rows of 20 bytes, the first of 1,000 so that it goes on in two pages; three levels of pages. */
const makeSound = (kind: Kind): string =>
  makeFile(sql(declarations[kind]), (database) => {
    const insert = database.prepare("INSERT INTO t VALUES (?, ?, ?)");
    database.transaction(() => {
      for (let at = 0; at < 1500; at += 1) insert.run(at, "x".repeat(at === 0 ? 1000 : 20), at / 4);
    })();
  });

async function damage(
  kind: Kind,
  edit: (file: Damaged) => void,
): Promise<Awaited<ReturnType<typeof openSample>>> {
  const path = makeSound(kind);
  const sample = await openSample(path);
  const file = new Damaged(path, sample.table("t").rootPage);
  sample.source.close();
  edit(file);
  writeFileSync(path, file.bytes);
  return openSample(path);
}

const errorOf = (read: () => unknown): ToolError | null => {
  try {
    read();
    return null;
  } catch (error) {
    if (error instanceof ToolError) return error;
    throw error;
  }
};

interface Case {
  readonly words: string;
  readonly kind?: Kind;
  readonly says: RegExp;
  readonly edit: (file: Damaged) => void;
  /** Set where SQLite reads on. */
  readonly stricter?: true;
}

const cases: readonly Case[] = [
  {
    words: "a child that the file does not have",
    says: /page 2 leads to page 99999, and no row can be there in a file of \d+ pages/,
    edit: (file) => file.page(file.root).writeUInt32BE(99_999, file.cell(file.root, 0)),
  },
  {
    words: "a child that is page 0",
    says: /page 2 leads to page 0,/,
    edit: (file) => file.page(file.root).writeUInt32BE(0, 8),
  },
  {
    words: "a child that is page 1, which holds the schema",
    says: /page 2 leads to page 1,/,
    edit: (file) => file.page(file.root).writeUInt32BE(1, 8),
    stricter: true,
  },
  {
    words: "a root that is its own child",
    says: /page 2 leads to page 2, which is in its tree already/,
    edit: (file) => file.page(file.root).writeUInt32BE(file.root, file.cell(file.root, 0)),
  },
  {
    words: "a circle further down",
    says: /leads to page \d+, which is in its tree already/,
    edit: (file) => file.page(file.interior).writeUInt32BE(file.interior, 8),
  },
  {
    words: "a leaf that is there twice",
    says: /leads to page \d+, which is in its tree already/,
    edit: (file) =>
      file.page(file.interior).writeUInt32BE(file.child(file.interior, 0), file.cell(file.interior, 1)),
    stricter: true,
  },
  {
    words: "a tree deeper than SQLite makes any",
    says: /page 21 is 20 levels deep in its tree/,
    edit: (file) => {
      for (let page = file.root; page < 30; page += 1) {
        file.page(file.root).copy(file.page(page));
        file.page(page).writeUInt32BE(page + 1, file.cell(page, 0));
      }
    },
  },
  {
    words: "a root of another kind",
    says: /page 2 is a page of kind 2, not 5/,
    edit: (file) => (file.page(file.root)[0] = 2),
  },
  {
    words: "an interior page of no kind",
    says: /is a page of kind 7, not 2/,
    kind: "index",
    edit: (file) => (file.page(file.interior)[0] = 7),
  },
  {
    words: "an interior page without cells",
    says: /counts 0 cells/,
    edit: (file) => file.page(file.interior).writeUInt16BE(0, 3),
  },
  {
    words: "an interior page of more cells than it has room for",
    says: /counts 400 cells/,
    edit: (file) => file.page(file.interior).writeUInt16BE(400, 3),
  },
  {
    words: "an interior cell outside of its page",
    says: /has its cell 1 at byte 60000/,
    edit: (file) => file.page(file.interior).writeUInt16BE(60_000, 14),
  },
  {
    words: "an interior cell among the cell pointers",
    says: /has its cell 1 at byte 12/,
    edit: (file) => file.page(file.interior).writeUInt16BE(12, 14),
  },
  {
    words: "an interior cell whose rowid does not end on its page",
    says: /has a cell \d that does not fit into it/,
    edit: (file) => {
      file.page(file.interior).writeUInt16BE(pageBytes - 5, 14);
      file.page(file.interior).writeUInt8(0x80, pageBytes - 1);
    },
  },
  {
    words: "a leaf of another kind",
    says: /is not the page with rows that it should be/,
    edit: (file) => (file.page(file.child(file.interior, 1))[0] = 10),
  },
  {
    words: "an interior page where a leaf should be",
    says: /is not the page with rows that it should be/,
    edit: (file) => file.page(file.root).copy(file.page(file.child(file.interior, 1))),
  },
  {
    words: "a leaf without rows",
    says: /is not the page with rows that it should be/,
    edit: (file) => file.page(file.child(file.interior, 1)).writeUInt16BE(0, 3),
  },
  {
    words: "a leaf of more rows than it has room for",
    says: /is not the page with rows that it should be/,
    edit: (file) => file.page(file.child(file.interior, 1)).writeUInt16BE(90, 3),
  },
  {
    words: "a cell pointer outside of its page",
    says: /holds no row in cell 1 /,
    edit: (file) => file.page(file.leaf).writeUInt16BE(0xffff, 10),
  },
  {
    words: "a cell pointer into the header of its page",
    says: /holds no row in cell 1 /,
    edit: (file) => file.page(file.leaf).writeUInt16BE(0, 10),
  },
  {
    words: "a cell pointer to what is a row, but for that it begins in a cell pointer",
    says: /holds no row in cell 0 /,
    edit: (file) => {
      const page = file.page(file.leaf);
      page.fill(0);
      // Cells at 11 and 0x0104, the latter's pointer ending with the 4 that the former begins with.
      Buffer.from("0d00000002000000000b01040004000000", "hex").copy(page);
      page.write("04010400000000", 0x104, "hex");
    },
  },
  {
    words: "a payload that does not fit into its page",
    says: /holds no row in cell 0 /,
    edit: (file) => {
      const leaf = file.child(file.interior, 1);
      file.page(leaf).writeUInt16BE(pageBytes - 20, 8);
      file.page(leaf).fill(0x40, pageBytes - 20);
    },
  },
  {
    words: "a payload larger than the file",
    says: /holds no row in cell 0 /,
    edit: (file) => Buffer.from("8fffffff7f", "hex").copy(file.page(file.leaf), file.cell(file.leaf, 0)),
  },
  {
    words: "a payload of more than 32 bits",
    says: /holds no row in cell 0 /,
    edit: (file) => file.page(file.leaf).fill(0xff, file.cell(file.leaf, 0), file.cell(file.leaf, 0) + 9),
  },
  {
    words: "a payload of nothing",
    says: /holds no row in cell 1 /,
    edit: (file) => (file.page(file.leaf)[file.cell(file.leaf, 1)] = 0),
  },
  {
    words: "a payload shorter than its values",
    says: /holds no row in cell 1 /,
    edit: (file) => (file.page(file.leaf)[file.cell(file.leaf, 1)]! -= 1),
  },
  {
    words: "a payload longer than its values",
    says: /holds no row in cell 1 /,
    edit: (file) => (file.page(file.leaf)[file.cell(file.leaf, 1)]! += 1),
  },
  {
    words: "a header longer than its payload",
    says: /holds no row in cell 1 /,
    edit: (file) => (file.page(file.leaf)[file.cell(file.leaf, 1) + 2] = 0x7f),
  },
  {
    words: "a header of nothing",
    says: /holds no row in cell 1 /,
    edit: (file) => (file.page(file.leaf)[file.cell(file.leaf, 1) + 2] = 1),
  },
  {
    words: "a header of nothing, and nothing else",
    says: /holds no row in cell 1 /,
    edit: (file) => setRecord(file, "01"),
  },
  {
    words: "a header that ends within its last serial type, which the values would fit",
    says: /holds no row in cell 1 /,
    edit: (file) => setRecord(file, "0400018000"),
  },
  {
    words: "values beyond the payload, where the header is longer than the table",
    says: /holds no row in cell 1 /,
    edit: (file) => setRecord(file, "0500060000"),
  },
  {
    words: "a header that ends within a serial type",
    says: /holds no row in cell 1 /,
    edit: (file) => (file.page(file.leaf)[file.cell(file.leaf, 1) + 5] = 0x87),
  },
  {
    words: "a reserved serial type",
    says: /holds no row in cell 1 /,
    edit: (file) => {
      const at = file.cell(file.leaf, 1);
      // 8 bytes less than the real that was there.
      file.page(file.leaf)[at]! -= 8;
      file.page(file.leaf)[at + 5] = 10;
    },
    stricter: true,
  },
  {
    words: "a row that goes on at a page that the file does not have",
    says: /holds a row that goes on at page 88888 of \d+/,
    edit: (file) => overflowOf(file, (page, at) => page.writeUInt32BE(88_888, at)),
  },
  {
    words: "a row that names the page where it goes on beyond its own",
    says: /holds no row in cell 0 /,
    edit: (file) => {
      const page = file.page(file.leaf);
      page.copy(page, pageBytes - 43, file.cell(file.leaf, 0), file.cell(file.leaf, 0) + 43);
      page.writeUInt16BE(pageBytes - 43, 8);
    },
  },
  {
    words: "a row that goes on nowhere",
    says: /holds a row that goes on at page 0 of \d+/,
    edit: (file) => overflowOf(file, (page, at) => file.page(page.readUInt32BE(at)).writeUInt32BE(0)),
  },
];

/** The second row, as it stands in the first leaf: the length of its payload, its rowid, its record. */
const setRecord = (file: Damaged, hex: string): void => {
  const at = file.cell(file.leaf, 1);
  file.page(file.leaf)[at] = hex.length / 2;
  file.page(file.leaf).write(hex, at + 2, "hex");
};

/** The first row's payload is of 1,011 bytes; 39 are in its cell, and then the page is named that it goes on at. */
const overflowOf = (file: Damaged, edit: (page: Buffer, at: number) => void): void =>
  edit(file.page(file.leaf), file.cell(file.leaf, 0) + 3 + 39);

describe("is told and not read on:", () => {
  test.each(cases.map((each) => [each.words, each] as const))("%s", async (_words, each) => {
    const sample = await damage(each.kind ?? "table", each.edit);
    const error = errorOf(() => readPageRows(sample, "t"));
    expect(error).toMatchObject({ code: "source-damaged" });
    expect(error?.message).toMatch(each.says);
    expect(error?.message).toMatch(/ is damaged: page \d+ .* \(while reading table "t"\)$/);
    expect(errorOf(() => readRows(sample, "t")) === null).toBe(each.stricter === true);
  });
});

describe("of rows that go on elsewhere", () => {
  /** One row of 40,000 bytes, in cell 0 of page 2. */
  const makeLong = (edit: (leaf: Buffer, cell: number) => void): string => {
    const path = makeFile(`PRAGMA page_size = ${pageBytes}; CREATE TABLE t(a)`, (database) =>
      database.prepare("INSERT INTO t VALUES (?)").run("x".repeat(40_000)),
    );
    const bytes = readFileSync(path);
    const leaf = bytes.subarray(pageBytes, 2 * pageBytes);
    edit(leaf, leaf.readUInt16BE(8));
    writeFileSync(path, bytes);
    return path;
  };

  test("no more pages are read than the file has, though many rows name the same ones", async () => {
    const path = makeLong((leaf, cell) => {
      leaf.writeUInt16BE(3, 3);
      for (const at of [10, 12]) leaf.writeUInt16BE(cell, at);
    });
    const sample = await openSample(path);
    expect(readRows(sample, "t")).toHaveLength(3);
    expect(errorOf(() => readPageRows(sample, "t"))).toMatchObject({
      code: "source-damaged",
      message: `${path} is damaged: page 2 shares its overflow pages with others (while reading table "t")`,
    });
  });

  test("none is larger than SQLite reads any", async () => {
    const path = makeLong((leaf, cell) => Buffer.from("84ffffff7f", "hex").copy(leaf, cell));
    const sample = await openSample(path);
    const { file, layout, rowPages } = pagesOf(sample, "t");
    expect(errorOf(() => readPageRows(sample, "t"))).toMatchObject({ code: "source-damaged" });
    const large = { ...file, pageCount: 4_000_000 };
    expect(errorOf(() => readPageRecords(large, layout, rowPages, 0, 1).next())).toMatchObject({
      code: "source-unsupported",
      message: `${path} holds a row of 1342177279 bytes in table "t" (page 2, cell 0), and SQLite reads no more than 1000000000`,
    });
  });
});

describe("of a file", () => {
  const file = (pageBytes: number, pageCount: number): PageFile => ({
    path: "x.db",
    descriptor: -1,
    pageBytes,
    usableBytes: pageBytes,
    pageCount,
  });

  test.each([
    [512, 2_097_153],
    [4096, 262_145],
    [65536, 16_385],
  ])("with pages of %i bytes, page %i is for locks alone", (pageBytes, lockPage) => {
    const large = file(pageBytes, 4_000_000);
    expect([lockPage - 1, lockPage, lockPage + 1].map((page) => mayHoldData(large, page))).toEqual([
      true,
      false,
      true,
    ]);
  });
});
