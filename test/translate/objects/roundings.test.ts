/** Doubles that are rounded by their decimal digits: said where somebody reads the outcome, refused where it decides. */
import { expect, test } from "vitest";
import type { NotCarried } from "../../../src/model/plan.js";
import { findingsOf, planOf } from "../plan-of.js";

const table =
  "CREATE TABLE t (id INTEGER PRIMARY KEY, r REAL, n DECIMAL(8,2)); INSERT INTO t VALUES (1, 2.675, 1.25);";

const roundingsIn = (sql: string): readonly unknown[] =>
  findingsOf(planOf(`${table} ${sql}`), "rounds-by-digits").map(({ at, piece, name, constructs }) => [
    at.table,
    piece,
    name,
    ...constructs,
  ]);

test.each([
  [
    "CREATE VIEW v AS SELECT round(r, 2) AS a, round(r,2) FROM t",
    [null, "view", "v", "round(r, 2)", "round(r,2)"],
  ],
  ["CREATE VIEW v AS SELECT id FROM t ORDER BY round(r, 1)", [null, "view", "v", "round(r, 1)"]],
  [
    "CREATE VIEW v AS SELECT (SELECT printf('%.2f EUR', sum(r)) FROM t) AS a",
    [null, "view", "v", "printf('%.2f EUR', sum(r))"],
  ],
  ["CREATE VIEW v AS SELECT round(n, 1) FROM t", [null, "view", "v", "round(n, 1)"]],
  ["CREATE VIEW v AS SELECT printf('%.0f', r) FROM t", [null, "view", "v", "printf('%.0f', r)"]],
  ["CREATE INDEX i ON t (round(r, 1))", ["t", "index", "i", "round(r, 1)"]],
  [
    "CREATE TRIGGER g BEFORE INSERT ON t WHEN round(NEW.r, 2) > 5 BEGIN SELECT RAISE(ABORT, 'much'); END",
    ["t", "trigger", "g", "round(NEW.r, 2)"],
  ],
])("is told: %s", (sql, told) => {
  expect(roundingsIn(sql)).toEqual([told]);
});

test.each([
  "CREATE VIEW v AS SELECT round(r), round(id, 2), round(n, 2), round(n, 3), printf('%.2f', n), round(2.675, 2) FROM t",
  "CREATE INDEX i ON t (round(r))",
  "CREATE UNIQUE INDEX i ON t (round(n, 2)) WHERE round(id, 1) > 0",
])("is nothing to tell of what has no such halves: %s", (sql) => {
  expect(roundingsIn(sql)).toEqual([]);
  expect(planOf(`${table} ${sql}`).notCarried).toEqual([]);
});

test.each<[string, NotCarried["type"]]>([
  ["CREATE TABLE u (a REAL CHECK (round(a, 2) = a))", "check"],
  ["CREATE TABLE u (a REAL CHECK (printf('%.2f', a) <> ''))", "check"],
  ["CREATE TABLE u (a REAL, b REAL AS (round(a, 2)) STORED)", "generated column"],
  ["CREATE TABLE u (a REAL, b REAL AS (round(a, 2)))", "generated column"],
  ["CREATE UNIQUE INDEX i ON t (round(r, 2))", "unique"],
  ["CREATE INDEX i ON t (id) WHERE round(r, 2) > 1", "index"],
])("is refused where it decides: %s", (sql, type) => {
  const { notCarried, findings } = planOf(`${table} ${sql}`);
  expect(notCarried.map((line) => line.type)).toContain(type);
  expect(notCarried[0]?.reason).toMatch(/rounds the double itself, .* a half decides/);
  expect(findings.filter(({ kind }) => kind === "rounds-by-digits")).toEqual([]);
});
