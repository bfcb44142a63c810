import { describe, expect, test } from "vitest";
import { findingInfo } from "../../src/model/finding.js";
import {
  errorJson,
  migrationJson,
  planJson,
  statusJson,
  undoJson,
  validationJson,
} from "../../src/report/json.js";
import { different, migrated, notCarried, objectFault, plan, shop, unproven, validated } from "./examples.js";
import { everyFinding, example } from "./finding-examples.js";
import { runRecord, scriptRecords, statusOf, stepOutcomes, undoOf } from "./history-examples.js";
import { exitCodeOf } from "../cli/exit-codes.js";
import { checkedBy, schemaNamed } from "../schemas.js";

interface Schema {
  readonly $defs: Readonly<Record<string, Schema>>;
  readonly properties: Readonly<Record<string, Schema>>;
  readonly enum: readonly string[];
}

const schema = schemaNamed("report") as Schema;
const complaints = checkedBy(schema);

const withoutKey = {
  at: { rowid: null, key: ["'a'", "5"] },
  storageClass: "blob",
  value: "x'00ff'",
} as const;
const fullPlan = plan({
  ...shop,
  tables: shop.tables.map((table) => ({
    ...table,
    foreignKeys: table.foreignKeys.map((key) => ({ ...key, orphans: 3, deferrable: "deferred" as const })),
  })),
  notCarried,
  findings: [
    ...everyFinding,
    {
      kind: "declared-type-not-kept",
      at: { table: "t", column: "c" },
      declared: "INT",
      type: "bytea",
      offer: {
        type: "boolean",
        unit: null,
        policy: { empty: "null", trueWords: ["yes"], falseWords: ["no"] },
        rejected: null,
      },
      values: 1,
      first: withoutKey,
    },
    {
      kind: "values-converted",
      at: { table: "t", column: "c" },
      from: "TEXT",
      type: "bytea",
      values: 1,
      first: null,
    },
  ],
});

const documents: Readonly<Record<string, unknown>> = {
  "an empty plan": planJson(plan()),
  "a plan with everything": planJson(fullPlan, 1.5),
  "a migration": migrationJson(migrated()),
  "a migration with everything": migrationJson(
    migrated({ plan: fullPlan, findings: fullPlan.findings, notCarried }),
  ),
  "a blocked migration": migrationJson(
    migrated({ status: "blocked", tables: [], verdicts: [], validated: false, run: null }),
  ),
  "a validation": validationJson(validated()),
  "a validation that looked beyond the rows": validationJson(
    validated({ objects: [objectFault("no"), { ...objectFault("listed"), table: null, mend: null }] }),
  ),
  "a validation without an answer": validationJson(
    validated({ verdicts: [different("artist"), unproven("album", true)], planFrom: "target-columns" }),
  ),
  "a status without runs": statusJson(statusOf()),
  "a status with runs": statusJson(
    statusOf(
      runRecord(2, { status: "running", finished: null, isCutOff: true }),
      runRecord(1, {
        status: "failed",
        message: "no",
        notUndoable: "it truncated",
        steps: [{ ...runRecord(1).steps[0]!, milliseconds: null, success: null, error: "no", rows: null }],
      }),
    ),
  ),
  "a migration with steps": migrationJson(migrated({ steps: stepOutcomes })),
  "a migration that only finished steps": migrationJson(
    migrated({ status: "finished", tables: [], verdicts: [], validated: false }),
  ),
  "a status with steps": statusJson({ ...statusOf(), steps: scriptRecords }),
  "an undo": undoJson(undoOf()),
  "an undo that is refused": undoJson(
    undoOf({
      status: "refused",
      tables: [{ name: null, made: "t", loaded: 1, there: 0, others: 0 }],
      refusals: ["No."],
    }),
  ),
  "an error": errorJson({ code: "source-not-found", message: "There is no file x.db.", hint: null }),
};

describe("schemas/report.schema.json", () => {
  test.each(Object.entries(documents))("describes %s", (_name, document) => {
    expect(complaints(document)).toEqual([]);
  });

  test.each<[what: string, document: unknown]>([
    ["a key that it does not know", { ...planJson(shop), extra: 1 }],
    ["a status of another command", { ...planJson(shop), status: "migrated" }],
    ["a table without a verdict", { ...migrationJson(migrated()), tables: [{ source: "a", target: "a" }] }],
    ["an error code that there is not", errorJson({ code: "nonsense", message: "m", hint: null })],
    ["a plan of another format", planJson({ ...shop, formatVersion: 2 as 1 })],
  ])("refuses %s", (_what, document) => {
    expect(complaints(document)).not.toEqual([]);
  });

  test.each(everyFinding.map((finding) => [finding.kind, finding] as const))(
    "refuses %s with a fact too many",
    (_kind, finding) => {
      const odd = { ...finding, surplus: example("text", "'x'") };
      expect(complaints(planJson(plan({ findings: [finding] })))).toEqual([]);
      expect(complaints(planJson(plan({ findings: [odd] })))).not.toEqual([]);
      expect(complaints(migrationJson(migrated({ findings: [odd] })))).not.toEqual([]);
    },
  );

  test("refuses a finding with a fact too few", () => {
    const { values, ...less } = everyFinding.find(({ kind }) => kind === "zoneless-as-utc") as Extract<
      (typeof everyFinding)[number],
      { kind: "zoneless-as-utc" }
    >;
    expect(values).toBe(2);
    expect(complaints(planJson(plan({ findings: [less as (typeof everyFinding)[number]] })))).not.toEqual([]);
  });

  test("knows every kind of finding and every error code", () => {
    const codes = schema.$defs["errorReport"]?.properties["error"]?.properties["code"]?.enum ?? [];
    expect(schema.$defs["findingKind"]?.enum).toEqual(Object.keys(findingInfo));
    expect(codes.toSorted()).toEqual([...Object.keys(exitCodeOf), "bug"].toSorted());
  });
});
