/** What encoding the rows tells, and what becomes of the plan by it. */
import { describe, expect, test } from "vitest";
import type { Finding } from "../../src/model/finding.js";
import { pgType } from "../../src/model/postgres.js";
import type { MaxRejects } from "../../src/model/reject.js";
import { saying } from "./mapping-of.js";
import { columnOf, findingsOf, planOf, tableOf, type PlanChoices } from "./plan-of.js";

const quarantine: PlanChoices = { onReject: "quarantine" };

const kindsOf = ({ findings }: { readonly findings: readonly Finding[] }): readonly string[] =>
  findings.map(({ kind }) => kind);

describe("rejected rows", () => {
  const withNuls = `CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b TEXT);
    INSERT INTO t VALUES (1, 'x', 'y'), (2, 'a' || char(0), 'b'), (3, 'c', char(0)), (4, char(0), char(0)),
      (5, CAST(x'ff' AS TEXT), 'z')`;

  test("block by column and reason, each row counted once", () => {
    const plan = planOf(withNuls);
    expect(tableOf(plan, "t")).toMatchObject({ rows: 5, rejected: 4 });
    expect(findingsOf(plan, "value-misfit")).toMatchObject([
      { at: { table: "t", column: "a" }, type: "text", code: "nul", rows: 2, first: { at: { rowid: "2" } } },
      { at: { table: "t", column: "b" }, code: "nul", rows: 1, first: { at: { rowid: "3" } } },
      { at: { table: "t", column: "a" }, code: "invalid-utf8", rows: 1, first: { at: { rowid: "5" } } },
    ]);
  });

  test("are listed in row order, with the first column that does not fit", () => {
    const rejects = tableOf(planOf(withNuls), "t").rejects.map(
      ({ column, code, value }) => `${value.at.rowid ?? ""} ${column} ${code}`,
    );
    expect(rejects).toEqual(["2 a nul", "3 b nul", "4 a nul", "5 a invalid-utf8"]);
  });

  test("warn instead where they are kept apart", () => {
    const plan = planOf(withNuls, [], quarantine);
    expect(tableOf(plan, "t").rejected).toBe(4);
    expect(kindsOf(plan)).toEqual(["rows-rejected", "rows-rejected", "rows-rejected"]);
  });

  test("are not in a table of which everything fits", () => {
    const plan = planOf("CREATE TABLE t (a TEXT); INSERT INTO t VALUES ('x'), (NULL)", [], quarantine);
    expect(tableOf(plan, "t")).toMatchObject({ rejected: 0, rejects: [], changes: [] });
    expect(kindsOf(plan)).toEqual([]);
  });

  test("are not told of a column whose unit nobody knows yet: that blocks by itself", () => {
    const mappings = [saying({ "t.at": { type: pgType("timestamp with time zone") } })];
    const plan = planOf(
      "CREATE TABLE t (at INTEGER); INSERT INTO t VALUES (5), (1700000000000), (1700000000)",
      mappings,
      quarantine,
    );
    expect(kindsOf(plan)).toEqual(["time-unit-missing"]);
  });

  test("are found where a rule names a unit that the numbers do not reach", () => {
    const mappings = [saying({ "t.at": { type: pgType("timestamp with time zone"), unit: "seconds" } })];
    const plan = planOf(
      "CREATE TABLE t (at INTEGER); INSERT INTO t VALUES (1700000000), (9223372036854775807)",
      mappings,
      quarantine,
    );
    expect(findingsOf(plan, "rows-rejected")).toMatchObject([{ code: "range", rows: 1 }]);
  });

  test("are found in text that spells no bytes", () => {
    const mappings = [saying({ "t.a": { type: pgType("bytea"), decode: "hex" } })];
    const plan = planOf("CREATE TABLE t (a TEXT); INSERT INTO t VALUES ('00ff'), ('no')", mappings);
    expect(findingsOf(plan, "value-misfit")).toMatchObject([{ code: "syntax", rows: 1 }]);
  });
});

describe("--max-rejects", () => {
  const two = `CREATE TABLE t (a TEXT); INSERT INTO t VALUES ('x'), (char(0)), ('y'), ('z');
    CREATE TABLE u (a TEXT); INSERT INTO u VALUES ('x'), (char(0));`;
  const tooMany = (maxRejects: MaxRejects) =>
    findingsOf(planOf(two, [], { ...quarantine, maxRejects }), "too-many-rejects");

  test("counts rows over all tables", () => {
    expect(tooMany({ rows: 2 })).toEqual([]);
    expect(tooMany({ rows: 1 })).toEqual([
      { kind: "too-many-rejects", at: { table: null }, rows: 6, rejected: 2, limit: { rows: 1 } },
    ]);
    expect(tooMany({ rows: 0 })).toHaveLength(1);
  });

  test("counts percent of each table by itself, the limit included", () => {
    expect(tooMany({ percent: 50 })).toEqual([]);
    expect(tooMany({ percent: 25 })).toEqual([
      { kind: "too-many-rejects", at: { table: "u" }, rows: 2, rejected: 1, limit: { percent: 25 } },
    ]);
    expect(tooMany({ percent: 24.9 })).toHaveLength(2);
  });

  test("allows none with 0, and does not trip over empty tables", () => {
    expect(tooMany({ percent: 0 })).toHaveLength(2);
    const empty = planOf("CREATE TABLE t (a TEXT)", [], { ...quarantine, maxRejects: { percent: 0 } });
    expect(kindsOf(empty)).toEqual([]);
  });

  test("does not matter where rejects block anyway", () => {
    expect(kindsOf(planOf(two, [], { maxRejects: { rows: 0 } }))).toEqual(["value-misfit", "value-misfit"]);
  });
});

describe("policies", () => {
  test("are told with what they change, and save the row", () => {
    const mappings = [saying({ "t.a": { policy: { nul: "strip" } } })];
    const plan = planOf(
      "CREATE TABLE t (a TEXT); INSERT INTO t VALUES ('x'), ('a' || char(0) || 'b')",
      mappings,
    );
    expect(tableOf(plan, "t").rejected).toBe(0);
    expect(tableOf(plan, "t").changes).toMatchObject([
      { column: "a", policy: "nul", values: 1, became: "'ab'" },
    ]);
    expect(findingsOf(plan, "policy-applied")).toMatchObject([
      { at: { table: "t", column: "a" }, policy: "nul", values: 1, first: { at: { rowid: "2" } } },
    ]);
  });

  test("that make NULL take NOT NULL from the column, and that is said", () => {
    const mappings = [saying({ "t.n": { type: pgType("bigint"), policy: { empty: "null" } } })];
    const plan = planOf(
      "CREATE TABLE t (n INTEGER NOT NULL); INSERT INTO t VALUES (1), (''), (' ')",
      mappings,
    );
    expect(columnOf(plan, "t", "n").notNull).toBe(false);
    expect(findingsOf(plan, "null-in-not-null")).toMatchObject([{ rows: 2, policy: "empty" }]);
  });

  test("leave NOT NULL where they find nothing to change", () => {
    const mappings = [saying({ "t.n": { type: pgType("bigint"), policy: { empty: "null" } } })];
    const plan = planOf("CREATE TABLE t (n INTEGER NOT NULL); INSERT INTO t VALUES (1)", mappings);
    expect(columnOf(plan, "t", "n").notNull).toBe(true);
    expect(kindsOf(plan)).toEqual([]);
  });

  test("make no NULL in a primary key: the row is rejected, the key is kept", () => {
    const policy = { empty: "null", outOfRange: "null", nul: "strip" } as const;
    const mappings = [saying({ "t.d": { type: pgType("date"), policy } })];
    const plan = planOf(
      "CREATE TABLE t (d TEXT PRIMARY KEY); INSERT INTO t VALUES ('2024-01-01'), (''), ('0000-00-00')",
      mappings,
      quarantine,
    );
    expect(columnOf(plan, "t", "d").policy).toEqual({ nul: "strip" });
    expect(tableOf(plan, "t")).toMatchObject({ rejected: 2, changes: [], primaryKey: { columns: ["d"] } });
  });

  test("that put a value for NULL save a primary key", () => {
    const mappings = [saying({ "t.k": { policy: { nullAs: "none" } } })];
    const plan = planOf("CREATE TABLE t (k TEXT PRIMARY KEY); INSERT INTO t VALUES ('a'), (NULL)", mappings);
    expect(tableOf(plan, "t").primaryKey).not.toBeNull();
    expect(kindsOf(plan)).toEqual(["policy-applied"]);
  });
});
