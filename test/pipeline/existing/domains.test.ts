/** Domains over every type that can be proven: the values below them are loaded and compared, by every way that the target is read. */
import { describe, expect, test } from "vitest";
import { migrate } from "../../../src/pipeline/migrate.js";
import { validate } from "../../../src/pipeline/validate.js";
import { databaseForAll } from "../../database.js";
import { makeSqlite } from "../../fixture.js";

/** The type below, a value in SQLite, and one that differs in PostgreSQL. */
const types: Readonly<Record<string, readonly [type: string, value: string, other: string]>> = {
  a: ["boolean", "1", "false"],
  b: ["smallint", "-7", "-8"],
  c: ["bigint", "9223372036854775807", "1"],
  d: ["real", "0.5", "'-0.5'"],
  e: ["double precision", "0.0", "'-0.0'"],
  f: ["numeric(10,2)", "'1.50'", "1.51"],
  g: ["varchar(9)", "'ä '", "'ä'"],
  h: ["char(3)", "'ab'", "'ac'"],
  i: ["bytea", "x'00ff'", "'\\x00fe'"],
  j: ["uuid", "'0188b0d5-6a2f-7000-8000-00000000ab01'", "'0188b0d5-6a2f-7000-8000-00000000ab02'"],
  k: ["date", "'2024-02-29'", "'2024-02-28'"],
  l: ["time(3)", "'12:00:00.123'", "'12:00:00.124'"],
  m: ["timestamp(3)", "'2024-01-01 12:00:00.123'", "'2024-01-01 12:00:00.124'"],
  n: ["timestamptz", "'2024-01-01T12:00:00.000001Z'", "'2024-01-01T12:00:00.000002Z'"],
  o: ["jsonb", `'{"b": 1.50, "a": [1]}'`, `'{"b": 1.51, "a": [1]}'`],
  p: ["json", `'{"b":1}'`, `'{"b": 1}'`],
  q: ["inet", "'10.0.0.1/8'", "'10.0.0.1/9'"],
  r: ["public.mood", "'happy'", "'sad'"],
  s: ["text[]", `'["x","y"]'`, "'{x,z}'"],
  t: ["public.citext", "'Ab'", "'ab'"],
};
const names = Object.keys(types);
const rows = 40;

describe("domains", () => {
  const database = databaseForAll();
  const file = makeSqlite(
    "domains",
    `CREATE TABLE t (id INTEGER PRIMARY KEY, ${names.map((name) => `${name} ${name === "e" || name === "d" ? "REAL" : "BLOB"}`).join(", ")});
     WITH n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${rows})
     INSERT INTO t SELECT i, ${names.map((name) => types[name]![1]).join(", ")} FROM n`,
  );
  const options = { environment: process.env };

  test("are loaded as the types below them, and proven", async () => {
    await database.query(
      `CREATE EXTENSION IF NOT EXISTS citext; CREATE TYPE mood AS ENUM ('sad', 'happy'); CREATE DOMAIN number AS int CHECK (VALUE > 0);
       ${names.map((name) => `CREATE DOMAIN d_${name} AS ${types[name]![0]}; CREATE DOMAIN dd_${name} AS d_${name} CHECK (VALUE IS NOT NULL)`).join(";")};
       CREATE TABLE t (id number PRIMARY KEY, ${names.map((name) => `${name} dd_${name}`).join(", ")})`,
    );
    const outcome = await migrate(file.path, database.url, { ...options, intoExisting: true });
    expect(outcome.findings).toEqual([]);
    expect(outcome.verdicts).toMatchObject([{ verdict: "identical", targetRows: rows }]);
  });

  test.each(["digest", "stream"] as const)(
    "are proven by %s, and every value that differs is found",
    async (method) => {
      const proof = async () => (await validate(file.path, database.url, { ...options, method })).verdicts[0];
      expect(await proof()).toMatchObject({ verdict: "identical" });
      for (const name of names) {
        await database.query(`UPDATE t SET ${name} = ${types[name]![2]} WHERE id = 7`);
        expect(await proof(), types[name]![0]).toMatchObject({
          verdict: "different",
          differences: { changed: 1, listed: [{ columns: [{ column: name }] }] },
        });
        const back = { a: "true", i: "'\\x00ff'", s: "'{x,y}'" }[name] ?? types[name]![1];
        await database.query(`UPDATE t SET ${name} = ${back} WHERE id = 7`);
      }
      expect(await proof()).toMatchObject({ verdict: "identical" });
    },
  );
});
