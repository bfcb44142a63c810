import { expect, test } from "vitest";
import { validateTables } from "../../src/validate/compare.js";
import { allTypes, other, sourceSql, targetSql } from "./all-types.js";
import * as more from "./more-types.js";
import { makeSource, makeTarget, planOf } from "./room.js";

const settings = [
  "TimeZone = 'Asia/Kathmandu'",
  "DateStyle = 'German, DMY'",
  "IntervalStyle = 'postgres_verbose'",
  "bytea_output = 'escape'",
  "extra_float_digits = -15",
  "client_encoding = 'LATIN1'",
  "standard_conforming_strings = off",
  "search_path = shadow, pg_catalog",
  "statement_timeout = '1min'",
];

/** In front of pg_catalog these would answer for the built-in functions. */
const shadows = [
  "CREATE SCHEMA shadow",
  `CREATE FUNCTION shadow.sha256(bytea) RETURNS bytea LANGUAGE sql AS 'SELECT ''\\x'' || $1'`,
  "CREATE FUNCTION shadow.octet_length(text) RETURNS int LANGUAGE sql AS 'SELECT 0'",
  "CREATE FUNCTION shadow.array_dims(anyarray) RETURNS text LANGUAGE sql AS 'SELECT NULL::text'",
  "CREATE VIEW shadow.pg_settings AS SELECT ''::text AS name LIMIT 0",
];

test("settings of the database do not change a verdict", async () => {
  const source = await makeSource(`${sourceSql} ${more.sourceSql}`);
  const target = await makeTarget();
  try {
    for (const sql of [...targetSql, ...more.targetSql, ...shadows]) {
      await target.query(sql);
    }
    const [{ name } = { name: "" }] = await target.query("SELECT current_database() AS name");
    for (const setting of settings) {
      await target.query(`ALTER DATABASE "${String(name)}" SET ${setting}`);
    }
    const session = await target.open();
    // What a session before us may have left behind, e.g. in a pooler.
    for (const setting of settings) {
      await session.query(`SET ${setting}`);
    }
    const plan = planOf(allTypes, other, more.moreTypes);
    const verdicts = await validateTables(source.source, session, plan, "public");
    expect(verdicts.map(({ verdict, reason }) => ({ verdict, reason }))).toEqual([
      { verdict: "identical", reason: null },
      { verdict: "identical", reason: null },
      { verdict: "identical", reason: null },
    ]);
    expect(await session.query("SHOW TimeZone")).toEqual([{ TimeZone: "Asia/Kathmandu" }]);
  } finally {
    source.remove();
    await target.remove();
  }
});
