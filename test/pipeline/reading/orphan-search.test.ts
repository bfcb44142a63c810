/** The sets of integers against SQLite's own search: the plan's orphans must be the same, whoever found them. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { findOrphans } from "../../../src/export/orphans.js";
import { introspect } from "../../../src/export/introspect.js";
import { plan } from "../../../src/pipeline/plan.js";
import { openSource } from "../../../src/source/open.js";
import { makeSqlite } from "../../fixture.js";

/** What a child's value may be: in, out, NULL, a text or real that is such a number, far away. */
const value = fc.constantFrom(
  "1",
  "2",
  "7",
  "NULL",
  "'2'",
  "'x'",
  "2.0",
  "2.5",
  "-1",
  "4611686018427387904",
  "x'02'",
);
const values = fc.array(value, { maxLength: 4 });
const type = fc.constantFrom("INTEGER", "TEXT", "REAL", "", "NUMERIC");

const rows = (table: string, list: readonly string[]): string =>
  list.map((each) => `INSERT INTO ${table} (p) VALUES (${each});`).join("\n");

async function bothWays(sql: string) {
  const file = makeSqlite("links", sql);
  try {
    const made = await plan(file.path, {});
    const source = await openSource(file.path, {});
    try {
      const schema = introspect(source);
      const asked = schema.tables.flatMap((table) =>
        [...findOrphans(source, schema, table)].flatMap((found) =>
          found === null ? [] : [[found.table, found.rows] as const],
        ),
      );
      const planned = made.findings.flatMap((finding) =>
        finding.kind === "orphan-rows" ? [[finding.at.table, finding.rows] as const] : [],
      );
      const carried = made.tables.reduce((sum, { foreignKeys }) => sum + foreignKeys.length, 0);
      return { asked: asked.sort(), planned: planned.sort(), carried };
    } finally {
      source.close();
    }
  } finally {
    file.remove();
  }
}

describe("orphans", () => {
  test.each([
    ["none", "1, 2, 3", []],
    ["one beyond the parent's rows", "1, 2, 4", [["child", 1]]],
    ["a negative one", "-1", [["child", 1]]],
    ["none where NULL", "NULL, NULL", []],
  ])("of a key to a rowid: %s", async (_, list, expected) => {
    const inserts = rows("child", list.split(", "));
    const { planned } = await bothWays(
      `CREATE TABLE parent (id INTEGER PRIMARY KEY); INSERT INTO parent VALUES (1), (2), (3);
       CREATE TABLE child (id INTEGER PRIMARY KEY, p INTEGER REFERENCES parent); ${inserts}`,
    );
    expect(planned).toEqual(expected);
  });

  test("a key that is the rowid itself, and one to the table itself", async () => {
    const { planned } = await bothWays(
      `CREATE TABLE parent (id INTEGER PRIMARY KEY); INSERT INTO parent VALUES (1), (2);
       CREATE TABLE twin (id INTEGER PRIMARY KEY REFERENCES parent (id)); INSERT INTO twin VALUES (2), (3), (70000);
       CREATE TABLE tree (id INTEGER PRIMARY KEY, up INTEGER REFERENCES tree (id)); INSERT INTO tree VALUES (1, NULL), (2, 1), (3, 9);`,
    );
    expect(planned).toEqual([
      ["tree", 1],
      ["twin", 2],
    ]);
  });

  test("are the same by sets and by SQLite, whatever the columns hold", async () => {
    await fc.assert(
      fc.asyncProperty(values, type, values, fc.boolean(), async (ids, childType, list, isRowid) => {
        const key = isRowid ? "INTEGER PRIMARY KEY" : `${childType} UNIQUE`;
        const parents = ids
          .map((id) => `INSERT OR IGNORE INTO parent VALUES (${isRowid ? `CAST(${id} AS INTEGER)` : id});`)
          .join("\n");
        const { planned, asked, carried } = await bothWays(
          `CREATE TABLE parent (id ${key}); ${parents}
           CREATE TABLE child (n INTEGER PRIMARY KEY, p ${childType} REFERENCES parent (id)); ${rows("child", list)}`,
        );
        // A key that cannot be carried over is listed as such; then nobody asks for its orphans.
        expect(planned).toEqual(carried === 1 ? asked : []);
      }),
      { numRuns: Number(process.env["RUNS"] ?? 15) },
    );
  });
});
