/** What the tests of this room share: temporary folders, and errors looked at. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { afterEach } from "vitest";
import { ToolError } from "../../src/errors.js";

const cleanups: (() => unknown)[] = [];

/** Runs after the test, last one first. */
export const afterwards = (cleanup: () => unknown): void => void cleanups.push(cleanup);

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** A folder (0700) that goes with the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "sqlift-test-"));
  afterwards(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}

/** The ToolError that the work ends in. */
export async function errorOf(work: () => unknown): Promise<ToolError> {
  try {
    await work();
  } catch (error) {
    if (error instanceof ToolError) return error;
    throw error;
  }
  throw new Error("Nothing was thrown.");
}

/** Everything that could be printed of an error: message, stack, hint, causes and their properties, hidden ones too. */
export const everythingOf = (error: unknown): string => inspect(error, { depth: 12, showHidden: true });
