/** validate --resume: what another proof has kept is refused in words; the file stays as long as another sitting may bring more. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import Database from "better-sqlite3";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { migrate } from "../../../src/pipeline/migrate.js";
import { validate, type ValidationOptions } from "../../../src/pipeline/validate.js";
import { validationText } from "../../../src/report/terminal.js";
import { plainStyle } from "../../../src/report/style.js";
import { copyForEach, createDatabase, databaseForAll, databaseUrl } from "../../database.js";
import { makeSqlite, sqliteForEach } from "../../fixture.js";

/** Migrated once; a file of the same bytes is the same source. */
const original = databaseForAll();
const makeFile = sqliteForEach();
let path: string;
let file: string;
const options: ValidationOptions = { environment: process.env, ownProcess: true, jobs: 1 };

const shop = `CREATE TABLE book (id INTEGER PRIMARY KEY, title TEXT); INSERT INTO book VALUES (1, 'a'), (2, 'b');
     CREATE TABLE author (name TEXT); INSERT INTO author VALUES ('Jane'), ('Jane');`;
beforeAll(async () => {
  const first = makeSqlite("shop", shop);
  await migrate(first.path, original.url, { ...options, validate: false });
  first.remove();
});
const database = copyForEach(original);
beforeEach(() => {
  ({ path } = makeFile("shop", shop));
  file = join(dirname(path), "proof");
});

const again = (more: ValidationOptions = {}, url = database.url) =>
  validate(path, url, { ...options, resume: file, ...more });

const brokenOff = async (): Promise<void> => {
  const stop = new AbortController();
  const onProgress: ValidationOptions["onProgress"] = (event) =>
    event.kind === "table-done" && event.table === "author" && stop.abort();
  await expect(again({ signal: stop.signal, onProgress })).rejects.toThrow(
    `2 parts of tables, is kept in ${file}`,
  );
};

const refusal = (code: string, message: string) =>
  expect.objectContaining({ code, message: expect.stringContaining(message) as string }) as Error;

describe("refused, and the file is left as it is,", () => {
  const refused = async (
    message: string,
    more: ValidationOptions = {},
    url = database.url,
  ): Promise<void> => {
    const before = readFileSync(file, "utf8");
    await expect(again(more, url)).rejects.toThrow(refusal("resume-invalid", message));
    await expect(again(more, url)).rejects.toMatchObject({
      hint: expect.stringContaining(`Delete ${file}`) as string,
    });
    expect(readFileSync(file, "utf8")).toBe(before);
  };

  test("is a proof by another reader or method", async () => {
    await brokenOff();
    await refused("the reader of the source (--reader) was sqlite, and is pages", { reader: "pages" });
    await refused("by --method stream, and --method digest is asked for", { method: "digest" });
  });

  test("is one of another database or schema", async () => {
    await brokenOff();
    const other = await createDatabase();
    try {
      await migrate(path, other.url, { ...options, validate: false });
      await refused("the OID of the target's database was ", {}, other.url);
    } finally {
      await other.drop();
    }
    await migrate(path, database.url, { ...options, validate: false, schema: "other" });
    await refused("the target's schema was public, and is other", { schema: "other" });
  });

  test("is one of other tables", async () => {
    await brokenOff();
    await refused("the plan, the choice of its tables, ", { exclude: ["author"] });
  });

  test("is one of a file that has changed since", async () => {
    await brokenOff();
    const source = new Database(path);
    source.exec("UPDATE book SET title = 'c' WHERE id = 1");
    source.close();
    await refused("the fingerprint of the source was sqlite-1:");
  });

  test("is a file that --resume has not made, the source itself too", async () => {
    writeFileSync(file, "notes");
    await expect(again()).rejects.toThrow(refusal("resume-invalid", "is no file that --resume has made"));
    expect(readFileSync(file, "utf8")).toBe("notes");
    await expect(again({ resume: path })).rejects.toThrow(refusal("resume-invalid", path));
  });
});

test("one file for two things is wrong use, and so are --resume and --reader with a certificate", async () => {
  await expect(again({ certificate: file })).rejects.toThrow(refusal("usage", "name the same file"));
  const certificate = join(dirname(path), "certificate");
  await validate(path, database.url, { ...options, certificate });
  const check = (more: ValidationOptions) => validate(certificate, database.url, { ...options, ...more });
  await expect(check({ resume: file })).rejects.toThrow(refusal("usage", "--resume takes the source"));
  await expect(check({ reader: "sqlite" })).rejects.toThrow(refusal("usage", "--reader takes the source"));
  expect(existsSync(file)).toBe(false);
});

test("a target that cannot be reached leaves no file", async () => {
  await expect(again({}, "postgres://127.0.0.1:1/none")).rejects.toThrow(refusal("target-unreachable", ""));
  expect(existsSync(file)).toBe(false);
});

test("the report says what each sitting read", async () => {
  await brokenOff();
  await database.query("UPDATE book SET title = title");
  const outcome = await again();
  expect(outcome.verdicts.map(({ verdict }) => verdict)).toEqual(["identical", "identical"]);
  const text = validationText(outcome, plainStyle);
  expect(text).toMatch(/sitting 1: .*Z, snapshot \d+:\d+:\S*: source of book, author; target of author\n/);
  expect(text).toMatch(/sitting 2: .*Z, snapshot \d+:\d+:\S*: target of book\n/);
});

test("the file stays while a table is unproven, and another sitting goes on from it", async () => {
  const role = `${database.name}_reader`;
  await database.query(`CREATE ROLE ${role} LOGIN PASSWORD 'secret'`);
  try {
    await database.query(`GRANT SELECT ON book TO ${role}`);
    await database.query(`GRANT SELECT ON ALL SEQUENCES IN SCHEMA public TO ${role}`);
    const asReader = () => again({ schema: "public" }, databaseUrl(database.name, `${role}:secret`));
    const first = await asReader();
    expect(first.verdicts.map(({ verdict }) => verdict)).toEqual(["identical", "unproven"]);
    expect([first.keptProof?.kept, existsSync(file)]).toEqual([true, true]);
    await database.query(`GRANT SELECT ON author TO ${role}`);
    const next = await asReader();
    expect(next.verdicts.map(({ verdict }) => verdict)).toEqual(["identical", "identical"]);
    expect(next.keptProof?.sittings[1]?.tables).toEqual([
      { source: "author", sourceParts: 0, targetParts: 1, parts: 1 },
    ]);
    expect(existsSync(file)).toBe(false);
  } finally {
    await database.query(`DROP OWNED BY ${role}`);
    await database.query(`DROP ROLE ${role}`);
  }
});
