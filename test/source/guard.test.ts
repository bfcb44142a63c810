/** Further connections to a source: of the very file that it has open, or of none. */
import { renameSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { openShared } from "../../src/source/guard.js";
import { openSource } from "../../src/source/open.js";
import { sqliteForEach } from "../fixture.js";

describe("one more connection", () => {
  const makeFile = sqliteForEach();

  test("sees the same rows", async () => {
    const { path } = makeFile("one", "CREATE TABLE t (a); INSERT INTO t VALUES (1)");
    const source = await openSource(path, { ownProcess: true });
    expect(source.isShared).toBe(true);
    const database = await openShared(source.location, path);
    expect(database.prepare("SELECT a FROM t").pluck().get()).toBe(1n);
    database.close();
    source.close();
  });

  test("is refused where another file has the name by now", async () => {
    const { path } = makeFile("one", "CREATE TABLE t (a); INSERT INTO t VALUES (1)");
    const { path: other } = makeFile("other", "CREATE TABLE t (a); INSERT INTO t VALUES (2)");
    const source = await openSource(path, { ownProcess: true });
    renameSync(path, join(dirname(path), "old"));
    renameSync(other, path);
    await expect(openShared(source.location, path)).rejects.toMatchObject({
      code: "source-changed",
      message: expect.stringContaining("was replaced by another file") as unknown,
    });
    source.close();
  });
});
