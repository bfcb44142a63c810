/** Rules that nobody asked for give way to what only encoding the rows can tell; somebody's own do not. */
import { afterEach, expect, test } from "vitest";
import type { Mapping } from "../../src/model/mapping.js";
import { pgType, typeWords } from "../../src/model/postgres.js";
import type { ProgressEvent } from "../../src/model/progress.js";
import { plan, type PlanOptions } from "../../src/pipeline/plan.js";
import { makeSqlite, type SqliteFile } from "../fixture.js";
import { saying } from "../translate/mapping-of.js";

const files: SqliteFile[] = [];
afterEach(() => {
  for (const file of files.splice(0)) file.remove();
});

/** Of char(n) no count tells whether all fit: trailing blanks are not counted. */
const rules = saying({
  "t.a": { type: pgType("character", 3) },
  "t.b": { type: pgType("character", 3) },
  "t.c": { type: pgType("character", 3) },
  "u.a": { type: pgType("character", 3) },
});
const builtIn: Mapping = {
  ...rules,
  isBuiltIn: true,
  recognise: { tables: ["t"], columns: [] },
};

/** The first row speaks against a and b, and so against b only when a has given way. */
const sql = `CREATE TABLE t (a TEXT, b TEXT, c TEXT); INSERT INTO t VALUES ('x ', 'y ', 'ok'), ('abc', 'abc', 'abc');
  CREATE TABLE u (a TEXT); INSERT INTO u VALUES ('abc')`;

async function planned(options: PlanOptions) {
  const file = makeSqlite("rules", sql);
  files.push(file);
  const rehearsed: string[][] = [];
  const onProgress = (event: ProgressEvent): void => {
    if (event.kind === "phase" && event.phase === "rehearse") rehearsed.push([]);
    if (event.kind === "table-done" && event.phase === "rehearse") rehearsed.at(-1)?.push(event.table);
  };
  const { tables, findings } = await plan(file.path, { ...options, jobs: 1, onProgress });
  return {
    types: tables.flatMap(({ columns }) => columns.map(({ type }) => typeWords(type))),
    findings: findings.map(({ kind, at }) => ("column" in at ? `${kind} ${at.column}` : kind)),
    rehearsed,
  };
}

test("a rule of a recognised mapping gives way, also where another one hid it", async () => {
  expect(await planned({ builtIns: [builtIn] })).toEqual({
    types: ["text", "text", "char(3)", "char(3)"],
    findings: ["mapping-recognised", "rule-not-kept a", "rule-not-kept b"],
    // What has not changed is not read again.
    rehearsed: [["t", "u"], ["t"], ["t"]],
  });
});

test("a rule of somebody's own stands, and the row is rejected", async () => {
  expect(await planned({ mappings: [rules] })).toMatchObject({
    types: ["char(3)", "char(3)", "char(3)", "char(3)"],
    findings: ["value-misfit a"],
    rehearsed: [["t", "u"]],
  });
});
