import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeSqlite, type SqliteFile } from "../fixture.js";
import { run } from "./command.js";

let source: SqliteFile;
let folder: string;
beforeAll(() => {
  source = makeSqlite(
    "shop",
    `CREATE TABLE sale (id INTEGER PRIMARY KEY, at INTEGER, open INTEGER, note TEXT);
     WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
       INSERT INTO sale SELECT i, 1600000000000 + i, i % 2, 'sale ' || i FROM n;
     UPDATE sale SET note = 'a' || char(0) || 'b' WHERE id = 10001`,
  );
  folder = mkdtempSync(join(tmpdir(), "sqlift-test-"));
});
afterAll(() => {
  source.remove();
  rmSync(folder, { recursive: true, force: true });
});

describe("--suggest", () => {
  test("writes over nothing, and reads nothing first", async () => {
    const path = join(folder, "mine.yaml");
    writeFileSync(path, "version: 1\n");
    const { exitCode, out, err } = await run(["plan", source.path, "--suggest", path]);
    expect({ exitCode, out }).toEqual({ exitCode: 3, out: "" });
    expect(err).toContain(`${path} is there already, and is not written over.`);
    expect(readFileSync(path, "utf8")).toBe("version: 1\n");
  });

  test("says what it cannot write", async () => {
    const { exitCode, err } = await run(["plan", source.path, "--suggest", join(folder, "no", "s.yaml")]);
    expect(exitCode).toBe(3);
    expect(err).toContain("The suggested mapping cannot be written: ENOENT");
  });

  test("writes a mapping that settles what it names, once the # is taken away", async () => {
    const path = join(folder, "s.yaml");
    const first = await run(["plan", source.path, "--suggest", path, "--json"]);
    expect(first.exitCode).toBe(1);
    expect(JSON.parse(first.out)).toMatchObject({ status: "blocked" });
    const asWritten = await run(["plan", source.path, "--mapping", path, "--json"]);
    expect(JSON.parse(asWritten.out)).toMatchObject({ status: "blocked" });
    const active = readFileSync(path, "utf8").replaceAll(/^( +)# (\w+: \{)/gm, "$1$2");
    const settled = join(folder, "settled.yaml");
    writeFileSync(settled, active);
    const second = await run(["plan", source.path, "--mapping", settled, "--json"]);
    expect(second.exitCode).toBe(0);
    const { plan } = JSON.parse(second.out) as {
      plan: { tables: { columns: { source: string; type: { name: string }; unit: string | null }[] }[] };
    };
    expect(plan.tables[0]?.columns.map(({ source: name, type, unit }) => [name, type.name, unit])).toEqual([
      ["id", "bigint", null],
      ["at", "timestamp with time zone", "milliseconds"],
      ["open", "boolean", null],
      ["note", "text", null],
    ]);
  });
});

describe("--sample", () => {
  test.each(["0", "-1", "1.5", "x", "99999999999999"])("%s is no number of rows", async (rows) => {
    const { exitCode, err } = await run(["plan", source.path, "--sample", rows]);
    expect(exitCode).toBe(3);
    expect(err).toContain("A whole number of rows, at least 1, is wanted.");
  });

  test("reads some rows of all parts of a table, says so, and blocks for nothing that it has not seen", async () => {
    const { exitCode, out } = await run(["plan", source.path, "--sample", "500", "--json"]);
    expect(exitCode).toBe(0);
    const { plan } = JSON.parse(out) as { plan: { sampledRows: number; tables: { rows: number }[] } };
    expect(plan.sampledRows).toBe(500);
    expect(plan.tables[0]?.rows).toBeGreaterThan(200);
    expect(plan.tables[0]?.rows).toBeLessThan(2000);
    const text = await run(["plan", source.path, "--sample", "500"]);
    expect(text.out).toContain("a sample: about 500 rows of each table were read");
    expect(text.out).not.toContain("nothing blocks: migrate");
  });

  test("is not for migrate", async () => {
    const { exitCode } = await run(["migrate", source.path, "--sample", "500"]);
    expect(exitCode).toBe(3);
    expect(existsSync("shop.pg")).toBe(false);
  });
});
