/**
 * Every object of a file, one by one: after a real migration the catalogs of PostgreSQL have it, or a line or a finding says
 * that and why they have not. Both sides are read by code of this test's own, and the sum is exact: nothing is missing,
 * nothing is told twice, and the target has nothing else.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { describe, expect, test } from "vitest";
import { migrationExitCode } from "../../src/cli/exit-code.js";
import { builtInMapping, builtInMappings } from "../../src/mapping/built-in.js";
import { readMapping } from "../../src/mapping/read.js";
import type { MigrationOutcome } from "../../src/model/outcome.js";
import type { NotCarried } from "../../src/model/plan.js";
import type { RunOptions } from "../../src/pipeline/open.js";
import { migrate } from "../../src/pipeline/migrate.js";
import { createDatabase, type TestDatabase } from "../database.js";
import { fixtureNames, fixturesFolder, fixtureSql, makeSqlite } from "../fixture.js";
import { account } from "./account.js";
import { corpusFile, corpusNames, hasCorpus, withoutCorpus } from "./corpus.js";
import { sourceObjects, type SchemaObject } from "./source-objects.js";
import { targetObjects, textColumns, type SourceNames } from "./target-objects.js";

/** By the plan and the findings, which say what is called otherwise. */
function namesIn({ plan, findings }: MigrationOutcome): SourceNames {
  const { tables, views } = plan;
  const changes = findings.flatMap((finding) =>
    finding.kind === "names-styled"
      ? finding.names
      : finding.kind === "name-changed"
        ? [{ ...finding, table: finding.at.table }]
        : [],
  );
  return {
    table: (target) => [...tables, ...views].find((relation) => relation.target === target)?.source ?? target,
    column: (table, target) =>
      tables.find(({ source }) => source === table)?.columns.find((column) => column.target === target)
        ?.source ?? target,
    other: (what, table, target) =>
      changes.find((each) => each.what === what && each.table === table && each.to === target)?.from ??
      target,
  };
}

async function accountOf(path: string, outcome: MigrationOutcome, target: TestDatabase) {
  const source = new Database(path, { readonly: true });
  try {
    const names = namesIn(outcome);
    const texts = await textColumns(target, names);
    const isText = (table: string, column: string): boolean => texts.has(JSON.stringify([table, column]));
    return account({
      source: sourceObjects(source, isText),
      target: await targetObjects(target, names),
      notCarried: outcome.notCarried,
      findings: outcome.findings,
      isText,
    });
  } finally {
    source.close();
  }
}

// eslint-disable-next-line no-console -- a skipped part of the suite must be seen
if (!hasCorpus) console.warn(withoutCorpus);

const damaged = "corrupt_mbtiles";

describe.skipIf(!hasCorpus)("the objects of the corpus", () => {
  test.each(corpusNames.filter((name) => name !== damaged))("%s: each is found or listed", async (name) => {
    const target = await createDatabase();
    try {
      const outcome = await migrate(corpusFile(name), target.url, {
        builtIns: builtInMappings(),
        environment: process.env,
      });
      expect(outcome.status).toBe("migrated");
      expect([0, 1]).toContain(migrationExitCode(outcome, false));
      const { found, listed, all, troubles } = await accountOf(corpusFile(name), outcome, target);
      expect(troubles).toEqual([]);
      expect(found + listed).toBe(all);
    } finally {
      await target.drop();
    }
  });
});

describe("the objects of the fixtures", () => {
  /** As `test/fixtures.test.ts` runs them. */
  function optionsOf(fixture: string): RunOptions {
    const said = join(fixturesFolder, fixture, "options.json");
    const { mappings = [], ...options } = (
      existsSync(said) ? JSON.parse(readFileSync(said, "utf8")) : {}
    ) as RunOptions & { readonly mappings?: readonly string[] };
    const own = join(fixturesFolder, fixture, "mapping.yaml");
    return {
      ...options,
      mappings: [...mappings.map(builtInMapping), ...(existsSync(own) ? [readMapping(own)] : [])],
      builtIns: builtInMappings(),
      environment: process.env,
    };
  }

  test.each(fixtureNames)("%s: each is found or listed", async (name) => {
    const target = await createDatabase();
    const file = makeSqlite(name, fixtureSql(name));
    try {
      const outcome = await migrate(file.path, target.url, optionsOf(name));
      if (outcome.status !== "migrated") {
        expect(await targetObjects(target, namesIn(outcome))).toEqual([]);
        return;
      }
      const { found, listed, all, troubles } = await accountOf(file.path, outcome, target);
      expect(troubles).toEqual([]);
      expect(found + listed).toBe(all);
    } finally {
      file.remove();
      await target.drop();
    }
  });
});

describe("the account", () => {
  const object = (type: SchemaObject["type"], name: string): SchemaObject => ({
    type,
    table: "t",
    name,
    details: "",
  });
  const source = [object("table", "t"), object("column", "a"), object("unique", "a"), object("check", "")];
  const line: NotCarried = { type: "check", name: "t", table: "t", sql: "CHECK (a)", reason: "" };
  const given = {
    source,
    target: source.slice(0, 3),
    notCarried: [line],
    findings: [],
    isText: () => true,
  };

  test("is even where each object is found or listed", () => {
    expect(account(given)).toEqual({ all: 4, found: 3, listed: 1, troubles: [] });
  });

  test.each([
    ["a line is missing", { notCarried: [] }, "neither found nor listed: check"],
    ["a thing is missing", { target: source.slice(0, 2) }, "neither found nor listed: unique"],
    ["a thing is listed though it is there", { target: source }, "both found and listed: check"],
    ["a line is there twice", { notCarried: [line, line] }, "listed for nothing: check"],
    ["a thing is too many", { target: [...source.slice(0, 3), object("trigger", "r")] }, "found for nothing"],
  ])("is not where %s", (_, change, trouble) => {
    expect(account({ ...given, ...change }).troubles).toEqual([expect.stringContaining(trouble)]);
  });
});
