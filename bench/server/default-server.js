/**
 * A PostgreSQL of the bench's own with PostgreSQL's default settings. `embedded:DIR` sets what a load wants
 * (wal_level, max_wal_size, ...), so the parts of that machinery are put together here with other arguments.
 */
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { serverAccount } from "../../build/target/embedded/account.js";
import { freePort, makeSocketFolder } from "../../build/target/embedded/address.js";
import { findBinaries } from "../../build/target/embedded/binaries.js";
import { ensureCluster, superuser } from "../../build/target/embedded/cluster.js";
import { openHome } from "../../build/target/embedded/home.js";
import { keep } from "../../build/target/embedded/keeper.js";
import { readPostmaster } from "../../build/target/embedded/postmaster.js";
import { storageFolders } from "../../build/target/embedded/storage.js";

/** Starts it below `folder`, which its user must be able to pass through. It goes with this process. */
export async function startDefaultServer(folder) {
  const storage = storageFolders(process.env);
  const home = await openHome(join(folder, "server"), serverAccount(), storage, true);
  const binaries = await findBinaries(home.account, storage);
  await ensureCluster(home, binaries, true);
  const socketFolder = await makeSocketFolder(home.account);
  const port = await freePort();
  const settings = { listen_addresses: "127.0.0.1", port, unix_socket_directories: socketFolder };
  const kept = keep({
    account: home.account,
    command: [
      binaries.postgres,
      "-D",
      home.dataDirectory,
      ...Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]),
    ],
    socketFolder,
    logFile: home.logFile,
    variables: {},
    remove: home.directory,
  });
  for (;;) {
    if (kept.hasEnded()) throw new Error(`the server does not start; see ${home.logFile}`);
    const postmaster = readPostmaster(home.dataDirectory);
    if (postmaster?.status === "ready") {
      const url = new URL(`postgres://${superuser}@127.0.0.1:${port}/postgres`);
      url.password = encodeURIComponent(home.password);
      return { url: url.href, stop: () => kept.stop() };
    }
    await setTimeout(20);
  }
}
