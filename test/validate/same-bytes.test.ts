/** Rows compared byte by byte, in the order of their keys: which are the same by it, and what is left to digests. */
import fc from "fast-check";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { TablePlan } from "../../src/model/plan.js";
import { pgType } from "../../src/model/postgres.js";
import type { TableVerdict } from "../../src/model/verdict.js";
import type { Session } from "../../src/target/session.js";
import { validateTables, type ValidateOptions } from "../../src/validate/compare.js";
import { columnPlan, makeSource, makeTarget, planOf, tablePlan, type SourceFile } from "./room.js";

let target: Awaited<ReturnType<typeof makeTarget>>;
let source: SourceFile | null = null;

beforeAll(async () => {
  target = await makeTarget();
});
afterEach(async () => {
  source?.remove();
  source = null;
  await target.query("DROP TABLE IF EXISTS t");
});
afterAll(() => target.remove());

const id = columnPlan("id", "bigint");
const table = tablePlan("t", [id, columnPlan("a", "text")]);
const created = "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT)";
const createdThere = "CREATE TABLE t (id bigint PRIMARY KEY, a text)";
const rows = "(1, 'one'), (2, NULL), (5, 'five'), (8, '')";

const prove = async (
  sqlite: string,
  postgres: string,
  options: ValidateOptions = {},
  planned: TablePlan = table,
  session: Session = target.session,
): Promise<TableVerdict> => {
  source = await makeSource(sqlite);
  await target.query(postgres);
  const given = { method: "stream", cuts: () => [2n, 8n], ...options } as const;
  const [verdict] = await validateTables(source.source, session, planOf(planned), "public", given);
  return verdict!;
};

const there = (values: string): string => `${createdThere}; INSERT INTO t VALUES ${values}`;
const here = (values: string): string => `${created}; INSERT INTO t VALUES ${values}`;

describe("rows that differ are found, and hashed then:", () => {
  test.each([
    ["a value in the first part", "(1, 'One'), (2, NULL), (5, 'five'), (8, '')", "1"],
    ["a value in a part between", "(1, 'one'), (2, ''), (5, 'five'), (8, '')", "2"],
    ["the last value", "(1, 'one'), (2, NULL), (5, 'five'), (8, NULL)", "8"],
    ["a row too many at the end", `${rows}, (9, 'nine')`, "9"],
    ["a row too many at the beginning", `(-5, ''), ${rows}`, "-5"],
    ["a row missing at the end", "(1, 'one'), (2, NULL), (5, 'five')", "8"],
    ["a row missing at the end of a part", "(1, 'one'), (2, NULL), (8, '')", "5"],
    ["another key", "(1, 'one'), (2, NULL), (6, 'five'), (8, '')", "5"],
  ])("%s", async (_, values, key) => {
    const verdict = await prove(here(rows), there(values));
    expect(verdict).toMatchObject({ verdict: "different", sourceRows: 4 });
    expect(verdict.differences?.listed.map((row) => row.key?.[0]?.value)).toContain(key);
  });

  test("all rows are missing", async () => {
    expect(await prove(here(rows), createdThere)).toMatchObject({
      verdict: "different",
      targetRows: 0,
      differences: { missing: 4 },
    });
  });
});

describe("rows that are read twice, because the last one differs,", () => {
  const many = (last: string): string =>
    `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60000)
       INSERT INTO t SELECT i, CASE i WHEN 60000 THEN '${last}' ELSE 'row ' || i END FROM n`;

  test("count once: progress never goes back", async () => {
    const told: number[] = [];
    const verdict = await prove(`${created}; ${many("a")}`, `${createdThere}; ${many("b")}`, {
      cuts: () => [30_000n],
      onProgress: (event) => {
        if (event.kind === "table" || event.kind === "table-done") told.push(event.rows);
      },
    });
    expect(verdict).toMatchObject({ verdict: "different", differences: { changed: 1 } });
    expect(told.length).toBeGreaterThan(2);
    expect(told).toEqual([...told].sort((a, b) => a - b));
    expect(told.at(-1)).toBe(60_000);
  });

  test("are counted by the server once", async () => {
    const asked: string[] = [];
    const session: Session = {
      ...target.session,
      query: (sql, parameters) => {
        if (sql.startsWith("SELECT count(*) AS rows, count(")) asked.push(sql);
        return target.session.query(sql, parameters);
      },
    };
    const verdict = await prove(
      here(rows),
      there("(1, 'one'), (2, NULL), (5, 'five'), (8, 'x')"),
      {},
      table,
      session,
    );
    expect(verdict).toMatchObject({ verdict: "different", differences: { changed: 1 } });
    expect(asked.length).toBe(3);
  });
});

describe("rows that are the same", () => {
  test("are identical without a digest", async () => {
    expect(await prove(here(rows), there(rows))).toMatchObject({
      verdict: "identical",
      sourceRows: 4,
      targetRows: 4,
      sourceDigest: null,
      targetDigest: null,
      reader: "sqlite",
      method: { by: "stream" },
    });
  });

  test("have digests where these are wanted", async () => {
    const verdict = await prove(here(rows), there(rows), { digests: true });
    expect(verdict.sourceDigest).toMatch(/^[0-9a-f]{64}$/);
    expect(verdict.targetDigest).toBe(verdict.sourceDigest);
  });

  test("have digests where they are hashed in the database", async () => {
    const verdict = await prove(here(rows), there(rows), { method: "digest" });
    expect(verdict.sourceDigest).toMatch(/^[0-9a-f]{64}$/);
  });

  test("have digests where they are not cut by a key", async () => {
    const verdict = await prove(
      here(rows),
      `CREATE TABLE t (id bigint, a text); INSERT INTO t VALUES ${rows}`,
    );
    expect(verdict).toMatchObject({ verdict: "identical" });
    expect(verdict.sourceDigest).toMatch(/^[0-9a-f]{64}$/);
  });

  test("may be none", async () => {
    expect(await prove(created, createdThere)).toMatchObject({ verdict: "identical", targetRows: 0 });
  });

  test("may have a text whose string does not say its bytes: then they are hashed", async () => {
    const replaced = `${rows}, (9, '\ufffd')`;
    const verdict = await prove(here(replaced), there(replaced));
    expect(verdict).toMatchObject({ verdict: "identical", targetRows: 5 });
    // A digest of the other parts would be none of the table.
    expect(verdict.sourceDigest).toBeNull();
  });

  test("may have been changed as a policy says, which is counted", async () => {
    const planned = tablePlan("t", [id, { ...columnPlan("a", "text"), policy: { nul: "strip" } }]);
    const verdict = await prove(
      `${created}; INSERT INTO t VALUES (1, 'o' || char(0) || 'ne'), (9, 'x')`,
      there("(1, 'one'), (9, 'x')"),
      {},
      planned,
    );
    expect(verdict).toMatchObject({
      verdict: "identical-under-policy",
      reason: expect.stringContaining("1 by") as unknown,
    });
  });

  test("may be longer than what is hashed by itself, and than a batch", async () => {
    const fill = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000)";
    const value = "CASE WHEN i % 500 = 0 THEN replace(hex(zeroblob(40000)), '0', 'ab') ELSE 'row ' || i END";
    const valueThere = "CASE WHEN i % 500 = 0 THEN repeat('ab', 80000) ELSE 'row ' || i END";
    const verdict = await prove(
      `${created}; ${fill} INSERT INTO t SELECT i * 3, ${value} FROM n`,
      `${createdThere}; INSERT INTO t SELECT i * 3, ${valueThere} FROM generate_series(1, 2000) AS n(i)`,
      { cuts: () => [3000n] },
    );
    expect(verdict).toMatchObject({ verdict: "identical", targetRows: 2000, sourceDigest: null });
  });

  test("are found by every key there is", async () => {
    const keys = ["-9223372036854775808", "-1", "0", "1", "9223372036854775807"];
    const values = keys.map((key) => `(${key}, 'x')`).join(", ");
    expect(await prove(here(values), there(values), { cuts: () => [0n] })).toMatchObject({
      verdict: "identical",
      targetRows: 5,
      sourceDigest: null,
    });
  });

  test("may have the key as an integer of 32 bits", async () => {
    const planned = tablePlan("t", [columnPlan("id", pgType("integer")), columnPlan("a", "text")]);
    const narrow = `CREATE TABLE t (a text, id integer PRIMARY KEY); INSERT INTO t (id, a) VALUES ${rows}`;
    expect(await prove(here(rows), narrow, {}, planned)).toMatchObject({
      verdict: "identical",
      sourceDigest: null,
    });
  });
});

describe("numbers that a double does not say", () => {
  const fill = "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 6000)";
  const planned = tablePlan("t", [id, columnPlan("a", "bigint"), columnPlan("b", "text")]);
  const createdHere = "CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER, b)";
  const keyed = "CREATE TABLE t (id bigint PRIMARY KEY, a bigint, b text)";
  const series = "FROM generate_series(0, 6000) AS n(i)";

  // Some of the pages have such, some have none, and then all have.
  const value = "CASE WHEN i IN (700, 2000, 2001) OR i > 4000 THEN 9007199254740993 + i ELSE i END";
  const text = "CASE WHEN i IN (100, 3000) THEN i ELSE 'x' END";
  const textThere = "CASE WHEN i IN (100, 3000) THEN i::text ELSE 'x' END";

  test("are read again, and are the same", async () => {
    const verdict = await prove(
      `${createdHere}; ${fill} INSERT INTO t SELECT i, ${value}, ${text} FROM n`,
      `${keyed}; INSERT INTO t SELECT i, ${value}, ${textThere} ${series}`,
      { cuts: () => [5000n] },
      planned,
    );
    expect(verdict).toMatchObject({ verdict: "identical", targetRows: 6001, sourceDigest: null });
  });

  test.each([0, 700, 6000])("are told from their neighbours, in row %i", async (row) => {
    const valueOf = (large: string): string => `CASE WHEN i = ${row} THEN ${large} ELSE i END`;
    const verdict = await prove(
      `${createdHere}; ${fill} INSERT INTO t SELECT i, ${valueOf("9007199254740993")}, 'x' FROM n`,
      `${keyed}; INSERT INTO t SELECT i, ${valueOf("9007199254740992")}, 'x' ${series}`,
      {},
      planned,
    );
    expect(verdict).toMatchObject({ verdict: "different", differences: { changed: 1 } });
  });

  test("an INTEGER in a text is told from the REAL", async () => {
    const verdict = await prove(
      `${createdHere}; INSERT INTO t VALUES (1, 1, 2)`,
      `${keyed}; INSERT INTO t VALUES (1, 1, '2.0')`,
      {},
      planned,
    );
    expect(verdict).toMatchObject({ verdict: "different" });
  });

  test("may be the keys", async () => {
    const key = "9007199254740000 + 2 * i + (i > 3000)";
    const verdict = await prove(
      `${createdHere}; ${fill} INSERT INTO t SELECT ${key}, i, 'x' FROM n`,
      `${keyed}; INSERT INTO t SELECT ${key.replace("(i > 3000)", "(i > 3000)::int")}, i, 'x' ${series}`,
      {},
      planned,
    );
    expect(verdict).toMatchObject({ verdict: "identical", targetRows: 6001, sourceDigest: null });
  });
});

test("any rows with any change", async () => {
  const value = fc.option(
    fc.string({ unit: "grapheme", maxLength: 8 }).filter((text) => !text.includes("\0")),
  );
  const anyRows = fc.uniqueArray(fc.tuple(fc.integer({ min: -50, max: 50 }), value), {
    selector: ([key]) => key,
    maxLength: 12,
  });
  const literal = (text: string | null): string =>
    text === null ? "NULL" : `'${text.replaceAll("'", "''")}'`;
  const insert = (all: readonly (readonly [number, string | null])[]): string =>
    all.length === 0
      ? ""
      : `INSERT INTO t VALUES ${all.map(([key, text]) => `(${key}, ${literal(text)})`).join(", ")};`;
  await target.query("SET standard_conforming_strings = on");
  await fc.assert(
    fc.asyncProperty(anyRows, anyRows, fc.boolean(), async (one, other, isSame) => {
      const found = isSame ? one : other;
      const verdict = await prove(`${created}; ${insert(one)}`, `${createdThere}; ${insert(found)}`, {
        cuts: () => [-10n, 0n, 30n],
      });
      source?.remove();
      source = null;
      await target.query("DROP TABLE t");
      const sorted = (all: typeof one): string => JSON.stringify([...all].sort(([a], [b]) => a - b));
      expect(verdict.verdict).toBe(sorted(one) === sorted(found) ? "identical" : "different");
    }),
    { numRuns: 25 },
  );
});
