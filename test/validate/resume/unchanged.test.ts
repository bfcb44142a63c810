/** What has to be read again of a target between two sittings: all that may have changed, and no more. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { migrate } from "../../../src/pipeline/migrate.js";
import { validate, type ValidationOptions } from "../../../src/pipeline/validate.js";
import type { ValidationOutcome } from "../../../src/model/outcome.js";
import { recordLine, recordOf } from "../../../src/validate/resume/record-line.js";
import { databaseForEach } from "../../database.js";
import { sqliteForEach } from "../../fixture.js";

const database = databaseForEach();
const makeFile = sqliteForEach();
let file: string;
let path: string;
const options: ValidationOptions = { environment: process.env, ownProcess: true, jobs: 1 };

/** What is done to a table between the sittings, and what the second one must do and say. */
const changes: Readonly<Record<string, readonly [string, "stands" | "again", "identical" | "different"]>> = {
  untouched: ["SELECT count(*) FROM $", "stands", "identical"],
  frozen: ["VACUUM FREEZE $", "stands", "identical"],
  analyzed: ["ANALYZE $", "stands", "identical"],
  locked: ["SELECT id FROM $ FOR UPDATE", "stands", "identical"],
  indexed: ["CREATE INDEX ON $ (a)", "stands", "identical"],
  come_and_gone: ["INSERT INTO $ VALUES (9, 'x', 'y', 1); DELETE FROM $ WHERE id = 9", "stands", "identical"],
  same_values: ["UPDATE $ SET a = a WHERE id = 2", "again", "identical"],
  other_value: ["UPDATE $ SET n = 1 WHERE id = 2", "again", "different"],
  deleted: ["DELETE FROM $ WHERE id = 3", "again", "different"],
  inserted: ["INSERT INTO $ VALUES (9, 'x', 'y', 1)", "again", "different"],
  replaced: ["DELETE FROM $ WHERE id = 3; INSERT INTO $ VALUES (3, 'e', 'f', 6)", "again", "identical"],
  emptied: ["CREATE TABLE kept AS TABLE $; TRUNCATE $; INSERT INTO $ TABLE kept", "again", "identical"],
  rewritten: ["VACUUM FULL $", "again", "identical"],
  swapped: [
    "ALTER TABLE $ RENAME a TO c; ALTER TABLE $ RENAME b TO a; ALTER TABLE $ RENAME c TO b",
    "again",
    "different",
  ],
  made_anew: ["ALTER TABLE $ DROP n; ALTER TABLE $ ADD n bigint DEFAULT 4", "again", "different"],
  inherited: [
    "CREATE TABLE heir () INHERITS ($); INSERT INTO heir VALUES (9, 'x', 'y', 1)",
    "again",
    "different",
  ],
};

const migrated = async (tables: readonly string[]): Promise<void> => {
  ({ path } = makeFile(
    "many",
    tables
      .map(
        (name) => `CREATE TABLE ${name} (id INTEGER PRIMARY KEY, a TEXT, b TEXT, n INTEGER);
          INSERT INTO ${name} VALUES (1, 'a', 'b', 2), (2, 'c', 'd', 4), (3, 'e', 'f', 6);`,
      )
      .join("\n"),
  ));
  file = join(dirname(path), "proof");
  await migrate(path, database.url, { ...options, validate: false });
};

/** The first sitting, which is broken off when all parts are proven. */
const firstSitting = async (): Promise<void> => {
  const stop = new AbortController();
  const onProgress: ValidationOptions["onProgress"] = (event) => {
    if (event.kind === "table-done" && event.phase === "validate" && event.table === "last") stop.abort();
  };
  const asked = validate(path, database.url, { ...options, resume: file, signal: stop.signal, onProgress });
  await expect(asked).rejects.toThrow(/is kept in/);
};

const nextSitting = () => validate(path, database.url, { ...options, resume: file });

/** Of a table: whether each side was read in the last sitting, and the verdict. */
const lastOf = ({ keptProof, verdicts }: ValidationOutcome, table: string): readonly unknown[] => {
  const read = keptProof?.sittings.at(-1)?.tables.find(({ source }) => source === table);
  const verdict = verdicts.find(({ source }) => source === table)?.verdict;
  return [read?.sourceParts ?? 0, read?.targetParts ?? 0, verdict];
};

describe("between two sittings", () => {
  test("what changed is read again, in the target alone, and what did not is not", async () => {
    await migrated([...Object.keys(changes), "open", "nested", "last"]);
    const writer = await database.open();
    await writer.query("BEGIN; INSERT INTO public.open VALUES (9, 'x', 'y', 1)");
    const other = await database.open();
    await other.query(
      "BEGIN; UPDATE public.last SET n = n; SAVEPOINT s; DELETE FROM public.nested WHERE id = 1",
    );
    await other.query("INSERT INTO public.nested VALUES (1, 'a', 'b', 3)");
    await firstSitting();
    await writer.query("COMMIT");
    await other.query("COMMIT");
    for (const [table, [sql]] of Object.entries(changes))
      for (const statement of sql.split("; ")) await database.query(statement.replaceAll("$", table));
    const outcome = await nextSitting();
    for (const [table, [, what, verdict]] of Object.entries(changes))
      expect([table, ...lastOf(outcome, table)]).toEqual([table, 0, what === "stands" ? 0 : 1, verdict]);
    // Of transactions that were under way in the first sitting, with their parts.
    expect(lastOf(outcome, "open")).toEqual([0, 1, "different"]);
    expect(lastOf(outcome, "nested")).toEqual([0, 1, "different"]);
    expect(lastOf(outcome, "last")).toEqual([0, 1, "identical"]);
    expect(outcome.keptProof).toMatchObject({ file, kept: false });
    expect(existsSync(file)).toBe(false);
  });

  test.each([
    [
      "the server was started anew, or crashed",
      { running: "2001-01-01 00:00:00+00, 2001-01-01 00:00:00+00" },
    ],
    ["it was a standby", { running: null }],
    ["it is younger than the sitting", { snapshot: "99999999:99999999:" }],
    ["all rows came later than the sitting", { snapshot: "3:3:" }],
  ])("nothing is concluded where %s: the target is read again, the source is not", async (_what, other) => {
    await migrated(["untouched", "last"]);
    await firstSitting();
    const lines = readFileSync(file, "utf8").split("\n");
    const sitting = recordOf(lines[1]!) as { readonly state: object };
    const changed = recordLine({ ...sitting, state: { ...sitting.state, ...other } }).trimEnd();
    writeFileSync(file, lines.with(1, changed).join("\n"));
    const outcome = await nextSitting();
    for (const { source } of outcome.verdicts) expect(lastOf(outcome, source)).toEqual([0, 1, "identical"]);
  });

  test("labels of an enum that changed places make it another proof, where the plan is made from them", async () => {
    await migrated(["untouched", "last"]);
    await database.query("DROP SCHEMA sqlift CASCADE");
    await database.query("CREATE TYPE mood AS ENUM ('a', 'c', 'e')");
    await database.query("ALTER TABLE untouched ALTER a TYPE mood USING a::mood");
    await firstSitting();
    await database.query("ALTER TYPE mood RENAME VALUE 'a' TO 'x'");
    await database.query("ALTER TYPE mood RENAME VALUE 'c' TO 'a'");
    await database.query("ALTER TYPE mood RENAME VALUE 'x' TO 'c'");
    await expect(nextSitting()).rejects.toThrow(
      /another proof: the plan, the choice of its tables, or the target's columns/,
    );
  });
});
