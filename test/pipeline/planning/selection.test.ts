/** validate --include and --exclude: some of the tables, and never a word too much about the others. */
import Database from "better-sqlite3";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { validationExitCode } from "../../../src/cli/exit-code.js";
import type { Certificate } from "../../../src/model/certificate.js";
import { migrate } from "../../../src/pipeline/migrate.js";
import { validate, type ValidationOptions } from "../../../src/pipeline/validate.js";
import { validationJson } from "../../../src/report/json.js";
import { databaseForEach } from "../../database.js";
import { sqliteForEach, type SqliteFile } from "../../fixture.js";
import { checkedBy, schemaNamed } from "../../schemas.js";
import { mappingOf, tableRule } from "../../translate/mapping-of.js";

const database = databaseForEach();
const makeFile = sqliteForEach();
let source: SqliteFile;
let file: string;
const options: ValidationOptions = { environment: process.env };
beforeEach(() => {
  source = makeFile(
    "shop",
    `CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT); INSERT INTO users VALUES (1, 'Ada');
     CREATE TABLE user_log (id INTEGER PRIMARY KEY, line TEXT); INSERT INTO user_log VALUES (1, 'in');
     CREATE TABLE book (title TEXT); INSERT INTO book VALUES ('Emma');`,
  );
  file = join(dirname(source.path), "certificate.json");
});

const compare = (more: ValidationOptions, path = source.path) =>
  validate(path, database.url, { ...options, ...more });

/** `users: identical`, `book -> books: left out by --exclude book`. */
async function told(more: ValidationOptions, path = source.path): Promise<readonly string[]> {
  const { verdicts } = await compare(more, path);
  return verdicts
    .map(({ source: from, target, verdict, asked, reason }) => {
      const name = from === target ? from : `${from} -> ${target}`;
      return `${name}: ${verdict === "unproven" && asked ? (reason ?? "") : verdict}`;
    })
    .sort();
}

const usage = (message: string, hint = "Patterns take * and ?; quote them for the shell.") =>
  expect.objectContaining({ code: "usage", message, hint }) as Error;

describe("refused before the target is asked", () => {
  const refused = async (more: ValidationOptions, error: Error) =>
    expect(validate(source.path, "postgres://127.0.0.1:1/none", more)).rejects.toThrow(error);

  test("an include that fits no table", async () => {
    await refused({ include: ["users", "log"] }, usage("--include log: shop.db has no such table."));
    const near = usage("--include usres: shop.db has no such table.", "Perhaps users is meant.");
    await refused({ include: ["usres"] }, near);
  });
});

describe("refused where nothing is left to compare", () => {
  const nothing = usage("--include, --exclude and the mappings leave no table of shop.db.");

  test("of tables that others made", async () => {
    await expect(compare({ exclude: ["*"] })).rejects.toThrow(nothing);
    const mappings = [mappingOf({ tables: [tableRule("users", { skip: true })] })];
    await expect(compare({ mappings, include: ["users"] })).rejects.toThrow(nothing);
  });

  test("of a run, also where the run left out what is included", async () => {
    await migrate(source.path, database.url, { ...options, exclude: ["book"] });
    await expect(compare({ include: ["user*"], exclude: ["user?", "*log"] })).rejects.toThrow(nothing);
    await expect(compare({ include: ["book"] })).rejects.toThrow(nothing);
  });

  test("but not of a file without tables", async () => {
    const empty = makeFile("empty", "CREATE TABLE t (a); DROP TABLE t;");
    const outcome = await compare({ exclude: ["*"] }, empty.path);
    expect([validationJson(outcome).status, validationExitCode(outcome)]).toEqual(["identical", 0]);
  });
});

describe("after a run", () => {
  beforeEach(async () => {
    await migrate(source.path, database.url, options);
  });

  test("an exclude that fits nothing leaves nothing out", async () => {
    expect(await told({ exclude: ["sessions"] })).toEqual([
      "book: identical",
      "user_log: identical",
      "users: identical",
    ]);
  });

  test("what is left out is not looked at, and unproven as asked", async () => {
    await database.query("UPDATE users SET name = 'x'; DROP TABLE book");
    await database.query("SELECT setval('users_id_seq', 1, false)");
    const outcome = await compare({ exclude: ["USERS", "b*"] });
    expect(outcome.objects).toEqual([]);
    expect([validationJson(outcome).status, validationExitCode(outcome)]).toEqual(["identical", 0]);
    expect(await told({ include: ["user*", "book"], exclude: ["users", "b*"] })).toEqual([
      "book: left out by --exclude b*",
      "user_log: identical",
      "users: left out by --exclude users",
    ]);
    const different = await compare({ include: ["user*"] });
    expect([validationJson(different).status, validationExitCode(different)]).toEqual(["different", 1]);
  });

  test("so are tables that are only in the file by now, or only in the run", async () => {
    const change = new Database(source.path);
    change.exec("CREATE TABLE newer (a); DROP TABLE book;");
    change.close();
    expect(await told({})).toEqual([
      "book: unproven",
      "newer: different",
      "user_log: identical",
      "users: identical",
    ]);
    expect(await told({ include: ["user*"] })).toEqual([
      "book: left out: no --include fits it",
      "newer: left out: no --include fits it",
      "user_log: identical",
      "users: identical",
    ]);
  });
});

test("a table goes by the name that the run gave it", async () => {
  const mappings = [mappingOf({ tables: [tableRule("book", { rename: "books" })] })];
  await migrate(source.path, database.url, { ...options, mappings });
  expect(await told({ exclude: ["book"] })).toContain("book -> books: left out by --exclude book");
  await expect(compare({ include: ["books"] })).rejects.toThrow(
    usage("--include books: shop.db has no such table.", "Perhaps book is meant."),
  );
});

test("a table that the run left out keeps its reason, unless it is left out again", async () => {
  await migrate(source.path, database.url, { ...options, exclude: ["book"] });
  expect(await told({ include: ["users", "book"] })).toEqual([
    "book: left out by --exclude book",
    "user_log: left out: no --include fits it",
    "users: identical",
  ]);
  expect(await told({ include: ["users"] })).toContain("book: left out: no --include fits it");
});

test("of tables that others made those that fit are compared, under the names that all tables have", async () => {
  await database.query(
    "CREATE TABLE users (id bigint, name text); INSERT INTO users VALUES (1, 'Ada'); CREATE TABLE user_log (id bigint)",
  );
  expect(await told({ include: ["users"] })).toEqual([
    "book: left out: no --include fits it",
    "user_log: left out: no --include fits it",
    "users: identical",
  ]);
  expect(await told({ exclude: ["book"] })).toEqual([
    "book: left out by --exclude book",
    "user_log: unproven",
    "users: identical",
  ]);
});

describe("with a certificate", () => {
  beforeEach(async () => {
    await migrate(source.path, database.url, options);
  });

  test("one of some tables says so, and proves no others", async () => {
    await compare({ certificate: file, exclude: ["book"] });
    const certificate = JSON.parse(readFileSync(file, "utf8")) as Certificate;
    expect(checkedBy(schemaNamed("certificate"))(certificate)).toEqual([]);
    expect(certificate.status).toBe("identical");
    expect(certificate.tables.find((table) => table.source === "book")).toMatchObject({
      verdict: "unproven",
      asked: true,
      reason: "left out by --exclude book",
      sourceDigest: null,
    });
    const outcome = await compare({}, file);
    expect(outcome.verdicts.find((table) => table.source === "book")).toMatchObject({
      verdict: "unproven",
      asked: true,
    });
    expect(validationExitCode(outcome)).toBe(0);
  });

  test("some of its tables are checked", async () => {
    await compare({ certificate: file });
    await database.query("DROP TABLE book");
    expect(await told({ exclude: ["book"] }, file)).toEqual([
      "book: left out by --exclude book",
      "user_log: identical",
      "users: identical",
    ]);
    expect(await told({ include: ["book"] }, file)).toContain("book: different");
    await expect(compare({ include: ["books"] }, file)).rejects.toThrow(
      usage("--include books: shop.db has no such table.", "Perhaps book is meant."),
    );
    await expect(compare({ exclude: ["*"] }, file)).rejects.toThrow(
      usage("--include, --exclude and the mappings leave no table of shop.db."),
    );
  });
});
