/** What a run made goes, and only that; where it is not the run's alone any more, nothing does. */
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { planOfTables } from "../target/plan-of-tables.js";
import { migrate } from "../../src/pipeline/migrate.js";
import { status } from "../../src/pipeline/status.js";
import { undo, type UndoOptions } from "../../src/pipeline/undo.js";
import { beginRun } from "../../src/target/history/runs.js";
import { catalogLines } from "../catalogs.js";
import { copyForEach, databaseForAll, databaseForEach, type TestDatabase } from "../database.js";
import { makeSqlite } from "../fixture.js";

const environment = process.env;
const sql = `
  CREATE TABLE artist (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL COLLATE NOCASE);
  CREATE TABLE album (id INTEGER PRIMARY KEY, artist INTEGER NOT NULL REFERENCES artist (id) ON DELETE CASCADE, title TEXT, UNIQUE (title));
  CREATE VIEW titles AS SELECT title FROM album;
  CREATE VIEW shouted AS SELECT upper(title) AS title FROM titles;
  CREATE TRIGGER renamed AFTER UPDATE ON artist BEGIN UPDATE album SET title = 'x' WHERE artist = NEW.id; END;
  INSERT INTO artist VALUES (1, 'a'), (2, 'b'), (3, 'c');
  INSERT INTO album VALUES (1, 1, 'one'), (2, 2, 'two'), (3, 2, 'three');`;

async function move(database: TestDatabase, schema = "music"): Promise<number> {
  const file = makeSqlite("music", sql);
  try {
    const outcome = await migrate(file.path, database.url, { environment, schema });
    expect(outcome.status).toBe("migrated");
    return outcome.run!;
  } finally {
    file.remove();
  }
}

/** Where others have things, too. */
const original = databaseForAll();
let before: readonly string[];
beforeAll(async () => {
  await original.query(
    "CREATE TABLE public.theirs (id int PRIMARY KEY); INSERT INTO public.theirs VALUES (1)",
  );
  before = await catalogLines(original);
  expect(await move(original)).toBe(1);
});
const database = copyForEach(original);
const undoHere = (run: number | null = null, options: UndoOptions = {}) =>
  undo(database.url, run, { environment, ...options });

describe("nothing is removed", () => {
  const untouched = async (work: () => Promise<unknown>): Promise<void> => {
    const catalogs = await catalogLines(database);
    await work();
    expect(await catalogLines(database)).toEqual(catalogs);
    expect(await database.query("SELECT status FROM sqlift.runs")).toEqual([{ status: "done" }]);
  };

  test("of a run that the history does not know", async () => {
    await untouched(() =>
      expect(undoHere(7)).rejects.toMatchObject({ code: "usage", message: "There is no run 7 here." }),
    );
  });

  test("where nobody says yes", async () => {
    await untouched(async () => {
      expect(await undoHere(null, { confirm: () => Promise.resolve(false) })).toMatchObject({
        status: "shown",
        tables: [
          { made: "artist", loaded: 3, there: 3, others: 0 },
          { made: "album", loaded: 3, there: 3, others: 0 },
        ],
      });
    });
  });

  test.each([
    ["INSERT INTO music.artist (name) VALUES ('new')", "are there: 3; rows that others wrote or changed: 1."],
    [
      "UPDATE music.artist SET name = name WHERE id = 1",
      "are there: 2; rows that others wrote or changed: 1.",
    ],
    [
      "DELETE FROM music.album WHERE id = 3",
      "of the 3 rows that the run loaded, as it loaded them, are there: 2.",
    ],
    ["TRUNCATE music.album", "are there: 0"],
    ["ALTER TABLE music.album ADD more serial", "are there: 0"],
  ])("after %s", async (write, words) => {
    await database.query(write);
    await untouched(async () => {
      const outcome = await undoHere();
      expect(outcome).toMatchObject({ status: "refused" });
      expect(outcome.refusals.join("\n")).toContain(words);
    });
  });

  test.each([
    [
      "CREATE VIEW public.mine AS SELECT name FROM music.artist",
      "view public.mine depends on table music.artist",
    ],
    [
      "CREATE TABLE public.song (album bigint REFERENCES music.album (id))",
      "constraint song_album_fkey on table public.song depends on table music.album",
    ],
  ])("where something of others depends on it: %s", async (make, words) => {
    await database.query(make);
    await untouched(async () => {
      const { status, refusals } = await undoHere();
      expect({ status, refusals }).toEqual({
        status: "refused",
        refusals: [`Others depend on it: ${words}.`],
      });
    });
  });

  test("in a database that was restored from a dump, where all rows and books are of one transaction", async () => {
    await database.query(
      `CREATE TABLE public.books AS SELECT * FROM sqlift.loads; TRUNCATE sqlift.loads;
       INSERT INTO sqlift.loads SELECT * FROM public.books; DROP TABLE public.books`,
    );
    await untouched(async () => {
      const { status, refusals } = await undoHere();
      expect({ status, refusals }).toEqual({
        status: "refused",
        refusals: [expect.stringContaining("restored from a dump")],
      });
    });
  });

  test("of a run that is under way", async () => {
    const session = await database.open();
    const plan = planOfTables("public", ["t"]);
    const run = await beginRun(session, { plan, toolVersion: "1", strategy: "create" });
    expect(await undoHere(run)).toMatchObject({ status: "refused", refusals: ["Run 2 is under way."] });
    await session.end();
    expect(await undoHere(run)).toMatchObject({ status: "undone" });
  });
});

describe("a run that is done", () => {
  test.each([
    "SELECT 1",
    "VACUUM (FREEZE) music.artist",
    "VACUUM (FULL) music.album",
    "CLUSTER music.album USING album_pkey",
    "ALTER TABLE music.artist RENAME TO musician",
    "ALTER TABLE music.album SET SCHEMA public",
    "DROP TABLE music.album CASCADE",
  ])("goes with all that it made, also after %s", async (statement) => {
    await database.query(statement);
    expect(await undoHere(1)).toMatchObject({ status: "undone", run: { run: 1 } });
    expect(await catalogLines(database)).toEqual(before);
    expect(await database.query("SELECT id FROM public.theirs")).toEqual([{ id: "1" }]);
    expect((await status(database.url, { environment })).runs).toMatchObject([
      {
        status: "undone",
        rows: 6,
        steps: expect.arrayContaining(
          [{ phase: "undo" }].map((step) => expect.objectContaining(step) as unknown),
        ) as unknown,
      },
    ]);
  });

  test("is undone once", async () => {
    await undoHere();
    expect(await undoHere(1)).toMatchObject({ status: "refused", refusals: ["Run 1 is undone already."] });
    await expect(undoHere()).rejects.toMatchObject({
      code: "usage",
      message: "There is no run here to undo.",
    });
    expect(await catalogLines(database)).toEqual(before);
  });

  test("leaves its schema where somebody else has put something into it", async () => {
    await database.query("CREATE TABLE music.mine (id int)");
    expect(await undoHere()).toMatchObject({
      status: "undone",
      drops: expect.not.arrayContaining(["schema music"]) as unknown,
    });
    const names = await database.query(
      "SELECT relname FROM pg_class WHERE relnamespace = 'music'::regnamespace",
    );
    expect(names).toEqual([{ relname: "mine" }]);
  });

  test("leaves what a later run made", async () => {
    expect(await move(database, "again")).toBe(2);
    const catalogs = await catalogLines(database);
    await undoHere(1);
    expect(await catalogLines(database)).toEqual(catalogs.filter((line) => !/\bmusic\b/.test(line)));
    expect(await undoHere()).toMatchObject({ status: "undone", run: { run: 2 } });
    expect(await catalogLines(database)).toEqual(before);
  });
});

describe("where there is less than a run", () => {
  const empty = databaseForEach();
  let session: Awaited<ReturnType<TestDatabase["open"]>>;
  beforeEach(async () => {
    session = await empty.open();
  });

  test("a database without a history has nothing to undo, and says so", async () => {
    await expect(undo(empty.url, null, { environment })).rejects.toMatchObject({ code: "usage" });
    expect((await status(empty.url, { environment })).runs).toEqual([]);
  });

  test("a run that was cut off is told, and what it left is removed", async () => {
    const catalogs = await catalogLines(empty);
    const plan = planOfTables("public", ["t"]);
    const run = await beginRun(session, { plan, toolVersion: "1", strategy: "create" });
    await session.query(
      `CREATE TABLE sqlift_run_${run}.t (id bigint); INSERT INTO sqlift_run_${run}.t VALUES (1)`,
    );
    const told = async () => (await status(empty.url, { environment })).runs;
    expect(await told()).toMatchObject([{ status: "running", isCutOff: false, leftSchema: true }]);
    await session.end();
    expect(await told()).toMatchObject([{ status: "running", isCutOff: true, leftSchema: true }]);
    expect(await undo(empty.url, null, { environment })).toMatchObject({ status: "undone" });
    expect(await told()).toMatchObject([{ status: "undone", isCutOff: false, leftSchema: false }]);
    expect(await catalogLines(empty)).toEqual(catalogs);
  });
});
