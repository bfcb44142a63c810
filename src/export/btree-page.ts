/**
 * B-tree pages (sqlite.org/fileformat2.html, section 1.6). Whatever a page says is held against its own size
 * before it is used: none of it may lead outside of the page or of the file.
 */
import type { PageFile } from "../source/pages.js";

/** The first byte of a page. */
export const pageKind = { interiorIndex: 2, interiorTable: 5, leafIndex: 10, leafTable: 13 } as const;

export type TreeKind = "table" | "index";

export const leafKind = (tree: TreeKind): number =>
  tree === "table" ? pageKind.leafTable : pageKind.leafIndex;

export const interiorKind = (tree: TreeKind): number =>
  tree === "table" ? pageKind.interiorTable : pageKind.interiorIndex;

/** Where the array of cell pointers begins. */
export const leafHeaderBytes = 8;
export const interiorHeaderBytes = 12;

/** No cell is shorter; SQLite gives that much to shorter ones. */
export const leastCellBytes = 4;

export const readUint16 = (bytes: Uint8Array, at: number): number => (bytes[at]! << 8) | bytes[at + 1]!;

export const readUint32 = (bytes: Uint8Array, at: number): number =>
  ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0;

export const cellCount = (bytes: Uint8Array, page: number): number => readUint16(bytes, page + 3);

/** A page cannot hold more cells than this, whatever it says (MX_CELL in SQLite's btreeInt.h). */
export const mostCells = (file: PageFile): number => Math.floor((file.pageBytes - 8) / 6);

/** The page at 1 GiB is for locks and never read or written (section 1.4). */
export const isLockPage = (file: PageFile, page: number): boolean => page === 2 ** 30 / file.pageBytes + 1;

/** Page 1 holds the schema. */
export const mayHoldData = (file: PageFile, page: number): boolean =>
  page >= 2 && page <= file.pageCount && !isLockPage(file, page);

/** How much of a payload stays in its cell, and how much an overflow page takes (section 1.6, at its end). */
export interface PayloadRoom {
  /** A payload of up to this many bytes is in its cell whole. */
  readonly maxLocal: number;
  readonly minLocal: number;
  readonly overflowBytes: number;
}

export function payloadRoom(file: PageFile, page: "leaf" | "interior", tree: TreeKind): PayloadRoom {
  const usable = file.usableBytes;
  return {
    maxLocal: tree === "table" && page === "leaf" ? usable - 35 : Math.floor(((usable - 12) * 64) / 255) - 23,
    minLocal: Math.floor(((usable - 12) * 32) / 255) - 23,
    overflowBytes: usable - 4,
  };
}

/** Of a payload larger than `maxLocal`, the bytes that stay in its cell. */
export function localBytes(payload: number, room: PayloadRoom): number {
  const local = room.minLocal + ((payload - room.minLocal) % room.overflowBytes);
  return local <= room.maxLocal ? local : room.minLocal;
}
