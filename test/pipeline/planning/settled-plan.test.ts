/** Rules that nobody asked for give way to what only encoding the rows can tell; somebody's own do not. */
import { describe, expect, test } from "vitest";
import type { Mapping } from "../../../src/model/mapping.js";
import { pgType, typeWords } from "../../../src/model/postgres.js";
import type { Phase, ProgressEvent } from "../../../src/model/progress.js";
import { plan, type PlanOptions } from "../../../src/pipeline/plan.js";
import { sqliteForEach } from "../../fixture.js";
import { saying } from "../../translate/mapping-of.js";

const makeFile = sqliteForEach();

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

async function planned(options: PlanOptions, content = sql) {
  const file = makeFile("rules", content);
  const [profiled, rehearsed]: string[][][] = [[], []];
  const passes = { profile: profiled, rehearse: rehearsed } as Partial<Record<Phase, string[][]>>;
  const onProgress = (event: ProgressEvent): void => {
    if (event.kind === "phase") passes[event.phase]?.push([]);
    if (event.kind === "table-done") passes[event.phase]?.at(-1)?.push(event.table);
  };
  const { tables, findings } = await plan(file.path, { ...options, jobs: 1, onProgress });
  return {
    types: tables.flatMap(({ columns }) => columns.map(({ type }) => typeWords(type))),
    findings: findings.map(({ kind, at }) => ("column" in at ? `${kind} ${at.column}` : kind)),
    profiled: profiled!.map((tables) => tables.sort()),
    rehearsed,
  };
}

test("a rule of a recognised mapping gives way, also where another one hid it", async () => {
  expect(await planned({ builtIns: [builtIn] })).toEqual({
    types: ["text", "text", "char(3)", "char(3)"],
    findings: ["mapping-recognised", "rule-not-kept a", "rule-not-kept b"],
    // A rule for text counts what a column of text is counted for.
    profiled: [["t", "u"]],
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

describe("a column without its rule is decided by counts of what is declared", () => {
  const recognised = (says: Parameters<typeof saying>[0]) => ({
    builtIns: [{ ...saying(says), isBuiltIn: true, recognise: { tables: ["t"], columns: [] } }],
  });
  /** Counted for anything else, it would pass for one without a digit. */
  const content = (declared: string, ...values: string[]): string =>
    `CREATE TABLE t (a ${declared}, b TEXT); INSERT INTO t (a) VALUES ${values.map((value) => `(${value})`).join(", ")};
     CREATE TABLE u (a TEXT)`;

  test("where the counts told against it", async () => {
    const builtIns = recognised({ "t.a": { type: pgType("boolean") }, "t.b": { type: pgType("uuid") } });
    expect(await planned(builtIns, content("DECIMAL(6,2)", "0", "123456.125"))).toEqual({
      types: ["numeric", "uuid", "text"],
      findings: ["mapping-recognised", "rule-not-kept a", "length-limit-dropped a"],
      profiled: [["t", "u"], ["t"]],
      rehearsed: [],
    });
  });

  test("where only the rows did", async () => {
    const builtIns = recognised({ "t.a": { type: pgType("character", 3) } });
    expect(await planned(builtIns, content("DECIMAL(2,0)", "7", "1234"))).toEqual({
      types: ["numeric", "text", "text"],
      findings: ["mapping-recognised", "rule-not-kept a", "length-limit-dropped a"],
      profiled: [["t", "u"], ["t"]],
      rehearsed: [["t"]],
    });
  });

  test("and the rule's limit does not come back where nobody counts its digits any more", async () => {
    const builtIns = recognised({ "t.a": { type: pgType("numeric", 2, 0) } });
    expect(await planned(builtIns, content("INTEGER", "7", "1234"))).toMatchObject({
      types: ["bigint", "text", "text"],
      findings: ["mapping-recognised", "rule-not-kept a"],
      profiled: [["t", "u"], ["t"]],
    });
  });

  test("and by words that the rule did not count", async () => {
    const builtIns = recognised({ "t.a": { type: pgType("uuid") } });
    expect(await planned(builtIns, content("DATETIME", "'2024-05-17 09:00:00'"))).toMatchObject({
      types: ["timestamptz", "text", "text"],
      profiled: [["t", "u"], ["t"]],
    });
  });
});
