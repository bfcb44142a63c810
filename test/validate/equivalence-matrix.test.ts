/** What is the same is `identical` by both methods, however it is spelled, and whatever the server's settings are. */
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import type { TablePlan } from "../../src/model/plan.js";
import type { TableVerdict } from "../../src/model/verdict.js";
import type { Session } from "../../src/target/session.js";
import { validateTables } from "../../src/validate/compare.js";
import { databaseUrl, onServer } from "../database.js";
import { allTypes, other, sourceSql, targetSql } from "./all-types.js";
import { spellings } from "./matrix/spellings.js";
import * as more from "./more-types.js";
import {
  columnPlan,
  makeSource,
  makeTarget,
  planOf,
  tablePlan,
  type SourceFile,
  type TestTarget,
} from "./room.js";

const methods = ["digest", "stream"] as const;

/** Keys that some collations call equal. */
const keyed = tablePlan("keyed", [columnPlan("k", "text"), columnPlan("note", "text")], {
  primaryKey: { name: "keyed_pkey", columns: ["k"] },
});
const keyedRows = `('a', 'one'), ('A', 'two'), ('\u00e9', 'three'), ('e\u0301', 'four'), ('ß', NULL), ('ss', '')`;

const tables = [allTypes, other, more.moreTypes, keyed];

let source: SourceFile;
beforeAll(async () => {
  source = await makeSource(`${sourceSql} ${more.sourceSql};
    CREATE TABLE keyed (k TEXT PRIMARY KEY, note TEXT); INSERT INTO keyed VALUES ${keyedRows};`);
});
afterAll(() => source.remove());

/** All tables, in a database that is made with these options. */
const filledTarget = async (options?: string): Promise<TestTarget> => {
  const target = await makeTarget(options);
  const texts = [`CREATE TABLE keyed (k text, note text)`, `INSERT INTO keyed VALUES ${keyedRows}`];
  for (const sql of [...targetSql, ...more.targetSql, ...texts]) await target.query(sql);
  return target;
};

/** By each method. */
const verdicts = async (
  session: Session,
  plans: readonly TablePlan[] = tables,
): Promise<readonly (readonly TableVerdict[])[]> => {
  const plan = planOf(...plans);
  const found: (readonly TableVerdict[])[] = [];
  for (const method of methods)
    found.push(await validateTables(source.source, session, plan, "public", { method }));
  return found;
};

const words = (found: readonly (readonly TableVerdict[])[]) =>
  found.map((each) => each.map(({ target, verdict, reason }) => ({ target, verdict, reason })));

const allIdentical = (plans: readonly TablePlan[] = tables) =>
  methods.map(() => plans.map(({ target }) => ({ target, verdict: "identical", reason: null })));

describe("the same values, spelled otherwise in the target,", () => {
  let target: TestTarget;
  beforeAll(async () => {
    target = await filledTarget();
    await target.query(
      "CREATE COLLATION folded (provider = icu, locale = 'und-u-ks-level1', deterministic = false)",
    );
  });
  afterAll(() => target.remove());

  test("are identical by both methods, with one digest", async () => {
    const copies = spellings.map(({ table, sql }, at) => ({
      plan: { ...table, target: `copy_${at}` },
      table,
      sql,
    }));
    for (const { plan, table, sql } of copies) {
      await target.query(`CREATE TABLE ${plan.target} AS SELECT * FROM ${table.target}`);
      for (const statement of sql(plan.target)) await target.query(statement);
    }
    const plans = copies.map(({ plan }) => plan);
    const found = await verdicts(target.session, plans);
    expect(words(found)).toEqual(allIdentical(plans));
    for (const { source: name, sourceDigest, targetDigest } of found.flat())
      expect([sourceDigest, targetDigest]).toEqual([digests[name], digests[name]]);
  });

  test.each([
    ["a", "ONE"],
    ["\u00e9", "three "],
    ["\u00df", ""],
  ])("but not what only the collation calls equal: %s", async (key, note) => {
    await target.query("CREATE TABLE folded (LIKE keyed)");
    await target.query(
      "ALTER TABLE folded ALTER k TYPE text COLLATE folded, ALTER note TYPE text COLLATE folded",
    );
    await target.query("INSERT INTO folded SELECT * FROM keyed");
    await target.query(`UPDATE folded SET note = $2 WHERE k = $1 COLLATE "C"`, [key, note]);
    const [digest, stream] = await verdicts(target.session, [{ ...keyed, target: "folded" }]);
    await target.query("DROP TABLE folded");
    expect(digest).toMatchObject([
      {
        verdict: "different",
        differences: {
          missing: 0,
          extra: 0,
          changed: 1,
          listed: [{ key: [{ column: "k", value: key }], columns: [{ column: "note", actual: note }] }],
        },
      },
    ]);
    expect(stream?.[0]?.differences).toEqual(digest?.[0]?.differences);
  });
});

/** On every server, PostgreSQL 15 or a newer one, and by each method. */
const digests: Readonly<Record<string, string>> = {
  all_types: "0000000000000006ffffffffa9c89f2e519784b900000001a319340f72573161",
  more_types: "0000000000000004000000006d569589c88c6e00ffffffff3ded4b2be9be456e",
};

/** In front of pg_catalog these would answer for the built-in functions. */
const shadows = [
  "CREATE SCHEMA shadow",
  `CREATE FUNCTION shadow.sha256(bytea) RETURNS bytea LANGUAGE sql AS 'SELECT ''\\x'' || $1'`,
  "CREATE FUNCTION shadow.octet_length(text) RETURNS int LANGUAGE sql AS 'SELECT 0'",
  "CREATE FUNCTION shadow.array_dims(anyarray) RETURNS text LANGUAGE sql AS 'SELECT NULL::text'",
  "CREATE VIEW shadow.pg_settings AS SELECT ''::text AS name LIMIT 0",
  "GRANT USAGE ON SCHEMA shadow TO PUBLIC",
];

const hostile = [
  [
    "TimeZone = 'Asia/Kathmandu'",
    "DateStyle = 'German, DMY'",
    "IntervalStyle = 'postgres_verbose'",
    "bytea_output = 'escape'",
    "extra_float_digits = -15",
    "client_encoding = 'LATIN1'",
    "standard_conforming_strings = off",
    "search_path = shadow, pg_catalog",
    "statement_timeout = '1min'",
    "enable_seqscan = off",
    "lc_numeric = 'C'",
  ],
  [
    "TimeZone = 'America/St_Johns'",
    "DateStyle = 'SQL, MDY'",
    "IntervalStyle = 'sql_standard'",
    "extra_float_digits = 0",
    "client_encoding = 'SJIS'",
    "array_nulls = off",
    "quote_all_identifiers = on",
    "default_transaction_read_only = on",
    "default_transaction_isolation = 'serializable'",
    "idle_in_transaction_session_timeout = '1min'",
  ],
] as const;

describe.each(hostile.map((settings) => [settings[0], settings] as const))(
  "settings: %s and others",
  (_, settings) => {
    test.each(["database", "role", "role in the database", "session"] as const)(
      "of the %s change no verdict",
      async (scope) => {
        const target = await filledTarget();
        const [{ name } = { name: "" }] = await target.query("SELECT current_database() AS name");
        const role = `${String(name)}_reader`;
        try {
          for (const sql of shadows) await target.query(sql);
          await onServer(`CREATE ROLE ${role} LOGIN PASSWORD 'secret'`);
          await target.query(`GRANT SELECT ON ALL TABLES IN SCHEMA public TO ${role}`);
          for (const schema of ["My", "Ext"])
            await target.query(`GRANT USAGE ON SCHEMA "${schema}" TO ${role}`);
          const scopes = {
            database: `DATABASE "${String(name)}"`,
            role: `ROLE ${role}`,
            "role in the database": `ROLE ${role} IN DATABASE "${String(name)}"`,
            session: null,
          };
          for (const setting of scopes[scope] === null ? [] : settings)
            await target.query(`ALTER ${scopes[scope]} SET ${setting}`);
          const session = await target.open(databaseUrl(String(name), `${role}:secret`));
          // What a session before us may have left behind, e.g. in a pooler.
          for (const setting of scopes[scope] === null ? settings : []) await session.query(`SET ${setting}`);
          expect(words(await verdicts(session))).toEqual(allIdentical());
          if (scope === "session") {
            const zone = settings[0].split("'")[1];
            expect(await session.query("SHOW TimeZone")).toEqual([{ TimeZone: zone }]);
          }
        } finally {
          await target.remove();
          await onServer(`DROP ROLE IF EXISTS ${role}`);
        }
      },
    );
  },
);

describe("a database that compares", () => {
  test.for<readonly [name: string, options: string]>([
    ["as C", "LOCALE 'C'"],
    ["as ICU for Turkish", "LOCALE_PROVIDER icu ICU_LOCALE 'tr-TR' LOCALE 'C'"],
    ["as ICU, capitals first", "LOCALE_PROVIDER icu ICU_LOCALE 'de-DE-u-kf-upper-kn' LOCALE 'C'"],
  ])("%s is identical", async ([, options], { skip }) => {
    skip(
      inject("serverMajor") < 15 && options.includes("icu"),
      "a database has a locale of ICU from PostgreSQL 15 on",
    );
    const target = await filledTarget(options);
    try {
      expect(words(await verdicts(target.session))).toEqual(allIdentical());
    } finally {
      await target.remove();
    }
  });
});
