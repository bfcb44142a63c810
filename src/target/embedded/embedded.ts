/**
 * A real PostgreSQL that lives in a folder: made when it is first needed, joined when it runs, stopped when its last
 * user is gone. docs/decisions/embedded-server.md says why it is done this way.
 */
import { readFileSync, rmSync, statSync, truncateSync } from "node:fs";
import { dirname } from "node:path";
import { ToolError } from "../../errors.js";
import { quote } from "../../model/identifier.js";
import { openClient } from "../connection/client.js";
import type { Environment } from "../connection/connection-settings.js";
import { refusePowerless, serverAccount } from "./account.js";
import { freePort, makeSocketFolder } from "./address.js";
import { findBinaries, type Binaries } from "./binaries.js";
import { ensureCluster, superuser } from "./cluster.js";
import { openHome, refuseMissing, type EmbeddedHome } from "./home.js";
import { tryJoin } from "./join.js";
import { keep, type Kept } from "./keeper.js";
import { readPostmaster } from "./postmaster.js";
import { embeddedSettings, serverArguments, superuserDatabase, type EmbeddedAddress } from "./settings.js";
import { storageFolders } from "./storage.js";

export { embeddedSettings } from "./settings.js";

export interface EmbeddedOptions {
  /** Stands for process.env: HOME and XDG_CACHE_HOME. */
  readonly environment: Environment;
  /** false: faster, and a crash of the machine may leave nothing usable. Default true. */
  readonly durable?: boolean | undefined;
  /** DIR must hold a database already; default false: it is made. For what only reads one: a slip must make none. */
  readonly mustExist?: boolean | undefined;
  /** DIR is removed with the server, even if this process is killed. Default false. */
  readonly ephemeral?: boolean | undefined;
  /** The folder of the package with the programs, instead of the installed one. */
  readonly packageFolder?: string | undefined;
  /** Where prepared programs and data that DIR cannot hold may lie, best first. */
  readonly storage?: readonly string[] | undefined;
  /** Gives up waiting for the server, and lets go of it. */
  readonly signal?: AbortSignal | undefined;
}

export interface EmbeddedServer extends EmbeddedAddress {
  readonly user: string;
  /** By TCP, with the password, for other programs. */
  readonly url: string;
  readonly dataDirectory: string;
  /** Whether it ran already. */
  readonly joined: boolean;
  /** What a person should know: who it runs as, where the data lies. */
  readonly notes: readonly string[];
  /** Settles when the server has ended, with what is to be said if nobody asked it to; never for one that ran already. */
  readonly ended: Promise<ToolError>;
  /** Lets go of the server; `kept`: another sqlift uses it, and it runs on. Safe to call twice. */
  readonly stop: () => Promise<"stopped" | "kept">;
}

/** Long enough for the recovery after a crash in the middle of a load. */
const startMilliseconds = 600_000;
const pollMilliseconds = 15;

/**
 * Starts the server of DIR, or joins it; makes DIR, the cluster and the database where they are not there yet.
 *
 * @param directory DIR; its parent must be there
 * @throws ToolError `embedded-missing`, `embedded-failed`, `target-in-the-way`; `usage`: it must exist and does not;
 *   the reason of the signal
 */
export async function startEmbedded(directory: string, options: EmbeddedOptions): Promise<EmbeddedServer> {
  if (options.mustExist === true) refuseMissing(directory);
  const storage = options.storage ?? storageFolders(options.environment);
  const deadline = Date.now() + startMilliseconds;
  const account = serverAccount();
  await refusePowerless(account);
  let binaries: Binaries | null = null;
  for (;;) {
    options.signal?.throwIfAborted();
    const home = await openHome(directory, account, storage, options.ephemeral ?? false);
    const attempt = await tryJoin(home);
    if (attempt.kind === "joined") {
      return finish(home, attempt.address, options.signal, {
        joined: true,
        ended: new Promise(() => undefined),
        stop: () => {
          attempt.leave();
          return Promise.resolve("kept");
        },
      });
    }
    if (attempt.kind === "none") {
      binaries ??= await findBinaries(home.account, storage, options.packageFolder);
      await ensureCluster(home, binaries, options.durable ?? true);
      const started = await launch(home, binaries, options, attempt.stalePid, deadline);
      if (started !== null)
        return finish(home, started.address, options.signal, {
          joined: false,
          ended: started.kept.ended.then(() => failed(home, "it has ended.", started.logStart)),
          stop: () => stop(home, started.kept, options),
        });
    }
    if (Date.now() > deadline) throw failed(home, "it neither starts nor lets anybody join.", 0);
    await pause();
  }
}

async function stop(home: EmbeddedHome, kept: Kept, options: EmbeddedOptions): Promise<"stopped" | "kept"> {
  const how = await kept.stop();
  // The keeper has removed what the server's user can.
  if (how === "stopped" && options.ephemeral === true)
    for (const folder of [home.directory, dirname(home.dataDirectory)])
      rmSync(folder, { recursive: true, force: true });
  return how;
}

async function finish(
  home: EmbeddedHome,
  address: EmbeddedAddress,
  signal: AbortSignal | undefined,
  life: Pick<EmbeddedServer, "joined" | "ended" | "stop">,
): Promise<EmbeddedServer> {
  try {
    await ensureDatabase(address);
    signal?.throwIfAborted();
  } catch (error) {
    await life.stop();
    throw error;
  }
  const place = `127.0.0.1:${address.port}/${encodeURIComponent(address.database)}`;
  return {
    ...address,
    user: superuser,
    url: `postgres://${superuser}:${encodeURIComponent(address.password)}@${place}`,
    dataDirectory: home.dataDirectory,
    notes: home.notes,
    ...life,
  };
}

/** @returns null: another process was faster, or the port was taken meanwhile; ask again */
async function launch(
  home: EmbeddedHome,
  binaries: Binaries,
  options: EmbeddedOptions,
  stalePid: number | null,
  deadline: number,
): Promise<{ readonly address: EmbeddedAddress; readonly kept: Kept; readonly logStart: number } | null> {
  const socketFolder = await makeSocketFolder(home.account);
  const port = await freePort();
  const logStart = trimLog(home.logFile);
  const kept = keep({
    account: home.account,
    command: [
      binaries.postgres,
      ...serverArguments(home.dataDirectory, socketFolder, port, options.durable ?? true),
    ],
    socketFolder,
    logFile: home.logFile,
    // PostgreSQL takes a postmaster.pid with this number for stale, as it does one with its own (miscinit.c).
    variables: stalePid === null ? {} : { PG_GRANDPARENT_PID: stalePid.toString() },
    remove: options.ephemeral === true ? home.directory : null,
  });
  while (!kept.hasEnded()) {
    const postmaster = readPostmaster(home.dataDirectory);
    if (postmaster?.socketFolder === socketFolder && postmaster.status === "ready")
      return {
        address: { host: socketFolder, port, password: home.password, database: home.database },
        kept,
        logStart,
      };
    if (Date.now() > deadline || options.signal?.aborted === true) {
      await kept.stop();
      options.signal?.throwIfAborted();
      throw failed(home, "it does not become ready.", logStart);
    }
    await pause();
  }
  if (/Address already in use|lock file .* already exists/.test(logSince(home.logFile, logStart)))
    return null;
  throw failed(home, "it ended at once.", logStart);
}

/** Another process may do the same at the same moment. */
async function ensureDatabase(address: EmbeddedAddress): Promise<void> {
  const client = await openClient(embeddedSettings({ ...address, database: superuserDatabase }), {});
  try {
    const { rowCount } = await client.query("SELECT FROM pg_catalog.pg_database WHERE datname = $1", [
      address.database,
    ]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${quote(address.database)}`);
  } catch (error) {
    const state = (error as { code?: string }).code;
    if (state !== "42P04" && state !== "23505") throw error;
  } finally {
    await client.end();
  }
}

const largestLogBytes = 4 * 1024 * 1024;

/** @returns where the log of this start begins */
function trimLog(path: string): number {
  const bytes = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  if (bytes <= largestLogBytes) return bytes;
  truncateSync(path);
  return 0;
}

function logSince(path: string, start: number): string {
  try {
    return readFileSync(path).subarray(start).toString();
  } catch {
    return "";
  }
}

function failed(home: EmbeddedHome, reason: string, logStart: number): ToolError {
  const tail = logSince(home.logFile, logStart).trim().split("\n").slice(-8).join("\n  ");
  const quoted = tail === "" ? "" : ` Its log ends:\n  ${tail}`;
  return new ToolError(
    "embedded-failed",
    `The embedded PostgreSQL of ${home.directory} does not run: ${reason}${quoted}`,
    `The whole log is ${home.logFile}.`,
  );
}

const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, pollMilliseconds));
