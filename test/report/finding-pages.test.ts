/** docs/findings is tested: its pages, their headings, and every statement that they ask somebody to run. */
import { readdirSync, readFileSync } from "node:fs";
import Database from "better-sqlite3";
import { describe, expect, test } from "vitest";
import type { FindingKind } from "../../src/model/finding.js";
import { findingInfo } from "../../src/model/finding.js";
import { findingPage, wordsOf } from "../../src/report/finding-words.js";
import { findingOf } from "./finding-examples.js";

const root = new URL("../..", import.meta.url);
const kinds = Object.keys(findingInfo) as FindingKind[];
const readPage = (kind: FindingKind): string => readFileSync(new URL(findingPage(kind), root), "utf8");

const headings = ["What it means", "Why it matters", "What to do", "Example"];

const section = (page: string, heading: string): string =>
  page.split(/^## /mu).find((part) => part.startsWith(`${heading}\n`)) ?? "";

const blocks = (text: string, language: string): string[] =>
  [...text.matchAll(/^```(\w+)\n([^]*?)^```$/gmu)]
    .filter((match) => match[1] === language)
    .map((match) => match[2] ?? "");

/** Statements in a sentence, but those with `...` in them and those for PostgreSQL. */
const statements = (mend: string): string[] =>
  mend.includes("PostgreSQL")
    ? []
    : [...mend.matchAll(/\b(?:SELECT|UPDATE|ALTER TABLE|PRAGMA) [^;]*;/gu)]
        .map(([sql]) => sql)
        .filter((sql) => !sql.includes("..."));

/** Runs SQL that may also return rows. */
const run = (database: Database.Database, sql: string): void => {
  database.exec(sql);
};

const exampleDatabase = (kind: FindingKind): Database.Database => {
  const database = new Database(":memory:");
  // One example edits the schema, as the tools do that lead to its finding.
  database.unsafeMode();
  for (const sql of blocks(section(readPage(kind), "Example"), "sql")) run(database, sql);
  return database;
};

const firstValue = (database: Database.Database, sql: string): unknown =>
  database.prepare(sql).pluck().safeIntegers().get();

test("every kind has a page and every page a kind", () => {
  const pages = readdirSync(new URL("docs/findings/", root)).filter((name) => name !== "README.md");
  expect(pages.toSorted()).toEqual(kinds.map((kind) => `${kind}.md`).toSorted());
});

test("README.md lists every kind under its severity", () => {
  const readme = readFileSync(new URL("docs/findings/README.md", root), "utf8");
  const listed = ["blocks", "warns", "notes"].flatMap((severity) =>
    [...section(readme, severity).matchAll(/\[([\w-]+)\]\(\1\.md\)/gu)].map(
      (match) => `${severity} ${match[1] ?? ""}`,
    ),
  );
  expect(listed.toSorted()).toEqual(kinds.map((kind) => `${findingInfo[kind].severity} ${kind}`).toSorted());
});

describe.each(kinds)("%s", (kind) => {
  const page = readPage(kind);

  test("has the headings that every page has, and its severity", () => {
    expect(page.startsWith(`# ${kind}\n`)).toBe(true);
    expect([...page.matchAll(/^## (.+)$/gmu)].map((match) => match[1])).toEqual(headings);
    expect(page).toContain(`\nSeverity: **${findingInfo[kind].severity}**\n`);
  });

  test("says that the exit code is 1 if it is", () => {
    expect(section(page, "Why it matters").includes("\nExit code 1")).toBe(findingInfo[kind].answersNo);
  });

  test("shows what the report says of the example", () => {
    expect(blocks(section(page, "Example"), "text")).toEqual([`${wordsOf(findingOf[kind]).what}\n`]);
  });

  test("asks for nothing that SQLite refuses", () => {
    const database = exampleDatabase(kind);
    const sql = blocks(section(page, "What to do"), "sql");
    expect(sql.length > 0 || findingInfo[kind].severity === "notes").toBe(true);
    for (const statement of sql) run(database, statement);
    database.close();
  });

  test("has a mend in the report that SQLite takes", () => {
    const database = exampleDatabase(kind);
    for (const statement of statements(wordsOf(findingOf[kind]).mend ?? "")) run(database, statement);
    database.close();
  });
});

describe("the mend does what it says", () => {
  const mended = (kind: FindingKind, question: string): unknown => {
    const database = exampleDatabase(kind);
    const sql = statements(wordsOf(findingOf[kind]).mend ?? "");
    expect(sql).not.toEqual([]);
    for (const statement of sql) run(database, statement);
    return firstValue(database, question);
  };

  test.each<[FindingKind, question: string, answer: unknown]>([
    ["value-misfit", "SELECT count(*) FROM person WHERE instr(note, char(0))", 0n],
    ["declared-type-not-kept", "SELECT count(*) FROM person WHERE typeof(age) = 'text'", 0n],
    ["time-unit-unclear", "SELECT min(born) FROM person", 1_600_000_000_000n],
    ["length-limit-dropped", "SELECT max(length(name)) FROM person", 10n],
    ["null-in-not-null", "SELECT count(*) FROM person WHERE name IS NULL", 0n],
    ["null-in-primary-key", "SELECT count(*) FROM person WHERE code IS NULL", 0n],
    ["identity-exhausted", "SELECT max(id) FROM person", 8n],
    ["name-changed", "SELECT name FROM pragma_table_info('person') WHERE cid = 1", "another_name"],
  ])("%s", (kind, question, answer) => {
    expect(mended(kind, question)).toEqual(answer);
  });

  test("the page of value-misfit takes a NUL out, which replace() does not", () => {
    const database = exampleDatabase("value-misfit");
    run(database, "UPDATE person SET note = replace(note, char(0), '')");
    expect(firstValue(database, "SELECT hex(note) FROM person WHERE id = 7")).toBe("610062");
    run(database, blocks(section(readPage("value-misfit"), "What to do"), "sql")[0] ?? "");
    expect(firstValue(database, "SELECT note FROM person WHERE id = 7")).toBe("ab");
  });
});
