/** What is done with rows whose foreign key points at no row: --on-orphans. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { migrationExitCode } from "../../src/cli/exit-code.js";
import { migrate, type MigrateOptions } from "../../src/pipeline/migrate.js";
import { plan } from "../../src/pipeline/plan.js";
import { validate } from "../../src/pipeline/validate.js";
import { databaseForEach } from "../database.js";
import { makeSqlite, sqliteForEach, type SqliteFile } from "../fixture.js";
import { keptRows, rowsInFile } from "./kept-rows.js";

const database = databaseForEach();
const makeFile = sqliteForEach();

const quarantine = { environment: process.env, onOrphans: "quarantine" } as const;

const migrated = (file: SqliteFile, options: MigrateOptions = {}) =>
  migrate(file.path, database.url, { ...quarantine, ...options });

/** Three generations and a loop: 9 is an orphan, 91 and 92 hang on it, 910 on 91. */
const family = `CREATE TABLE a (id INTEGER PRIMARY KEY);
  CREATE TABLE b (id INTEGER PRIMARY KEY, a INTEGER REFERENCES a, boss INTEGER REFERENCES b, note TEXT);
  CREATE TABLE c (b INTEGER REFERENCES b, k TEXT, v, PRIMARY KEY (k, v)) WITHOUT ROWID;
  INSERT INTO a VALUES (1), (2);
  INSERT INTO b VALUES (1, 1, NULL, 'x'), (2, 2, 1, 'y'), (9, 7, 1, 'gone'), (91, 1, 9, x'00ff'), (92, NULL, 9, 1.5),
    (910, 1, 91, char(0)), (20, NULL, 20, 'its own boss');
  INSERT INTO c VALUES (1, 'stays', 1), (9, 'goes', 1), (9, 'goes', '1'), (9, 'goes', x'31'), (9, 'goes', 2.5), (NULL, 'free', 1);`;

const kinds = (findings: readonly { readonly kind: string }[]) => findings.map(({ kind }) => kind);

const orphansRefused = async (file: SqliteFile) => {
  const outcome = await migrated(file, { onOrphans: "fail" });
  expect(outcome.status).toBe("blocked");
  return outcome;
};

describe("fail", () => {
  test("writes nothing, names the rows, and says what else could be done", async () => {
    const outcome = await orphansRefused(makeFile("family", family));
    expect(outcome.findings).toContainEqual({
      kind: "orphans-refused",
      at: { table: "b" },
      columns: ["a"],
      parentTable: "a",
      rows: 1,
      first: ["rowid 9"],
    });
    expect(migrationExitCode(outcome, false)).toBe(1);
    expect(await database.query("SELECT to_regclass('public.a') AS there")).toEqual([{ there: null }]);
  });

  test("goes on where every row has its parent", async () => {
    const sql =
      "CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE c (p REFERENCES p); INSERT INTO c VALUES (NULL)";
    const outcome = await migrated(makeFile("sound", sql), { onOrphans: "fail" });
    expect(outcome.status).toBe("migrated");
  });
});

test("not-valid, the default, carries them", async () => {
  const outcome = await migrate(makeFile("family", family.replace("char(0)", "'z'")).path, database.url, {
    environment: process.env,
  });
  expect(outcome.tables.map(({ rejected }) => rejected)).toEqual([0, 0, 0]);
  expect(kinds(outcome.findings)).toContain("orphan-rows");
});

describe("quarantine", () => {
  test("keeps orphans apart, whole, and what points at them, and the foreign keys hold for the others", async () => {
    const file = makeFile("family", family);
    const made = await plan(file.path, quarantine);
    expect(made.tables.map(({ rejected }) => rejected)).toEqual([0, 4, 4]);
    const outcome = await migrated(file);
    expect(outcome.tables).toMatchObject([
      { rows: 2, copied: 2, rejected: 0 },
      { rows: 7, copied: 3, rejected: 4 },
      { rows: 6, copied: 2, rejected: 4 },
    ]);
    expect(outcome.verdicts.map(({ verdict, rejected }) => [verdict, rejected])).toEqual([
      ["identical", 0],
      ["identical-under-policy", 4],
      ["identical-under-policy", 4],
    ]);
    expect(
      await database.query("SELECT DISTINCT convalidated AS valid FROM pg_constraint WHERE contype = 'f'"),
    ).toEqual([{ valid: "t" }]);
    expect(migrationExitCode(outcome, false)).toBe(1);
    const kept = await keptRows(database, outcome.run!, "b");
    expect(kept.map(({ place, why }) => `${place} ${why}`)).toEqual([
      "9 a orphan",
      "91 boss orphan",
      "92 boss orphan",
      "910 boss orphan",
    ]);
    const lost = ["9", "91", "92", "910"].map((id) => `integer:${id}`);
    expect(kept.map(({ row }) => row)).toEqual(
      rowsInFile(file.path, "b").filter((row) => lost.includes(row["id"]!)),
    );
    expect((await keptRows(database, outcome.run!, "c")).length).toBe(4);
  });

  test("is proven again by validate, which misses a row that was thrown away", async () => {
    const file = makeFile("family", family);
    await migrated(file);
    const again = () => validate(file.path, database.url, { environment: process.env });
    expect((await again()).verdicts.map(({ verdict }) => verdict)).toEqual([
      "identical",
      "identical-under-policy",
      "identical-under-policy",
    ]);
    await database.query("DELETE FROM sqlift.rejected_rows WHERE rowid = 910");
    expect((await again()).verdicts[1]).toMatchObject({ verdict: "different" });
  });

  test("takes a row for an orphan before it looks at its values", async () => {
    const sql = `CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE c (id INTEGER PRIMARY KEY, p REFERENCES p, t TEXT);
      INSERT INTO p VALUES (1); INSERT INTO c VALUES (1, 1, 'x'), (2, 5, char(0)), (3, 6, 'y')`;
    const outcome = await migrated(makeFile("both", sql));
    expect(outcome).toMatchObject({ status: "migrated", tables: [{}, { copied: 1, rejected: 2 }] });
    expect(kinds(outcome.findings)).toContain("orphans-rejected");
  });

  test("holds --max-rejects against them", async () => {
    const made = await plan(makeFile("family", family).path, { ...quarantine, maxRejects: { rows: 7 } });
    expect(made.findings).toContainEqual(
      expect.objectContaining({ kind: "too-many-rejects", rejected: 8, limit: { rows: 7 } }),
    );
  });

  test("keeps no row apart for a foreign key that is not carried", async () => {
    const sql = `CREATE TABLE p (a); CREATE TABLE c (x REFERENCES nowhere, y REFERENCES p (a));
      INSERT INTO c VALUES (1, 1)`;
    const outcome = await migrated(makeFile("uncarried", sql));
    expect(outcome.tables.map(({ rejected }) => rejected)).toEqual([0, 0]);
    expect(outcome.plan.orphanKeys).toEqual([]);
  });

  test("tells keys of text apart in files of UTF-16", async () => {
    const sql = `PRAGMA encoding = 'UTF-16le'; CREATE TABLE p (k TEXT PRIMARY KEY, up TEXT REFERENCES p) WITHOUT ROWID;
      INSERT INTO p VALUES ('ä', NULL), ('ö', 'ä'), ('ü', 'x'), ('ß', 'ü'), ('ñ', 'ö')`;
    const outcome = await migrated(makeFile("utf16", sql));
    expect(outcome).toMatchObject({ status: "migrated", tables: [{ copied: 3, rejected: 2 }] });
    const there = await database.query('SELECT k FROM public.p ORDER BY k COLLATE "C"');
    expect(there).toEqual([{ k: "ä" }, { k: "ñ" }, { k: "ö" }]);
  });
});

/** What stays of random graphs, worked out here by taking rows away until nothing changes. */
test("keeps apart exactly the rows that no chain of parents holds", async () => {
  const edge = fc.record({
    id: fc.integer({ min: 1, max: 9 }),
    up: fc.option(fc.integer({ min: 1, max: 9 })),
  });
  const rows = fc.uniqueArray(edge, { selector: ({ id }) => id, maxLength: 9 });
  await fc.assert(
    fc.asyncProperty(rows, async (all) => {
      let stay = all;
      for (;;) {
        const next = stay.filter(({ up }) => up === null || stay.some(({ id }) => id === up));
        if (next.length === stay.length) break;
        stay = next;
      }
      const values = all.map(({ id, up }) => `INSERT INTO t VALUES (${id}, ${up ?? "NULL"});`).join("");
      const file = makeSqlite(
        "graph",
        `CREATE TABLE t (id INTEGER PRIMARY KEY, up INTEGER REFERENCES t);${values}`,
      );
      try {
        const made = await plan(file.path, { ...quarantine, jobs: 1 });
        expect(made.tables[0]).toMatchObject({ rows: all.length, rejected: all.length - stay.length });
      } finally {
        file.remove();
      }
    }),
    { numRuns: Number(process.env["RUNS"] ?? 8) },
  );
});
