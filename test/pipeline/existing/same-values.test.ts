/** What counts as the same value: `update` sets what a person could tell apart, and nothing that it need not. */
import { describe, expect, test } from "vitest";
import { migrate } from "../../../src/pipeline/migrate.js";
import { databaseForAll } from "../../database.js";
import { makeSqlite } from "../../fixture.js";

/** The type, what the source has, and what is there: equal for PostgreSQL in the first ones, but not the same. */
const values: readonly (readonly [type: string, source: string, there: string])[] = [
  ["public.citext", "'Ab'", "'aB'"],
  ["numeric", "'1.50'", "1.5"],
  ["double precision", "0.0", "'-0.0'"],
  ["real", "0.5", "0.25"],
  ["jsonb", `'{"a": 1.50}'`, `'{"a": 1.5}'`],
  ["json", `'{"a":1}'`, `'{"a": 1}'`],
  ['text COLLATE public."any case"', "'x'", "'X'"],
  ["public.citext[]", `'["Ab"]'`, "'{ab}'"],
  ["numeric[]", `'["1.50"]'`, "'{1.5}'"],
  ["boolean", "1", "NULL"],
  ["smallint", "-7", "-8"],
  ["bigint", "9223372036854775807", "NULL"],
  ["varchar(9)", "'ä '", "'ä'"],
  ["char(3)", "'ab'", "'ac'"],
  ["bytea", "x'00ff'", "'\\x00fe'"],
  ["uuid", "'0188b0d5-6a2f-7000-8000-00000000ab01'", "'0188b0d5-6a2f-7000-8000-00000000ab02'"],
  ["date", "'2024-02-29'", "'2024-02-28'"],
  ["time(3)", "'12:00:00.123'", "'12:00:00.124'"],
  ["timestamp(3)", "'2024-01-01 12:00:00.123'", "'2024-01-01 12:00:00.124'"],
  ["timestamptz", "'2024-01-01T12:00:00.000001Z'", "'2024-01-01T12:00:00.000002Z'"],
  ["inet", "'10.0.0.1/8'", "'10.0.0.1/9'"],
  ["public.mood", "'happy'", "'sad'"],
  ["public.short", "'Ann'", "'ann'"],
  ["text", "NULL", "''"],
];
const names = values.map((_, at) => `c${at}`);

describe("a row for each type", () => {
  const database = databaseForAll();
  const file = makeSqlite(
    "values",
    `CREATE TABLE t (id INTEGER PRIMARY KEY, ${names.map((name, at) => `${name} ${/double|real/.test(values[at]![0]) ? "REAL" : "BLOB"}`).join(", ")});
     ${values.map((_, at) => `INSERT INTO t VALUES (${at + 1}, ${values.map(([, source]) => source).join(", ")});`).join("\n")}`,
  );
  const merged = async () => {
    const options = { environment: process.env, intoExisting: true, existingRows: "update" } as const;
    const outcome = await migrate(file.path, database.url, options);
    expect(outcome.verdicts.map(({ verdict }) => verdict)).toEqual(["identical"]);
    return outcome.tables[0]?.merged;
  };
  const rows = (what: string) => database.query(`SELECT ${what} FROM t ORDER BY id`);

  test("in which all is other", async () => {
    await database.query(
      `CREATE EXTENSION IF NOT EXISTS citext; CREATE TYPE mood AS ENUM ('sad', 'happy'); CREATE DOMAIN short AS varchar(5);
       CREATE COLLATION "any case" (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
       CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, ${names.map((name, at) => `${name} ${values[at]![0]}`).join(", ")});
       ${values.map(() => `INSERT INTO t (${names.join(", ")}) VALUES (${values.map(([, , there]) => there).join(", ")})`).join(";")}`,
    );
    expect(await merged()).toMatchObject({ changed: values.length, same: 0 });
  });

  test("in which one value is other, and then none", async () => {
    const proven = await rows("t::text");
    for (const [at, name] of names.entries())
      await database.query(`UPDATE t SET ${name} = ${values[at]![2]} WHERE id = ${at + 1}`);
    const spoilt = await rows("t::text");
    expect(spoilt.filter((row, at) => row["t"] === proven[at]?.["t"])).toEqual([]);
    expect(await merged()).toMatchObject({ inserted: 0, changed: values.length, same: 0 });
    expect(await rows("t::text")).toEqual(proven);
    const after = await rows("xmin, ctid");
    expect(await merged()).toMatchObject({ inserted: 0, changed: 0, same: values.length });
    expect(await rows("xmin, ctid")).toEqual(after);
  });
});
