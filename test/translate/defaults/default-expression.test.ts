/** DEFAULTs that are expressions: the same INSERT DEFAULT VALUES on both engines. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { pgType, typeWords } from "../../../src/model/postgres.js";
import { translateDefault } from "../../../src/translate/defaults/default-value.js";
import { createTableSql } from "../../../src/translate/statements/ddl.js";
import { createDatabase, type TestDatabase } from "../../database.js";
import { openMemory, planOfDatabase } from "../plan-of.js";

let database: TestDatabase;
beforeAll(async () => {
  database = await createDatabase();
});
afterAll(() => database.drop());

interface Case {
  readonly declared: string;
  /** What follows DEFAULT. */
  readonly sql: string;
  /** A value that the column holds, as SQL: it decides the type. */
  readonly value?: string;
}

interface Outcome {
  readonly type: string;
  /** null: not carried, or none. */
  readonly sql: string | null;
  readonly reason: string | null;
  readonly sqlite: unknown;
  /** As PostgreSQL prints it in the zone UTC. */
  readonly postgres: string | null;
}

/** Each case is a column of one table, on both sides. */
async function insert(cases: readonly Case[]): Promise<readonly Outcome[]> {
  const columns = cases.map(({ declared, sql }, at) => `c${at} ${declared} DEFAULT ${sql}`);
  const memory = openMemory(
    `CREATE TABLE t (${columns.join(", ")}); INSERT INTO t VALUES (${cases.map(({ value }) => value ?? "NULL").join(", ")})`,
  );
  try {
    const plan = planOfDatabase(memory);
    memory.defaultSafeIntegers(false).exec("DELETE FROM t; INSERT INTO t DEFAULT VALUES");
    const ours = memory.prepare<[], Record<string, unknown>>("SELECT * FROM t").get() ?? {};
    const table = plan.tables[0]!;
    await database.query("DROP SCHEMA IF EXISTS defaults CASCADE");
    await database.query("CREATE SCHEMA defaults");
    await database.query(createTableSql("defaults", table));
    await database.query("SET TimeZone TO 'Asia/Kathmandu'");
    await database.query("INSERT INTO defaults.t DEFAULT VALUES");
    await database.query("SET TimeZone TO 'UTC'");
    const [theirs = {}] = await database.query("SELECT * FROM defaults.t");
    return table.columns.map((column) => ({
      type: typeWords(column.type),
      sql: column.defaultSql,
      reason: plan.notCarried.find(({ name }) => name === `t.${column.source}`)?.reason ?? null,
      sqlite: ours[column.source],
      postgres: theirs[column.target] ?? null,
    }));
  } finally {
    memory.close();
  }
}

const refused: readonly (readonly [string, string, RegExp])[] = [
  ["TEXT", "(datetime('now', 'localtime'))", /'localtime': it means the time zone of the machine/],
  ["DATETIME", "(datetime('now', 'localtime'))", /time zone of the machine/],
  ["INTEGER", "(julianday('now'))", /floating-point number for a column of type bigint/],
  ["INTEGER", "(datetime('now'))", /a text for a column of type bigint/],
  ["BOOLEAN", "(datetime('now'))", /a text for a column of type boolean/],
  ["BLOB", "(datetime('now'))", /a text for a column of type bytea/],
  ["DATE", "(datetime('now'))", /a text for a column of type date/],
  ["DATETIME", "(time('now'))", /a text for a column of type timestamp/],
  ["DATETIME", "(strftime('%Y', 'now'))", /for a column of type timestamp/],
  ["VARCHAR(18)", "(datetime('now'))", /length for varchar|length for character varying/],
  ["VARCHAR(30)", "(strftime('%d %H', 'now'))", /unknown or other length/],
  ["CHAR(18)", "(datetime('now'))", /unknown or other length/],
  ["VARCHAR(13)", "(lower(hex(randomblob(7))))", /random text for a column/],
  ["BOOLEAN", "(lower(hex(randomblob(7))))", /random text for a column/],
  ["UUID", "(lower(hex(randomblob(7))))", /random text for a column of type uuid/],
  ["TEXT", "(randomblob(16))", /random bytes for a column of type text/],
  ["UUID", "(randomblob(8))", /random bytes for a column of type uuid/],
  ["TEXT", "(sqlite_version())", /the function sqlite_version\(\)/],
  ["TEXT", "(printf('%s', randomblob(4)))", /./],
  ["INTEGER", "('a' || 'b')", /a text/],
];

test.each(refused)("a column %s DEFAULT %s is listed, and why is said", async (declared, sql, reason) => {
  const [outcome] = await insert([{ declared, sql }]);
  expect(outcome?.reason).toMatch(reason);
  expect(outcome?.sql).toBeNull();
});

test("a type that would round the moment takes none", () => {
  const column = {
    type: pgType("timestamp with time zone", 0),
    unit: null,
    zone: null,
    affinity: "NUMERIC",
  } as const;
  expect(translateDefault("strftime('%Y-%m-%dT%H:%M:%fZ', 'now')", column)).toMatchObject({ carried: false });
});

describe("a constant expression is the value that SQLite inserts", () => {
  const cases: readonly (readonly [string, string, string?])[] = [
    ["INTEGER", "(1 + 2 * 3)"],
    ["INTEGER", "(7 / 2)"],
    ["BIGINT", "(~5)"],
    ["REAL", "(1.5 * 2)"],
    ["REAL", "(1 + 1)"],
    ["TEXT", "('a' || 'b')"],
    ["TEXT", "(1 + 1)"],
    ["TEXT", "(CAST(1 AS TEXT))"],
    ["TEXT", "(NOT 0)"],
    ["INTEGER", "(NOT 0)"],
    ["TEXT", "(upper('x') || lower('Y'))"],
    ["TEXT", "(date('2024-01-31', '+1 month'))"],
    ["DATE", "(date('2024-01-31', '+1 month'))"],
    ["DATETIME", "(datetime('2024-01-31', '+1 month'))"],
    ["INTEGER", "(unixepoch('2024-01-31'))"],
    ["INTEGER", "(strftime('%s', '2024-01-31'))"],
    ["TEXT", "(strftime('%s', '2024-01-31'))"],
    ["INTEGER", "(CAST(strftime('%Y', '2024-01-31') AS INTEGER))"],
    ["REAL", "(julianday('2024-01-31 06:00'))"],
    ["TEXT", "(nullif(1, 1))"],
    ["NUMERIC", "(1 + 1)"],
    ["TIME", "(time('12:34:56', '+1 minute'))"],
  ];

  test("on both", async () => {
    const outcomes = await insert(cases.map(([declared, sql]) => ({ declared, sql })));
    const shown = outcomes.map(
      ({ reason, postgres, type }) =>
        reason ??
        (postgres === null ? null : type === "timestamptz" ? postgres.replace("+00", "") : postgres),
    );
    expect(shown).toEqual(
      outcomes.map(({ sqlite }) => (sqlite === null ? null : String(sqlite as string | number))),
    );
  });
});

describe("the present", () => {
  /** The form of what PostgreSQL inserts; its clock is near SQLite's. */
  const second = /^[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}\+00$/;
  const millisecond = /^[0-9-]{10} [0-9:]{8}(\.[0-9]{1,3})?\+00$/;
  const cases: readonly (Case & { readonly type: string; readonly form: RegExp; readonly days?: number })[] =
    [
      { declared: "DATETIME", sql: "(datetime('now'))", type: "timestamptz", form: second },
      { declared: "DATETIME", sql: "(datetime())", type: "timestamptz", form: second },
      { declared: "DATETIME", sql: "(datetime(CURRENT_TIMESTAMP))", type: "timestamptz", form: second },
      {
        declared: "DATETIME",
        sql: "(strftime('%Y-%m-%d %H:%M:%S', 'now'))",
        type: "timestamptz",
        form: second,
      },
      {
        declared: "DATETIME",
        sql: "(datetime('now', '+1 day'))",
        type: "timestamptz",
        form: second,
        days: 1,
      },
      {
        declared: "DATETIME",
        sql: "(datetime('now', '-7 days'))",
        type: "timestamptz",
        form: second,
        days: -7,
      },
      {
        declared: "DATETIME",
        sql: "(strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))",
        type: "timestamptz",
        form: millisecond,
      },
      { declared: "DATETIME", sql: "(datetime('now', 'subsec'))", type: "timestamptz", form: millisecond },
      { declared: "DATETIME", sql: "(unixepoch())", value: "1700000000", type: "timestamptz", form: second },
      {
        declared: "DATETIME",
        sql: "(strftime('%s', 'now'))",
        value: "1700000000",
        type: "timestamptz",
        form: second,
      },
      {
        declared: "DATETIME",
        sql: "(strftime('%s', 'now') * 1000)",
        value: "1700000000000",
        type: "timestamptz",
        form: second,
      },
      {
        declared: "DATETIME",
        sql: "(CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER))",
        value: "1700000000000",
        type: "timestamptz",
        form: millisecond,
      },
      {
        declared: "DATETIME",
        sql: "(julianday('now'))",
        value: "2460000.5",
        type: "timestamptz",
        form: millisecond,
      },
      { declared: "DATETIME", sql: "(date('now'))", type: "timestamptz", form: /^[0-9-]{10} 00:00:00\+00$/ },
      { declared: "DATE", sql: "(date('now'))", type: "date", form: /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/ },
      { declared: "TEXT", sql: "(datetime('now'))", type: "text", form: /^[0-9-]{10} [0-9:]{8}$/ },
      {
        declared: "VARCHAR(19)",
        sql: "(datetime('now'))",
        type: "varchar(19)",
        form: /^[0-9-]{10} [0-9:]{8}$/,
      },
      { declared: "CHAR(10)", sql: "(date('now'))", type: "varchar(10)", form: /^[0-9-]{10}$/ },
      {
        declared: "TEXT",
        sql: "(strftime('%Y-%m-%dT%H:%M:%fZ','now'))",
        type: "text",
        form: /^[0-9-]{10}T[0-9:]{8}\.[0-9]{3}Z$/,
      },
      { declared: "INTEGER", sql: "(unixepoch())", type: "bigint", form: /^[0-9]{10}$/ },
      { declared: "INTEGER", sql: "(strftime('%s', 'now'))", type: "bigint", form: /^[0-9]{10}$/ },
      {
        declared: "INTEGER",
        sql: "(CAST(strftime('%s','now') AS INT) * 1000)",
        type: "bigint",
        form: /^[0-9]{13}$/,
      },
      {
        declared: "REAL",
        sql: "(julianday('now'))",
        type: "double precision",
        form: /^24[0-9]{5}(\.[0-9]+)?$/,
      },
      {
        declared: "REAL",
        sql: "(unixepoch('subsec'))",
        type: "double precision",
        form: /^[0-9]{10}(\.[0-9]+)?$/,
      },
      { declared: "TIME", sql: "(time('now'))", type: "time", form: /^[0-9:]{8}$/ },
    ];

  test("has the form that SQLite gives it, by the column's type, and is near", async () => {
    const outcomes = await insert(cases);
    expect(outcomes.map(({ type, reason }) => ({ type, reason }))).toEqual(
      cases.map(({ type }) => ({ type, reason: null })),
    );
    for (const [at, { form, days = 0, sql }] of cases.entries()) {
      const value = outcomes[at]?.postgres ?? "";
      expect(value, sql).toMatch(form);
      const now = Date.now() + days * 86_400_000;
      expect(Math.abs(millisecondsIn(value, now) - now), sql).toBeLessThan(
        /^[0-9-]{10}( 00|$)/.test(value) ? 86_500_000 : 120_000,
      );
    }
  });

  test("reads well", async () => {
    const outcomes = await insert(cases.slice(0, 8));
    expect(outcomes[0]?.sql).toBe("date_trunc('second', now())");
    expect(outcomes[6]?.sql).toBe("date_trunc('milliseconds', now())");
  });
});

/** Of any of the forms. */
function millisecondsIn(text: string, now: number): number {
  if (/^[0-9]{10}(\.[0-9]+)?$/.test(text)) return Number(text) * 1000;
  if (/^[0-9]{13}$/.test(text)) return Number(text);
  if (/^[0-9.]+$/.test(text)) return (Number(text) - 2_440_587.5) * 86_400_000;
  if (/^[0-9:]{8}$/.test(text)) return Date.parse(`${new Date(now).toISOString().slice(0, 10)}T${text}Z`);
  return Date.parse(text.length <= 10 ? text : `${text.replace(" ", "T").replace(/Z|\+00$/, "")}Z`);
}

describe("random values", () => {
  const idiom =
    "(lower(hex(randomblob(4))) || '-' || lower(hex(randomblob(2))) || '-4' || substr(lower(hex(randomblob(2))), 2) || '-' || " +
    "substr('89ab', abs(random()) % 4 + 1, 1) || substr(lower(hex(randomblob(2))), 2) || '-' || lower(hex(randomblob(6))))";
  const other =
    "(lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-' || '4' || substr(hex(randomblob(2)), 2) || '-' || " +
    "substr('AB89', 1 + (abs(random()) % 4), 1) || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6))))";
  const version4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
  const cases: readonly (readonly [string, string, RegExp, string?])[] = [
    ["TEXT", idiom, version4, "gen_random_uuid()::text"],
    ["UUID", idiom, version4, "gen_random_uuid()"],
    ["TEXT", other, version4, "gen_random_uuid()::text"],
    ["VARCHAR(36)", other, version4],
    ["CHAR(36)", other, version4],
    ["TEXT", "(hex(randomblob(16)))", /^[0-9A-F]{32}$/],
    ["TEXT", "(lower(hex(randomblob(16))))", /^[0-9a-f]{32}$/],
    ["UUID", "(lower(hex(randomblob(16))))", /^[0-9a-f-]{32,36}$/, "gen_random_uuid()"],
    ["TEXT", "('r'||lower(hex(randomblob(7))))", /^r[0-9a-f]{14}$/],
    [
      "TEXT",
      "(substr(hex(randomblob(8)), 3, 5) || '/' || substr('xyz', abs(random()) % 3 + 1, 1))",
      /^[0-9A-F]{5}\/[xyz]$/,
    ],
    ["BLOB", "(randomblob(16))", /^\\x[0-9a-f]{32}$/],
  ];

  test("are of the same form on both", async () => {
    const outcomes = await insert(cases.map(([declared, sql]) => ({ declared, sql })));
    for (const [at, [, sql, form, target]] of cases.entries()) {
      const { sqlite, postgres, reason, sql: translated } = outcomes[at]!;
      expect(reason, sql).toBeNull();
      const text = sqlite instanceof Uint8Array ? `\\x${Buffer.from(sqlite).toString("hex")}` : sqlite;
      expect(text, sql).toMatch(form);
      expect(postgres, sql).toMatch(form);
      if (target !== undefined) expect(translated?.replace(/^\((.*)\)$/, "$1")).toBe(target);
    }
  });

  test("differ from row to row, and numbers stay in their range", async () => {
    const outcomes = await insert([{ declared: "INTEGER", sql: "(abs(random()) % 10)" }]);
    expect(outcomes[0]?.postgres).toMatch(/^[0-9]$/);
    const [key] = await insert([{ declared: "TEXT", sql: "(hex(randomblob(16)))" }]);
    const [again] = await insert([{ declared: "TEXT", sql: "(hex(randomblob(16)))" }]);
    expect(key?.postgres).not.toBe(again?.postgres);
  });
});
