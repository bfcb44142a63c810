/**
 * Every folder of fixtures/ is a case: source.sql is planned, migrated and compared with what stands beside it:
 * mapping.yaml (rules, if any), options.json (other options, if any), plan.txt (what `sqlift plan` prints) and result.txt (what PostgreSQL says of the tables afterwards).
 * Whether each object of source.sql is there, or is told of, is counted besides.
 * `UPDATE_FIXTURES=1 npx vitest run test/fixtures.test.ts` writes them anew; read the difference before keeping it.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findingInfo, type FindingKind } from "../src/model/finding.js";
import { builtInMapping, builtInMappings } from "../src/mapping/built-in.js";
import { readMapping } from "../src/mapping/read.js";
import type { MigrationOutcome } from "../src/model/outcome.js";
import type { OnReject } from "../src/model/reject.js";
import { migrate } from "../src/pipeline/migrate.js";
import type { RunOptions } from "../src/pipeline/open.js";
import { plan } from "../src/pipeline/plan.js";
import { planText } from "../src/report/terminal.js";
import { plainStyle } from "../src/report/style.js";
import { describeDatabase } from "./catalog-text.js";
import { databaseForAll } from "./database.js";
import { accountOf, namesIn } from "./end-to-end/migrated-objects.js";
import { targetObjects } from "./end-to-end/target-objects.js";
import { fixtureNames, fixturesFolder, fixtureSql, makeSqlite, type SqliteFile } from "./fixture.js";

const updating = process.env["UPDATE_FIXTURES"] === "1";

function expectFile(fixture: string, file: string, actual: string): void {
  const path = join(fixturesFolder, fixture, file);
  if (updating) writeFileSync(path, actual);
  const expected = existsSync(path)
    ? readFileSync(path, "utf8")
    : "(not written yet: run with UPDATE_FIXTURES=1)";
  expect(actual).toBe(expected);
}

interface FixtureOptions {
  /** Names of built-in mappings. */
  readonly mappings?: readonly string[];
  readonly onReject?: OnReject;
  readonly fullText?: "skip" | "tsvector";
}

/** As the command would have them: mapping.yaml as `--mapping`, and what options.json says. */
function optionsOf(fixture: string): RunOptions {
  const said = join(fixturesFolder, fixture, "options.json");
  const {
    mappings = [],
    onReject,
    fullText,
  } = (existsSync(said) ? JSON.parse(readFileSync(said, "utf8")) : {}) as FixtureOptions;
  // Named as from the project's folder: the plan says where a rule stands.
  const own = join("fixtures", fixture, "mapping.yaml");
  return {
    mappings: [...mappings.map(builtInMapping), ...(existsSync(own) ? [readMapping(own)] : [])],
    builtIns: builtInMappings(),
    onReject,
    fullText,
  };
}

const seen = new Set<FindingKind>();

describe.each(fixtureNames)("fixture %s", (name) => {
  let source: SqliteFile;
  const database = databaseForAll();
  beforeAll(() => {
    source = makeSqlite(name, fixtureSql(name));
  });
  afterAll(() => {
    source.remove();
  });

  test("is planned as plan.txt says", async () => {
    expectFile(name, "plan.txt", planText(await plan(source.path, optionsOf(name)), plainStyle));
  });

  let outcome: MigrationOutcome | null = null;
  test("arrives as result.txt says, proven or refused", async () => {
    outcome = await migrate(source.path, database.url, {
      ...optionsOf(name),
      environment: process.env,
    });
    for (const { kind } of outcome.findings) seen.add(kind);
    const verdicts = outcome.verdicts.map((verdict) => `${verdict.target}: ${verdict.verdict}`);
    const text = [outcome.status, ...verdicts, "", await describeDatabase(database)].join("\n");
    expectFile(name, "result.txt", text);
  });

  test("has each of its objects found or listed", async () => {
    if (outcome === null) throw new Error("It did not arrive.");
    if (outcome.status !== "migrated") {
      expect(await targetObjects(database, namesIn(outcome))).toEqual([]);
      return;
    }
    const { found, listed, all, troubles } = await accountOf(source.path, outcome, database);
    expect(troubles).toEqual([]);
    expect(found + listed).toBe(all);
  });
});

test("every kind of finding is raised by a fixture, or by a named test", () => {
  const elsewhere: readonly FindingKind[] = [
    // test/end-to-end/rejects.test.ts
    "rows-rejected",
    "too-many-rejects",
    // test/end-to-end/orphans.test.ts
    "orphans-refused",
    "orphans-rejected",
    // test/end-to-end/errors.test.ts
    "name-taken",
    // test/pipeline/existing/plan-into.test.ts
    "not-in-target",
    "match-ambiguous",
    "column-without-source",
    "rows-there",
    "target-unsuited",
    "constraint-broken",
    // test/pipeline/existing/rows-there.test.ts
    "no-usable-key",
    "rows-given-up",
    "rows-merged",
    // test/pipeline/existing/seed-rows.test.ts
    "seed-rows-differ",
    "seed-rows-behind",
    "seed-rows-left",
    // test/pipeline/existing/rows-by-others.test.ts
    "rows-by-others",
    // test/pipeline/existing/earlier-runs.test.ts
    "key-still-broken",
    // test/pipeline/validate-mapping.test.ts
    "rule-not-in-target",
    // test/pipeline/planning/caseless-place.test.ts
    "nocase-unavailable",
    // test/pipeline/run/objects.test.ts
    "check-broken",
    "piece-refused",
    // test/translate/translate.test.ts: 1,601 columns are no fixture to read
    "too-many-columns",
    // test/pipeline/reading/long-rows.test.ts
    "row-too-long",
    // test/translate/limits/longest-value.test.ts
    "value-not-provable",
  ];
  const kinds = Object.keys(findingInfo) as FindingKind[];
  expect(kinds.filter((kind) => !seen.has(kind) && !elsewhere.includes(kind))).toEqual([]);
});
