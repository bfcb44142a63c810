/** What the second check does to a verdict: it can take one away, and gives none. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Session } from "../../../src/target/session.js";
import { validateTables } from "../../../src/validate/compare.js";
import {
  columnPlan,
  makeSource,
  makeTarget,
  planOf,
  tablePlan,
  type SourceFile,
  type TestTarget,
} from "../room.js";

const names = ["a", "b", "c", "d", "e", "f"];
const table = tablePlan(
  "t",
  names.map((name) => columnPlan(name, "bigint")),
);
let source: SourceFile;
let target: TestTarget;

beforeAll(async () => {
  source = await makeSource(
    `CREATE TABLE t (${names.join(", ")}); INSERT INTO t VALUES (1, 2, 3, 4, 5, 6), (2, 3, 4, 5, 6, 7)`,
  );
  target = await makeTarget();
});
afterAll(async () => {
  source.remove();
  await target.remove();
});
beforeEach(async () => {
  await target.query(`CREATE TABLE t (${names.map((name) => `${name} bigint`).join(", ")})`);
  await target.query("INSERT INTO t VALUES (1, 2, 3, 4, 5, 6), (2, 3, 4, 5, 6, 7)");
});
afterEach(() => target.query("DROP TABLE t"));

const verdict = async (session: Session = target.session, planned = table) =>
  (await validateTables(source.source, session, planOf(planned), "public"))[0];

/** A server that answers another question than was asked, as if one of the checks were wrong. */
const bent = (bend: (sql: string) => string): Session => ({
  ...target.session,
  query: (sql, parameters) => target.session.query(bend(sql), parameters),
});

describe("a second check that disagrees with the digests", () => {
  test("leaves the table unproven, never identical", async () => {
    const session = bent((sql) => sql.replace('sum(t."a")', 'sum(t."a" + 1)'));
    expect(await verdict(session)).toMatchObject({
      verdict: "unproven",
      asked: false,
      reason:
        "the two checks disagree: every row was found the same, but the databases' own aggregates are not: the sum in column a is 5, but 3 by the source",
    });
  });

  test("also where it counts other rows than were digested", async () => {
    const session = bent((sql) => sql.replace("count(*) AS rows, count(", "count(*) + 1 AS rows, count("));
    const { verdict: kind, reason } = (await verdict(session)) ?? {};
    expect(kind).toBe("unproven");
    expect(reason).toContain("the target counts 3 rows, and 2 were compared");
  });

  test("is told with the reason that a table has to be unproven anyway", async () => {
    await target.query("ALTER TABLE t ALTER a TYPE bit varying USING a::bit(8)");
    const other = { name: "other", sql: "bit varying", modifiers: [] } as const;
    const planned = { ...table, columns: [columnPlan("a", other), ...table.columns.slice(1)] };
    const session = bent((sql) => sql.replace('sum(t."b")', 'sum(t."b" + 1)'));
    expect(await verdict(session, planned)).toMatchObject({
      verdict: "unproven",
      reason: expect.stringMatching(/cannot be compared; the two checks disagree: .* column b /) as string,
    });
  });

  test("and cannot be read leaves it unproven", async () => {
    const session = bent((sql) => sql.replace('sum(t."a")', 'sum(t."a" / 0)'));
    expect(await verdict(session)).toMatchObject({
      verdict: "unproven",
      reason: expect.stringContaining("division by zero") as string,
      aggregates: null,
    });
  });
});

describe("of tables that differ it tells", () => {
  test("which figures are others, the first ones by name", async () => {
    await target.query("UPDATE t SET a = 9, b = 9, c = 9 WHERE a = 1");
    expect((await verdict())?.reason).toBe(
      "both sides have 2 rows, but not the same values in them; " +
        "the smallest value in column a is 2, but 1 by the source; the greatest value in column a is 9, but 2 by the source; " +
        "the sum in column a is 11, but 3 by the source; the smallest value in column b is 3, but 2 by the source; " +
        "the greatest value in column b is 9, but 3 by the source; 4 more aggregates differ",
    );
  });

  test("nothing more where rows are missing", async () => {
    await target.query("DELETE FROM t WHERE a = 1");
    expect((await verdict())?.reason).toBe("the source has 2 rows, the target has 1");
  });

  test("nothing where two values changed places", async () => {
    await target.query("UPDATE t SET f = 13 - f");
    expect(await verdict()).toMatchObject({
      verdict: "different",
      reason: "both sides have 2 rows, but not the same values in them",
    });
  });
});

test("what was compared stands in the verdict", async () => {
  expect((await verdict())?.aggregates).toEqual(
    names.map((column) => ({ column, aggregates: ["values", "minimum", "maximum", "sum"] })),
  );
  const misfit = {
    ...table,
    columns: table.columns.map((column) => ({ ...column, type: columnPlan("x", "uuid").type })),
  };
  await target.query("DROP TABLE t");
  await target.query(`CREATE TABLE t (${names.map((name) => `${name} uuid`).join(", ")})`);
  expect(await verdict(target.session, misfit)).toMatchObject({ verdict: "different", aggregates: null });
});
