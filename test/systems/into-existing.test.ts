/** The five systems, moved into the tables that each application has made: the rows are proven there, nothing else has changed, and it goes on. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { isUnchanged } from "../../src/model/existing.js";
import { plainStyle } from "../../src/report/style.js";
import { migrationText } from "../../src/report/terminal.js";
import { migrationExitCode, validationExitCode } from "../../src/cli/exit-code.js";
import { builtInMappings } from "../../src/mapping/built-in.js";
import { findingInfo } from "../../src/model/finding.js";
import { migrate } from "../../src/pipeline/migrate.js";
import type { RunOptions } from "../../src/pipeline/open.js";
import { undo } from "../../src/pipeline/undo.js";
import { validate } from "../../src/pipeline/validate.js";
import { catalogLines } from "../catalogs.js";
import { databaseForAll, type TestDatabase } from "../database.js";
import type { SqliteFile } from "../fixture.js";
import { chatServer } from "./chat-server.js";
import { chatSdk } from "./chatsdk.js";
import { messenger } from "./messenger.js";
import { prismaE2e } from "./prisma-e2e.js";
import { rooms } from "./rooms.js";
import {
  makeSystemFile,
  makeTarget,
  runSqlFile,
  systemFile,
  systemMappings,
  withSourceFile,
  type System,
} from "./system.js";

/** With who wrote it, and when. */
async function everyRow(database: TestDatabase): Promise<readonly unknown[]> {
  const tables = await database.query(
    "SELECT quote_ident(relname) AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' ORDER BY 1",
  );
  const rows = [];
  for (const { name } of tables)
    rows.push(
      name,
      await database.query(`SELECT xmin, ctid, t::text FROM public.${String(name)} t ORDER BY 2`),
    );
  return rows;
}

const systems: readonly System[] = [messenger, chatServer, chatSdk, rooms, prismaE2e];

const optionsFor = (system: System): RunOptions => ({
  mappings: systemMappings(system),
  builtIns: builtInMappings(),
  intoExisting: true,
  environment: process.env,
});

describe("chat-server, whose runner has written of its own scripts", () => {
  const database = databaseForAll();
  test("its rows stay, and everything else moves", async () => {
    const source = makeSystemFile(chatServer, 60);
    await makeTarget(database, chatServer);
    await runSqlFile(database, systemFile(chatServer, "applied.sql"));
    const written = await database.query("SELECT * FROM migrations ORDER BY id");
    const outcome = await migrate(source.path, database.url, optionsFor(chatServer));
    source.remove();
    expect([outcome.status, migrationExitCode(outcome, false)]).toEqual(["migrated", 0]);
    expect(outcome.findings).toMatchObject([{ kind: "seed-rows-left", at: { table: "migrations" } }]);
    expect(outcome.tables.map(({ target }) => target)).not.toContain("migrations");
    expect(await database.query("SELECT * FROM migrations ORDER BY id")).toEqual(written);
  });
});

describe.each(systems.map((system) => [system.name, system] as const))("%s", (_, system) => {
  const database = databaseForAll();
  let source: SqliteFile;
  let before: readonly string[];
  beforeAll(async () => {
    source = makeSystemFile(system, 600);
    await makeTarget(database, system);
    before = await catalogLines(database);
  });
  afterAll(() => source.remove());

  const move = (options: RunOptions = {}) =>
    migrate(source.path, database.url, { ...optionsFor(system), ...options });

  test("moves in, identical, and undo leaves the tables as they were", async () => {
    const outcome = await move();
    expect(outcome.findings.filter(({ kind }) => findingInfo[kind].severity !== "notes")).toEqual([]);
    expect(outcome.objects).toEqual([]);
    expect(outcome.verdicts.filter(({ verdict }) => verdict !== "identical")).toEqual([]);
    expect([outcome.status, migrationExitCode(outcome, false)]).toEqual(["migrated", 0]);
    expect(await catalogLines(database)).toEqual(before);
    expect(await undo(database.url, null, { environment: process.env })).toMatchObject({
      status: "undone",
      refusals: [],
    });
    expect(await catalogLines(database)).toEqual(before);
  });

  test("moves in again; a third time is refused; and the application goes on", async () => {
    expect((await move()).status).toBe("migrated");
    const checked = await validate(source.path, database.url, {
      builtIns: builtInMappings(),
      environment: process.env,
    });
    expect(checked).toMatchObject({ planFrom: "run-history" });
    expect(validationExitCode(checked)).toBe(0);
    const third = await move();
    expect(third).toMatchObject({ status: "blocked", run: null });
    expect(third.findings.filter(({ kind }) => kind === "rows-there").length).toBeGreaterThan(3);
    const rows = await everyRow(database);
    const again = await move({ existingRows: "update" });
    expect([again.status, migrationExitCode(again, false)]).toEqual(["migrated", 0]);
    expect(again.tables.map(({ merged }) => merged !== undefined && isUnchanged(merged))).toEqual(
      again.tables.map(() => true),
    );
    expect(migrationText(again, plainStyle)).toContain("nothing was changed, for all rows were there");
    expect(await everyRow(database)).toEqual(rows);
    expect(await catalogLines(database)).toEqual(before);
    await withSourceFile(source.path, (file) => system.nextSteps(database, file));
  });
});
