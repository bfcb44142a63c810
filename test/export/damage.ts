/**
 * Damage to SQLite files: what disks, copies and other programs do to them, and what only somebody does who knows the
 * format (sqlite.org/fileformat2.html) and wants a reader to loop, to read beyond a page or to make up rows.
 */
import fc from "fast-check";
import { PagedFile } from "./paged-file.js";

/** The numbers are taken modulo whatever there is to choose from. */
export interface Damage {
  readonly does: keyof typeof ways;
  readonly page: number;
  readonly place: number;
  readonly value: number;
}

type Way = (file: PagedFile, damage: Damage) => void;

const ways = {
  "flip a byte": (file, { place, value }) => {
    file.bytes[place % file.bytes.length]! ^= (value % 255) + 1;
  },
  "overwrite a run": (file, { place, value }) => {
    const from = place % file.bytes.length;
    const to = Math.min(file.bytes.length, from + 1 + ((value >>> 2) % 700));
    for (let at = from; at < to; at += 1) {
      file.bytes[at] = [0, 0xff, Math.imul(at, value) >>> 7, file.bytes[(at + value) % file.bytes.length]!][value % 4]!;
    }
  },
  "swap pages": (file, { page, place }) => {
    const [one, other] = [file.page(page), file.page(place)];
    const kept = Buffer.from(one);
    other.copy(one);
    kept.copy(other);
  },
  "copy a page over another": (file, { page, place }) => {
    file.page(page).copy(file.page(place));
  },
  "empty a page": (file, { page }) => {
    file.page(page).fill(0);
  },
  "cut the file": (file, { place, value }) => {
    const keep = place % file.bytes.length;
    file.bytes = file.bytes.subarray(0, value % 2 === 0 ? keep : keep - (keep % file.pageBytes));
  },
  "append to the file": (file, { place, value }) => {
    file.bytes = Buffer.concat([file.bytes, Buffer.alloc(place % 3000, value & 0xff)]);
  },
  "change the header": (file, { place, value }) => {
    // Page size, versions, reserved bytes, fractions, counters, page count, freelist, schema, cache, vacuum, encoding.
    const [at, width] = ([[16, 2], [18, 1], [19, 1], [20, 1], [20, 1], [21, 3], [24, 4], [28, 4], [28, 4], [32, 4], [36, 4], [40, 4],
      [44, 4], [48, 4], [52, 4], [52, 4], [56, 4], [64, 4], [92, 4], [96, 4]] as const)[place % 20]!; // prettier-ignore
    if (file.bytes.length < 100) return;
    file.bytes.writeUIntBE(file.numberFor(value, file.bytes.readUIntBE(at, width)) % 256 ** width, at, width);
  },
  "change a page's header": (file, damage) => {
    const page = file.treePage(damage.page);
    if (page === null) return;
    const { at, isInterior } = page;
    // Its kind, first free block, count of cells, where cells begin, fragments, last child.
    const [offset, width] = ([[0, 1], [1, 2], [3, 2], [3, 2], [5, 2], [7, 1], isInterior ? [8, 4] : [3, 2]] as const)[damage.place % 7]!; // prettier-ignore
    const kinds = [2, 5, 10, 13, 0, 1];
    const found = file.bytes.readUIntBE(at + offset, width);
    const put = offset === 0 ? kinds[damage.value % kinds.length]! : file.numberFor(damage.value, found);
    file.bytes.writeUIntBE(put % 256 ** width, at + offset, width);
  },
  "change a cell's place": (file, damage) => {
    const page = file.treePage(damage.page);
    if (page === null || page.cells.length === 0) return;
    const at = page.pointers + 2 * (damage.place % page.cells.length);
    const other = page.cells[damage.value % page.cells.length]!;
    const choices = [other, other + 1, other - 1, 0, 8, 100, file.usableBytes, file.usableBytes - 1, file.usableBytes - 4, 0xffff];
    file.bytes.writeUInt16BE((choices[(damage.value >>> 3) % choices.length]! & 0xffff) >>> 0, at);
  },
  "change a cell's first bytes": (file, damage) => {
    const at = startOfCell(file, damage);
    if (at === null) return;
    const place = Math.min(file.bytes.length - 1, at + ((damage.value >>> 4) % 14));
    file.bytes[place] = [0, 1, 0x7f, 0x80, 0xff, 0x0a, 0x0b, file.bytes[place]! + 1, file.bytes[place]! - 1, damage.value >>> 8][damage.value % 10]! & 0xff;
  },
  "put long varints into a cell": (file, damage) => {
    const at = startOfCell(file, damage);
    if (at === null) return;
    const from = Math.min(file.bytes.length - 9, at + ((damage.value >>> 2) % 12));
    file.bytes.fill([0xff, 0x80, 0x81, 0x8f][damage.value % 4]!, from, from + 8);
  },
  "lead to another page": (file, damage) => {
    const at = pick(file.links(damage.page), damage.place);
    if (at !== undefined) file.bytes.writeUInt32BE(file.numberFor(damage.value, file.bytes.readUInt32BE(at)) >>> 0, at);
  },
  "begin a tree elsewhere": (file, damage) => {
    const at = pick(file.roots(), damage.place);
    if (at !== undefined) file.bytes[at] = file.numberFor(damage.value, file.bytes[at]!) & 0xff;
  },
} satisfies Record<string, Way>; // prettier-ignore

const pick = <T>(choices: readonly T[], number: number): T | undefined =>
  choices[number % Math.max(1, choices.length)];

function startOfCell(file: PagedFile, { page, place }: Damage): number | null {
  const found = file.treePage(page);
  const cell = pick(found?.cells ?? [], place);
  return found === null || cell === undefined ? null : found.from + cell;
}

const number = fc.nat(0x7fff_ffff);

/** Most often one thing is wrong; then it is not hidden by another. */
export const randomDamage: fc.Arbitrary<readonly Damage[]> = fc.oneof(
  { weight: 4, arbitrary: fc.array(oneDamage(), { minLength: 1, maxLength: 1 }) },
  { weight: 1, arbitrary: fc.array(oneDamage(), { minLength: 2, maxLength: 4 }) },
);

function oneDamage(): fc.Arbitrary<Damage> {
  const does = fc.constantFrom(...(Object.keys(ways) as Damage["does"][]));
  return fc.record({ does, page: number, place: number, value: number });
}

/** The damaged bytes; `sound` stays as it is. */
export function damaged(sound: Buffer, damages: readonly Damage[]): Buffer {
  const file = new PagedFile(Buffer.from(sound));
  for (const damage of damages) if (file.bytes.length > 0) ways[damage.does](file, damage);
  return file.bytes;
}
