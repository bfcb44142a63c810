/** A command that waits for a server is not left alone with it. */
import { once } from "node:events";
import { chmodSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeSqlite, type SqliteFile } from "../fixture.js";
import { startEmbedded } from "../../src/target/embedded/embedded.js";
import { startCommand } from "./command.js";

let source: SqliteFile;
let folder: string;
beforeAll(() => {
  source = makeSqlite("small", "CREATE TABLE t (a INTEGER PRIMARY KEY)");
  folder = mkdtempSync(join(tmpdir(), "sqlift-test-"));
  chmodSync(folder, 0o711); // the server's uid passes through
});
afterAll(() => {
  source.remove();
  rmSync(folder, { recursive: true, force: true });
});

test("Ctrl-C ends a migrate that waits for a server that does not answer", async () => {
  const server = createServer(() => undefined).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const target = `postgres://me:secret@127.0.0.1:${port}/d?connect_timeout=0`;
  const { child, done } = startCommand(["migrate", source.path, target]);
  await once(server, "connection");
  child.kill("SIGINT");
  const { exitCode, err } = await done;
  server.close();
  expect(exitCode).toBe(2);
  expect(err).toContain("Interrupted.");
});

test("serve ends when its server does, and says so", async () => {
  const database = join(folder, "x.pg");
  const made = await startEmbedded(database, { environment: process.env, durable: false });
  await made.stop();
  const { child, done } = startCommand(["serve", database]);
  await once(child.stdout!, "data");
  const pidFile = join(made.dataDirectory, "postmaster.pid");
  process.kill(Number(readFileSync(pidFile, "utf8").split("\n")[0]), "SIGTERM");
  const { exitCode, err } = await done;
  expect(exitCode).toBe(2);
  expect(err).toContain(`The embedded PostgreSQL of ${database} does not run: it has ended.`);
});
