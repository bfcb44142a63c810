/** Rows that do not fit, from the file to sqlift.rejected_rows: each whole, each as the plan said. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test, type TestContext } from "vitest";
import { migrationExitCode } from "../../src/cli/exit-code.js";
import { pgType } from "../../src/model/postgres.js";
import type { Phase, ProgressEvent } from "../../src/model/progress.js";
import { migrate, type MigrateOptions } from "../../src/pipeline/migrate.js";
import { plan } from "../../src/pipeline/plan.js";
import { validate } from "../../src/pipeline/validate.js";
import { databaseForEach } from "../database.js";
import { sqliteForEach, type SqliteFile } from "../fixture.js";
import { saying } from "../translate/mapping-of.js";
import { run as runCommand } from "./command.js";
import { edges } from "./edge-values.js";
import { keptRows, rowsInFile } from "./kept-rows.js";

const database = databaseForEach();
const makeFile = sqliteForEach();
const fileOf = (sql: string): SqliteFile => makeFile("file", sql);

const quarantine = { environment: process.env, onReject: "quarantine" } as const;

const migrated = (file: SqliteFile, options: MigrateOptions = {}) =>
  migrate(file.path, database.url, { ...quarantine, ...options });

const countOf = async (table: string): Promise<number> =>
  Number((await database.query(`SELECT count(*) AS n FROM ${table}`))[0]?.["n"]);

const exists = async (name: string): Promise<boolean> =>
  (await database.query(`SELECT to_regclass('${name}') IS NOT NULL AS there`))[0]?.["there"] === "t";

const withNuls = `CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT);
  INSERT INTO t VALUES (1, 'x'), (2, 'a' || char(0) || 'b'), (3, 'y'), (4, char(0));`;

describe("quarantine", () => {
  test("keeps every value of a rejected row as SQLite has it, and says which row it was", async () => {
    const values = edges.map((edge, at) => `(${at + 1}, 'no number', ${edge})`).join(", ");
    const file = fileOf(`CREATE TABLE t (id INTEGER PRIMARY KEY, n, v); INSERT INTO t VALUES ${values}`);
    const mappings = [saying({ "t.n": { type: pgType("bigint") }, "t.v": { type: pgType("bytea") } })];
    const outcome = await migrated(file, { mappings });
    expect(outcome).toMatchObject({ status: "migrated", tables: [{ copied: 0, rejected: edges.length }] });
    const kept = await keptRows(database, outcome.run!, "t");
    expect(kept.map(({ row }) => row)).toEqual(rowsInFile(file.path, "t"));
    expect(kept.map(({ place }) => place)).toEqual(edges.map((_, at) => String(at + 1)));
    expect(new Set(kept.map(({ why }) => why))).toEqual(new Set(["n syntax"]));
    expect(await countOf("public.t")).toBe(0);
  });

  test("takes the rows that fit, and proves both", async () => {
    const outcome = await migrated(fileOf(withNuls));
    expect(outcome.tables).toEqual([
      { source: "t", target: "t", rows: 4, copied: 2, rejected: 2, status: "copied" },
    ]);
    expect(outcome.verdicts).toMatchObject([{ verdict: "identical-under-policy", rejected: 2 }]);
    expect(await database.query("SELECT id, a FROM public.t ORDER BY id")).toEqual([
      { id: "1", a: "x" },
      { id: "3", a: "y" },
    ]);
    expect(migrationExitCode(outcome, false)).toBe(1);
  });

  test("is proven again afterwards, by the run that the history tells of", async () => {
    const file = fileOf(withNuls);
    await migrated(file);
    const again = () => validate(file.path, database.url, { environment: process.env });
    expect((await again()).verdicts).toMatchObject([{ verdict: "identical-under-policy" }]);
    await database.query("DELETE FROM sqlift.rejected_rows WHERE rowid = 4");
    expect((await again()).verdicts).toMatchObject([{ verdict: "different" }]);
  });

  test("keeps rows of tables without a rowid by their key", async () => {
    const file = fileOf(
      `CREATE TABLE w (b TEXT, v TEXT, a INTEGER, PRIMARY KEY (a, b)) WITHOUT ROWID;
       INSERT INTO w VALUES ('x', 'good', 1), ('it''s', char(0), 2), ('ö', char(0), -9223372036854775808)`,
    );
    const outcome = await migrated(file);
    expect(outcome.tables).toMatchObject([{ copied: 1, rejected: 2 }]);
    const kept = await keptRows(database, outcome.run!, "w");
    expect(kept.map(({ place }) => JSON.parse(place) as unknown)).toEqual([
      ["-9223372036854775808", "ö"],
      ["2", "it's"],
    ]);
    expect(kept.map(({ row }) => row)).toEqual(rowsInFile(file.path, "w").filter(({ v }) => v === "text:00"));
  });

  test("counts a row once, by its first column that does not fit", async () => {
    const file = fileOf(
      `CREATE TABLE t (a TEXT, b TEXT, c TEXT); INSERT INTO t VALUES ('x', char(0), char(0)), (char(0), 'y', char(0)),
       (char(0), char(0), char(0)), ('x', 'y', 'z')`,
    );
    const outcome = await migrated(file);
    expect((await keptRows(database, outcome.run!, "t")).map(({ why }) => why)).toEqual([
      "b nul",
      "a nul",
      "a nul",
    ]);
    expect(outcome.tables).toMatchObject([{ rows: 4, copied: 1, rejected: 3 }]);
  });

  test("of several slices, on several lanes, keeps the rows that the plan named", async () => {
    const file = fileOf(
      `CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT);
       WITH n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 30000)
       INSERT INTO t SELECT i, CASE i % 997 WHEN 0 THEN char(0) ELSE '' END || printf('%01000d', i) FROM n`,
    );
    const phases: string[] = [];
    const outcome = await migrated(file, {
      jobs: 2,
      onProgress: (event) => {
        if (event.kind === "phase") phases.push(event.phase);
      },
    });
    expect(phases).toEqual(["profile", "rehearse", "copy", "keys", "validate"]);
    expect(outcome.tables).toMatchObject([{ rows: 30000, copied: 29970, rejected: 30 }]);
    const kept = await keptRows(database, outcome.run!, "t");
    const [table] = outcome.plan.tables;
    expect(kept.map(({ place }) => place)).toEqual(table?.rejects.map(({ value }) => value.at.rowid));
    expect(kept.map(({ place }) => place)).toEqual(
      Array.from({ length: 30 }, (_, at) => String((at + 1) * 997)),
    );
  });

  test("freezes the rows that fit of a table of one slice", async () => {
    await migrated(fileOf(withNuls));
    // As no vacuum has been there, only COPY FREEZE can have marked its page.
    const seen = await database.query(
      "SELECT relallvisible AS pages FROM pg_class WHERE oid = 'public.t'::regclass",
    );
    expect(seen).toEqual([{ pages: "1" }]);
  });

  test("keeps the rows of every run under its number", async () => {
    const file = fileOf(withNuls);
    const first = await migrated(file);
    const second = await migrated(file, { schema: "other" });
    expect(await keptRows(database, second.run!, "t")).toEqual(await keptRows(database, first.run!, "t"));
    expect(second.run).not.toBe(first.run);
  });

  test("carries a policy's changes beside the rejects, and counts both as planned", async () => {
    const file = fileOf(
      `CREATE TABLE t (a TEXT, n); INSERT INTO t VALUES ('a' || char(0), 1), ('b', 'x'), ('c' || char(0), 'y'), ('d', '')`,
    );
    const mappings = [
      saying({
        "t.a": { policy: { nul: "strip" } },
        "t.n": { type: pgType("bigint"), policy: { empty: "null" } },
      }),
    ];
    const outcome = await migrated(file, { mappings });
    expect(outcome.plan.tables[0]?.changes).toMatchObject([
      { column: "a", policy: "nul", values: 1 },
      { column: "n", policy: "empty", values: 1 },
    ]);
    expect(await database.query("SELECT a, n FROM public.t ORDER BY a")).toEqual([
      { a: "a", n: "1" },
      { a: "d", n: null },
    ]);
    const kept = await keptRows(database, outcome.run!, "t");
    expect(kept.map(({ row }) => row["a"])).toEqual(["text:62", "text:6300"]);
    expect(outcome.verdicts).toMatchObject([{ verdict: "identical-under-policy" }]);
  });

  test("makes unique again what a rejected row had twice, and orphans of those that point at one", async () => {
    const file = fileOf(
      `CREATE TABLE p (id INTEGER PRIMARY KEY, code, note TEXT);
       CREATE TABLE c (id INTEGER PRIMARY KEY, p INTEGER REFERENCES p);
       INSERT INTO p VALUES (1, '1', 'x'), (2, 1, char(0)), (3, '3', 'z'); CREATE UNIQUE INDEX codes ON p (code);
       INSERT INTO c VALUES (1, 1), (2, 2), (3, 3)`,
    );
    const outcome = await migrated(file);
    // No key-not-made: of the two equal codes one is rejected.
    expect(outcome.findings.map(({ kind }) => kind).sort()).toEqual([
      "orphan-rows",
      "rows-rejected",
      "values-converted",
    ]);
    expect(outcome.findings).toContainEqual(
      expect.objectContaining({
        kind: "orphan-rows",
        at: { table: "c" },
        rows: 1,
        foundIn: "target",
        rejectedParents: 1,
      }),
    );
    const keys = await database.query("SELECT convalidated AS valid FROM pg_constraint WHERE contype = 'f'");
    expect(keys).toEqual([{ valid: "f" }]);
  });

  test("stores a plan with rows that no text of PostgreSQL can hold", async () => {
    const file = fileOf(
      `PRAGMA encoding = 'UTF-16le'; CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT);
       INSERT INTO t VALUES (1, 'a' || char(0) || 'b'), (2, CAST(x'00d8' AS TEXT)), (3, 'fine')`,
    );
    const outcome = await migrated(file);
    expect(outcome.tables).toMatchObject([{ copied: 1, rejected: 2 }]);
    const [row] = await database.query("SELECT plan FROM sqlift.runs");
    expect(JSON.parse(row?.["plan"] ?? "")).toEqual(outcome.plan);
  });
});

describe("a no beforehand writes nothing", () => {
  const untouched = async (): Promise<void> => {
    expect(await database.query("SELECT 1 FROM pg_namespace WHERE nspname LIKE 'sqlift%'")).toEqual([]);
    expect(await exists("public.t")).toBe(false);
  };

  test("by default, where a row does not fit", async () => {
    const outcome = await migrated(fileOf(withNuls), { onReject: "fail" });
    expect(outcome).toMatchObject({ status: "blocked", run: null, tables: [{ copied: 0, rejected: 0 }] });
    expect(migrationExitCode(outcome, false)).toBe(1);
    await untouched();
  });

  test.each([{ rows: 1 }, { percent: 49.9 }])("where there are more than %j", async (maxRejects) => {
    const outcome = await migrated(fileOf(withNuls), { maxRejects });
    expect(outcome.status).toBe("blocked");
    expect(outcome.findings.map(({ kind }) => kind)).toEqual(["rows-rejected", "too-many-rejects"]);
    await untouched();
  });

  test.each([{ rows: 2 }, { percent: 50 }])("but %j allows what it says", async (maxRejects) => {
    expect(await migrated(fileOf(withNuls), { maxRejects })).toMatchObject({ status: "migrated" });
  });
});

describe("a run that ends early", () => {
  const phaseStops = (controller: AbortController, phase: Phase) => (event: ProgressEvent) => {
    if (event.kind === "phase" && event.phase === phase) controller.abort();
  };

  test.each<Phase>(["rehearse", "copy", "keys", "validate"])(
    "interrupted in phase %s leaves no rejected rows",
    async (phase) => {
      const controller = new AbortController();
      const { signal } = controller;
      const onProgress = phaseStops(controller, phase);
      await expect(migrated(fileOf(withNuls), { signal, onProgress })).rejects.toMatchObject({
        code: "interrupted",
      });
      if (await exists("sqlift.rejected_rows")) expect(await countOf("sqlift.rejected_rows")).toBe(0);
      else expect(phase).toBe("rehearse");
    },
  );

  test("by a fault from outside leaves them, and says how to remove all", async (context: TestContext) => {
    const [user] = await database.query("SELECT rolsuper FROM pg_roles WHERE rolname = current_user");
    if (user?.["rolsuper"] !== "t") context.skip("only a superuser can make an event trigger");
    await database.query(
      `CREATE FUNCTION public.happens() RETURNS event_trigger LANGUAGE plpgsql
         AS $$ BEGIN IF EXISTS (SELECT FROM pg_catalog.pg_namespace WHERE nspname LIKE 'sqlift_run%') THEN RAISE 'no room' USING ERRCODE = '53100'; END IF; END $$;
       CREATE EVENT TRIGGER happens ON ddl_command_start WHEN TAG IN ('ALTER TABLE') EXECUTE FUNCTION public.happens()`,
    );
    const remove =
      'DROP SCHEMA IF EXISTS "sqlift_run_1" CASCADE; DELETE FROM sqlift.rejected_rows WHERE run = 1;';
    await expect(migrated(fileOf(withNuls))).rejects.toMatchObject({
      code: "no-space",
      hint: expect.stringContaining(remove) as string,
    });
    expect(await countOf("sqlift.rejected_rows")).toBe(2);
    await database.query("DROP EVENT TRIGGER happens");
    await database.query(remove);
    expect(await countOf("sqlift.rejected_rows")).toBe(0);
  });
});

describe("the command", () => {
  test("exits with 1 and shows rows, copied and rejected; plan said so before", async () => {
    const file = fileOf(withNuls);
    const options = ["--on-reject", "quarantine"];
    const planned = await runCommand(["plan", file.path, ...options]);
    expect(planned).toMatchObject({ exitCode: 0, out: expect.stringContaining("2 rejected") as string });
    const { exitCode, out } = await runCommand(["migrate", file.path, database.url, ...options]);
    expect(exitCode).toBe(1);
    expect(out).toMatch(/table +rows +copied +rejected +verdict\n +t +4 +2 +2 +identical under policy/);
    expect(out).toMatch(/2 rows did not fit: see sqlift.rejected_rows\n+$/);
  });

  test("exits with 1 and writes nothing without it", async () => {
    const { exitCode, out } = await runCommand(["migrate", fileOf(withNuls).path, database.url]);
    expect(exitCode).toBe(1);
    expect(out).toContain("value-misfit");
    expect(await exists("sqlift.runs")).toBe(false);
  });

  test("tells of them in JSON", async () => {
    const file = fileOf(withNuls);
    const options = ["--on-reject", "quarantine", "--json"];
    const { out } = await runCommand(["migrate", file.path, database.url, ...options]);
    expect(JSON.parse(out)).toMatchObject({
      status: "migrated",
      tables: [{ rows: 4, copied: 2, rejected: 2, verdict: "identical-under-policy" }],
      findings: [{ kind: "rows-rejected", facts: { rows: 2, code: "nul" } }],
    });
  });

  test("settles them by a mapping", async () => {
    const file = fileOf(withNuls);
    const mapping = join(file.path, "..", "my.yaml");
    writeFileSync(mapping, "version: 1\ntables: { t: { columns: { a: { nul: strip } } } }\n");
    const { exitCode, out } = await runCommand(["migrate", file.path, database.url, "--mapping", mapping]);
    expect(out).toContain("identical under policy");
    expect(exitCode).toBe(0);
  });
});

test("plan and migrate name the same rows", async () => {
  const file = fileOf(withNuls);
  const planned = await plan(file.path, quarantine);
  const outcome = await migrated(file);
  expect(outcome.plan).toEqual({ ...planned, trial: "tried" });
});
