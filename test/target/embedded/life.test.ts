/** How an embedded server ends, and how several processes share one. */
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startEmbedded } from "../../../src/target/embedded/embedded.js";
import { serverAccount, spawnAs } from "../../../src/target/embedded/account.js";
import {
  ask,
  isAlive,
  keeperOf,
  postmasterOf,
  preparedFolder,
  start,
  until,
  untilGone,
} from "./embedded-room.js";
import { otherProcess, removeTranslated, translate } from "../other-process.js";
import { afterwards } from "../room.js";

let translated: string;
beforeAll(() => void (translated = translate()));
afterAll(() => removeTranslated(translated));

describe("the server goes with the process that started it", () => {
  test.each<[string, string | undefined, NodeJS.Signals | undefined, number | string]>([
    ["by SIGKILL", undefined, "SIGKILL", "SIGKILL"],
    ["by SIGINT", undefined, "SIGINT", "SIGINT"],
    ["by SIGTERM", undefined, "SIGTERM", "SIGTERM"],
    ["by an error that nobody catches", "throw new Error('on purpose');", undefined, 1],
    ["by process.exit", "process.exit(7);", undefined, 7],
    ["because there is nothing left to do", "", undefined, 0],
  ])("that ends %s", async (_, then, signal, code) => {
    const other = otherProcess(translated, await preparedFolder(), then === undefined ? {} : { then });
    const { dataDirectory, host } = await other.server;
    const postmaster = postmasterOf(dataDirectory);
    const keeper = postmaster === 0 ? 0 : keeperOf(postmaster);
    if (signal !== undefined) {
      expect(isAlive(postmaster)).toBe(true);
      other.child.kill(signal);
    }
    expect(await other.ended).toBe(code);
    await untilGone(postmaster, host);
    await until(() => keeper === 0 || !isAlive(keeper), "the keeper is gone");
    expect(existsSync(join(dataDirectory, "postmaster.pid"))).toBe(false);
  });

  test("by process.exit: it is gone already when the process is", async () => {
    const other = otherProcess(translated, await preparedFolder(), { then: "process.exit(0);" });
    const { dataDirectory, host } = await other.server;
    await other.ended;
    expect(existsSync(host)).toBe(false);
    expect(postmasterOf(dataDirectory)).toBe(0);
  });

  test("with SIGKILL in the middle of the start", async () => {
    const folder = await preparedFolder();
    const other = otherProcess(translated, folder);
    other.server.catch(() => undefined);
    await until(() => postmasterOf(join(folder, "data")) !== 0, "the postmaster has begun");
    const postmaster = postmasterOf(join(folder, "data"));
    other.child.kill("SIGKILL");
    await until(() => !isAlive(postmaster), "the postmaster is gone");
    const server = await start(folder);
    expect(server.joined).toBe(false);
  });

  test("an ephemeral folder goes too, when the process is killed", async () => {
    const folder = mkdtempSync(join(tmpdir(), "sqlift-test-"));
    afterwards(() => rmSync(folder, { recursive: true, force: true }));
    const other = otherProcess(translated, folder, { options: { ephemeral: true } });
    const { dataDirectory, host } = await other.server;
    const postmaster = postmasterOf(dataDirectory);
    other.child.kill("SIGKILL");
    await untilGone(postmaster, host);
    await until(() => !existsSync(folder), "the folder is gone");
  });

  test("not with Ctrl-C, as long as the process cleans up", async () => {
    const server = await start(await preparedFolder());
    const postmaster = postmasterOf(server.dataDirectory);
    // What a terminal does: the signal goes to the whole group of the foreground process.
    const groupOf = (pid: number): string =>
      readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]!.split(" ")[2]!;
    expect(groupOf(postmaster)).not.toBe(groupOf(process.pid));
    expect(groupOf(keeperOf(postmaster))).not.toBe(groupOf(process.pid));
  });
});

describe("a server that runs", () => {
  test("is joined, not started twice, in one process", async () => {
    const folder = await preparedFolder();
    const first = await start(folder);
    const second = await start(folder);
    expect(second).toMatchObject({
      joined: true,
      port: first.port,
      host: first.host,
      password: first.password,
    });
    expect(await ask(second, "SELECT 1 AS one")).toEqual([{ one: "1" }]);
    await second.stop();
    expect(await ask(first, "SELECT 1 AS one")).toEqual([{ one: "1" }]);
    expect(await first.stop()).toBe("stopped");
  });

  test("runs on for those who joined, and ends with the last of them", async () => {
    const folder = await preparedFolder();
    const first = await start(folder);
    const postmaster = postmasterOf(first.dataDirectory);
    const [left, right] = [await start(folder), await start(folder)];
    expect(await first.stop()).toBe("kept");
    expect(await ask(left, "SELECT 1 AS one")).toEqual([{ one: "1" }]);
    await left.stop();
    expect(await ask(right, "SELECT 1 AS one")).toEqual([{ one: "1" }]);
    await right.stop();
    await untilGone(postmaster, first.host);
  });

  test("ends with those who joined when they are killed", async () => {
    const folder = await preparedFolder();
    const owner = otherProcess(translated, folder);
    const { dataDirectory, host } = await owner.server;
    const postmaster = postmasterOf(dataDirectory);
    const guest = otherProcess(translated, folder);
    expect((await guest.server).joined).toBe(true);
    owner.child.kill("SIGKILL");
    await owner.ended;
    const late = await start(folder);
    expect(late.joined).toBe(true);
    expect(await ask(late, "SELECT 1 AS one")).toEqual([{ one: "1" }]);
    await late.stop();
    guest.child.kill("SIGKILL");
    await untilGone(postmaster, host);
  });

  test("is one, where two processes start it at the same moment", async () => {
    const folder = join(dirname(await preparedFolder()), "new.pg");
    const both = [otherProcess(translated, folder), otherProcess(translated, folder)];
    const [one, two] = await Promise.all(both.map((other) => other.server));
    expect([one?.joined, two?.joined].sort()).toEqual([false, true]);
    expect(one?.host).toBe(two?.host);
    const postmaster = postmasterOf(one?.dataDirectory ?? "");
    for (const { child } of both) child.kill("SIGKILL");
    await untilGone(postmaster, one?.host ?? "");
  });

  test("that is stopping is waited for and started again", async () => {
    const folder = await preparedFolder();
    const first = await start(folder);
    const stopping = first.stop();
    const second = await start(folder);
    expect(await stopping).toBe("stopped");
    expect(second.joined).toBe(false);
    expect(await ask(second, "SELECT 1 AS one")).toEqual([{ one: "1" }]);
  });
});

describe("after a crash", () => {
  /** The server and its keeper are killed; nobody cleans up. */
  async function crashed(): Promise<{ folder: string; host: string; pidFile: string }> {
    const folder = await preparedFolder();
    const server = await startEmbedded(folder, { environment: process.env, durable: false });
    const postmaster = postmasterOf(server.dataDirectory);
    process.kill(keeperOf(postmaster), "SIGKILL");
    process.kill(postmaster, "SIGKILL");
    await until(() => !isAlive(postmaster), "the postmaster is gone");
    const pidFile = join(server.dataDirectory, "postmaster.pid");
    expect(existsSync(pidFile)).toBe(true);
    return { folder, host: server.host, pidFile };
  }

  test("the stale postmaster.pid is no hindrance", async () => {
    const { folder, host } = await crashed();
    const server = await start(folder);
    expect(server.joined).toBe(false);
    expect(await ask(server, "SELECT 1 AS one")).toEqual([{ one: "1" }]);
    expect(existsSync(host)).toBe(false);
  });

  test("nor is it when its number is another process's by now, of the same user", async () => {
    const { folder, pidFile } = await crashed();
    const sleeper = spawn("sleep", ["60"], { ...spawnAs(serverAccount()), stdio: "ignore" });
    afterwards(() => sleeper.kill("SIGKILL"));
    const lines = readFileSync(pidFile, "utf8").split("\n");
    writeFileSync(pidFile, [sleeper.pid?.toString(), ...lines.slice(1)].join("\n"));
    const server = await start(folder);
    expect(server.joined).toBe(false);
    expect(await ask(server, "SELECT 1 AS one")).toEqual([{ one: "1" }]);
    expect(sleeper.exitCode).toBeNull();
  });

  test("of the server alone: the sessions are told, and the next start works", async () => {
    const folder = await preparedFolder();
    const server = await start(folder);
    const postmaster = postmasterOf(server.dataDirectory);
    process.kill(postmaster, "SIGKILL");
    await untilGone(postmaster, server.host);
    expect(await server.stop()).toBe("stopped");
    const again = await start(folder);
    expect(again.joined).toBe(false);
    expect(await ask(again, "SELECT 1 AS one")).toEqual([{ one: "1" }]);
  });
});

describe("who waits for a server", () => {
  test("is told when it ends by itself, with the end of its log", async () => {
    const server = await start(await preparedFolder());
    process.kill(postmasterOf(server.dataDirectory), "SIGTERM");
    expect(await server.ended).toMatchObject({
      code: "embedded-failed",
      message: expect.stringMatching(
        /it has ended\. Its log ends:[\s\S]*received smart shutdown request/,
      ) as string,
    });
  });

  test("may give up, and leaves none running", async () => {
    const folder = await preparedFolder();
    const controller = new AbortController();
    const starting = start(folder, { signal: controller.signal });
    const given = expect(starting).rejects.toMatchObject({ name: "AbortError" });
    await until(() => postmasterOf(join(folder, "data")) !== 0, "the postmaster has begun");
    const postmaster = postmasterOf(join(folder, "data"));
    controller.abort();
    await given;
    expect(isAlive(postmaster)).toBe(false);
  });
});
