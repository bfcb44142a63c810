/** The corpus moves: into the server of the run and into an embedded one, every value compared by an independent hand. */
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { createDatabase, type TestDatabase } from "../database.js";
import { run, type CommandResult } from "./command.js";
import { corpusFile, corpusNames, hasCorpus, withoutCorpus } from "./corpus.js";
import { compareEveryValue } from "./independent.js";

interface Report {
  readonly status: string;
  readonly tables: readonly {
    source: string;
    target: string;
    rows: number;
    copied: number;
    verdict: string;
  }[];
  readonly findings: readonly { kind: string; severity: string; message: string; answersNo: boolean }[];
}

const reportOf = (result: CommandResult): Report => JSON.parse(result.out) as Report;
const tablesOf = (report: Report): ReadonlyMap<string, string> =>
  new Map(report.tables.map(({ source, target }) => [source, target]));

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

// eslint-disable-next-line no-console -- a skipped part of the suite must be seen
if (!hasCorpus) console.warn(withoutCorpus);

describe.skipIf(!hasCorpus)("corpus into a server given by URL", () => {
  const databases: TestDatabase[] = [];
  afterAll(() => Promise.all(databases.map((database) => database.drop())));

  test.each(corpusNames.filter((name) => name !== damaged))("%s: every value arrives", async (name) => {
    const database = await createDatabase();
    databases.push(database);
    const result = await run(["migrate", corpusFile(name), database.url, "--json", "--quiet"]);
    const report = reportOf(result);
    expect(report.status, result.err).toBe("migrated");
    expect(report.tables.filter(({ verdict }) => verdict !== "identical")).toEqual([]);
    const answersNo = report.findings.some((finding) => finding.answersNo);
    expect(result.exitCode).toBe(answersNo ? 1 : 0);
    if (identical.has(name)) expect(result.exitCode).toBe(0);
    const compared = await compareEveryValue(corpusFile(name), database.url, tablesOf(report));
    expect(compared.differences).toEqual([]);
    expect(compared.rows).toBe(report.tables.reduce((sum, { rows }) => sum + rows, 0));
  });

  test.each([...identical])(
    "%s: one changed byte makes validate say no, and name the table",
    async (name) => {
      const database = await createDatabase();
      databases.push(database);
      const migrated = reportOf(await run(["migrate", corpusFile(name), database.url, "--json", "--quiet"]));
      const table = await changeOneValue(database);
      const result = await run(["validate", corpusFile(name), database.url, "--json", "--quiet"]);
      expect(result.exitCode).toBe(1);
      const different = reportOf(result).tables.filter(({ verdict }) => verdict === "different");
      expect(different.map(({ target }) => target)).toEqual([table]);
      expect(
        (await compareEveryValue(corpusFile(name), database.url, tablesOf(migrated))).differences.length,
      ).toBe(1);
    },
  );

  test("orphans of sql_murder_mystery are named, and their constraint is NOT VALID", async () => {
    const database = await createDatabase();
    databases.push(database);
    const result = await run([
      "migrate",
      corpusFile("sql_murder_mystery"),
      database.url,
      "--json",
      "--quiet",
    ]);
    expect(result.exitCode).toBe(0);
    const orphans = reportOf(result).findings.filter(({ kind }) => kind === "orphan-rows");
    expect(orphans.map(({ message }) => message).join("\n")).toMatch(/rowid \d+/);
    const invalid = await database.query("SELECT conname FROM pg_constraint WHERE NOT convalidated");
    expect(invalid.length).toBe(orphans.length);
  });

  test("a damaged file is refused with its name, and the target stays empty", async () => {
    const database = await createDatabase();
    databases.push(database);
    const result = await run(["migrate", corpusFile(damaged), database.url]);
    expect(result.exitCode).toBe(2);
    expect(result.err).toContain(`${damaged}.db`);
    expect(
      await database.query("SELECT 1 FROM pg_class WHERE relnamespace = 'public'::regnamespace"),
    ).toEqual([]);
  });
});

describe.skipIf(!hasCorpus)("corpus into an embedded server", () => {
  const folder = mkdtempSync(join(tmpdir(), "sqlift-corpus-"));
  // The server's uid passes through; else its data would lie elsewhere and stay.
  chmodSync(folder, 0o711);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test.each([...identical])("%s arrives, and is found identical again", async (name) => {
    const target = `embedded:${join(folder, `${name}.pg`)}`;
    const migrated = await run(["migrate", corpusFile(name), target, "--json", "--quiet"]);
    expect(migrated.exitCode, migrated.err).toBe(0);
    const validated = await run(["validate", corpusFile(name), target, "--json", "--quiet"]);
    expect(validated.exitCode, validated.err).toBe(0);
    expect(reportOf(validated).status).toBe("identical");
  });
});
