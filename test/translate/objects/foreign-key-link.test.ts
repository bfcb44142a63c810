/** Which types a foreign key may join: what we say yes to, PostgreSQL makes. */
import { beforeAll, describe, expect, test } from "vitest";
import {
  arrayType,
  citextType,
  enumType,
  pgType,
  typeSql,
  typeWords,
  type PgType,
} from "../../../src/model/postgres.js";
import { areComparable } from "../../../src/translate/objects/foreign-key-link.js";
import { databaseForAll } from "../../database.js";

const database = databaseForAll();

beforeAll(async () => {
  await database.query("CREATE EXTENSION citext SCHEMA public");
  await database.query("CREATE TYPE public.mood AS ENUM ('a')");
  await database.query("CREATE TYPE public.size AS ENUM ('a')");
});

const mood = enumType("public.mood", ["a"]);
const size = enumType("public.size", ["a"]);

const types: readonly PgType[] = [
  pgType("boolean"),
  pgType("smallint"),
  pgType("integer"),
  pgType("bigint"),
  pgType("real"),
  pgType("double precision"),
  pgType("numeric", 6, 2),
  pgType("text"),
  pgType("character varying", 5),
  pgType("character", 5),
  citextType("public.citext"),
  mood,
  size,
  pgType("uuid"),
  pgType("jsonb"),
  pgType("date"),
  pgType("timestamp without time zone", 3),
  pgType("timestamp with time zone"),
  pgType("inet"),
  pgType("cidr"),
  arrayType(pgType("integer")),
  arrayType(pgType("bigint")),
  arrayType(mood),
  arrayType(size),
];

describe("a foreign key may join", () => {
  test.each(types.map((type) => ({ words: typeWords(type), type })))("$words to itself", ({ type }) => {
    expect(areComparable(type, type)).toBe(true);
  });

  test.each<[PgType, PgType]>([
    [pgType("smallint"), pgType("bigint")],
    [pgType("bigint"), pgType("integer")],
    [pgType("integer"), pgType("numeric")],
    [pgType("smallint"), pgType("double precision")],
    [pgType("character varying", 3), pgType("text")],
    [pgType("character", 3), pgType("character", 5)],
  ])("%o to %o", (child, parent) => {
    expect(areComparable(child, parent)).toBe(true);
  });

  test("what PostgreSQL then makes", async () => {
    for (const parent of types) {
      const children = types.filter((child) => areComparable(child, parent));
      const columns = children.map((child, at) => `c${at} ${typeSql(child)} REFERENCES parent`);
      await database.query(`CREATE TABLE parent (id ${typeSql(parent)} PRIMARY KEY)`);
      await database.query(`CREATE TABLE child (${columns.join(", ")})`);
      await database.query("DROP TABLE child, parent");
    }
  });
});

describe("a foreign key may not join", () => {
  test.each<[PgType, PgType]>([
    [mood, size],
    [arrayType(mood), arrayType(size)],
    [arrayType(pgType("integer")), arrayType(pgType("bigint"))],
    [pgType("text"), pgType("bigint")],
    [mood, pgType("text")],
    [pgType("inet"), pgType("text")],
  ])("%o to %o", (child, parent) => {
    expect(areComparable(child, parent)).toBe(false);
  });
});
