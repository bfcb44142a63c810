/** Mappings, and what else says which tables and values are carried, from the command line. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { builtInNames, builtInText } from "../../src/mapping/built-in.js";
import { databaseForAll } from "../database.js";
import { makeSqlite, type SqliteFile } from "../fixture.js";
import { run } from "./command.js";

const folder = mkdtempSync(join(tmpdir(), "sqlift-mappings-"));
const file = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};
let source: SqliteFile;
const database = databaseForAll();
beforeAll(() => {
  source = makeSqlite(
    "app",
    `CREATE TABLE person (id INTEGER PRIMARY KEY, seen INTEGER, note TEXT);
     INSERT INTO person VALUES (1, 1700000000123, 'a' || char(0) || 'b'), (2, NULL, 'c');
     CREATE TABLE person_log (id INTEGER PRIMARY KEY);
     CREATE TABLE session (id INTEGER PRIMARY KEY);
     CREATE TABLE django_migrations (id INTEGER PRIMARY KEY, app TEXT, name TEXT, applied DATETIME);`,
  );
});
afterAll(() => {
  source.remove();
  rmSync(folder, { recursive: true });
});

interface Report {
  readonly status: string;
  readonly error?: { readonly code: string; readonly message: string };
  readonly tables: readonly { readonly source: string; readonly verdict: string; readonly asked: boolean }[];
  readonly findings: readonly {
    readonly kind: string;
    readonly message: string;
    readonly mend: string | null;
  }[];
  readonly plan: { readonly mappings: readonly { readonly name: string; readonly because: string }[] };
}
const report = async (
  ...parameters: readonly string[]
): Promise<{ exitCode: number | null; report: Report }> => {
  const { exitCode, out } = await run([...parameters, "--json", "--quiet"]);
  return { exitCode, report: JSON.parse(out) as Report };
};

describe("wrong use: exit 3, nothing written", () => {
  test.each([
    ["a mapping that is not there", ["--mapping", "djagno"], "Perhaps django is meant"],
    [
      "a mapping with mistakes",
      ["--mapping", file("wrong.yaml", "version: 1\ntabels: {}\nfoo: 1\n")],
      'did you mean "tables"?',
    ],
    ["an include that fits nothing", ["--include", "persn"], "Perhaps person is meant"],
    ["a limit of what is not kept apart", ["--max-rejects", "3"], "--on-reject quarantine"],
    ["a limit that is none", ["--on-reject", "quarantine", "--max-rejects", "few"], "0.5%"],
  ])("%s", async (_, parameters, words) => {
    const result = await run(["migrate", source.path, database.url, ...parameters]);
    expect(result).toMatchObject({ exitCode: 3, out: "" });
    expect(result.err).toContain(words);
    expect(await database.query("SELECT 1 FROM pg_namespace WHERE nspname LIKE 'sqlift%'")).toEqual([]);
  });

  test("as JSON, with all mistakes in one message", async () => {
    const { exitCode, report: made } = await report(
      "plan",
      source.path,
      "--mapping",
      join(folder, "wrong.yaml"),
    );
    expect(exitCode).toBe(3);
    expect(made.error?.code).toBe("mapping-invalid");
    expect(made.error?.message).toMatch(/wrong\.yaml:2:1: .*\n.*wrong\.yaml:3:1: /);
  });
});

describe("sqlift mappings", () => {
  test("lists each with its reason and what it is recognised by", async () => {
    const { exitCode, out } = await run(["mappings"]);
    expect(exitCode).toBe(0);
    expect(
      out
        .trimEnd()
        .split("\n")
        .map((line) => line.split(" ")[0]),
    ).toEqual(builtInNames());
    expect(out).toMatch(/^django +by django_migrations +\S/m);
  });

  test("prints one as it is", async () => {
    expect(await run(["mappings", "django"])).toMatchObject({ exitCode: 0, out: builtInText("django") });
  });

  test("offers the nearest to one that is not there", async () => {
    const result = await run(["mappings", "jango"]);
    expect(result).toMatchObject({ exitCode: 3, out: "" });
    expect(result.err).toContain("Perhaps django is meant");
  });
});

describe("validate", () => {
  const here = databaseForAll();
  const hand = file(
    "hand.yaml",
    "version: 1\ntables: { person_log: { rename: log }, session: { skip: true } }\n",
  );

  test("compares a target that others made by the names of a mapping", async () => {
    await here.query(
      "CREATE TABLE log (id int); CREATE TABLE person (id int, seen bigint, note text); INSERT INTO person VALUES (2, NULL, 'c')",
    );
    const only = ["validate", source.path, here.url];
    const plain = await report(...only);
    expect(plain.report.tables.find(({ source: table }) => table === "person_log")?.verdict).toBe(
      "different",
    );
    const mapped = await report(...only, "--mapping", hand);
    expect(mapped.report.tables.map(({ source: table, verdict }) => `${table} ${verdict}`).sort()).toEqual([
      "django_migrations different",
      "person different",
      "person_log identical",
      "session unproven",
    ]);
    expect(mapped.exitCode).toBe(1);
  });

  test("says in its text which mappings count", async () => {
    const { out } = await run(["validate", source.path, here.url, "--mapping", hand, "--quiet"]);
    expect(out).toContain(`against its own columns and the mappings django, ${hand} (no run history), in `);
  });

  test("refuses a mapping with mistakes before anything is read: exit 3", async () => {
    const wrong = ["validate", join(folder, "none.db"), here.url, "--mapping", "djagno"];
    expect(await run(wrong)).toMatchObject({ exitCode: 3, out: "" });
  });
});

describe("plan", () => {
  const mine = file(
    "mine.yaml",
    "version: 1\nname: mine\ntables: { person: { columns: { sen: { type: text } } } }\n",
  );

  test("says which mappings count: recognised first, then as they were named", async () => {
    const { report: made } = await report("plan", source.path, "--mapping", mine, "--nul", "strip");
    expect(made.plan.mappings).toMatchObject([
      { name: "django", because: "recognised by django_migrations" },
      { name: "mine", because: "asked for" },
      { name: "--nul strip", because: "asked for" },
    ]);
  });

  test("names a rule that fits nothing, with its line and the nearest name", async () => {
    const { report: made } = await report("plan", source.path, "--mapping", mine);
    const unused = made.findings.filter(({ kind }) => kind === "rule-unused");
    expect(unused).toMatchObject([
      { message: expect.stringContaining("mine.yaml:3") as string, mend: 'Did you mean "seen"?' },
    ]);
  });

  test("takes no mapping that is not named, after none", async () => {
    const { report: made } = await report("plan", source.path, "--mapping", "none");
    expect(made.plan.mappings).toEqual([]);
  });
});

test("migrate goes by mapping and patterns, and validate knows what was left out", async () => {
  const mine = file(
    "seen.yaml",
    "version: 1\ntables: { person: { columns: { seen: { convert: { epoch: ms } } } } }\n",
  );
  const options = ["--mapping", mine, "--include", "person*", "--exclude", "*_log", "--nul", "strip"];
  const { exitCode, report: made } = await report("migrate", source.path, database.url, ...options);
  expect(exitCode).toBe(0);
  const leftOut = ["django_migrations", "person_log", "session"].map((name) => [name, "unproven", true]);
  const proven = [["person", "identical-under-policy", false], ...leftOut];
  const verdicts = ({ tables }: Report) =>
    tables.map((table) => [table.source, table.verdict, table.asked]).sort();
  expect(verdicts(made)).toEqual(proven.sort());
  expect(
    await database.query(
      "SELECT id::text, seen = '2023-11-14 22:13:20.123Z' AS seen, note FROM public.person ORDER BY id",
    ),
  ).toEqual([
    { id: "1", seen: "t", note: "ab" },
    { id: "2", seen: null, note: "c" },
  ]);
  const again = await report("validate", source.path, database.url);
  expect(again.exitCode).toBe(0);
  expect(verdicts(again.report)).toEqual(proven.sort());
});
