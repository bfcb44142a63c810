import { beforeAll, describe, expect, test } from "vitest";
import { checkRights, takenNames, type WantedNames } from "../../src/target/catalog.js";
import { quote, quoteQualified } from "../../src/model/identifier.js";
import type { Session } from "../../src/target/session.js";
import { databaseForAll } from "../database.js";

const database = databaseForAll();
let session: Session;
beforeAll(async () => {
  session = await database.open();
  await session.query('CREATE SCHEMA "My ""Schema"""');
  await session.query(
    'CREATE TABLE "My ""Schema""".plain (id int PRIMARY KEY, "Ünicode" varchar(5)[], gone int)',
  );
  await session.query('ALTER TABLE "My ""Schema""".plain DROP COLUMN gone');
  await session.query('CREATE VIEW "My ""Schema""".seen AS SELECT 1 AS one');
  await session.query('CREATE SEQUENCE "My ""Schema""".counted');
  await session.query(`CREATE TYPE "My ""Schema""".mood AS ENUM ('fine')`);
  await session.query('CREATE DOMAIN "My ""Schema""".narrow AS text');
});

const schema = 'My "Schema"';

const wanted = (
  relations: readonly string[],
  tables: readonly string[],
  functions: readonly string[] = [],
): WantedNames => ({ relations, tables, functions });

describe("takenNames", () => {
  test("nothing is taken in a schema that is not there", async () => {
    expect(await takenNames(session, "nowhere", wanted(["plain"], ["plain"]))).toEqual([]);
  });

  test("tables, indexes, sequences, views and types are named with what they are", async () => {
    const names = [
      "plain",
      "plain_pkey",
      "seen",
      "counted",
      "mood",
      "narrow",
      "free",
      "PLAIN",
      'it\'s \\ "quoted"',
    ];
    expect(await takenNames(session, schema, wanted(names, ["plain", "mood", "narrow", "free"]))).toEqual([
      { name: "counted", what: "sequence" },
      { name: "mood", what: "type" },
      { name: "narrow", what: "type" },
      { name: "plain", what: "table" },
      { name: "plain_pkey", what: "index" },
      { name: "seen", what: "view" },
    ]);
  });

  test("a function is in the way of one without arguments only", async () => {
    await session.query(
      `CREATE FUNCTION "My ""Schema""".bare() RETURNS int LANGUAGE sql AS 'SELECT 1';
       CREATE FUNCTION "My ""Schema""".one(int) RETURNS int LANGUAGE sql AS 'SELECT 1'`,
    );
    expect(await takenNames(session, schema, wanted(["bare"], ["bare"], ["bare", "one", "plain"]))).toEqual([
      { name: "bare", what: "function" },
    ]);
  });

  test("a type is in the way of a table only", async () => {
    expect(await takenNames(session, schema, wanted(["mood"], []))).toEqual([]);
  });

  test("the array type of a table is in the way of another's, as SET SCHEMA finds out too late", async () => {
    const long = "ü".repeat(31);
    await session.query(`CREATE TABLE ${quoteQualified(schema, `_${long}`)} ()`);
    const taken = async (table: string) => takenNames(session, schema, wanted([table], [table]));
    expect(await taken("_plain")).toEqual([{ name: "_plain", what: "array type" }]);
    expect(await taken(long)).toEqual([{ name: `_${long}`, what: "table" }]);
    await session.query('CREATE SCHEMA run; CREATE TABLE run."_plain" ()');
    const move = session.query(`ALTER TABLE run."_plain" SET SCHEMA ${quote(schema)}`);
    await expect(move).rejects.toThrow('type "_plain" already exists');
  });
});

describe("checkRights", () => {
  test("a schema that is not there may be made by who may make schemas", async () => {
    expect(await checkRights(session, "nowhere")).toBe(false);
  });

  test("a schema that is there is told", async () => {
    expect(await checkRights(session, schema)).toBe(true);
  });

  test("each missing right is named with its GRANT", async () => {
    const role = `sqlift_catalog_${session.processId}`;
    await session.query(`CREATE ROLE ${role}`);
    const limited = await database.open();
    await limited.query(`SET ROLE ${role}`);
    await expect(checkRights(limited, schema)).rejects.toMatchObject({
      code: "target-rights",
      hint: `GRANT USAGE, CREATE ON SCHEMA "My ""Schema""" TO "${role}";`,
    });
    await session.query(`GRANT USAGE, CREATE ON SCHEMA "My ""Schema""" TO ${role}`);
    await expect(checkRights(limited, schema)).rejects.toMatchObject({
      hint: expect.stringMatching(
        new RegExp(
          `^GRANT CREATE ON DATABASE "${database.name}" TO "${role}";\\n.*--no-history makes the tables`,
        ),
      ) as string,
    });
    expect(await checkRights(limited, schema, true)).toBe(true);
    await limited.end();
    await session.query(`DROP OWNED BY ${role}`);
    await session.query(`DROP ROLE ${role}`);
  });
});
