/**
 * One PostgreSQL for the whole test run: that of TEST_DATABASE_URL, whose user may create databases and roles, or an
 * embedded one in a folder that goes with it, even if the run is killed.
 */
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { quoteLiteral } from "../src/model/identifier.js";
import { openTarget } from "../src/target/connection/connect.js";
import { startEmbedded } from "../src/target/embedded/embedded.js";

declare module "vitest" {
  interface ProvidedContext {
    /** The server of this run, with a database to connect to. */
    readonly databaseUrl: string;
    /** Its major version, e.g. 18, for what not every one of them knows. */
    readonly serverMajor: number;
    /** An empty one in UTF8, and how it is best copied, for CREATE DATABASE. */
    readonly emptyDatabase: string;
    readonly databaseStrategy: "" | "STRATEGY file_copy";
  }
}

export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env["TEST_DATABASE_URL"];
  if (given !== undefined && given !== "") {
    await provideServer(project, given);
    project.provide("emptyDatabase", "template0 ENCODING 'UTF8'");
    project.provide("databaseStrategy", "");
    return () => Promise.resolve();
  }
  const folder = mkdtempSync(join(tmpdir(), "sqlift-tests-"));
  chmodSync(folder, 0o711); // the server's uid passes through
  const server = await startEmbedded(folder, {
    environment: process.env,
    durable: false,
    ephemeral: true,
  });
  await makeEasy(server.url);
  await provideServer(project, server.url);
  project.provide("emptyDatabase", emptyDatabase);
  // A checkpoint costs nothing where nothing waits for the disk, and the log of a whole database is five times as slow.
  project.provide("databaseStrategy", "STRATEGY file_copy");
  return async () => {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  };
}

async function provideServer(project: TestProject, url: string): Promise<void> {
  const target = await openTarget(url, { environment: process.env });
  await target.close();
  project.provide("databaseUrl", url);
  project.provide("serverMajor", Math.floor(target.version / 10_000));
}

const emptyDatabase = "sqlift_test_empty";

/**
 * Thousands of sessions log in to thousands of databases that are all new: a login is made cheap, and the first one to a database finds
 * what PostgreSQL keeps of its catalogs in pg_internal.init, which a copy of files brings along.
 */
async function makeEasy(url: string): Promise<void> {
  const target = await openTarget(url, { environment: process.env });
  try {
    const session = await target.open();
    await session.query("SET scram_iterations = 1");
    const { username, password } = new URL(url);
    await session.query(`ALTER ROLE ${username} PASSWORD ${quoteLiteral(decodeURIComponent(password))}`);
    await session.query(`CREATE DATABASE ${emptyDatabase} TEMPLATE template0 ENCODING 'UTF8'`);
  } finally {
    await target.close();
  }
  const first = new URL(url);
  first.pathname = emptyDatabase;
  await (await openTarget(first.href, { environment: process.env })).close();
}
