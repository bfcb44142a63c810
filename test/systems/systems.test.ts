/**
 * The five systems of fixtures/systems: their generators, their schemas for PostgreSQL, and that the one's rows fit into the other's
 * tables, where the application then goes on. The rows get there by hand here, by another way than the product's.
 * `SIZE=20000 npx vitest run test/systems/systems.test.ts` takes more messages than 600.
 */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { validationExitCode } from "../../src/cli/exit-code.js";
import { builtInMappings } from "../../src/mapping/built-in.js";
import { findingInfo } from "../../src/model/finding.js";
import { migrate } from "../../src/pipeline/migrate.js";
import type { RunOptions } from "../../src/pipeline/open.js";
import { validate } from "../../src/pipeline/validate.js";
import { catalogLines } from "../catalogs.js";
import { databaseForAll } from "../database.js";
import type { SqliteFile } from "../fixture.js";
import { chatServer, failing, mendChatServer } from "./chat-server.js";
import { chatSdk } from "./chatsdk.js";
import { loadByHand } from "./load.js";
import { messenger } from "./messenger.js";
import { prismaE2e } from "./prisma-e2e.js";
import { rooms } from "./rooms.js";
import {
  differing,
  makeSystemFile,
  makeTarget,
  numberIn,
  systemMappings,
  withSourceFile,
  type System,
} from "./system.js";

const size = Number(process.env["SIZE"] ?? 600);

const digestOf = (path: string): string => createHash("sha256").update(readFileSync(path)).digest("hex");

const optionsFor = (system: System): RunOptions => ({
  mappings: systemMappings(system),
  builtIns: builtInMappings(),
  environment: process.env,
});

const systems: readonly System[] = [messenger, chatServer, chatSdk, rooms, prismaE2e];

describe.each(systems.map((system) => [system.name, system] as const))("%s", (_, system) => {
  let source: SqliteFile;
  beforeAll(() => {
    source = makeSystemFile(system, size);
  });
  afterAll(() => source.remove());

  test("is the same to the byte for the same seed, and another for another", () => {
    const [again, other] = [makeSystemFile(system, size), makeSystemFile(system, size, 2)];
    expect(digestOf(again.path)).toBe(digestOf(source.path));
    expect(digestOf(other.path)).not.toBe(digestOf(source.path));
    again.remove();
    other.remove();
  });

  test("is a sound file with the messages asked for", () =>
    withSourceFile(source.path, (file) => {
      expect(file.pragma("integrity_check", { simple: true })).toBe("ok");
      expect(file.pragma("foreign_key_check")).toEqual([]);
      expect(numberIn(file, `SELECT count(*) FROM "${system.messages}"`)).toBe(size);
    }));

  describe("into tables of its own", () => {
    const database = databaseForAll();
    test("arrives with its mapping, identical", async () => {
      const outcome = await migrate(source.path, database.url, optionsFor(system));
      expect(outcome.findings.filter(({ kind }) => findingInfo[kind].severity !== "notes")).toEqual([]);
      expect(outcome.status).toBe("migrated");
      expect(new Set(outcome.verdicts.map(({ verdict }) => verdict))).toEqual(new Set(["identical"]));
    });
  });

  describe("into the tables that the application has", () => {
    const database = databaseForAll();
    test("the tables are made, statement by statement", async () => {
      const refused = await makeTarget(database, system);
      expect(refused).toEqual(system === chatServer ? { [failing.file]: failing.message } : {});
    });

    test("they take every row, and validate finds them identical", async () => {
      const catalogs = await catalogLines(database);
      await withSourceFile(source.path, (file) =>
        loadByHand(database, file, { except: system.ownRows, targetName: system.targetName }),
      );
      expect(differing(await catalogLines(database), catalogs)).toEqual([]);
      const outcome = await validate(source.path, database.url, {
        ...optionsFor(system),
        exclude: system.ownRows,
      });
      const proven = outcome.verdicts.filter(({ asked }) => !asked);
      expect(proven.filter(({ verdict }) => verdict !== "identical")).toEqual([]);
      expect(
        outcome.verdicts.filter(({ sourceDigest, targetDigest }) => sourceDigest !== targetDigest),
      ).toEqual([]);
      expect(validationExitCode(outcome)).toBe(0);
    });

    test("the application goes on", async () => {
      await withSourceFile(source.path, (file) => system.nextSteps(database, file));
      if (system === chatServer) await mendChatServer(database);
    });
  });
});
