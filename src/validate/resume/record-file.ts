/**
 * The file in which a proof keeps what it has proven: a record a line, of which the first says what proof it is. Lines are only
 * ever added. Only the last can be torn, by the end of the process or of the machine: it is thrown away.
 */
import {
  closeSync,
  fdatasync,
  fstatSync,
  ftruncateSync,
  openSync,
  readFileSync,
  rmSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";
import { ToolError } from "../../errors.js";
import { recordLine, recordOf } from "./record-line.js";

/** What a crash of the machine may cost; one of the process alone costs nothing. */
const syncMilliseconds = 5_000;

const begin = '{"record":{"format":"sqlift-proof"';

export class RecordFile {
  readonly path: string;
  readonly #descriptor: number;
  /** Those that were there when it was opened. */
  readonly records: readonly unknown[];
  #synced = performance.now();
  #isOpen = true;
  /** Bytes that were read and written here. */
  #length = 0;

  /**
   * Opens the file, or makes it (mode 0600: it may hold values).
   *
   * @throws ToolError `resume-invalid` for a file that is none of these, or was damaged; `usage` where there can be none.
   */
  constructor(path: string) {
    this.path = path;
    this.#descriptor = openFile(path);
    try {
      this.records = this.#read();
    } catch (error) {
      closeSync(this.#descriptor);
      throw error;
    }
  }

  /** @throws ToolError `no-space`, `usage`; `resume-invalid` where another run writes into it as well. */
  append(record: object): void {
    const line = Buffer.from(recordLine(record));
    this.#refuseOthers();
    try {
      for (let done = 0; done < line.length;) {
        done += writeSync(this.#descriptor, line, done);
      }
      this.#length += line.length;
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      const isFull = code === "ENOSPC" || code === "EDQUOT";
      throw new ToolError(
        isFull ? "no-space" : "usage",
        `What is proven cannot be kept in ${this.path}: ${message}`,
        isFull ? "Make room and run the same command again: it goes on from there." : null,
        { cause: error },
      );
    }
    if (performance.now() - this.#synced >= syncMilliseconds) {
      this.#synced = performance.now();
      // Nobody waits for the disk: what it loses is read again.
      fdatasync(this.#descriptor, () => undefined);
    }
  }

  /** A file that nothing came into goes again. Safe to call twice. */
  close(): void {
    if (!this.#isOpen) {
      return;
    }
    // Another run may have written into it.
    const isEmpty = fstatSync(this.#descriptor).size === 0;
    this.#isOpen = false;
    closeSync(this.#descriptor);
    if (isEmpty) {
      rmSync(this.path, { force: true });
    }
  }

  remove(): void {
    this.close();
    rmSync(this.path, { force: true });
  }

  #read(): readonly unknown[] {
    if (!fstatSync(this.#descriptor).isFile()) {
      throw notOurs(this.path);
    }
    const bytes = readFileSync(this.#descriptor);
    if (bytes.length > 0 && !bytes.subarray(0, begin.length).equals(Buffer.from(begin))) {
      throw notOurs(this.path);
    }
    const records: unknown[] = [];
    for (let start = 0; start < bytes.length;) {
      const end = bytes.indexOf("\n", start);
      const record = end === -1 ? null : recordOf(bytes.toString("utf8", start, end));
      if (record === null) {
        this.#cutTorn(bytes, start, records.length);
        break;
      }
      records.push(record);
      start = end + 1;
      this.#length = start;
    }
    return records;
  }

  /** Sittings are told apart by their numbers, which two at once would both count on. */
  #refuseOthers(): void {
    if (fstatSync(this.#descriptor).size !== this.#length) {
      throw new ToolError(
        "resume-invalid",
        `Another run writes into ${this.path} at the same time.`,
        "Wait until it has ended, or name another file.",
      );
    }
  }

  /** What stands behind a torn line was never written: a machine that crashed has left zeros there, if anything. */
  #cutTorn(bytes: Buffer, start: number, records: number): void {
    const end = bytes.indexOf("\n", start);
    if (records === 0 || (end !== -1 && bytes.includes('{"record":', end))) {
      throw new ToolError(
        "resume-invalid",
        `${this.path} is damaged: line ${records + 1} is not as it was written.`,
        deleteIt(this.path),
      );
    }
    ftruncateSync(this.#descriptor, start);
  }
}

/** For appending, and for nobody else's eyes. */
const openFile = (path: string): number => {
  try {
    return openSync(path, "a+", 0o600);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw code === "EISDIR"
      ? notOurs(path)
      : new ToolError(
          "usage",
          code === "ENOENT"
            ? `There is no folder ${dirname(path)} for the file of --resume.`
            : `What is proven cannot be kept in ${path}: ${message}`,
          code === "ENOENT" ? "Make it first." : null,
          { cause: error },
        );
  }
};

export const deleteIt = (path: string): string =>
  `Delete ${path} to begin anew, or name another file by --resume.`;

const notOurs = (path: string): ToolError =>
  new ToolError(
    "resume-invalid",
    `${path} is no file that --resume has made, and is left as it is.`,
    "Name one that is not there yet.",
  );
