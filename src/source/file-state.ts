/** Whether a file and what stands beside it changed while they were copied. */
import { type BigIntStats, closeSync, openSync, readSync, statSync } from "node:fs";
import type { ExaminedFile } from "./examine.js";
import { headerBytes } from "./header.js";
import { fileSystemCode } from "./source-error.js";
import { sleep } from "./waiting.js";

interface FileState {
  readonly path: string;
  readonly stat: BigIntStats;
  /** Its first bytes. */
  readonly start: Uint8Array;
}

export interface SourceState {
  readonly main: FileState;
  /** null where there is none or it is empty. */
  readonly wal: FileState | null;
  readonly journal: FileState | null;
  /** Equal for equal states. */
  readonly words: string;
}

/**
 * File systems stamp with the kernel's clock, which ticks every 1 to 10 ms; some count whole seconds or two.
 * A write within the tick of the last one leaves the same stamp.
 */
const tickMilliseconds = 30;
const coarseTickMilliseconds = 2_000;
const pauseMilliseconds = 20;

/**
 * The state of files whose stamps are old enough to tell a later write. Where somebody writes all the time it
 * gives up after a while; then the comparison afterwards will show it.
 */
export const stillState = async (file: ExaminedFile): Promise<SourceState> => {
  const deadline = performance.now() + 2 * coarseTickMilliseconds;
  for (;;) {
    const state = sourceState(file);
    if (performance.now() > deadline || ![state.main, state.wal, state.journal].some(isFresh)) return state;
    await sleep(pauseMilliseconds);
  }
};

const isFresh = (state: FileState | null): boolean => {
  if (state === null) return false;
  const tick = state.stat.mtimeNs % 1_000_000_000n === 0n ? coarseTickMilliseconds : tickMilliseconds;
  const age = Date.now() - Number(state.stat.mtimeMs);
  return age >= 0 && age <= tick;
};

export const sourceState = (file: ExaminedFile): SourceState => {
  const start = Buffer.alloc(headerBytes);
  readSync(file.descriptor, start, 0, start.length, 0);
  const main = { path: file.realPath, stat: statSync(file.realPath, { bigint: true }), start };
  const wal = sideState(`${file.realPath}-wal`);
  const journal = sideState(`${file.realPath}-journal`);
  return { main, wal, journal, words: [main, wal, journal].map(wordsOf).join("\n") };
};

const sideState = (path: string): FileState | null => {
  const stat = statSync(path, { bigint: true, throwIfNoEntry: false });
  if (stat?.isFile() !== true || stat.size === 0n) return null;
  const start = startOf(path);
  return start === null ? null : { path, stat, start };
};

/** 32 bytes: the whole header of a WAL, whose salts change when it begins anew, and the start of a journal's. */
const startOf = (path: string): Uint8Array | null => {
  let descriptor: number;
  try {
    descriptor = openSync(path, "r");
  } catch (error) {
    if (fileSystemCode(error) === "ENOENT") return null;
    throw error;
  }
  try {
    const start = Buffer.alloc(32);
    return start.subarray(0, readSync(descriptor, start, 0, start.length, 0));
  } finally {
    closeSync(descriptor);
  }
};

const wordsOf = (state: FileState | null): string => {
  if (state === null) return "-";
  const { dev, ino, size, mtimeNs, ctimeNs } = state.stat;
  return [dev, ino, size, mtimeNs, ctimeNs, Buffer.from(state.start).toString("hex")].join(" ");
};
