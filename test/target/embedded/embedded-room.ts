/** What the tests of the embedded server share. */
import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll } from "vitest";
import { openSession } from "../../../src/target/connection/pinned-session.js";
import {
  embeddedSettings,
  startEmbedded,
  type EmbeddedOptions,
  type EmbeddedServer,
} from "../../../src/target/embedded/embedded.js";
import type { TextRow } from "../../../src/target/session.js";
import { afterwards, temporaryFolder } from "../room.js";

export const isRoot = process.getuid?.() === 0;

/** A folder through which the server's uid can pass. */
export function openFolder(): string {
  const folder = temporaryFolder();
  chmodSync(folder, 0o711);
  return folder;
}

/** Started, and stopped after the test. */
export async function start(directory: string, more: Partial<EmbeddedOptions> = {}): Promise<EmbeddedServer> {
  const server = await startEmbedded(directory, { environment: process.env, durable: false, ...more });
  afterwards(() => server.stop());
  return server;
}

let prepared: string | null = null;

/**
 * A folder NAME.pg with a cluster that is there already, not running; much faster than initdb. Its database is `x`.
 * It lies in a folder of its own through which the server's uid can pass.
 */
export async function preparedFolder(name = "x.pg"): Promise<string> {
  if (prepared === null) {
    const home = mkdtempSync(join(tmpdir(), "sqlift-test-prepared-"));
    chmodSync(home, 0o711);
    const server = await startEmbedded(join(home, "x.pg"), { environment: process.env, durable: false });
    await server.stop();
    prepared = join(home, "x.pg");
  }
  const folder = join(openFolder(), name);
  execFileSync("cp", ["-a", prepared, folder]);
  return folder;
}

afterAll(() => {
  if (prepared !== null) rmSync(dirname(prepared), { recursive: true, force: true });
});

/** One statement in the server's database. */
export async function ask(server: EmbeddedServer, sql: string): Promise<readonly TextRow[]> {
  const session = await openSession({ server: embeddedSettings(server), environment: {}, role: null });
  try {
    return await session.query(sql);
  } finally {
    await session.end();
  }
}

/** The postmaster's process number, 0 where none runs. */
export function postmasterOf(dataDirectory: string): number {
  const path = join(dataDirectory, "postmaster.pid");
  return existsSync(path) ? Number(readFileSync(path, "utf8").split("\n")[0]) : 0;
}

/** A process that has ended, but that its parent has not looked after yet, is not alive. */
export function isAlive(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return !/^\d+ \(.*\) Z/s.test(readFileSync(`/proc/${processId}/stat`, "utf8"));
  } catch {
    return existsSync("/proc/self/stat") ? false : isThere(processId);
  }
}

function isThere(processId: number): boolean {
  try {
    return process.kill(processId, 0);
  } catch {
    return false;
  }
}

/** Waits for what has no event, up to half a minute. */
export async function until(condition: () => boolean, what: string): Promise<void> {
  const deadline = Date.now() + 30_000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`Not so after 30 seconds: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Nothing of the server is left but its data. */
export async function untilGone(processId: number, socketFolder: string): Promise<void> {
  await until(() => !isAlive(processId), "the postmaster is gone");
  await until(() => !existsSync(socketFolder), "the socket's folder is gone");
}

/** The process number of a server's keeper. Linux only. */
export function keeperOf(postmaster: number): number {
  const status = readFileSync(`/proc/${postmaster}/status`, "utf8");
  return Number(/^PPid:\s+(\d+)$/m.exec(status)?.[1]);
}
