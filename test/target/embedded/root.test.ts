/** What is different when root starts an embedded server. */
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { startEmbedded } from "../../../src/target/embedded/embedded.js";
import { ask, isRoot, openFolder, postmasterOf, preparedFolder, start } from "./embedded-room.js";
import { afterwards, errorOf, temporaryFolder } from "../room.js";

const environment = process.env;

describe.runIf(isRoot)("as root", () => {
  test("the server is another user's, and so is its data", async () => {
    const server = await start(await preparedFolder());
    const owner = statSync(server.dataDirectory).uid;
    expect(owner).not.toBe(0);
    expect(statSync(`/proc/${postmasterOf(server.dataDirectory)}`).uid).toBe(owner);
    expect(server.notes[0]).toContain(`user ${owner}`);
  });

  test("a folder that only root may enter points to data elsewhere, and both are told", async () => {
    const closed = temporaryFolder();
    const storage = join(openFolder(), "storage");
    const folder = join(closed, "shop.pg");
    const server = await start(folder, { storage: [storage] });
    expect(server.dataDirectory).toMatch(new RegExp(`^${storage}/shop.pg-[0-9a-f]{12}/data$`));
    expect(statSync(server.dataDirectory).mode & 0o777).toBe(0o700);
    expect(server.notes.join(" ")).toContain(server.dataDirectory);
    expect(server.notes.join(" ")).toContain(folder);
    await ask(server, "CREATE TABLE public.kept AS SELECT 1 AS one");
    await server.stop();

    const again = await start(folder, { storage: [storage] });
    expect(again.dataDirectory).toBe(server.dataDirectory);
    expect(again.notes).toEqual(server.notes);
    expect(await ask(again, "SELECT * FROM public.kept")).toEqual([{ one: "1" }]);
  });

  test("data whose folder was removed is told of, and left where it is", async () => {
    const [closed, storage] = [temporaryFolder(), join(openFolder(), "storage")];
    const first = await start(join(closed, "first.pg"), { storage: [storage] });
    await first.stop();
    rmSync(join(closed, "first.pg"), { recursive: true });
    const second = await start(join(closed, "second.pg"), { storage: [storage] });
    expect(second.notes.at(-1)).toContain(`rm -r ${dirname(first.dataDirectory)}`);
    expect(second.notes.at(-1)).not.toContain(dirname(second.dataDirectory));
    expect(existsSync(first.dataDirectory)).toBe(true);
  });

  test("storage that somebody else can write to is not used", async () => {
    const storage = join(openFolder(), "storage");
    mkdirSync(storage);
    chmodSync(storage, 0o777);
    const error = await errorOf(() => start(join(temporaryFolder(), "x.pg"), { storage: [storage] }));
    expect(error.code).toBe("embedded-failed");
    expect(error.message).toContain(storage);
    expect(error.hint).toContain("chmod go-w");
    expect(readdirSync(storage)).toEqual([]);
  });

  test("a cluster made by another user runs as that user", async () => {
    const folder = await preparedFolder();
    execFileSync("chown", ["-R", "12345:12345", join(folder, "data")]);
    const again = await start(folder);
    expect(statSync(`/proc/${postmasterOf(again.dataDirectory)}`).uid).toBe(12345);
  });

  test("a cluster that belongs to root is refused", async () => {
    const folder = await preparedFolder();
    chownSync(join(folder, "data"), 0, 0);
    const error = await errorOf(() => startEmbedded(folder, { environment }));
    expect(error.code).toBe("embedded-failed");
    expect(error.hint).toContain("chown");
  });

  test("nothing of the caller's environment reaches the server", async () => {
    process.env["SQLIFT_TEST_SECRET"] = "geheim";
    afterwards(() => delete process.env["SQLIFT_TEST_SECRET"]);
    const server = await start(await preparedFolder());
    const variables = readFileSync(`/proc/${postmasterOf(server.dataDirectory)}/environ`, "utf8");
    expect(variables).toContain("LC_ALL=C");
    expect(variables).not.toContain("geheim");
  });
});
