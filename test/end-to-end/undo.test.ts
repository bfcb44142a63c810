/** The command as people meet it: what it shows, what it asks, what it leaves. */
import { expect, test } from "vitest";
import { databaseForEach } from "../database.js";
import { sqliteForEach } from "../fixture.js";
import { run } from "./command.js";

const database = databaseForEach();
const makeFile = sqliteForEach();

test("migrate, status, undo: and nothing is left", async () => {
  const file = makeFile("shop", "CREATE TABLE t (id INTEGER PRIMARY KEY); INSERT INTO t VALUES (1), (2)");
  expect(await run(["status", database.url])).toMatchObject({
    exitCode: 0,
    out: expect.stringContaining("no run is recorded here") as string,
  });
  const migrated = await run(["migrate", file.path, database.url]);
  const [, advice = ""] = /\nundo it with: sqlift (.*)\n/.exec(migrated.out) ?? [];
  expect(advice).toMatch(/^undo postgres:\/\/\S+ 1$/);
  expect(await run(["status", database.url, "--json"])).toMatchObject({ exitCode: 0 });

  const unasked = await run(["undo", database.url]);
  expect(unasked.exitCode).toBe(3);
  expect(unasked.out).toMatch(
    / public\.t {2,}2 {2,}2\n[^]*nothing was removed; to do it: sqlift undo \S+ 1 --yes\n/,
  );
  expect(await database.query("SELECT count(*) AS n FROM public.t")).toEqual([{ n: "2" }]);

  const undone = await run(["undo", database.url, "1", "--yes", "--json"]);
  expect(undone.exitCode).toBe(0);
  expect(JSON.parse(undone.out)).toMatchObject({ status: "undone", undo: { tables: [{ there: 2 }] } });
  expect(await database.query("SELECT to_regclass('public.t') AS t")).toEqual([{ t: null }]);
  expect((await run(["undo", database.url, "1", "--yes"])).exitCode).toBe(1);
  expect(await run(["undo", database.url, "x", "--yes"])).toMatchObject({
    exitCode: 3,
    err: expect.stringContaining("The number of a run is wanted") as string,
  });
});
