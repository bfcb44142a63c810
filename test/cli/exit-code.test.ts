import { describe, expect, test } from "vitest";
import {
  errorExitCode,
  migrationExitCode,
  planExitCode,
  statusExitCode,
  undoExitCode,
  validationExitCode,
} from "../../src/cli/exit-code.js";
import type { ToolErrorCode } from "../../src/errors.js";
import type { FindingKind } from "../../src/model/finding.js";
import { findingInfo } from "../../src/model/finding.js";
import type { MigrationOutcome } from "../../src/model/outcome.js";
import { validationJson } from "../../src/report/json.js";
import {
  copied,
  different,
  identical,
  migrated,
  notCarried,
  objectFault,
  plan,
  shop,
  unproven,
  validated,
} from "../report/examples.js";
import { everyFinding, findingOf } from "../report/finding-examples.js";
import { runRecord, scriptRecords, statusOf, stepOutcomes, undoOf } from "../report/history-examples.js";
import { exitCodeOf } from "./exit-codes.js";

const kinds = Object.keys(findingInfo) as FindingKind[];
const orphaned = {
  ...shop,
  tables: shop.tables.map((table) => ({
    ...table,
    foreignKeys: table.foreignKeys.map((key) => ({ ...key, orphans: 2 })),
  })),
};

describe("statusExitCode", () => {
  test("is 1 only where a run left something behind", () => {
    const cutOff = runRecord(2, { status: "running", isCutOff: true });
    const failed = runRecord(3, { status: "failed", leftSchema: true });
    const underWay = runRecord(4, { status: "running", leftSchema: true });
    expect(statusExitCode(statusOf())).toBe(0);
    expect(statusExitCode(statusOf(runRecord(1), underWay, runRecord(5, { status: "refused" })))).toBe(0);
    expect(statusExitCode(statusOf(runRecord(1), cutOff))).toBe(1);
    expect(statusExitCode(statusOf(failed, runRecord(1)))).toBe(1);
    expect(statusExitCode(statusOf(runRecord(1, { status: "incomplete" })))).toBe(1);
    const codes = scriptRecords.map((step) => statusExitCode({ ...statusOf(), steps: [step] }));
    expect(codes).toEqual([0, 0, 1, 1, 0]);
  });
});

describe("undoExitCode", () => {
  test.each([
    ["undone", true, 0],
    ["undone", false, 0],
    ["refused", true, 1],
    ["shown", true, 1],
    ["shown", false, 3],
  ] as const)("of %s, where somebody could be asked: %s, is %i", (status, wasAsked, code) => {
    expect(undoExitCode(undoOf({ status }), wasAsked)).toBe(code);
  });

  test("is 1 where a foreign key has come back that rows break", () => {
    expect(undoExitCode(undoOf({ status: "undone", broken: ["it is NOT VALID"] }), true)).toBe(1);
  });
});

describe("planExitCode", () => {
  test.each(kinds)("is 1 for %s only if it blocks", (kind) => {
    const found = plan({ findings: [findingOf[kind]] });
    expect(planExitCode(found, false)).toBe(findingInfo[kind].severity === "blocks" ? 1 : 0);
  });

  test("is 0 for objects that are not carried and for orphans", () => {
    expect(planExitCode({ ...orphaned, notCarried }, false)).toBe(0);
  });

  test("is 1 for either with strict", () => {
    expect(planExitCode(plan({ notCarried }), true)).toBe(1);
    expect(planExitCode(orphaned, true)).toBe(1);
    expect(planExitCode(plan({ findings: [findingOf["orphan-rows"]] }), true)).toBe(1);
  });

  test("is 1 with strict for a primary key that migrate would not make", () => {
    expect(planExitCode(plan({ findings: [findingOf["null-in-primary-key"]] }), true)).toBe(1);
  });

  test("is 0 with strict where everything is carried", () => {
    expect(planExitCode(shop, true)).toBe(0);
  });
});

describe("migrationExitCode", () => {
  const ofTables = (...tables: MigrationOutcome["tables"]): MigrationOutcome => migrated({ tables });
  const ofVerdicts = (...verdicts: MigrationOutcome["verdicts"]): MigrationOutcome => migrated({ verdicts });
  const album = copied("album", 15_332);
  const artist = copied("artist", 275);

  test.each<[what: string, outcome: MigrationOutcome, code: number]>([
    ["blocked", migrated({ status: "blocked", tables: [], verdicts: [], validated: false }), 1],
    ["refused for a difference", migrated({ status: "refused", verdicts: [different("artist")] }), 1],
    ["refused before the proof", migrated({ status: "refused", verdicts: [], validated: false }), 1],
    ["refused without proof", migrated({ status: "refused", verdicts: [unproven("artist", false)] }), 2],
    [
      "refused for both",
      migrated({ status: "refused", verdicts: [unproven("album", false), different("artist")] }),
      1,
    ],
    ["one row is lost", ofTables(artist, { ...album, copied: 15_331 }), 1],
    ["a row is rejected", ofTables(artist, { ...album, copied: 15_331, rejected: 1 }), 1],
    ["one row is there twice", ofTables(artist, { ...album, copied: 15_333 }), 1],
    ["a table failed", ofTables(artist, { ...album, copied: 12, status: "failed" }), 2],
    ["an empty table failed", ofTables(artist, { ...album, rows: 0, copied: 0, status: "failed" }), 2],
    ["a table was not run", ofTables(artist, { ...album, copied: 0, status: "not-run" }), 2],
    ["a table of the plan is missing", ofTables(artist), 2],
    ["a table differs", ofVerdicts(different("artist"), identical("album", 15_332)), 1],
    ["a table is unproven", ofVerdicts(identical("artist", 275), unproven("album", false)), 2],
    ["a table has no verdict", ofVerdicts(identical("artist", 275)), 2],
    ["one differs and one is unproven", ofVerdicts(different("artist"), unproven("album", false)), 1],
    ["a table is unproven as asked", ofVerdicts(identical("artist", 275), unproven("album", true)), 0],
    ["validation was not asked for", migrated({ validated: false, verdicts: [] }), 0],
    [
      "not validated, and a row is lost",
      migrated({ validated: false, verdicts: [], tables: [artist, { ...album, copied: 1 }] }),
      1,
    ],
    [
      "not validated, and a table not run",
      migrated({
        validated: false,
        verdicts: [],
        tables: [artist, { ...album, copied: 0, status: "not-run" }],
      }),
      2,
    ],
    [
      "identical under a policy",
      ofVerdicts(identical("artist", 275), {
        ...identical("album", 15_332),
        verdict: "identical-under-policy",
      }),
      0,
    ],
    ["a step failed", migrated({ steps: stepOutcomes }), 2],
    ["a step failed and a table differs", { ...ofVerdicts(different("artist")), steps: stepOutcomes }, 1],
    [
      "a step failed of what was finished",
      migrated({ status: "finished", tables: [], steps: stepOutcomes }),
      2,
    ],
    ["finished", migrated({ status: "finished", tables: [], steps: stepOutcomes.slice(0, 2) }), 0],
    ["identical", migrated(), 0],
    ["nothing to move", migrated({ plan: plan(), tables: [], verdicts: [] }), 0],
  ])("%s", (_what, outcome, code) => {
    expect(migrationExitCode(outcome, false)).toBe(code);
    // Strict adds an answer of no, and takes nothing away.
    expect(migrationExitCode(outcome, true)).toBe(code);
  });

  test.each(kinds)("with %s it is 1 only if that answers no", (kind) => {
    const outcome = migrated({ findings: [findingOf[kind]] });
    expect(migrationExitCode(outcome, false)).toBe(findingInfo[kind].answersNo ? 1 : 0);
  });

  test("with strict, what is not carried and what is NOT VALID make it 1", () => {
    const left = [
      migrated({ notCarried }),
      migrated({ findings: [findingOf["orphan-rows"]] }),
      migrated({ plan: orphaned }),
    ];
    expect(left.map((outcome) => migrationExitCode(outcome, false))).toEqual([0, 0, 0]);
    expect(left.map((outcome) => migrationExitCode(outcome, true))).toEqual([1, 1, 1]);
  });
});

describe("validationExitCode", () => {
  test.each<[what: string, verdicts: MigrationOutcome["verdicts"], code: number]>([
    ["no verdict at all", [], 2],
    ["different", [identical("artist", 275), different("album")], 1],
    ["unproven", [identical("artist", 275), unproven("album", false)], 2],
    ["different and unproven", [unproven("artist", false), different("album")], 1],
    ["unproven as asked", [identical("artist", 275), unproven("album", true)], 0],
    ["identical", [identical("artist", 275)], 0],
    ["identical under a policy", [{ ...identical("artist", 275), verdict: "identical-under-policy" }], 0],
    [
      "whole, but with rejected rows",
      [{ ...identical("artist", 275), verdict: "identical-under-policy", targetRows: 274, rejected: 1 }],
      1,
    ],
  ])("%s", (_what, verdicts, code) => {
    expect(validationExitCode(validated({ verdicts }))).toBe(code);
  });

  test("is 0 for a source with nothing in it", () => {
    expect(validationExitCode(validated({ verdicts: [], findings: [findingOf["nothing-to-move"]] }))).toBe(0);
  });

  test.each([
    ["no", 1],
    ["unproven", 2],
    ["listed", 0],
  ] as const)("beyond the rows %s is %i", (answer, code) => {
    expect(validationExitCode(validated({ objects: [objectFault("listed"), objectFault(answer)] }))).toBe(
      code,
    );
  });

  test("agrees with the status of the JSON, whatever the rows and what stands beyond them come to", () => {
    const policy = { ...identical("artist", 275), verdict: "identical-under-policy" } as const;
    const rows = [identical("artist", 275), policy, unproven("artist", false), different("artist")];
    const answers = ["listed", "unproven", "no"] as const;
    const said = answers.map((answer) =>
      rows.map((row) => {
        const outcome = validated({
          verdicts: [row, unproven("song", true)],
          objects: [objectFault(answer)],
        });
        return `${validationJson(outcome).status} ${validationExitCode(outcome)}`;
      }),
    );
    expect(said).toEqual([
      ["identical 0", "identical-under-policy 0", "unproven 2", "different 1"],
      ["unproven 2", "unproven 2", "unproven 2", "different 1"],
      ["different 1", "different 1", "different 1", "different 1"],
    ]);
  });

  test("is 2 where all rows were left out, and what stands beyond them may not be read", () => {
    const verdicts = [unproven("artist", true)];
    expect(validationExitCode(validated({ verdicts, objects: [objectFault("listed")] }))).toBe(0);
    expect(validationExitCode(validated({ verdicts, objects: [objectFault("unproven")] }))).toBe(2);
  });

  test("is 1 where a key is missing", () => {
    expect(validationExitCode(validated({ findings: everyFinding }))).toBe(1);
  });
});

test.each(Object.entries(exitCodeOf))("errorExitCode of %s is %i", (code, exitCode) => {
  expect(errorExitCode(code as ToolErrorCode)).toBe(exitCode);
});
