import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import {
  arrayType,
  citextType,
  enumType,
  otherType,
  pgType,
  type ElementType,
  type PgType,
} from "../../../src/model/postgres.js";
import { validateTables } from "../../../src/validate/compare.js";
import { departureOf, readColumnTypes, readNamedTypes } from "../../../src/validate/target/departure.js";
import { columnPlan, makeSource, makeTarget, planOf, tablePlan, type TestTarget } from "../room.js";

let target: TestTarget;

beforeAll(async () => {
  target = await makeTarget();
  await target.query('CREATE SCHEMA "Ext"');
  await target.query('CREATE EXTENSION citext SCHEMA "Ext"');
  await target.query("CREATE SCHEMA app");
  await target.query("CREATE TYPE app.\"Mood\" AS ENUM ('sad', 'glad')");
  await target.query("CREATE TYPE app.mood AS ENUM ('sad', 'glad')");
  await target.query("CREATE DOMAIN app.short AS smallint; CREATE DOMAIN app.long AS bigint");
});

afterEach(() => target.query("DROP TABLE IF EXISTS t"));

afterAll(() => target.remove());

/** What a table with a column of the SQL type departs in from a plan of the type. */
const departure = async (type: PgType, sql: string): Promise<string | null> => {
  await target.query(`CREATE TABLE t (a ${sql})`);
  const found = (await readColumnTypes(target.session, "public", ["t", "not there"])).get("t");
  expect(found).toBeDefined();
  const table = tablePlan("t", [columnPlan("a", type)]);
  return departureOf(table, found!, await readNamedTypes(target.session, [table]));
};

const mood = enumType('"app"."Mood"', ["sad", "glad"]);
const citext = citextType('"Ext"."citext"');

describe("a column of another type departs from the plan", () => {
  test.each<[PgType, string, string, string]>([
    [pgType("smallint"), "integer", "integer", "smallint"],
    [pgType("integer"), "bigint", "bigint", "integer"],
    [pgType("smallint"), "app.long", "app.long", "smallint"],
    [pgType("real"), "double precision", "double precision", "real"],
    [pgType("json"), "jsonb", "jsonb", "json"],
    [pgType("jsonb"), "json", "json", "jsonb"],
    [pgType("text"), "char(3)", "character(3)", "text"],
    [pgType("character", 3), "varchar(3)", "character varying(3)", "char(3)"],
    [pgType("character", 3), '"char"', '"char"', "char(3)"],
    [pgType("timestamp without time zone"), "timestamptz", "timestamp with time zone", "timestamp"],
    [pgType("inet"), "cidr", "cidr", "inet"],
    [pgType("macaddr"), "macaddr8", "macaddr8", "macaddr"],
    [citext, "text", "text", '"Ext"."citext"'],
    [pgType("text"), '"Ext".citext', '"Ext".citext', "text"],
    [mood, "app.mood", "app.mood", '"app"."Mood"'],
    [mood, "text", "text", '"app"."Mood"'],
    [enumType("app.gone", []), "app.mood", "app.mood", "app.gone"],
    [arrayType(pgType("integer")), "integer", "integer", "integer[]"],
    [pgType("integer"), "integer[]", "integer[]", "integer"],
    [arrayType(pgType("integer")), "bigint[]", "bigint[]", "integer[]"],
    [arrayType(mood), "app.mood[]", "app.mood[]", '"app"."Mood"[]'],
  ])("%o: %s", async (type, sql, found, planned) => {
    expect(await departure(type, sql)).toBe(`the target's column t.a is ${found}, the plan says ${planned}`);
  });
});

describe("a column departs in nothing where its type is the plan's or held by it whole", () => {
  const held: readonly (readonly [ElementType, string])[] = [
    [pgType("smallint"), "smallint"],
    [pgType("integer"), "smallint"],
    [pgType("bigint"), "integer"],
    [pgType("double precision"), "real"],
    [pgType("numeric", 3, 1), "numeric(9,2)"],
    [pgType("character", 3), "char(20)"],
    [pgType("character", 3), "bpchar"],
    [pgType("timestamp without time zone", 3), "timestamp"],
    [pgType("timestamp with time zone"), "timestamp(0)"],
    [citext, '"Ext".citext'],
    [mood, 'app."Mood"'],
  ];

  test.each(held)("%o: %s", async (type, sql) => {
    expect(await departure(type, sql)).toBeNull();
  });

  test.each(held)("an array of %o: %s[]", async (type, sql) => {
    expect(await departure(arrayType(type), `${sql}[]`)).toBeNull();
  });

  test("or nothing is claimed of its values", async () => {
    expect(await departure(otherType("bit( 8 )"), "bit(8)")).toBeNull();
  });
});

describe("a table with a column that cannot be compared", () => {
  const plan = planOf(tablePlan("t", [columnPlan("id", "bigint"), columnPlan("at", otherType("point"))]));
  const reason = "the target's column t.at is point, which cannot be compared";

  const verdict = async (values: string) => {
    const source = await makeSource("CREATE TABLE t (id, at); INSERT INTO t VALUES (1, '1,2'), (2, NULL)");
    await target.query("CREATE TABLE t (id bigint, at point)");
    await target.query(`INSERT INTO t VALUES ${values}`);
    try {
      return (await validateTables(source.source, target.session, plan, "public"))[0];
    } finally {
      source.remove();
    }
  };

  test("is unproven, though all else is the same", async () => {
    expect(await verdict("(1, '(1,2)'), (2, NULL)")).toMatchObject({
      verdict: "unproven",
      reason,
      sourceRows: 2,
      targetRows: 2,
    });
  });

  test.each([
    ["another value in another column", "(1, '(1,2)'), (3, NULL)"],
    ["a value for NULL", "(1, '(1,2)'), (2, '(0,0)')"],
    ["a row more", "(1, '(1,2)'), (2, NULL), (2, NULL)"],
  ])("is different by %s", async (_, values) => {
    const found = await verdict(values);
    expect(found?.verdict).toBe("different");
    expect(found?.reason).toContain(reason);
  });
});
