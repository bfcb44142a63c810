/** validate of tables that others made: what a mapping says of them counts, and what it cannot say is named or refused. */
import Database from "better-sqlite3";
import { join, dirname } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { validationExitCode } from "../../src/cli/exit-code.js";
import { builtInMappings } from "../../src/mapping/built-in.js";
import { parseMapping } from "../../src/mapping/read.js";
import type { ValidationOutcome } from "../../src/model/outcome.js";
import type { RowDifference } from "../../src/model/verdict.js";
import { migrate } from "../../src/pipeline/migrate.js";
import { validate, type ValidationOptions } from "../../src/pipeline/validate.js";
import { wordsOf } from "../../src/report/finding-words.js";
import { databaseForEach } from "../database.js";
import { sqliteForEach, type SqliteFile } from "../fixture.js";

const database = databaseForEach();
const makeFile = sqliteForEach();
let source: SqliteFile;

const compare = (rules: string | null, more: ValidationOptions = {}): Promise<ValidationOutcome> =>
  validate(source.path, database.url, {
    environment: process.env,
    mappings: rules === null ? [] : [parseMapping(`version: 1\n${rules}`, "my.yaml")],
    ...more,
  });

const verdictsOf = ({ verdicts }: ValidationOutcome): readonly string[] =>
  verdicts.map(({ source: table, target, verdict }) => `${table} -> ${target}: ${verdict}`);

const listedOf = ({ verdicts }: ValidationOutcome, table: string): readonly RowDifference[] | undefined =>
  verdicts.find(({ source: name }) => name === table)?.differences?.listed;

/** As a person did it by hand: other names, times as times, one column and one table less. */
describe("a target made by hand", () => {
  const rules = `
tables:
  person:
    rename: people
    columns:
      Name: { rename: full_name }
      seen: { convert: { epoch: ms } }
      password: { skip: true, because: nobody needs it }
      avatar: { convert: hex }
      level: { type: integer, null-as: "0" }
  cache: { skip: true }
`;
  beforeEach(async () => {
    // The unit of these times cannot be told by looking.
    source = makeFile(
      "app",
      `CREATE TABLE person (id INTEGER PRIMARY KEY, Name TEXT, seen INTEGER, password TEXT, avatar TEXT, level INTEGER);
       INSERT INTO person VALUES (1, 'Ada', 5000, 'x', '00ff', NULL), (2, 'Bob', 1600000000123, 'y', NULL, 3), (3, NULL, NULL, NULL, '', 0);
       CREATE TABLE cache (k TEXT);
       INSERT INTO cache VALUES ('a');`,
    );
    await database.query(`
      CREATE TABLE people (avatar bytea, level integer, seen timestamptz, full_name varchar(20), id bigint PRIMARY KEY, note text, password text);
      INSERT INTO people (id, full_name, seen, avatar, level) VALUES
        (1, 'Ada', '1970-01-01 00:00:05Z', '\\x00ff', 0), (2, 'Bob', '2020-09-13 12:26:40.123Z', NULL, 3), (3, NULL, NULL, '', 0);`);
  });

  test("is identical under what the mapping asks for, and says which mapping", async () => {
    const outcome = await compare(rules);
    expect(outcome.verdicts).toMatchObject([
      {
        source: "person",
        target: "people",
        verdict: "identical-under-policy",
        reason: "values changed as was asked: 1 by null-as",
        notCompared: ["note", "password"],
      },
      { source: "cache", verdict: "unproven", asked: true, reason: "skipped by my.yaml:12" },
    ]);
    expect(outcome).toMatchObject({
      planFrom: "target-columns",
      mappings: [{ name: "my.yaml" }],
      findings: [],
    });
    expect(validationExitCode(outcome)).toBe(0);
  });

  test.each([
    ["UPDATE people SET full_name = 'ada' WHERE id = 1", "1", "full_name", "Ada", "ada"],
    [
      "UPDATE people SET seen = seen + interval '1 ms' WHERE id = 2",
      "2",
      "seen",
      "2020-09-13 12:26:40.123+00",
      "2020-09-13 12:26:40.124+00",
    ],
    ["UPDATE people SET avatar = '\\x00fe' WHERE id = 1", "1", "avatar", "\\x00ff", "\\x00fe"],
    ["UPDATE people SET level = NULL WHERE id = 1", "1", "level", "0", null],
    ["UPDATE people SET level = 1 WHERE id = 3", "3", "level", "0", "1"],
  ])("is different at the right row and column: %s", async (sql, id, column, expected, actual) => {
    await database.query(sql);
    const outcome = await compare(rules);
    expect(outcome.verdicts[0]).toMatchObject({ verdict: "different", differences: { changed: 1 } });
    expect(listedOf(outcome, "person")).toMatchObject([
      { kind: "changed", key: [{ column: "id", value: id }], columns: [{ column, expected, actual }] },
    ]);
    expect(validationExitCode(outcome)).toBe(1);
  });

  test("is not found without the mapping, nor with another name in it", async () => {
    expect(verdictsOf(await compare(null))).toEqual([
      "person -> person: different",
      "cache -> cache: different",
    ]);
    const other = await compare(rules.replace("full_name", "fullname"));
    expect(other.verdicts[0]).toMatchObject({
      target: "people",
      verdict: "unproven",
      reason: "the target's table has no column fullname, as the mappings call Name",
    });
    expect(validationExitCode(other)).toBe(2);
  });

  test("in another unit is different", async () => {
    const outcome = await compare(rules.replace("epoch: ms", "epoch: s"));
    expect(listedOf(outcome, "person")?.map(({ key }) => key?.[0]?.value)).toEqual(["1", "2"]);
  });

  test("with a type that it has not says so, and is compared as what it is", async () => {
    const outcome = await compare(rules.replace("type: integer, null-as", "type: boolean, null-as"));
    expect(outcome.verdicts[0]).toMatchObject({ verdict: "identical-under-policy" });
    expect(outcome.findings.map((finding) => wordsOf(finding).what)).toEqual([
      "person.level: the rule my.yaml:11 makes it boolean, but the target has integer, and that decides.",
    ]);
  });

  test("names rules that fit nothing", async () => {
    const outcome = await compare(rules.replace("seen:", "sen:"));
    expect(outcome.findings.map(({ kind }) => kind)).toEqual(["rule-unused"]);
    expect(outcome.verdicts[0]?.reason).toContain("the unit of its numbers is unclear");
  });

  test("whose certificate is checked later by what it says itself", async () => {
    const file = join(dirname(source.path), "c.json");
    await compare(rules, { certificate: file });
    const again = await validate(file, database.url, { environment: process.env });
    expect(verdictsOf(again)).toEqual([
      "person -> people: identical-under-policy",
      "cache -> cache: unproven",
    ]);
    await database.query("UPDATE people SET seen = seen + interval '1 us' WHERE id = 2");
    const changed = await validate(file, database.url, { environment: process.env });
    expect(changed.verdicts[0]).toMatchObject({ verdict: "different" });
  });
});

/** As tools do that fold names, keep ids short and know no zones. */
describe("a target with another tool's conventions", () => {
  const rules = `
names: snake
tables:
  OrderLine:
    columns:
      Price: { type: "numeric(6,2)", excess: round }
      Note: { type: varchar(3), excess: truncate }
      boughtAt: { convert: { epoch: ms } }
      wroteAt: { type: timestamptz, zone: Europe/Berlin }
`;
  beforeEach(async () => {
    source = makeFile(
      "shop",
      `CREATE TABLE OrderLine (OrderID INTEGER, lineNo INTEGER, Price REAL, Note TEXT, boughtAt INTEGER, wroteAt TEXT, PRIMARY KEY (OrderID, lineNo));
       INSERT INTO OrderLine VALUES (1, 1, 1.005, 'four', 5000, '2020-07-01 12:00:00'), (1, 2, 2.5, 'abc', NULL, NULL);
       CREATE TABLE "Order Tag" (Tag TEXT PRIMARY KEY, Weight REAL);
       INSERT INTO "Order Tag" VALUES ('a', 0.5), ('B', 1);`,
    );
    await database.query(`
      CREATE TABLE order_line (order_id int4, line_no int2, price numeric, note text, bought_at timestamp, wrote_at timestamp);
      INSERT INTO order_line VALUES (1, 1, 1.01, 'fou', '1970-01-01 00:00:05', '2020-07-01 10:00:00'), (1, 2, 2.50, 'abc', NULL, NULL);
      CREATE TABLE order_tag (tag text, weight real);
      INSERT INTO order_tag VALUES ('a', 0.5), ('B', 1);`);
  });

  test("is identical: names, short integers, times without a zone, and what its precision cut", async () => {
    const outcome = await compare(rules);
    expect(verdictsOf(outcome)).toEqual([
      "OrderLine -> order_line: identical-under-policy",
      "Order Tag -> order_tag: identical",
    ]);
    expect(outcome.findings).toEqual([]);
    expect(validationExitCode(outcome)).toBe(0);
  });

  test.each([
    ["UPDATE order_line SET price = 1.005 WHERE line_no = 1", ["price"]],
    ["UPDATE order_line SET note = 'four' WHERE line_no = 1", ["note"]],
    ["UPDATE order_line SET wrote_at = '2020-07-01 12:00:00' WHERE line_no = 1", ["wrote_at"]],
    ["UPDATE order_line SET bought_at = bought_at + interval '1 us'", ["bought_at"]],
  ])("is different in what its precision should have cut: %s", async (sql, columns) => {
    await database.query(sql);
    const listed = listedOf(await compare(rules), "OrderLine");
    expect(listed).toMatchObject([
      {
        kind: "changed",
        key: [
          { column: "order_id", value: "1" },
          { column: "line_no", value: "1" },
        ],
      },
    ]);
    expect(listed?.[0]?.columns.map(({ column }) => column)).toEqual(columns);
  });

  test("finds the row of a text key under its new name", async () => {
    await database.query("UPDATE order_tag SET weight = 0.25 WHERE tag = 'a'");
    expect(listedOf(await compare(rules), "Order Tag")).toMatchObject([
      { kind: "changed", key: [{ column: "tag", value: "a" }], columns: [{ column: "weight" }] },
    ]);
  });
});

describe("built-in mappings", () => {
  const sql = `CREATE TABLE _prisma_migrations (id TEXT PRIMARY KEY, checksum TEXT, finished_at DATETIME, migration_name TEXT, logs TEXT, rolled_back_at DATETIME, started_at DATETIME, applied_steps_count INTEGER);
     INSERT INTO _prisma_migrations (id) VALUES ('m1');
     CREATE TABLE User (id INTEGER PRIMARY KEY, made DATETIME);
     INSERT INTO User VALUES (1, 5000);`;
  beforeEach(async () => {
    source = makeFile("app", sql);
    await database.query(
      `CREATE TABLE "User" (id int PRIMARY KEY, made timestamp(3)); INSERT INTO "User" VALUES (1, '1970-01-01 00:00:05')`,
    );
  });
  const builtIns = builtInMappings();

  test("are recognised: their units and what they skip count", async () => {
    const outcome = await compare(null, { builtIns });
    expect([...verdictsOf(outcome)].sort()).toEqual([
      "User -> User: identical",
      "_prisma_migrations -> _prisma_migrations: unproven",
    ]);
    expect(outcome.findings.map(({ kind }) => kind)).toEqual(["mapping-recognised"]);
    expect(outcome.mappings).toMatchObject([{ name: "prisma", givesWay: true }]);
    expect(validationExitCode(outcome)).toBe(0);
  });

  test("do not keep a table from being compared that is there", async () => {
    await database.query("CREATE TABLE _prisma_migrations (id text)");
    const outcome = await compare(null, { builtIns });
    expect(outcome.verdicts.find(({ source: table }) => table === "_prisma_migrations")).toMatchObject({
      verdict: "unproven",
      asked: false,
    });
  });

  test("say nothing unless they are offered", async () => {
    const outcome = await compare(null);
    expect(outcome.verdicts.find(({ source: table }) => table === "User")?.reason).toContain("unclear");
    expect(validationExitCode(outcome)).toBe(1);
  });

  test("give way to what the numbers tell", async () => {
    const file = new Database(source.path);
    file.exec("UPDATE User SET made = 1600000000");
    file.close();
    await database.query(`UPDATE "User" SET made = '2020-09-13 12:26:40'`);
    expect(verdictsOf(await compare(null, { builtIns }))).toContain("User -> User: identical");
  });
});

describe("a mapping is refused", () => {
  const rules = "values: { nul: strip }";
  beforeEach(() => {
    source = makeFile("app", "CREATE TABLE t (a); INSERT INTO t VALUES (1);");
  });
  const refused = (message: string) =>
    expect.objectContaining({ code: "usage", message: expect.stringContaining(message) as string }) as Error;

  test("where a run of sqlift made the tables: its plan counts", async () => {
    await migrate(source.path, database.url, { environment: process.env });
    await expect(compare(rules)).rejects.toThrow(refused("Run 1 of sqlift has moved this file"));
    const outcome = await compare(null, { builtIns: builtInMappings() });
    expect(outcome).toMatchObject({ planFrom: "run-history", verdicts: [{ verdict: "identical" }] });
  });

  test("with a certificate, which says itself how columns are compared", async () => {
    const file = join(dirname(source.path), "c.json");
    await database.query("CREATE TABLE t (a bigint); INSERT INTO t VALUES (1)");
    await compare(null, { certificate: file });
    source = { ...source, path: file };
    await expect(compare(rules)).rejects.toThrow(refused("--mapping"));
  });
});
