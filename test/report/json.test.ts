import { stepOutcomes } from "./history-examples.js";
import { describe, expect, test } from "vitest";
import type { NotCarried } from "../../src/model/plan.js";
import { errorJson, migrationJson, planJson, validationJson } from "../../src/report/json.js";
import {
  copied,
  different,
  identical,
  migrated,
  notCarried,
  plan,
  shop,
  unproven,
  validated,
} from "./examples.js";
import { everyFinding, findingOf } from "./finding-examples.js";

describe("planJson", () => {
  test("is the plan as it is, and its tables as not run and unproven as asked", () => {
    const document = planJson(shop, 1.5);
    expect(document).toMatchObject({ status: "planned", elapsedSeconds: 1.5 });
    expect(document.plan).toEqual(shop);
    expect(document.tables[1]).toEqual({
      source: "album",
      target: "album",
      rows: 15_332,
      copied: 0,
      rejected: 0,
      status: "not-run",
      verdict: "unproven",
      asked: true,
      reason: "only planned",
      sourceRows: null,
      targetRows: null,
      sourceDigest: null,
      targetDigest: null,
      reader: null,
      method: null,
      differences: null,
      notCompared: [],
      aggregates: null,
      existing: null,
    });
  });

  test("is blocked where a finding blocks", () => {
    expect(planJson(plan({ findings: everyFinding })).status).toBe("blocked");
  });

  test("goes through JSON without loss", () => {
    const document = planJson({ ...shop, findings: everyFinding, notCarried });
    expect(JSON.parse(JSON.stringify(document))).toEqual(document);
  });
});

describe("migrationJson", () => {
  test("joins what was copied and what was proven, table by table", () => {
    const { tables } = migrationJson(
      migrated({ verdicts: [different("artist"), identical("album", 15_332)] }),
    );
    expect(tables[0]).toEqual({
      source: "artist",
      target: "artist",
      rows: 275,
      copied: 275,
      rejected: 0,
      status: "copied",
      verdict: "different",
      asked: false,
      reason: "1 row is missing",
      sourceRows: 275,
      targetRows: 274,
      sourceDigest: "ab12",
      targetDigest: "cd34",
      reader: null,
      method: null,
      differences: null,
      notCompared: [],
      aggregates: [{ column: "id", aggregates: ["values", "minimum", "maximum", "sum"] }],
      existing: null,
    });
    expect(tables[1]).toMatchObject({ source: "album", verdict: "identical" });
  });

  test("a table without a verdict is unproven, and asked only with --no-validate", () => {
    const asked = (changes: Parameters<typeof migrated>[0]) =>
      migrationJson(migrated({ verdicts: [], ...changes })).tables.map((table) => [
        table.verdict,
        table.asked,
      ]);
    expect(asked({})).toEqual([
      ["unproven", false],
      ["unproven", false],
    ]);
    expect(asked({ validated: false })).toEqual([
      ["unproven", true],
      ["unproven", true],
    ]);
    expect(asked({ validated: false, status: "refused" })).toEqual([
      ["unproven", false],
      ["unproven", false],
    ]);
    expect(asked({ validated: false, tables: [{ ...copied("album", 5), status: "not-run" }] })).toEqual([
      ["unproven", false],
    ]);
  });

  test("counts rows as the migration did, where the validator did not", () => {
    expect(migrationJson(migrated({ verdicts: [] })).tables[0]).toMatchObject({
      rows: 275,
      copied: 275,
      sourceRows: null,
    });
  });

  test.each<[what: string, changes: Parameters<typeof migrated>[0], status: string]>([
    ["all rows are there", {}, "migrated"],
    [
      "a row is lost",
      { tables: [copied("artist", 275), { ...copied("album", 15_332), copied: 1 }] },
      "failed",
    ],
    ["a table of the plan is missing", { tables: [copied("artist", 275)] }, "failed"],
    ["a table was refused", { status: "refused", tables: [] }, "refused"],
    ["something blocks", { status: "blocked", tables: [] }, "blocked"],
    ["a step failed", { steps: stepOutcomes }, "incomplete"],
    [
      "steps were left of what was finished",
      { status: "finished", tables: [], steps: stepOutcomes },
      "incomplete",
    ],
    [
      "nothing is left of it",
      { status: "finished", tables: [], steps: stepOutcomes.slice(0, 2) },
      "finished",
    ],
  ])("where %s the status says so", (_what, changes, status) => {
    expect(migrationJson(migrated(changes)).status).toBe(status);
  });
});

describe("validationJson", () => {
  test.each([
    [[], "unproven"],
    [[identical("a", 1)], "identical"],
    [
      [identical("a", 1), { ...identical("b", 1), verdict: "identical-under-policy" as const }],
      "identical-under-policy",
    ],
    [[identical("a", 1), unproven("b", true)], "identical"],
    [
      [unproven("b", true), { ...identical("a", 1), verdict: "identical-under-policy" as const }],
      "identical-under-policy",
    ],
    [[identical("a", 1), unproven("b", true), unproven("c", false)], "unproven"],
    [[unproven("a", true)], "unproven"],
    [[unproven("a", false), different("b")], "different"],
  ])("%#: the worst verdict on what was to be compared is the status", (verdicts, status) => {
    expect(validationJson(validated({ verdicts })).status).toBe(status);
  });

  test("of a file without tables is identical, if that is why there is no verdict", () => {
    const findings = [findingOf["nothing-to-move"]];
    expect(validationJson(validated({ verdicts: [], findings })).status).toBe("identical");
    expect(validationJson(validated({ verdicts: [unproven("a", false)], findings })).status).toBe("unproven");
  });

  test("copies nothing", () => {
    expect(validationJson(validated()).tables[0]).toMatchObject({
      rows: 275,
      copied: 0,
      status: "not-run",
      verdict: "identical",
    });
  });
});

describe("findings", () => {
  test("have words, place and facts, the facts of the same name as a word too", () => {
    const [finding] = migrationJson(migrated({ findings: [findingOf["key-not-made"]] })).findings;
    expect(finding).toEqual({
      kind: "key-not-made",
      severity: "warns",
      at: { table: "person" },
      message:
        "person: person_code_key (code) could not be made; the rows are there without it. PostgreSQL says: Key (code)=(1) is duplicated.",
      mend: expect.stringContaining("GROUP BY") as string,
      page: "docs/findings/key-not-made.md",
      answersNo: true,
      facts: {
        name: "person_code_key",
        columns: ["code"],
        cause: "duplicates",
        message: "Key (code)=(1) is duplicated.",
      },
    });
  });
});

test("tables that somebody left out are unproven, as asked, in plan and migration alike", () => {
  const left: NotCarried[] = [
    { type: "table", name: "log", table: "log", sql: null, reason: "left out by --exclude log" },
    { type: "view", name: "sums", table: null, sql: null, reason: "no view is carried" },
  ];
  for (const { tables } of [
    planJson({ ...shop, notCarried: left }),
    migrationJson(migrated({ notCarried: left })),
  ]) {
    expect(tables.length).toBe(shop.tables.length + 1);
    expect(tables.at(-1)).toMatchObject({
      source: "log",
      rows: null,
      status: "not-run",
      verdict: "unproven",
      asked: true,
      reason: "left out by --exclude log",
    });
  }
});

test("errorJson has what every document has, and takes nothing else of an error along", () => {
  const error = Object.assign(new Error("There is no file x.db."), {
    code: "source-not-found",
    hint: null,
    cause: "secret",
  });
  expect(errorJson(error)).toEqual({
    status: "failed",
    tables: [],
    findings: [],
    notCarried: [],
    elapsedSeconds: null,
    error: { code: "source-not-found", message: "There is no file x.db.", hint: null },
  });
});
