/** DEFAULTs in columns of the types that a plan does not choose by itself: PostgreSQL takes each and inserts what SQLite does. */
import { beforeAll, describe, expect, test } from "vitest";
import {
  arrayType,
  citextType,
  enumType,
  otherType,
  pgType,
  typeSql,
  typeWords,
  type PgType,
  type TimeUnit,
} from "../../src/model/postgres.js";
import type { Affinity } from "../../src/model/sqlite.js";
import { translateDefault } from "../../src/translate/defaults/default-value.js";
import { databaseForAll } from "../database.js";

const database = databaseForAll();

beforeAll(async () => {
  await database.query("CREATE SCHEMA ext");
  await database.query("CREATE EXTENSION citext SCHEMA ext");
  await database.query("CREATE TYPE ext.mood AS ENUM ('it''s', '1')");
});

const mood = enumType("ext.mood", ["it's", "1"]);
const citext = citextType("ext.citext");
const timestamp = pgType("timestamp without time zone");

const sqlOf = (sql: string, type: PgType, unit: TimeUnit | null, affinity: Affinity): string | null => {
  const translated = translateDefault(sql, { type, unit, affinity, zone: null });
  return translated.carried ? translated.sql : null;
};

/** What a row gets that names no value, as the server prints it. */
const inserted = async (type: PgType, sql: string, shown = "c"): Promise<string | null | undefined> => {
  await database.query("SET search_path TO pg_catalog");
  await database.query(`CREATE TABLE public.t (n int, c ${typeSql(type)} DEFAULT ${sql})`);
  try {
    const [row] = await database.query(`INSERT INTO public.t (n) VALUES (1) RETURNING ${shown} AS c`);
    return row?.["c"];
  } finally {
    await database.query("DROP TABLE public.t");
  }
};

describe("a default that is not carried", () => {
  test.each<[PgType, string, Affinity]>([
    [pgType("smallint"), "32768", "INTEGER"],
    [pgType("smallint"), "'40000'", "BLOB"],
    [pgType("integer"), "-2147483649", "INTEGER"],
    [pgType("integer"), "1.5", "NUMERIC"],
    [pgType("integer"), "-0.0", "BLOB"],
    [pgType("real"), "0.1", "REAL"],
    [pgType("real"), "16777217", "INTEGER"],
    [pgType("real"), "'0.1'", "BLOB"],
    [pgType("character", 3), "'abcd'", "TEXT"],
    [pgType("character", 3), "'a '", "TEXT"],
    [pgType("character", 3), "' '", "TEXT"],
    [pgType("character", 3), "CURRENT_DATE", "TEXT"],
    [pgType("json"), "'{'", "TEXT"],
    [pgType("json"), "-0.0", "BLOB"],
    [mood, "'its'", "TEXT"],
    [mood, "CURRENT_TIME", "TEXT"],
    [mood, "x'31'", "BLOB"],
    [citext, "x'61'", "BLOB"],
    [timestamp, "'2024-02-30'", "TEXT"],
    [timestamp, "CURRENT_TIME", "TEXT"],
    [timestamp, "12", "INTEGER"],
    [pgType("timestamp without time zone", 2), "'2024-01-01 00:00:00.125'", "TEXT"],
    [pgType("timestamp with time zone", 0), "'2024-01-01 00:00:00.5+01:00'", "TEXT"],
    [pgType("time without time zone", 1), "'12:00:00.25'", "TEXT"],
    [pgType("inet"), "'256.0.0.1'", "TEXT"],
    [pgType("inet"), "'1.2.3'", "TEXT"],
    [pgType("inet"), "'1.2.3.4/33'", "TEXT"],
    [pgType("inet"), "1", "INTEGER"],
    [pgType("cidr"), "'10.0.0.1/8'", "TEXT"],
    [pgType("macaddr"), "'08:00:2b'", "TEXT"],
    [arrayType(pgType("integer")), "'[1]'", "TEXT"],
    [arrayType(pgType("integer")), "'{}'", "TEXT"],
    [otherType("point"), "'1,2'", "TEXT"],
  ])("%o DEFAULT %s", (type, sql, affinity) => {
    expect(translateDefault(sql, { type, affinity, unit: null, zone: null })).toEqual({ carried: false });
  });
});

describe("a default that is carried inserts the value", () => {
  const cases: readonly (readonly [PgType, string, Affinity, string, TimeUnit?])[] = [
    [pgType("smallint"), "-32768", "INTEGER", "-32768"],
    [pgType("integer"), "2147483647", "INTEGER", "2147483647"],
    [pgType("integer"), "'12'", "BLOB", "12"],
    [pgType("integer"), "3.0", "BLOB", "3"],
    [pgType("real"), "0.5", "REAL", "0.5"],
    [pgType("real"), "-0.0", "BLOB", "-0"],
    [pgType("real"), "16777216", "INTEGER", "1.6777216e+07"],
    [pgType("real"), "9e999", "REAL", "Infinity"],
    [pgType("character", 3), "'ab'", "TEXT", "ab "],
    [pgType("character", 3), "'a  '", "TEXT", "a  "],
    [pgType("character", 3), "''", "TEXT", "   "],
    [pgType("json"), "'{\"a\" : 1}'", "TEXT", '{"a" : 1}'],
    [pgType("json"), "1.5", "REAL", "1.5"],
    [mood, "'it''s'", "TEXT", "it's"],
    [mood, "1", "INTEGER", "1"],
    [citext, "'Bob'", "TEXT", "Bob"],
    [timestamp, "'2024-05-17'", "TEXT", "2024-05-17 00:00:00"],
    [timestamp, "'2024-05-17 01:30:00+02:00'", "TEXT", "2024-05-16 23:30:00"],
    [timestamp, "1600000000123", "INTEGER", "2020-09-13 12:26:40.123", "milliseconds"],
    [
      pgType("timestamp without time zone", 2),
      "'2024-05-17T01:30:00.1200Z'",
      "TEXT",
      "2024-05-17 01:30:00.12",
    ],
    [pgType("timestamp with time zone", 0), "'2024-05-17 01:30:00'", "TEXT", "2024-05-17 01:30:00+00"],
    [pgType("time without time zone", 1), "'12:00:00.50'", "TEXT", "12:00:00.5"],
    [pgType("inet"), "'10.1.2.3/8'", "TEXT", "10.1.2.3/8"],
    [pgType("inet"), "'0.0.0.0'", "TEXT", "0.0.0.0"],
    [pgType("cidr"), "'10.1.2.3'", "TEXT", "10.1.2.3/32"],
    [pgType("macaddr"), "'08:00:2B:01:02:03'", "TEXT", "08:00:2b:01:02:03"],
    [arrayType(pgType("integer")), "'[]'", "TEXT", "{}"],
    [arrayType(mood), "'[ ]'", "TEXT", "{}"],
  ];

  test.each(
    cases.map(([type, sql, affinity, value, unit]) => ({
      words: typeWords(type),
      type,
      sql,
      affinity,
      value,
      unit,
    })),
  )("$words DEFAULT $sql", async ({ type, sql, affinity, value, unit }) => {
    const translated = sqlOf(sql, type, unit ?? null, affinity);
    expect(translated).not.toBeNull();
    await database.query("SET TimeZone TO 'UTC'");
    expect(await inserted(type, translated!)).toBe(value);
  });

  test.each([
    ["CURRENT_TIMESTAMP", "now() AT TIME ZONE 'UTC'"],
    ["CURRENT_DATE", "date_trunc('day', now() AT TIME ZONE 'UTC')"],
  ])("of %s in UTC, whatever the session's zone", async (sql, expected) => {
    await database.query("SET TimeZone TO 'Pacific/Kiritimati'");
    const value = await inserted(timestamp, sqlOf(sql, timestamp, null, "TEXT")!, `c = ${expected}`);
    expect(value).toBe("t");
  });
});
