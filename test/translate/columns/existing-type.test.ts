import { describe, expect, test } from "vitest";
import { typeSql, typeWords } from "../../../src/model/postgres.js";
import { existingType, meaningOf } from "../../../src/translate/columns/existing-type.js";
import { databaseForAll } from "../../database.js";

const column = (type: string, labels: readonly string[] | null = null, isCitext = false) => ({
  table: "t",
  column: "c",
  type,
  labels,
  isCitext,
});

describe("a type that is known by its SQL alone", () => {
  test.each([
    '"char"',
    "bpchar",
    "name",
    "money",
    "xml",
    "interval",
    "interval day to second(3)",
    "oid",
    "bit(8)",
    "bit varying(3)",
    "point",
    "macaddr8",
    "int4range",
    "time with time zone",
    "time(3) with time zone",
    "public.geometry(Point,4326)",
    'public."text"',
    'public."numeric(10,2)"',
    'public."integer[]"',
    "public.textual",
    "constructor",
  ])("%s", (type) => {
    expect(existingType(column(type))).toEqual({ name: "other", sql: type, modifiers: [] });
    expect(existingType(column(`${type}[]`))).toEqual({ name: "other", sql: `${type}[]`, modifiers: [] });
    expect(meaningOf(existingType(column(type)))).toBe("text");
  });
});

test("an enum brings its labels, also as an array's element", () => {
  const mood = { name: "enum", sql: '"My".mood', labels: ["sad", "glad"], modifiers: [] };
  expect(existingType(column('"My".mood', ["sad", "glad"]))).toEqual(mood);
  expect(existingType(column('"My".mood[]', ["sad", "glad"]))).toEqual({
    name: "array",
    element: mood,
    modifiers: [],
  });
});

test("citext is found in whichever schema it is", () => {
  expect(existingType(column("ext.citext", null, true))).toEqual({
    name: "citext",
    sql: "ext.citext",
    modifiers: [],
  });
  expect(existingType(column("ext.citext")).name).toBe("other");
});

describe("a built-in type", () => {
  const database = databaseForAll();

  const types: readonly (readonly [sql: string, words: string, meaning: string])[] = [
    ["smallint", "smallint", "integer"],
    ["integer", "integer", "integer"],
    ["bigint", "bigint", "integer"],
    ["real", "real", "real"],
    ["double precision", "double precision", "real"],
    ["numeric", "numeric", "numeric"],
    ["numeric(10,2)", "numeric(10,2)", "numeric"],
    ["boolean", "boolean", "boolean"],
    ["text", "text", "text"],
    ["character varying", "varchar", "text"],
    ["character varying(30)", "varchar(30)", "text"],
    ["character(1)", "char(1)", "text"],
    ["bytea", "bytea", "bytes"],
    ["uuid", "uuid", "uuid"],
    ["json", "json", "json"],
    ["jsonb", "jsonb", "json"],
    ["date", "date", "date"],
    ["time without time zone", "time", "time"],
    ["time(3) without time zone", "time(3)", "time"],
    ["timestamp with time zone", "timestamptz", "timestamp"],
    ["timestamp(6) with time zone", "timestamptz(6)", "timestamp"],
    ["timestamp without time zone", "timestamp", "timestamp"],
    ["timestamp(0) without time zone", "timestamp(0)", "timestamp"],
    ["inet", "inet", "text"],
    ["cidr", "cidr", "text"],
    ["macaddr", "macaddr", "text"],
  ];

  test("is written as PostgreSQL's format_type writes it, alone and as an array's element", async () => {
    const names = types.flatMap(([sql]) => [sql, `${sql}[]`]);
    await database.query(`CREATE TABLE t (${names.map((type, index) => `c${index} ${type}`).join(", ")})`);
    const rows = await database.query(
      "SELECT format_type(atttypid, atttypmod) AS type FROM pg_attribute WHERE attrelid = 't'::regclass AND attnum > 0 ORDER BY attnum",
    );
    expect(rows.map(({ type }) => type)).toEqual(names);
    const read = names.map((type) => existingType(column(type)));
    expect(read.map(typeSql)).toEqual(names);
    expect(read.map(({ name }) => name)).not.toContain("other");
  });

  test.each(types)("%s is %s to people, and holds values meant as %s", (sql, words, meaning) => {
    expect(typeWords(existingType(column(sql)))).toBe(words);
    expect(typeWords(existingType(column(`${sql}[]`)))).toBe(`${words}[]`);
    expect(meaningOf(existingType(column(sql)))).toBe(meaning);
  });

  test("may have a negative scale", () => {
    expect(existingType(column("numeric(5,-2)"))).toEqual({ name: "numeric", modifiers: [5, -2] });
  });
});
