/** The keeper of a server that does not do as it is told. */
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { serverAccount } from "../../../src/target/embedded/account.js";
import { keep, type Kept } from "../../../src/target/embedded/keeper.js";
import { openFolder, until } from "./embedded-room.js";

/** A server that says in its log which signals come, and ends by some. */
async function keepServer(
  endsBy: NodeJS.Signals,
  patienceSeconds: number,
): Promise<{ kept: Kept; log: () => string }> {
  const folder = openFolder();
  const [socketFolder, logFile] = [join(folder, "socket"), join(folder, "server.log")];
  mkdirSync(socketFolder);
  const server = `for (const signal of ["SIGINT", "SIGTERM", "SIGQUIT"])
      process.on(signal, () => { console.log(signal); if (signal === "${endsBy}") setTimeout(process.exit, 300); });
    setInterval(() => undefined, 1000);
    console.log("ready");`;
  const kept = keep({
    account: { ...serverAccount(), lent: false },
    command: [process.execPath, "-e", server],
    socketFolder,
    logFile,
    variables: {},
    remove: null,
    patienceSeconds,
  });
  const log = (): string => readFileSync(logFile, "utf8");
  await until(() => log().includes("ready"), "the server is ready");
  return { kept, log };
}

test("a server that does not end by a fast shutdown is stopped at once when its time is over", async () => {
  const { kept, log } = await keepServer("SIGQUIT", 1);
  expect(await kept.stop()).toBe("stopped");
  expect(log()).toContain("SIGINT\n");
  expect(log()).toContain("SIGQUIT\n");
});

test("a server that ends in time is left alone", async () => {
  const { kept, log } = await keepServer("SIGTERM", 60);
  expect(await kept.stop()).toBe("stopped");
  expect(log()).not.toContain("SIGQUIT");
});
