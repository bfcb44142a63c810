/** What a cluster's postmaster.pid says: whether a server runs, where, and how far it is. */
import { existsSync, readFileSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { isAlive, run, type Account } from "./account.js";

/** Lines of postmaster.pid: PostgreSQL's source, src/include/utils/pidfile.h. */
export interface Postmaster {
  readonly processId: number;
  readonly port: number;
  readonly socketFolder: string;
  /** `ready` and `standby` take connections. */
  readonly status: "starting" | "ready" | "standby" | "stopping" | "";
}

/** Null: no file, or one that is still being written. */
export function readPostmaster(dataDirectory: string): Postmaster | null {
  let lines: string[];
  try {
    lines = readFileSync(join(dataDirectory, "postmaster.pid"), "utf8").split("\n");
  } catch {
    return null;
  }
  const processId = Number(lines[0]);
  if (!Number.isInteger(processId) || processId <= 0) return null;
  return {
    processId,
    port: Number(lines[3] ?? ""),
    socketFolder: lines[4] ?? "",
    status: (lines[7] ?? "").trim() as Postmaster["status"],
  };
}

/**
 * Whether that process is the server of this data folder. After a crash the file stays, and its number may by now be
 * another process's (in a container, numbers come again soon); PostgreSQL itself only asks whether the number is taken.
 */
export async function isServing(
  postmaster: Postmaster,
  dataDirectory: string,
  account: Account,
): Promise<boolean> {
  if (!isAlive(postmaster.processId)) return false;
  const number = postmaster.processId.toString();
  if (existsSync("/proc/self/cwd")) {
    // Asked as the server's own user: root without CAP_SYS_PTRACE (in a container) may not look.
    const { code, output } = await run(account, "readlink", [`/proc/${number}/cwd`]);
    return code === 0 ? output === realpathSync(dataDirectory) : code !== 1;
  }
  const { code, output } = await run(account, "ps", ["-o", "command=", "-p", number]);
  return code === 0 && output.includes("postgres");
}
