/**
 * The rows of a SELECT that evaluates SQL of the file (virtual generated columns). It runs in a process of its own, which is
 * killed when a row takes too long or the run is interrupted; here nothing of the file is evaluated
 * (docs/decisions/virtual-columns.md).
 */
import { fork, type ChildProcess } from "node:child_process";
import type { Readable } from "node:stream";
import { deserialize } from "node:v8";
import Database from "better-sqlite3";
import { ToolError } from "../errors.js";
import type { ConfinedRow, ConfinedSetup, Frame } from "./confined-frame.js";
import type { Source } from "./source.js";
import { sourceError } from "./source-error.js";

/** How long SQLite may take for one row. */
export const mostRowMilliseconds = 30_000;

export interface ConfinedOptions {
  readonly signal?: AbortSignal | undefined;
  /** Default: `mostRowMilliseconds`. */
  readonly rowMilliseconds?: number | undefined;
  /** Whether rows come one by one: slower, but then a row that fails by time is known. Default: false. */
  readonly eachRow?: boolean | undefined;
}

/** `refused`: SQLite does not know what it means; `failed`: a row has no value; `late`: a row took too long. */
export type ExpressionTrouble = "refused" | "failed" | "late";

/** SQL of the file that SQLite could not evaluate. */
export class ExpressionError extends ToolError {
  readonly trouble: ExpressionTrouble;
  /** How many rows came before; by `late` only what was told, unless rows come one by one. */
  readonly rows: number;
  /** What SQLite says, or that it took too long; no sentence. */
  readonly said: string;

  constructor(path: string, trouble: ExpressionTrouble, rows: number, said: string) {
    super(
      "source-expression",
      `${path}: SQLite cannot compute a generated column: ${said}`,
      "Leave the column out by a mapping (skip: true), or mend its expression in the source.",
    );
    this.trouble = trouble;
    this.rows = rows;
    this.said = said;
  }
}

/**
 * Yields the rows of `sql` as they come, some at a time; the process waits while nobody takes them. Values as better-sqlite3
 * gives them with safe integers.
 *
 * @throws ExpressionError; ToolError `interrupted`, the source codes (`source-expression` also where the process ended by itself).
 */
export async function* confinedRows(
  source: Pick<Source, "path" | "location">,
  sql: string,
  { signal, rowMilliseconds = mostRowMilliseconds, eachRow = false }: ConfinedOptions = {},
): AsyncGenerator<readonly ConfinedRow[]> {
  refuseInterrupted(signal);
  const { path, location } = source;
  const child = start({ location, path, sql, eachRow });
  const kill = (): void => void child.running.kill("SIGKILL");
  signal?.addEventListener("abort", kill);
  let rows = 0;
  try {
    const frames = framesOf(child.output)[Symbol.asyncIterator]();
    for (;;) {
      const next = await within(frames.next(), rowMilliseconds);
      refuseInterrupted(signal);
      if (next === "late") {
        const seconds = rowMilliseconds / 1000;
        throw new ExpressionError(path, "late", rows, `a row took more than ${seconds} seconds`);
      }
      if (next.done === true) throw diedError(path, await child.ended);
      const frame = next.value;
      if (frame.kind === "end") return;
      if (frame.kind !== "rows") throw troubleOf(path, frame, rows);
      rows += frame.rows.length;
      yield frame.rows;
    }
  } finally {
    signal?.removeEventListener("abort", kill);
    kill();
    // Its end is told when its outputs have closed, which one with rows that nobody takes never does by itself.
    child.output.destroy();
    await child.ended;
  }
}

interface Child {
  readonly running: ChildProcess;
  readonly output: Readable;
  /** How it ended, in words. */
  readonly ended: Promise<string>;
}

function start(setup: ConfinedSetup): Child {
  const url = new URL("./confined-child.js", import.meta.url);
  // Nothing of the environment is its business, passwords least of all; nor are the options of Node's own script.
  const running = fork(url, { stdio: ["pipe", "pipe", "pipe", "ipc"], env: {}, execArgv: [] });
  let complaint = "";
  running.stderr!.setEncoding("utf8").on("data", (text: string) => {
    complaint = (complaint + text).slice(0, 2000);
  });
  const ended = new Promise<string>((resolve) => {
    running.once("error", (error) => resolve(error.message));
    running.once("close", (code, signal) =>
      resolve([signal ?? `exit code ${String(code)}`, complaint.trim()].filter(Boolean).join(": ")),
    );
  });
  // It may be gone before it has read what it was to do; then `ended` tells.
  running.stdin!.on("error", () => undefined);
  running.stdin!.end(JSON.stringify(setup));
  return { running, output: running.stdout!, ended };
}

/** An output that breaks off gives no more frames. */
async function* framesOf(output: Readable): AsyncGenerator<Frame> {
  let parts: Buffer[] = [];
  let held = 0;
  let wanted = 4;
  let isHead = true;
  for await (const chunk of output as AsyncIterable<Buffer>) {
    parts.push(chunk);
    held += chunk.length;
    while (held >= wanted) {
      const bytes = parts.length === 1 ? parts[0]! : Buffer.concat(parts, held);
      const frame = bytes.subarray(0, wanted);
      parts = [bytes.subarray(wanted)];
      held -= wanted;
      wanted = isHead ? frame.readUInt32LE(0) : 4;
      if (!isHead) yield deserialize(frame) as Frame;
      isHead = !isHead;
    }
  }
}

async function within<T>(work: Promise<T>, milliseconds: number): Promise<T | "late"> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<"late">((resolve) => {
    timer = setTimeout(() => resolve("late"), milliseconds);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** What says that the file cannot be read, not that the expression has no value. */
const isOfFile = (code: string): boolean =>
  /^SQLITE_(CORRUPT|NOTADB|BUSY|LOCKED|PROTOCOL|IOERR|CANTOPEN|PERM|AUTH|READONLY|FULL)/.test(code);

function troubleOf(path: string, frame: Exclude<Frame, { kind: "rows" | "end" }>, rows: number): Error {
  const { code, message } = frame;
  if (frame.kind === "not-opened") {
    if (code === null) return new Error(message);
    return code.startsWith("SQLITE_")
      ? sourceError(new Database.SqliteError(message, code), path)
      : new ToolError(code as ToolError["code"], message, frame.hint);
  }
  if (isOfFile(frame.code)) return sourceError(new Database.SqliteError(message, frame.code), path);
  return new ExpressionError(path, frame.kind, rows, message);
}

/** Ctrl-C reaches a terminal's whole group of processes, this one maybe before us. */
const diedError = (path: string, how: string): ToolError =>
  how.startsWith("SIGINT")
    ? new ToolError("interrupted", "Interrupted.")
    : new ToolError(
        "source-expression",
        `${path}: the process that computes generated columns ended by itself (${how})`,
        "It may have run out of memory, or been killed. Run again, or leave these columns out by a mapping (skip: true).",
      );

function refuseInterrupted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw new ToolError("interrupted", "Interrupted.");
}
