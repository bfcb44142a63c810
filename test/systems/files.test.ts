/** What lies in fixtures/systems beside the generators and the schemas, and the command that runs the generators. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { catalogLines } from "../catalogs.js";
import { databaseForEach } from "../database.js";
import { fixturesFolder } from "../fixture.js";
import { chatServer, failing } from "./chat-server.js";
import { chatSdk } from "./chatsdk.js";
import { messenger } from "./messenger.js";
import { prismaE2e } from "./prisma-e2e.js";
import { columnOf, differing, makeTarget, runSqlFile, statementsOf, systemFile } from "./system.js";

describe("files besides the schemas", () => {
  const database = databaseForEach();

  test("the messenger's rollback takes all back", async () => {
    const catalogs = await catalogLines(database);
    await makeTarget(database, messenger);
    await runSqlFile(database, systemFile(messenger, "rollback/001_initial_schema_rollback.sql"));
    expect(differing(await catalogLines(database), catalogs)).toEqual([]);
  });

  test("the chat server's runner has written of each of its scripts", async () => {
    await makeTarget(database, chatServer);
    await runSqlFile(database, systemFile(chatServer, "applied.sql"));
    expect(await columnOf(database, "SELECT 'before/' || filename FROM migrations ORDER BY id")).toEqual(
      chatServer.schema,
    );
    expect(await columnOf(database, "SELECT error_message FROM migrations WHERE NOT success")).toEqual([
      failing.message,
    ]);
  });

  test("the demo data of ChatSDK goes in, twice as once", async () => {
    await makeTarget(database, chatSdk);
    for (let time = 0; time < 2; time += 1)
      await runSqlFile(database, systemFile(chatSdk, "demo/V001.1__demo_data.sql"));
    expect(await columnOf(database, "SELECT id FROM app_user ORDER BY id")).toEqual(["alice", "bob"]);
  });

  test("the scripts for afterwards run, one of them outside of a transaction", async () => {
    await makeTarget(database, prismaE2e);
    await runSqlFile(database, systemFile(prismaE2e, "after/001_indexes.sql"));
    const [vacuum = ""] = statementsOf(systemFile(prismaE2e, "after/002_statistics.sql"));
    await database.query(vacuum);
    await expect(runSqlFile(database, vacuum)).rejects.toThrow("cannot run inside a transaction block");
  });
});

describe("make.js", () => {
  test.each([
    ["another system", ["messengers", "x.db"], "Say which system"],
    ["no file", ["rooms"], "Say which system"],
    ["too few messages", ["rooms", "x.db", "--size", "10"], "600 or more"],
    ["a seed that is none", ["rooms", "x.db", "--seed", "x"], "whole number"],
    ["a file that is there", ["rooms", "package.json"], "is there already"],
  ])("refuses %s", (_, parameters, words) => {
    const { status, stderr } = spawnSync(
      process.execPath,
      [join(fixturesFolder, "systems", "make.js"), ...parameters],
      { encoding: "utf8", cwd: join(fixturesFolder, "..") },
    );
    expect({ status, said: stderr.includes(words) }).toEqual({ status: 3, said: true });
  });
});
