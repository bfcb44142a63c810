/** Where an embedded server listens: a socket in a private folder, and a free port of the loopback address. */
import { chmodSync, chownSync, mkdtempSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ToolError } from "../../errors.js";
import { socketPath } from "../connection/connection-settings.js";
import { canUse, type Account } from "./account.js";

/** A Unix socket's path may have 107 bytes on Linux and 103 on macOS. */
const longestSocketPath = 103;

/**
 * A private folder for the socket, owned by the server's user.
 *
 * @throws ToolError `embedded-failed`
 */
export async function makeSocketFolder(account: Account): Promise<string> {
  for (const parent of new Set([tmpdir(), "/tmp", "/var/tmp"])) {
    if (socketPath(join(parent, "sqlift-XXXXXX"), 65535).length > longestSocketPath) continue;
    // Also to be removed by the keeper, hence writable for the server's user.
    if (!(await canUse(account, parent))) continue;
    const folder = mkdtempSync(join(parent, "sqlift-"));
    chmodSync(folder, 0o700);
    if (account.lent) chownSync(folder, account.uid, account.gid);
    return folder;
  }
  throw new ToolError(
    "embedded-failed",
    `User ${account.uid} can make no folder for the server's socket in ${tmpdir()}, /tmp or /var/tmp.`,
    "Set TMPDIR to a folder with a short path that this user can write to.",
  );
}

/** A port of 127.0.0.1 that was free a moment ago. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}
