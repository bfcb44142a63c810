/** Defaults are held against SQLite: what it inserts, carried over by the encoders, is what PostgreSQL inserts. */
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { introspect } from "../../../src/export/introspect.js";
import { readRecords, recordColumns } from "../../../src/export/sqlite-records.js";
import { copySlice } from "../../../src/import/copy.js";
import { quote } from "../../../src/model/identifier.js";
import type { ColumnPlan, Plan, TablePlan } from "../../../src/model/plan.js";
import { typeWords } from "../../../src/model/postgres.js";
import type { Source } from "../../../src/source/source.js";
import type { Session, TextRow } from "../../../src/target/session.js";
import { openTarget } from "../../../src/target/connection/connect.js";
import { encodeRecords } from "../../../src/transform/encode/encode.js";
import { createTableSql } from "../../../src/translate/statements/ddl.js";
import { createDatabase, type TestDatabase } from "../../database.js";
import { columnOf, openMemory, planOf, planOfDatabase, sourceOf } from "../plan-of.js";

interface Case {
  /** As declared, without DEFAULT. */
  readonly declared: string;
  /** What follows DEFAULT. */
  readonly sql: string;
  /** Two values that the column holds, as SQL: they decide its type. */
  readonly values?: readonly [string, string];
}

interface Answer {
  readonly sql: string;
  readonly type: string;
  readonly defaultSql: string | null;
  readonly listed: boolean;
  /** Whether the type takes what SQLite inserts. */
  readonly fits: boolean;
  /** What SQLite inserts, carried over; null where it does not fit. */
  readonly copied: string | null;
  /** What PostgreSQL inserts. */
  readonly inserted: string | null;
}

let database: TestDatabase;
let session: Session;
let close: () => Promise<void>;

beforeAll(async () => {
  database = await createDatabase();
  const target = await openTarget(database.url, { environment: {} });
  session = await target.open();
  close = async () => {
    await target.close();
    await database.drop();
  };
});
afterAll(() => close());

/** Each case is a column of one table, on both sides. */
async function answers(cases: readonly Case[]): Promise<readonly Answer[]> {
  const columns = cases.map(({ declared, sql }, index) => `c${index} ${declared} DEFAULT ${sql}`);
  const row = (at: 0 | 1): string => cases.map(({ values }) => values?.[at] ?? "NULL").join(", ");
  const memory = openMemory(
    `CREATE TABLE t (${columns.join(", ")}); INSERT INTO t VALUES (${row(0)}), (${row(1)})`,
  );
  const plan = planOfDatabase(memory);
  // The rows that decided the types go; one takes their place that SQLite makes by default.
  memory.exec("DELETE FROM t; INSERT INTO t DEFAULT VALUES");
  try {
    return await compare(sourceOf(memory), plan, cases);
  } finally {
    memory.close();
  }
}

async function compare(source: Source, plan: Plan, cases: readonly Case[]): Promise<readonly Answer[]> {
  const [sqlite] = introspect(source).tables;
  const [table] = plan.tables;
  if (sqlite === undefined || table === undefined) throw new Error("There is no table.");
  const chunks = (columns: readonly ColumnPlan[], onMisfit: () => void): Generator<Buffer> =>
    encodeRecords({ ...table, columns }, recordColumns(sqlite), readRecords(source, sqlite, "UTF-8"), {
      onMisfit,
      profiled: false,
    });
  const fitting = table.columns.filter((column) => {
    const misfits: string[] = [];
    const bytes = [...chunks([column], () => misfits.push(column.source))];
    return bytes.length > 0 && misfits.length === 0;
  });
  await session.query("DROP SCHEMA IF EXISTS defaults CASCADE");
  await session.query("CREATE SCHEMA defaults");
  await session.query(createTableSql("defaults", table));
  await session.query("INSERT INTO defaults.t DEFAULT VALUES");
  const inserted = await readRow(table);
  await session.query("TRUNCATE defaults.t");
  await copySlice(session, {
    schema: "defaults",
    table: { ...table, columns: fitting },
    format: "binary",
    createSql: null,
    begins: [],
    mark: null,
    chunks: chunks(fitting, () => undefined),
    signal: undefined,
  });
  const copied = await readRow({ ...table, columns: fitting });
  return table.columns.map((column, index) => ({
    sql: cases[index]!.sql,
    type: typeWords(column.type),
    defaultSql: column.defaultSql,
    listed: plan.notCarried.some(({ type, name }) => type === "default" && name === `t.${column.source}`),
    fits: fitting.includes(column),
    copied: copied[column.target] ?? null,
    inserted: inserted[column.target] ?? null,
  }));
}

async function readRow(table: TablePlan): Promise<TextRow> {
  const columns = table.columns.map(({ target }) => `${quote(target)}::text AS ${quote(target)}`);
  const [row] = await session.query(`SELECT ${columns.join(", ")} FROM defaults.t`);
  return row ?? {};
}

/** Those that are neither the same on both sides nor listed for a reason. */
const wrong = (found: readonly Answer[]): readonly Answer[] =>
  found.filter((each) =>
    each.listed
      ? each.defaultSql !== null || (each.fits && !isLeftOut(each))
      : !each.fits || each.inserted !== each.copied,
  );

/** What PostgreSQL could have and does not get. */
function isLeftOut({ sql, type, copied }: Answer): boolean {
  // REALs that not every SQLite spells alike, and text from blobs.
  const isOddReal = /[0-9.]{16}|e[+-]|Inf|^-?0\.0+[1-9]|^-?0\.0$/.test(copied ?? "");
  if (/^(text|varchar)/.test(type)) return isOddReal || /^x'/.test(sql);
  // SQLite's binary JSON.
  if (type === "jsonb") return /^x'/.test(sql);
  // Parts of a second, and years that ISO 8601 writes with a sign.
  return /^(date|timestamptz)$/.test(type) && (/[.e]/.test(sql) || /^[0-9]{5}|BC$/.test(copied ?? ""));
}

/** Declared, without values. */
const types = (
  "INTEGER|BIGINT|REAL|NUMERIC|DECIMAL(5,2)|DECIMAL(3)|BOOLEAN|TEXT|VARCHAR(5)|CHAR(1)|VARCHAR(19)|BLOB|" +
  "JSON|UUID|DATE|TIME|DATETIME||POINT|FLOATING POINT|STRING|DATE_TEXT"
).split("|");

const texts = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 8 }),
  fc.string({ unit: fc.constantFrom(...Array.from("\\'\"$%:\n\t\r {}[]0123456789-+.eETZ,")), maxLength: 24 }),
  fc
    .date({ min: new Date("0001-01-01"), max: new Date("9999-12-31"), noInvalidDate: true })
    .map((date) => date.toISOString()),
  fc.uuid(),
  fc.json(),
  fc.double().map(String),
  fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }).map(String),
);

const randomLiteral = fc.oneof(
  texts.filter((text) => !text.includes("\0")).map((text) => `'${text.replaceAll("'", "''")}'`),
  fc.bigInt({ min: -(2n ** 66n), max: 2n ** 66n }).map(String),
  fc.integer({ min: -3, max: 3 }).map(String),
  fc
    .double({ noNaN: true })
    .map((value) => (Number.isFinite(value) ? String(value) : value > 0 ? "1e999" : "-1e999")),
  fc
    .tuple(fc.integer({ min: -99999, max: 99999 }), fc.nat(6))
    .map(([value, scale]) => (value / 10 ** scale).toFixed(scale)),
  fc.uint8Array({ maxLength: 20 }).map((bytes) => `x'${Buffer.from(bytes).toString("hex")}'`),
);

const randomCase: fc.Arbitrary<Case> = fc.record({ declared: fc.constantFrom(...types), sql: randomLiteral });

const literals = (
  "NULL|0|1|-1|+5|007|2|100|999|1000|-99999|1_000|0x1F|-0x10|0x8000000000000000|0xFFFFFFFFFFFFFFFF|" +
  "9007199254740993|9223372036854775807|-9223372036854775808|9223372036854775808|-9223372036854775809|" +
  "(- -9223372036854775808)|1.0|1.5|-0.5|0.05|123.456|999.99|999.995|.5|5.|1e3|1e15|1e18|1e21|1e300|1e-7|" +
  "1e999|-1e999|-0.0|0.0|0.1|123456789.123456789|1e400|2.5e-320|''|'a'|'abcdef'|'it''s'|'a\\b'|'a\\nb'|" +
  "'line\nbreak'|'\t'|'日本語'|'🚀🚀🚀🚀🚀'|'é'|'é'|'$1'|'%s'|'\"'|'ab   '|'{}'|'[1, 2]'|'{\"a\": \"\\u0000\"}'|" +
  "'\"\\ud800\"'|'\"text\"'|'null'|'true'|'false'|'t'|'F'|'yes'|'constructor'|'1'|'0'|'-5'|' 5 '|'05'|" +
  "'1.50'|'1.5'|'1e3'|'0x10'|'Infinity'|'NaN'|'nan'|'inf'|'-0'|'+1'|'1.'|'.5'|'1_000'|" +
  "'9223372036854775808'|'1e99999'|'2024-02-29'|'2023-02-29'|'0000-00-00'|'0000-00-00 00:00:00'|" +
  "'0001-01-01'|'9999-12-31'|'2024-02-29 09:30'|'2024-02-29 09:30:00'|'2024-02-29T09:30:00'|" +
  "'2024-02-29T09:30:00Z'|'2024-02-29 09:30:00+02:00'|'2024-02-29 09:30:00.123456'|" +
  "'2024-02-29 09:30:00.1234567'|'2024-02-29 24:00:00'|'2024-02-29 23:59:60'|'2024-02-29 25:00:00'|" +
  "'2024-02-29T09:30:00-0530'|'09:30'|'09:30:00'|'24:00'|'23:59:59.999999'|'9:30'|'now'|'today'|'infinity'|" +
  "'-infinity'|'epoch'|'f81d4fae-7dec-11d0-a765-00a0c91e6bf6'|'F81D4FAE7DEC11D0A76500A0C91E6BF6'|" +
  "'{f81d4fae-7dec-11d0-a765-00a0c91e6bf6}'|'f81d-4fae-7dec-11d0-a765-00a0-c91e-6bf6'|" +
  "'f81d4fae-7dec-11d0-a765-00a0c91e6bf'|x''|x'00'|x'01'|x'00ff'|x'61'|x'f81d4fae7dec11d0a76500a0c91e6bf6'|" +
  'TRUE|false|"dq"|"it""s"|[x]|`b`|bare|"true"|[false]|"current_timestamp"'
).split("|");

describe("a literal DEFAULT", () => {
  test.each(types)("of a %j column is what SQLite inserts, or is listed", async (declared) => {
    const found = await answers(literals.map((sql) => ({ declared, sql })));
    expect(wrong(found)).toEqual([]);
    expect(found.filter(({ listed }) => !listed).length).toBeGreaterThan(3);
  });

  test.each<[string, string, readonly [string, string]]>([
    ["text by its values", "INTEGER", ["1", "'x'"]],
    ["text by its values", "NUMERIC", ["1", "'x'"]],
    ["text by its values", "REAL", ["1.5", "'x'"]],
    ["text by its values", "", ["1", "'x'"]],
    ["bigint without a declared type", "", ["1", "2"]],
    ["double precision without a declared type", "", ["1.5", "2"]],
    ["double precision by its values", "INTEGER", ["1.5", "2"]],
    ["bytea without a declared type", "", ["x'ff'", "'x'"]],
    ["numeric without a declared type", "", ["9007199254740993", "1.5"]],
    ["bigint by its values", "BOOLEAN", ["0", "2"]],
    ["bigint, for its unit is unclear", "DATETIME", ["1", "2"]],
    ["numeric, for its limit is broken", "DECIMAL(3,1)", ["1.25", "1000"]],
    ["text, for its limit is broken", "VARCHAR(3)", ["'abcd'", "''"]],
    ["timestamptz in seconds", "DATETIME", ["1600000000", "1600000000.5"]],
    ["timestamptz in milliseconds", "DATETIME", ["1600000000000", "0"]],
    ["timestamptz in microseconds", "DATETIME", ["1600000000000000", "0"]],
    ["date in seconds", "DATE", ["1600041600", "0"]],
  ])("of a column that is %s (%s)", async (_, declared, values) => {
    const found = await answers(literals.map((sql) => ({ declared, sql, values })));
    expect(wrong(found)).toEqual([]);
  });

  test("drawn at random is what SQLite inserts, or is listed", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(randomCase, { minLength: 60, maxLength: 60 }), async (cases) => {
        expect(wrong(await answers(cases))).toEqual([]);
      }),
      { numRuns: 8 },
    );
  });
});

describe("a DEFAULT that is the time of the insert", () => {
  /** SQLite and PostgreSQL stand on one machine or near; an hour tells a wrong zone from a slow clock. */
  const isNow = (text: string): boolean => Math.abs(Date.parse(text) - Date.now()) < 3_600_000;

  const insertedFor = async (declared: string, sql: string): Promise<string> => {
    const [only] = await answers([{ declared, sql }]);
    expect(only?.listed).toBe(false);
    return only?.inserted ?? "";
  };

  test("is text in UTC, as SQLite writes it", async () => {
    await session.query("SET TIME ZONE 'Asia/Kathmandu'");
    try {
      const timestamp = await insertedFor("TEXT", "CURRENT_TIMESTAMP");
      expect(timestamp).toMatch(/^[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}$/);
      expect(isNow(`${timestamp}Z`)).toBe(true);
      expect(await insertedFor("VARCHAR(19)", "(current_timestamp)")).toMatch(/^[0-9 :-]{19}$/);
      expect(await insertedFor("VARCHAR(10)", "CURRENT_DATE")).toMatch(/^[0-9]{4}-[0-9]{2}-[0-9]{2}$/);
      const time = await insertedFor("CHAR(8)", "CURRENT_TIME");
      expect(isNow(`${timestamp.slice(0, 10)}T${time}Z`)).toBe(true);
    } finally {
      await session.query("SET TIME ZONE 'UTC'");
    }
  });

  test("is an instant, a day or a time of day where the column is one", async () => {
    expect(isNow(await insertedFor("DATETIME", "CURRENT_TIMESTAMP"))).toBe(true);
    expect(await insertedFor("TIMESTAMP", "CURRENT_DATE")).toMatch(/^[0-9-]{10} 00:00:00\+00$/);
    expect(await insertedFor("DATE", "CURRENT_DATE")).toMatch(/^[0-9-]{10}$/);
    expect(await insertedFor("TIME", "CURRENT_TIME")).toMatch(/^[0-9]{2}:[0-9]{2}:[0-9]{2}$/);
  });

  test.each([
    ["VARCHAR(18)", "CURRENT_TIMESTAMP"],
    ["CHAR(7)", "CURRENT_TIME"],
    ["INTEGER", "CURRENT_TIMESTAMP"],
    ["BOOLEAN", "CURRENT_DATE"],
    ["DATE", "CURRENT_TIMESTAMP"],
    ["DATE", "CURRENT_TIME"],
    ["TIME", "CURRENT_TIMESTAMP"],
    ["DATETIME", "CURRENT_TIME"],
    ["JSON", "CURRENT_TIMESTAMP"],
    ["BLOB", "CURRENT_TIMESTAMP"],
    ["UUID", "CURRENT_DATE"],
  ])("is listed where a column %s does not take %s", (declared, sql) => {
    const plan = planOf(`CREATE TABLE t (c ${declared} DEFAULT ${sql})`);
    expect(columnOf(plan, "t", "c").defaultSql).toBeNull();
    expect(plan.notCarried.map(({ type, name }) => `${type} ${name}`)).toEqual(["default t.c"]);
  });
});
