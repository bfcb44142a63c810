/**
 * The corpus moves, and every value is compared by an independent hand, every object counted. Each file moves once, as the
 * command moves it; what the tests ask, they ask of that copy.
 */
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterAll, describe, expect, test } from "vitest";
import { migrationExitCode, validationExitCode } from "../../src/cli/exit-code.js";
import { builtInMappings } from "../../src/mapping/built-in.js";
import { findingInfo } from "../../src/model/finding.js";
import type { MigrationOutcome } from "../../src/model/outcome.js";
import { migrate } from "../../src/pipeline/migrate.js";
import { validate } from "../../src/pipeline/validate.js";
import { migrationJson } from "../../src/report/json.js";
import { createDatabase, databaseForEach, type TestDatabase } from "../database.js";
import { asMultiset } from "../translate/sql/related-tables.js";
import { run, type CommandResult } from "./command.js";
import { corpusFile, corpusNames, hasCorpus, withoutCorpus } from "./corpus.js";
import { compareEveryValue } from "./independent.js";
import { accountOf } from "./migrated-objects.js";
import { viewRows } from "./view-rows.js";

const tablesOf = ({ tables }: MigrationOutcome): ReadonlyMap<string, string> =>
  new Map(tables.map(({ source, target }) => [source, target]));

/** These must arrive with nothing to complain about. */
const identical = new Set([
  "chinook",
  "northwind_small",
  "sql_murder_mystery",
  "chat_prisma_nextjs",
  "sqlittle_values",
  "scanner_norowid",
]);
const damaged = "corrupt_mbtiles";

/** Makes the smallest change there is to one value, and says in which table. */
async function changeOneValue(database: TestDatabase): Promise<string> {
  // The last bit of the first character, or of the number.
  const changes: Readonly<Record<string, (column: string) => string>> = {
    text: (column) => `overlay(${column} PLACING chr(ascii(${column}) # 1) FROM 1 FOR 1)`,
    "character varying": (column) => `overlay(${column} PLACING chr(ascii(${column}) # 1) FROM 1 FOR 1)`,
    bigint: (column) => `${column} # 1`,
  };
  const places = await database.query(
    `SELECT table_name, column_name, data_type FROM information_schema.columns
      WHERE table_schema = 'public' ORDER BY data_type DESC, table_name, ordinal_position DESC`,
  );
  for (const place of places) {
    const change = changes[place["data_type"] ?? ""];
    if (change === undefined) continue;
    const table = place["table_name"] ?? "";
    const column = `"${place["column_name"] ?? ""}"`;
    const changed = await database
      .query(
        `UPDATE public."${table}" SET ${column} = ${change(column)}
          WHERE ctid = (SELECT min(ctid) FROM public."${table}" WHERE ${column}::text <> '') RETURNING 1 AS one`,
      )
      // A key or a foreign key may forbid it: then another column.
      .catch(() => []);
    if (changed.length === 1) return table;
  }
  throw new Error("no value to change");
}

interface Moved {
  readonly path: string;
  readonly database: TestDatabase;
  readonly outcome: MigrationOutcome;
}

const moves = new Map<string, Promise<Moved>>();
const databases: TestDatabase[] = [];
afterAll(() => Promise.all(databases.map((database) => database.drop())));

function moved(name: string): Promise<Moved> {
  const move = async (): Promise<Moved> => {
    const path = corpusFile(name);
    const database = await createDatabase();
    databases.push(database);
    const options = { builtIns: builtInMappings(), environment: process.env };
    return { path, database, outcome: await migrate(path, database.url, options) };
  };
  const one = moves.get(name) ?? move();
  moves.set(name, one);
  return one;
}

// eslint-disable-next-line no-console -- a skipped part of the suite must be seen
if (!hasCorpus) console.warn(withoutCorpus);

describe.skipIf(!hasCorpus)("corpus into a server given by URL", () => {
  const sound = corpusNames.filter((name) => name !== damaged);

  test.each(sound)("%s: every value arrives", async (name) => {
    const { path, database, outcome } = await moved(name);
    const { status, tables } = migrationJson(outcome);
    expect(status).toBe("migrated");
    expect(tables.filter(({ verdict }) => verdict !== "identical")).toEqual([]);
    const answersNo = outcome.findings.some(({ kind }) => findingInfo[kind].answersNo);
    expect(migrationExitCode(outcome, false)).toBe(answersNo ? 1 : 0);
    if (identical.has(name)) expect(answersNo).toBe(false);
    const compared = await compareEveryValue(path, database.url, tablesOf(outcome));
    expect(compared.differences).toEqual([]);
    expect(compared.rows).toBe(tables.reduce((sum, { rows }) => sum + (rows ?? 0), 0));
  });

  test.each(sound)("%s: every object is found or listed", async (name) => {
    const { path, database, outcome } = await moved(name);
    const { found, listed, all, troubles } = await accountOf(path, outcome, database);
    expect(troubles).toEqual([]);
    expect(found + listed).toBe(all);
  });

  test.each([
    ["northwind_small", 1, []],
    [
      "chat_hangouts_android",
      7,
      [
        "conversations_view",
        "invites_view",
        "merged_contacts_with_details",
        "search_merged_contacts_with_details_by_display_name",
      ],
    ],
    ["datasette_fixtures", 4, []],
    ["pocketbase_data", 3, []],
  ] as const)("%s: its views give the same rows, or are listed", async (name, carried, listed) => {
    const { path, database, outcome } = await moved(name);
    const sqlite = new Database(path, { readonly: true });
    try {
      const views = sqlite
        .prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'view' ORDER BY name")
        .pluck()
        .all();
      const made = await database.query("SELECT viewname FROM pg_views WHERE schemaname = 'public'");
      const found = made.map(({ viewname }) => viewname ?? "");
      const lines = outcome.notCarried.filter(({ type }) => type === "view");
      expect([...found, ...lines.map((line) => line.name)].sort()).toEqual([...views].sort());
      expect(lines.map((line) => line.name).sort()).toEqual(listed);
      expect(lines.filter(({ reason }) => reason === "")).toEqual([]);
      expect(found).toHaveLength(carried);
      await database.query("SET timezone = 'UTC'");
      for (const view of found) {
        const rows = await viewRows(sqlite, database, view);
        expect(rows.columns[1], view).toEqual(rows.columns[0]);
        expect(asMultiset(rows.postgres), view).toEqual(asMultiset(rows.sqlite));
      }
    } finally {
      sqlite.close();
    }
  });

  test.each([...identical])(
    "%s: one changed byte makes validate say no, and name the table",
    async (name) => {
      const { path, database, outcome } = await moved(name);
      const changed = await database.copy();
      databases.push(changed);
      const table = await changeOneValue(changed);
      const validation = await validate(path, changed.url, { environment: process.env });
      expect(validationExitCode(validation)).toBe(1);
      const different = validation.verdicts.filter(({ verdict }) => verdict === "different");
      expect(different.map(({ target }) => target)).toEqual([table]);
      const compared = await compareEveryValue(path, changed.url, tablesOf(outcome));
      expect(compared.differences.length).toBe(1);
    },
  );

  test("orphans of sql_murder_mystery are named, and their constraint is NOT VALID", async () => {
    const { database, outcome } = await moved("sql_murder_mystery");
    const orphans = migrationJson(outcome).findings.filter(({ kind }) => kind === "orphan-rows");
    expect(orphans.map(({ message }) => message).join("\n")).toMatch(/rowid \d+/);
    const invalid = await database.query("SELECT conname FROM pg_constraint WHERE NOT convalidated");
    expect(invalid.length).toBe(orphans.length);
  });
});

describe.skipIf(!hasCorpus)("a damaged file of the corpus", () => {
  const database = databaseForEach();

  test("is refused with its name, and the target stays empty", async () => {
    const result = await run(["migrate", corpusFile(damaged), database.url]);
    expect(result.exitCode).toBe(2);
    expect(result.err).toContain(`${damaged}.db`);
    expect(
      await database.query("SELECT 1 FROM pg_class WHERE relnamespace = 'public'::regnamespace"),
    ).toEqual([]);
  });
});

describe.skipIf(!hasCorpus)("corpus into an embedded server, by the command", () => {
  const folder = mkdtempSync(join(tmpdir(), "sqlift-corpus-"));
  // The server's uid passes through; else its data would lie elsewhere and stay.
  chmodSync(folder, 0o711);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const target = `embedded:${join(folder, "corpus.pg")}`;
  const statusOf = ({ out }: CommandResult): string => (JSON.parse(out) as { status: string }).status;

  test.each([...identical])("%s arrives in its schema, and is found identical again", async (name) => {
    const parameters = [corpusFile(name), target, "--schema", name, "--json", "--quiet"];
    const migrated = await run(["migrate", ...parameters]);
    expect(migrated.exitCode, migrated.err).toBe(0);
    const validated = await run(["validate", ...parameters]);
    expect(validated.exitCode, validated.err).toBe(0);
    expect(statusOf(validated)).toBe("identical");
  });
});
