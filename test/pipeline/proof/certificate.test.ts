/** Certificates: what is refused, what stands in them, and what the later check makes of them without the source. */
import Database from "better-sqlite3";
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { validationExitCode } from "../../../src/cli/exit-code.js";
import type { Certificate } from "../../../src/model/certificate.js";
import { migrate } from "../../../src/pipeline/migrate.js";
import { validate, type ValidationOptions } from "../../../src/pipeline/validate.js";
import { validationJson } from "../../../src/report/json.js";
import { seal } from "../../../src/validate/certificate/seal.js";
import { copyForEach, databaseForAll } from "../../database.js";
import { makeSqlite, sqliteForEach, type SqliteFile } from "../../fixture.js";
import { checkedBy, schemaNamed } from "../../schemas.js";

const complaints = checkedBy(schemaNamed("certificate"));

/** Migrated once; a file of the same bytes is the same source. */
const original = databaseForAll();
const makeFile = sqliteForEach();
let source: SqliteFile;
let file: string;
const options: ValidationOptions = { environment: process.env };
const shop = `CREATE TABLE book (id INTEGER PRIMARY KEY, title TEXT, price NUMERIC, made DATETIME, cover BLOB);
     INSERT INTO book VALUES (1, 'Emma', 1.5, '2020-01-01 00:00:00', x'00ff'), (2, NULL, 2, NULL, NULL), (3, 'c', 3, NULL, NULL);
     CREATE TABLE author (name TEXT);
     INSERT INTO author VALUES ('Jane'), ('Jane');`;
beforeAll(async () => {
  const first = makeSqlite("shop", shop);
  await migrate(first.path, original.url, options);
  first.remove();
});
const database = copyForEach(original);
beforeEach(() => {
  source = makeFile("shop", shop);
  file = join(dirname(source.path), "certificate.json");
});

async function certify(more: ValidationOptions = {}): Promise<Certificate> {
  await validate(source.path, database.url, { ...options, certificate: file, ...more });
  return read();
}

const read = (): Certificate => JSON.parse(readFileSync(file, "utf8")) as Certificate;

const checkAgain = (more: ValidationOptions = {}) => validate(file, database.url, { ...options, ...more });

async function verdictsAgain(more: ValidationOptions = {}): Promise<readonly string[]> {
  const { verdicts } = await checkAgain(more);
  return verdicts.map(({ source: table, verdict }) => `${table}: ${verdict}`);
}

const refusal = (code: string, message: string) =>
  expect.objectContaining({ code, message: expect.stringContaining(message) as string }) as Error;

describe("a certificate is not written", () => {
  test("over a file, and nothing is compared then", async () => {
    writeFileSync(file, "mine");
    // A target that is not there would be told of as soon as anything is begun.
    const asked = validate(source.path, "postgres://127.0.0.1:1/none", { ...options, certificate: file });
    await expect(asked).rejects.toThrow(refusal("usage", "is not written over"));
    expect(readFileSync(file, "utf8")).toBe("mine");
  });

  test("into a folder that is not there", async () => {
    const asked = certify({ certificate: join(dirname(file), "none", "c.json") });
    await expect(asked).rejects.toThrow(refusal("usage", "There is no folder"));
  });

  test("where somebody has put a file meanwhile; nothing else is left there", async () => {
    const before = readdirSync(dirname(file));
    const asked = certify({ onProgress: () => writeFileSync(file, "mine") });
    await expect(asked).rejects.toThrow(refusal("usage", "is not written over"));
    expect(readFileSync(file, "utf8")).toBe("mine");
    expect(readdirSync(dirname(file)).sort()).toEqual([...before, "certificate.json"].sort());
  });

  test("after Ctrl-C", async () => {
    const stop = new AbortController();
    const asked = certify({
      signal: stop.signal,
      onProgress: ({ kind }) => kind === "phase" && stop.abort(),
    });
    await expect(asked).rejects.toThrow(refusal("interrupted", ""));
    expect(existsSync(file)).toBe(false);
  });

  test("of a certificate", async () => {
    await certify();
    const other = join(dirname(file), "other.json");
    await expect(checkAgain({ certificate: other })).rejects.toThrow(refusal("usage", "--certificate"));
    await expect(checkAgain({ maxDifferences: 5 })).rejects.toThrow(refusal("usage", "--max-differences"));
    expect(existsSync(other)).toBe(false);
  });
});

describe("what is no certificate is refused", () => {
  const refused = async (text: string | Buffer, message: string, code = "certificate-invalid") => {
    writeFileSync(file, text);
    await expect(checkAgain()).rejects.toThrow(refusal(code, message));
  };

  test("another tool's JSON, and what is no JSON object", async () => {
    await refused('{"a": 1}', "no certificate of sqlift");
    await refused("{", "no whole JSON document");
    await refused(Buffer.from('{"a": "\xff"}', "latin1"), "no whole JSON document");
    await refused("[1, 2]", "", "source-not-a-database");
    await refused("{\0\0\0", "", "source-not-a-database");
  });

  test("one that was cut at any place", async () => {
    await certify();
    const text = readFileSync(file, "utf8").trimEnd();
    for (let length = 1; length < text.length; length += 97)
      await refused(text.slice(0, length), "no whole JSON document");
  });

  test("one with a change anywhere, if it is only a digit of a digest", async () => {
    const certificate = await certify();
    const changed = readFileSync(file, "utf8").replace('"sourceRows": 3', '"sourceRows": 4');
    await refused(changed, "is not as it was written");
    await refused(JSON.stringify({ ...certificate, status: "different" }), "is not as it was written");
    await refused(JSON.stringify({ ...certificate, more: 1 }), "is not as it was written");
    await refused(JSON.stringify({ ...certificate, sha256: undefined }), "is not as it was written");
  });

  test("one of another format, or another canonical form", async () => {
    const certificate = await certify();
    await refused(JSON.stringify({ ...certificate, formatVersion: 2 }), "is of format 2");
    await refused(JSON.stringify(seal({ ...certificate, canonicalForm: 99 })), "of canonical form 99");
  });

  test("one that was sealed by another hand and has not what is needed", async () => {
    const certificate = await certify();
    const odd = (tables: unknown) =>
      JSON.stringify(seal({ ...certificate, tables: tables as Certificate["tables"] }));
    const [table] = certificate.tables;
    await refused(odd({}), "tables is missing or odd");
    await refused(odd([{ ...table, targetDigest: "0" }]), "tables[0].targetDigest");
    await refused(odd([{ ...table, verdict: "fine" }]), "tables[0].verdict");
    const column = { source: "a", target: "a", type: { name: "money", modifiers: [] } };
    await refused(odd([{ ...table, columns: [column] }]), "tables[0].columns[0].type.name");
  });

  test("white space and the order of keys change nothing", async () => {
    const certificate = await certify();
    const entries = Object.entries(certificate).reverse();
    writeFileSync(file, `\n ${JSON.stringify(Object.fromEntries(entries))}`);
    expect(await verdictsAgain()).toEqual(["book: identical", "author: identical"]);
  });
});

describe("a certificate", () => {
  test("says what was compared, how, and what came of it; its schema describes it", async () => {
    await database.query("ALTER TABLE book ADD COLUMN stock integer");
    const outcome = await validate(source.path, database.url, { ...options, certificate: file });
    const certificate = read();
    expect(complaints(certificate)).toEqual([]);
    expect(certificate).toMatchObject({
      canonicalForm: 1,
      status: "identical",
      source: {
        file: "shop.db",
        fingerprint: expect.stringMatching(/^sqlite-1:/) as string,
      },
      target: { schema: "public", snapshot: expect.stringMatching(/^\d+:\d+:/) as string },
      planFrom: "run-history",
      run: 1,
    });
    expect(outcome.verdicts.map(({ notCompared }) => notCompared)).toEqual([["stock"], []]);
    const [book] = certificate.tables;
    expect(book).toMatchObject({
      source: "book",
      verdict: "identical",
      reader: "sqlite",
      sourceRows: 3,
      targetRows: 3,
      notCompared: ["stock"],
      sourceDigest: outcome.verdicts[0]?.sourceDigest,
      targetDigest: outcome.verdicts[0]?.targetDigest,
    });
    expect(book?.columns.map(({ target, type }) => `${target} ${type.name}`)).toContain("cover bytea");
    expect(certificate.finished >= certificate.started).toBe(true);
  });

  test("holds no password", async () => {
    await certify();
    const password = /:\/\/[^:]*:([^@]+)@/.exec(database.url)?.[1];
    if (password !== undefined) expect(readFileSync(file, "utf8")).not.toContain(`:${password}@`);
  });

  test("is also written where the answer is no, and says so", async () => {
    await database.query("UPDATE book SET title = 'emma' WHERE id = 1");
    await database.query("DROP TABLE author");
    const certificate = await certify();
    expect(complaints(certificate)).toEqual([]);
    expect(certificate.status).toBe("different");
    expect(certificate.tables[0]).toMatchObject({
      verdict: "different",
      differences: { missing: 0, extra: 0, changed: 1 },
    });
    expect(certificate.tables[1]).toMatchObject({ verdict: "different", targetDigest: null });
  });
});

test("has the status of the report where only what stands beyond the rows is wrong", async () => {
  await database.query("SELECT setval('book_id_seq', 1, false)");
  const outcome = await validate(source.path, database.url, { ...options, certificate: file });
  const certificate = read();
  expect(complaints(certificate)).toEqual([]);
  expect(certificate).toMatchObject({
    status: "different",
    tables: [{ verdict: "identical" }, { verdict: "identical" }],
    objects: [{ kind: "sequence-behind" }],
  });
  expect([validationJson(outcome).status, validationExitCode(outcome)]).toEqual(["different", 1]);
});

describe("the later check", () => {
  test.each(["digest", "stream"] as const)("needs no source: by %s", async (method) => {
    await certify();
    rmSync(source.path);
    const outcome = await checkAgain({ method });
    expect(outcome).toMatchObject({
      planFrom: "certificate",
      certificate: { path: file, sourceFile: "shop.db", status: "identical" },
      verdicts: [
        { source: "book", verdict: "identical", sourceRows: 3, targetRows: 3, method: { by: method } },
        { source: "author", verdict: "identical" },
      ],
    });
    expect(validationExitCode(outcome)).toBe(0);
    expect(outcome.certificate?.notChecked.join()).toContain("which rows differ");
  });

  test.each([
    ["a value", "UPDATE book SET price = 1.25 WHERE id = 1", "not the same values"],
    ["NULL and empty", "UPDATE book SET title = '' WHERE id = 2", "not the same values"],
    [
      "a row less",
      "DELETE FROM book WHERE id = 3",
      "it had 3 rows when the certificate was made, and has 2 now",
    ],
    ["a row more", "INSERT INTO book (id) OVERRIDING SYSTEM VALUE VALUES (9)", "and has 4 now"],
    ["a column less", "ALTER TABLE book DROP COLUMN cover", "has no column cover"],
    ["a column of another type", "ALTER TABLE book ALTER price TYPE text", "is text"],
    ["no table", "DROP TABLE book", "has no table"],
  ])("finds %s", async (_what, sql, reason) => {
    await certify();
    await database.query(sql);
    const outcome = await checkAgain();
    expect(outcome.verdicts).toMatchObject([
      { source: "book", verdict: "different", reason: expect.stringContaining(reason) as string },
      { source: "author", verdict: "identical" },
    ]);
    expect(validationExitCode(outcome)).toBe(1);
  });

  test("finds one of two equal rows gone, and another in its place", async () => {
    await certify();
    await database.query("DELETE FROM author WHERE ctid = (SELECT min(ctid) FROM author)");
    expect(await verdictsAgain()).toEqual(["book: identical", "author: different"]);
    await database.query("INSERT INTO author VALUES ('jane')");
    expect(await verdictsAgain()).toEqual(["book: identical", "author: different"]);
    await database.query("UPDATE author SET name = 'Jane'");
    expect(await verdictsAgain()).toEqual(["book: identical", "author: identical"]);
  });

  test("makes nothing better than the certificate says", async () => {
    await database.query("UPDATE book SET title = 'emma' WHERE id = 1");
    await certify();
    expect(await verdictsAgain()).toEqual(["book: different", "author: identical"]);
    await database.query("UPDATE book SET title = 'EMMA' WHERE id = 1");
    expect(await verdictsAgain()).toEqual(["book: different", "author: identical"]);
    await database.query("UPDATE book SET title = 'Emma' WHERE id = 1");
    const mended = await checkAgain();
    expect(mended.verdicts[0]).toMatchObject({
      verdict: "unproven",
      reason: expect.stringContaining("validate it against the source") as string,
    });
    expect(validationExitCode(mended)).toBe(2);
    expect(validationExitCode(await checkAgain({ allowUnproven: ["book"] }))).toBe(0);
  });

  test("says what was unproven then is unproven", async () => {
    const change = new Database(source.path);
    change.exec("ALTER TABLE book ADD COLUMN pages INTEGER DEFAULT 1");
    change.close();
    expect((await certify()).tables.find((table) => table.source === "book")?.verdict).toBe("unproven");
    expect([...(await verdictsAgain())].sort()).toEqual(["author: identical", "book: unproven"]);
  });

  test("tells of columns that came into the target since then", async () => {
    await certify();
    await database.query("ALTER TABLE book ADD COLUMN stock integer; ALTER TABLE book ADD COLUMN shelf text");
    expect((await checkAgain()).verdicts).toMatchObject([
      { verdict: "identical", notCompared: ["stock", "shelf"] },
      { verdict: "identical", notCompared: [] },
    ]);
  });

  test("looks where --schema says, and refuses tables that it does not know", async () => {
    await certify();
    await database.query(
      "CREATE SCHEMA later; ALTER TABLE book SET SCHEMA later; ALTER TABLE author SET SCHEMA later",
    );
    expect(await verdictsAgain()).toEqual(["book: different", "author: different"]);
    expect(await verdictsAgain({ schema: "later" })).toEqual(["book: identical", "author: identical"]);
    await expect(checkAgain({ allowUnproven: ["nope"] })).rejects.toThrow(refusal("usage", "nope"));
  });

  test("of a file without tables finds nothing to compare", async () => {
    const empty = makeFile("empty", "CREATE TABLE t (a); DROP TABLE t;");
    await validate(empty.path, database.url, { ...options, certificate: file });
    const outcome = await checkAgain();
    expect(outcome.verdicts).toEqual([]);
    expect(validationExitCode(outcome)).toBe(0);
  });
});
