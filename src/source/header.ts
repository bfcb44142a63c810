/**
 * The 100 bytes that every SQLite file begins with, and the first bytes of the files SQLite keeps beside it
 * (sqlite.org/fileformat2.html, sections 1.3, 3 and 4; sqlite.org/walformat.html, section 2.1). Pure.
 */
import type { TextEncoding } from "../model/sqlite.js";

export const headerBytes = 100;

export interface Header {
  /** As written, with 1 read as 65536; `isPageSize` says whether SQLite takes it. */
  readonly pageBytes: number;
  /** 1: rollback journal, 2: WAL. */
  readonly writeVersion: number;
  readonly readVersion: number;
  readonly reservedBytes: number;
  /** Counts the write transactions of rollback mode; in WAL mode a commit need not touch it. */
  readonly changeCounter: number;
  /** Trustworthy only where `versionValidFor` equals `changeCounter`. */
  readonly pageCount: number;
  readonly freelistPages: number;
  readonly schemaCookie: number;
  readonly schemaFormat: number;
  /** null for a number that is no encoding; 0, a database without any table yet, is UTF-8. */
  readonly encoding: TextEncoding | null;
  readonly userVersion: number;
  readonly applicationId: number;
  readonly versionValidFor: number;
  /** The SQLite that wrote last, e.g. 3045001. */
  readonly sqliteVersion: number;
}

const magic = Buffer.from("SQLite format 3\0", "latin1");

const encodings: Readonly<Record<number, TextEncoding>> = {
  0: "UTF-8",
  1: "UTF-8",
  2: "UTF-16le",
  3: "UTF-16be",
};

export const hasMagic = (bytes: Uint8Array): boolean => startsWith(bytes, magic);

/** @returns null where the bytes are fewer than 100 or do not begin as a SQLite file does. */
export const parseHeader = (bytes: Uint8Array): Header | null => {
  if (bytes.length < headerBytes || !hasMagic(bytes)) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, headerBytes);
  const pageSize = view.getUint16(16);
  return {
    pageBytes: pageSize === 1 ? 65536 : pageSize,
    writeVersion: view.getUint8(18),
    readVersion: view.getUint8(19),
    reservedBytes: view.getUint8(20),
    changeCounter: view.getUint32(24),
    pageCount: view.getUint32(28),
    freelistPages: view.getUint32(36),
    schemaCookie: view.getUint32(40),
    schemaFormat: view.getUint32(44),
    encoding: encodings[view.getUint32(56)] ?? null,
    userVersion: view.getInt32(60),
    applicationId: view.getUint32(68),
    versionValidFor: view.getUint32(92),
    sqliteVersion: view.getUint32(96),
  };
};

/** A power of two from 512 to 65536 (fileformat2, section 1.3.2). */
export const isPageSize = (bytes: number): boolean =>
  bytes >= 512 && bytes <= 65536 && (bytes & (bytes - 1)) === 0;

/** Bytes the file must have by its header, or null where the header does not count its pages reliably. */
export const countedBytes = (header: Header): number | null =>
  header.pageCount > 0 && header.versionValidFor === header.changeCounter
    ? header.pageCount * header.pageBytes
    : null;

const journalMagic = Uint8Array.of(0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7);
const walMagics = [Uint8Array.of(0x37, 0x7f, 0x06, 0x82), Uint8Array.of(0x37, 0x7f, 0x06, 0x83)];
/** Version 3007000 of the WAL index, in either byte order. */
const shmVersions = [Uint8Array.of(0x18, 0xe2, 0x2d, 0x00), Uint8Array.of(0x00, 0x2d, 0xe2, 0x18)];

export type SideKind = "wal" | "shm" | "journal";

/** Which of the files that stand beside a database these bytes begin, or null. */
export const sideKind = (bytes: Uint8Array): SideKind | null => {
  if (startsWith(bytes, journalMagic)) return "journal";
  if (walMagics.some((start) => startsWith(bytes, start))) return "wal";
  if (shmVersions.some((start) => startsWith(bytes, start))) return "shm";
  return null;
};

const startsWith = (bytes: Uint8Array, start: Uint8Array): boolean =>
  bytes.length >= start.length && start.every((byte, at) => bytes[at] === byte);
