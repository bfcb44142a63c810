/** The proof on several threads: the same verdicts and digests as in one, and locks that outlive the threads. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { migrate, type MigrateOptions } from "../../../src/pipeline/migrate.js";
import { validate } from "../../../src/pipeline/validate.js";
import type { ProgressEvent } from "../../../src/model/progress.js";
import type { TableVerdict } from "../../../src/model/verdict.js";
import { copyForEach, databaseForAll, databaseForEach } from "../../database.js";
import { makeSqlite, sqliteForEach, type SqliteFile } from "../../fixture.js";
import { runElsewhere } from "../../source/other-process.js";

const rows = 3000;
/** Of each kind of key one that is cut into several parts, with rowids at both ends of what there is. */
const sql = `
  CREATE TABLE counted (id INTEGER PRIMARY KEY, body BLOB);
  WITH n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${rows})
    INSERT INTO counted SELECT i * 3 - 4000, zeroblob(10000) FROM n;
  INSERT INTO counted VALUES (-9223372036854775808, x'01'), (9223372036854775807, x'02');
  CREATE TABLE named (name TEXT PRIMARY KEY, body BLOB);
  WITH n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${rows})
    INSERT INTO named SELECT 'n' || i, zeroblob(10000) FROM n;
  CREATE TABLE keyless (n INTEGER, body BLOB);
  WITH n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${rows})
    INSERT INTO keyless SELECT i % 7, zeroblob(10000) FROM n;
  CREATE TABLE pairs (a TEXT, b INTEGER, PRIMARY KEY (a, b)) WITHOUT ROWID;
  INSERT INTO pairs VALUES ('x', 1), ('x', 2);`;

const options: MigrateOptions = { environment: process.env, ownProcess: true, jobs: 3 };

/** Migrated once, for all tests that leave the file as it is. */
const original = databaseForAll();
let source: SqliteFile;
let proven: readonly TableVerdict[];
beforeAll(async () => {
  source = makeSqlite("proof", sql);
  ({ verdicts: proven } = await migrate(source.path, original.url, options));
});
afterAll(() => source.remove());

const digests = (verdicts: readonly TableVerdict[]) =>
  verdicts.map(({ source, verdict, sourceRows, sourceDigest }) => [
    source,
    verdict,
    sourceRows,
    sourceDigest,
  ]);

describe("a proof on several lanes", () => {
  test("says what a proof in one thread says", async () => {
    expect(proven.map(({ verdict }) => verdict)).toEqual(Array(4).fill("identical"));
    const alone = await validate(source.path, original.url, { environment: process.env, jobs: 1 });
    expect(digests(proven)).toEqual(digests(alone.verdicts));
  });

  test("tells of rows while they are read, and of each table once when it is done", async () => {
    const events: ProgressEvent[] = [];
    await validate(source.path, original.url, { ...options, onProgress: (event) => events.push(event) });
    const done = events.flatMap((event) =>
      event.kind === "table-done" && event.phase === "validate" ? [[event.table, event.rows]] : [],
    );
    expect(done.sort()).toEqual([
      ["counted", rows + 2],
      ["keyless", rows],
      ["named", rows],
      ["pairs", 2],
    ]);
  });

  describe("of another copy", () => {
    const copy = copyForEach(original);

    test.each([
      ["a changed row", `UPDATE counted SET body = '\\x03' WHERE id = 9223372036854775807`, "counted"],
      [
        "a row before all others that is gone",
        "DELETE FROM counted WHERE id = -9223372036854775808",
        "counted",
      ],
      ["a row between two others", `INSERT INTO counted VALUES (0, '\\x')`, "counted"],
      [
        "one of many equal rows that is gone",
        "DELETE FROM keyless WHERE ctid = (SELECT max(ctid) FROM keyless)",
        "keyless",
      ],
      [
        "two values that changed places",
        `UPDATE named SET name = CASE name WHEN 'n1' THEN 'm1' ELSE name END`,
        "named",
      ],
      ["a row without a rowid", "UPDATE pairs SET b = 3 WHERE b = 2", "pairs"],
    ])("sees %s", async (_what, change, table) => {
      await copy.query(change);
      const { verdicts } = await validate(source.path, copy.url, options);
      for (const { source, verdict } of verdicts)
        expect([source, verdict]).toEqual([source, source === table ? "different" : "identical"]);
    });
  });

  describe("of a file of its own", () => {
    const database = databaseForEach();
    const makeFile = sqliteForEach();

    test("keeps other processes from writing to the end, though its threads close what they opened", async () => {
      const { path } = makeFile("proof", sql);
      await migrate(path, database.url, { ...options, validate: false });
      const answers = new Set<string>();
      const onProgress = (event: ProgressEvent): void => {
        if (event.kind === "table" || event.kind === "table-done")
          answers.add(runElsewhere(path, "INSERT INTO pairs VALUES ('y', 1)"));
      };
      const { verdicts } = await validate(path, database.url, { ...options, sourceMode: "lock", onProgress });
      expect([...answers]).toEqual(["SQLITE_BUSY"]);
      expect(verdicts.map(({ verdict }) => verdict)).toEqual(Array(4).fill("identical"));
      expect(runElsewhere(path, "INSERT INTO pairs VALUES ('y', 1)")).toBe("ok");
    });
  });
});

describe("the page reader", () => {
  const readerOf = (verdicts: readonly TableVerdict[]) =>
    Object.fromEntries(
      verdicts.map(({ source, verdict, reader }) => [source, `${verdict}, ${String(reader)}`]),
    );

  test.each([1, 3])("gives the digests that SQLite gives, over %i lanes", async (jobs) => {
    const read = await validate(source.path, original.url, { ...options, jobs, reader: "pages" });
    expect(digests(read.verdicts)).toEqual(digests(proven));
    expect(readerOf(read.verdicts)).toEqual({
      counted: "identical, pages",
      named: "identical, pages",
      keyless: "identical, pages",
      pairs: "identical, pages",
    });
    expect(readerOf(proven)["counted"]).toBe("identical, sqlite");
  });

  describe("of other values", () => {
    const database = databaseForEach();
    const makeFile = sqliteForEach();

    test("leaves to SQLite what it does not take, and rows of which a value does not convert", async () => {
      const values = `
      CREATE TABLE kinds (id INTEGER PRIMARY KEY, i INTEGER, r REAL, t TEXT, b BLOB, n);
      INSERT INTO kinds VALUES (1, 0, 1.0, '', x'', NULL), (2, 1, -0.5, 'é', x'00', 1), (3, -129, 1e300, 'a', x'ff', 2),
        (4, 40000, 3.0, 'b', NULL, 3), (5, 2147483648, 0.1, 'c', x'01', 4), (6, -140737488355328, 5.0, 'd', x'02', 5),
        (7, 9223372036854775807, 6.5, NULL, x'03', 6), (8, 8388607, 7.0, 'e', x'04', 7);
      CREATE TABLE late (id INTEGER PRIMARY KEY, added TEXT DEFAULT '\uFFFD');
      INSERT INTO late (id) VALUES (1);
      CREATE TABLE dated (id INTEGER PRIMARY KEY, at BOOLEAN); INSERT INTO dated VALUES (1, 1), (2, 0);`;
      const { path } = makeFile("values", values);
      await migrate(path, database.url, options);
      const before = await validate(path, database.url, options);
      const { verdicts } = await validate(path, database.url, { ...options, reader: "pages" });
      expect(digests(verdicts)).toEqual(digests(before.verdicts));
      expect(readerOf(verdicts)).toEqual({
        kinds: "identical, pages",
        late: "identical, sqlite",
        dated: "identical, pages",
      });
    });
  });

  describe("of another copy", () => {
    const copy = copyForEach(original);

    test("sees what differs", async () => {
      await copy.query("UPDATE counted SET body = '\\x03' WHERE id = 9223372036854775807");
      const { verdicts } = await validate(source.path, copy.url, { ...options, reader: "pages" });
      const counted = verdicts.find(({ source }) => source === "counted");
      expect(counted).toMatchObject({
        verdict: "different",
        sourceRows: rows + 2,
        targetRows: rows + 2,
        reader: "pages",
        reason: expect.stringContaining("but not the same values in them") as unknown,
        differences: { missing: 0, extra: 0, changed: 1 },
      });
      expect(counted?.differences?.listed[0]).toMatchObject({
        key: [{ column: "id", value: "9223372036854775807" }],
        columns: [{ column: "body", expected: "\\x02", actual: "\\x03", source: "x'02'" }],
      });
    });
  });
});

describe("rows of which all are missing", () => {
  const copy = copyForEach(original);

  test.each(["sqlite", "pages"] as const)("are missing, read by %s", async (reader) => {
    await copy.query("DELETE FROM counted");
    const { verdicts } = await validate(source.path, copy.url, { ...options, reader, method: "stream" });
    expect(verdicts.find(({ source }) => source === "counted")).toMatchObject({
      verdict: "different",
      sourceRows: rows + 2,
      targetRows: 0,
      differences: { missing: rows + 2, extra: 0, changed: 0 },
    });
  });
});

describe("an index of the key that is damaged", () => {
  const copy = copyForEach(original);

  test("hides rows, which is no proof", async () => {
    // As if the index had lost an entry: it is told that its table has another row than it knows.
    await copy.query("ALTER TABLE counted DROP CONSTRAINT counted_pkey");
    await copy.query("CREATE UNIQUE INDEX counted_pkey ON counted (id) WHERE id <> 2");
    await copy.query("ALTER TABLE counted ALTER id SET NOT NULL");
    await copy.query("UPDATE pg_index SET indpred = NULL WHERE indexrelid = 'counted_pkey'::regclass");
    const { verdicts } = await validate(source.path, copy.url, options);
    const counted = verdicts.find(({ source }) => source === "counted");
    expect(counted).toMatchObject({ verdict: "unproven", asked: false });
    expect(counted?.reason).toContain("REINDEX");
  });
});
