/** Joins the server of a data folder that is running already. */
import { closeSync, constants, openSync, realpathSync, rmSync, writeSync } from "node:fs";
import { basename, join } from "node:path";
import type pg from "pg";
import { openClient } from "../connection/client.js";
import { isAlive } from "./account.js";
import type { EmbeddedHome } from "./home.js";
import { embeddedSettings, superuserDatabase, type EmbeddedAddress } from "./settings.js";
import { isServing, readPostmaster, type Postmaster } from "./postmaster.js";
import { ToolError } from "../../errors.js";

export type JoinAttempt =
  | { readonly kind: "joined"; readonly address: EmbeddedAddress; readonly leave: () => void }
  /** It is starting or stopping: ask again. */
  | { readonly kind: "wait" }
  /** `stalePid`: a number in the file of a dead server that is another process's by now, or null. */
  | { readonly kind: "none"; readonly stalePid: number | null };

/** @throws ToolError: the server is there and does not let us in */
export async function tryJoin(home: EmbeddedHome): Promise<JoinAttempt> {
  const postmaster = readPostmaster(home.dataDirectory);
  if (postmaster === null) return { kind: "none", stalePid: null };
  if (!(await isServing(postmaster, home.dataDirectory, home.account))) {
    removeStaleSocket(postmaster);
    return { kind: "none", stalePid: isAlive(postmaster.processId) ? postmaster.processId : null };
  }
  if (postmaster.status !== "ready" && postmaster.status !== "standby") return { kind: "wait" };
  // First the claim, then the look: a server that is claimed while it runs keeps running.
  const hold = claim(postmaster.socketFolder);
  const address = addressOf(postmaster, home);
  if (await answers(address, home.dataDirectory)) return { kind: "joined", address, leave: hold };
  hold();
  return { kind: "wait" };
}

function addressOf(postmaster: Postmaster, home: EmbeddedHome): EmbeddedAddress {
  return {
    host: postmaster.socketFolder === "" ? "127.0.0.1" : postmaster.socketFolder,
    port: postmaster.port,
    password: home.password,
    database: home.database,
  };
}

async function answers(address: EmbeddedAddress, dataDirectory: string): Promise<boolean> {
  let client: pg.Client;
  try {
    client = await openClient(embeddedSettings({ ...address, database: superuserDatabase }), {});
  } catch (error) {
    // It may have begun to stop after postmaster.pid was read.
    if (error instanceof ToolError && error.code === "target-unreachable") return false;
    throw error;
  }
  try {
    const { rows } = await client.query<{ data_directory: string }>("SHOW data_directory");
    return realpathSync(rows[0]?.data_directory ?? "/") === realpathSync(dataDirectory);
  } finally {
    await client.end();
  }
}

/** The other end of keeper.ts's `hold`: as long as it is open, the server runs on. Returns what lets go. */
function claim(socketFolder: string): () => void {
  let descriptor: number;
  try {
    descriptor = openSync(join(socketFolder, "hold"), constants.O_WRONLY | constants.O_NONBLOCK);
  } catch {
    return () => undefined; // a server that somebody started by hand has none
  }
  try {
    writeSync(descriptor, "\n");
  } catch {
    // its reader has just gone: the look that follows finds the server stopping
  }
  let isOpen = true;
  return () => {
    if (isOpen) closeSync(descriptor);
    isOpen = false;
  };
}

/** Of a server whose keeper was killed too. */
function removeStaleSocket(postmaster: Postmaster): void {
  if (basename(postmaster.socketFolder).startsWith("sqlift-"))
    rmSync(postmaster.socketFolder, { recursive: true, force: true });
}
