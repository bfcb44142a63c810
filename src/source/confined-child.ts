/**
 * A process of its own that evaluates one SELECT over the file, for confined-rows.ts: such SQL may take hours or all memory,
 * and nothing but the end of the process stops it. It opens the file itself, read-only, under a lock of its own, and gives
 * rows away as the other side takes them.
 */
import { readFileSync, writeSync } from "node:fs";
import { serialize } from "node:v8";
import { openShared } from "./guard.js";
import { ToolError } from "../errors.js";
import { sqliteCode } from "./source-error.js";
import type { ConfinedRow, ConfinedSetup, Frame } from "./confined-frame.js";

const standardInput = 0;
const standardOutput = 1;

/** A frame goes out when it holds so much, or has waited so long: who waits for it tells by it that there is progress. */
const frameBytes = 256 * 1024;
const frameMilliseconds = 200;

const { location, path, sql, eachRow } = JSON.parse(readFileSync(standardInput, "utf8")) as ConfinedSetup;

try {
  tell(rowsOf(await openShared(location, path)));
} catch (error) {
  const isTool = error instanceof ToolError;
  tell({
    kind: "not-opened",
    code: isTool ? error.code : sqliteCode(error),
    message: error instanceof Error ? error.message : String(error),
    hint: isTool ? error.hint : null,
  });
}

/** Tells the rows; @returns how it ended. */
function rowsOf(database: Awaited<ReturnType<typeof openShared>>): Frame {
  let rows: ConfinedRow[] = [];
  let bytes = 0;
  let last = performance.now();
  let isPrepared = false;
  const flush = (): void => {
    if (rows.length > 0) tell({ kind: "rows", rows });
    rows = [];
    bytes = 0;
    last = performance.now();
  };
  try {
    const statement = database.prepare<[], ConfinedRow>(sql).raw(true).safeIntegers(true);
    isPrepared = true;
    for (const row of statement.iterate()) {
      rows.push(row);
      for (const value of row) bytes += value instanceof Uint8Array ? value.length : 8;
      if (eachRow || bytes >= frameBytes || performance.now() - last >= frameMilliseconds) flush();
    }
    flush();
    return { kind: "end" };
  } catch (error) {
    const code = sqliteCode(error);
    if (code === null) throw error;
    flush();
    return { kind: isPrepared ? "failed" : "refused", code, message: (error as Error).message };
  }
}

function tell(frame: Frame): void {
  const body = serialize(frame);
  const head = Buffer.alloc(4);
  head.writeUInt32LE(body.length);
  writeAll(head);
  writeAll(body);
}

/** Waits where the other side is slower. */
function writeAll(bytes: Buffer): void {
  for (let done = 0; done < bytes.length;) {
    try {
      done += writeSync(standardOutput, bytes, done, bytes.length - done);
    } catch (error) {
      if ((error as { readonly code?: unknown }).code !== "EAGAIN") throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
}
