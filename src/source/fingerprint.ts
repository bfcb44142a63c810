/**
 * The fingerprint of a database: SHA-256 over every page of the consistent view that was opened.
 *
 * No counter would do: in WAL mode a commit need not touch the header's change counter, two files made by the
 * same script have the same counters and other rows, and a WAL's own salts and checksums change by a mere
 * checkpoint (docs/decisions/source-safety.md has the measurements).
 *
 * Left out is what differs between two views of the same content: the format version (a private copy is taken
 * out of WAL), the counters that the online backup rewrites, the page count in the header (the real one is
 * hashed instead), and the page with the lock byte, which SQLite never reads (fileformat2, section 1.4).
 *
 * Each 1 MiB is hashed by itself, several at once in Node's thread pool (Web Crypto), so that the event loop
 * stays alive and the file is never in memory; each GiB's hashes are then chained.
 */
import { ToolError } from "../errors.js";
import { readAt } from "./read-at.js";
import { refuseIfAborted } from "./waiting.js";

const chunkBytes = 1 << 20;
const chunksPerLink = 1024;
const chunksAtOnce = 4;
const digestBytes = 32;
const lockByteAt = 0x40000000;

/** Bytes of the header that are hashed as zeros: [from, to). */
const leftOut: readonly (readonly [from: number, to: number])[] = [
  [18, 20], // format versions
  [24, 32], // change counter, page count
  [40, 44], // schema cookie
  [92, 100], // version-valid-for, SQLite's version
];

export interface FingerprintedPages {
  /** The file the user named, for messages. */
  readonly path: string;
  /** An open descriptor of a file that cannot change while this runs. */
  readonly descriptor: number;
  readonly pageBytes: number;
  readonly pageCount: number;
  readonly signal?: AbortSignal | undefined;
  /** Told how many bytes are done. */
  readonly onBytes?: ((bytes: number) => void) | undefined;
}

/**
 * @returns `sqlite-1:` and 64 hexadecimal digits.
 * @throws ToolError `interrupted`, or `source-changed` where the file ends before its last page.
 */
export const fingerprintOf = async (pages: FingerprintedPages): Promise<string> => {
  const bytes = pages.pageBytes * pages.pageCount;
  let link = await sha256(Buffer.from(`sqlite-1 ${pages.pageBytes} ${pages.pageCount}`, "latin1"));
  for (let from = 0; from < bytes; from += chunksPerLink * chunkBytes) {
    const to = Math.min(bytes, from + chunksPerLink * chunkBytes);
    link = await sha256(Buffer.concat([link, await chunkDigests(pages, from, to)]));
  }
  return `sqlite-1:${link.toString("hex")}`;
};

/** The digests of the chunks between two places, in order. */
const chunkDigests = async (pages: FingerprintedPages, from: number, to: number): Promise<Buffer> => {
  const digests = Buffer.alloc(Math.ceil((to - from) / chunkBytes) * digestBytes);
  let next = from;
  const digestSome = async (): Promise<void> => {
    const buffer = Buffer.allocUnsafeSlow(chunkBytes);
    while (next < to) {
      refuseIfAborted(pages.path, pages.signal);
      const at = next;
      next += chunkBytes;
      const chunk = buffer.subarray(0, Math.min(chunkBytes, to - at));
      await readWhole(pages, chunk, at);
      blankOut(chunk, at, pages.pageBytes);
      (await sha256(chunk)).copy(digests, ((at - from) / chunkBytes) * digestBytes);
      pages.onBytes?.(at + chunk.length);
    }
  };
  await allSettledOrThrow(Array.from({ length: chunksAtOnce }, digestSome));
  return digests;
};

/** Waits for all before it throws: nothing may still be reading a descriptor that its owner then closes. */
const allSettledOrThrow = async (running: readonly Promise<void>[]): Promise<void> => {
  for (const result of await Promise.allSettled(running)) {
    if (result.status === "rejected") throw result.reason;
  }
};

const readWhole = async (pages: FingerprintedPages, chunk: Uint8Array, at: number): Promise<void> => {
  if ((await readAt(pages.descriptor, chunk, at)) === chunk.length) return;
  throw new ToolError(
    "source-changed",
    `${pages.path} became shorter while it was read`,
    "let nothing but SQLite write to it, and run again",
  );
};

const blankOut = (chunk: Buffer, at: number, pageBytes: number): void => {
  if (at === 0) for (const [from, to] of leftOut) chunk.fill(0, from, to);
  if (at === lockByteAt) chunk.fill(0, 0, pageBytes);
};

const sha256 = async (bytes: Uint8Array): Promise<Buffer> =>
  Buffer.from(await crypto.subtle.digest("SHA-256", bytes));
