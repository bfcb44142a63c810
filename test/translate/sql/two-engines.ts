/**
 * One table in SQLite and the same table in PostgreSQL, and what an expression is in each row of both. The facts that a
 * plan would know of its columns stand beside them.
 */
import Database from "better-sqlite3";
import { pgType, type PgType, type TimeUnit } from "../../../src/model/postgres.js";
import type { Affinity, StorageClass } from "../../../src/model/sqlite.js";
import { quote } from "../../../src/model/identifier.js";
import { translateExpression } from "../../../src/translate/sql/expression.js";
import { parseExpression } from "../../../src/translate/sql/ddl/parse-expression.js";
import { scopeOf, type Scope } from "../../../src/translate/sql/scope.js";
import { kindOf } from "../../../src/translate/sql/table-scope.js";
import { atom, type Collation, type TruthSpelling, type Typed } from "../../../src/translate/sql/typed.js";
import { translated, type Translation } from "../../../src/translate/sql/untranslatable.js";
import { createDatabase, type TestDatabase } from "../../database.js";

export interface TestColumn {
  readonly name: string;
  /** In SQLite. */
  readonly declared: string;
  readonly type: PgType;
  readonly affinity: Affinity;
  readonly stored: StorageClass | null;
  readonly unit?: TimeUnit;
  readonly truth?: TruthSpelling;
  readonly collation?: Collation["name"];
  /** SQLite's literals, row by row. */
  readonly values: readonly string[];
  /** PostgreSQL's; without them SQLite's are these as well. */
  readonly target?: readonly string[];
}

/** Row by row: usual values; edges; signs and blanks; letters; NULL. */
export const testColumns: readonly TestColumn[] = [
  {
    name: "i",
    declared: "INTEGER",
    type: pgType("bigint"),
    affinity: "INTEGER",
    stored: "integer",
    values: ["7", "0", "-3", "9007199254740993", "1", "NULL"],
  },
  {
    name: "k",
    declared: "INT",
    type: pgType("bigint"),
    affinity: "INTEGER",
    stored: "integer",
    values: ["2", "0", "5", "-1", "1", "4"],
  },
  {
    name: "r",
    declared: "REAL",
    type: pgType("double precision"),
    affinity: "REAL",
    stored: "real",
    values: ["1.5", "0.0", "-2.75", "1e15", "2.0", "NULL"],
  },
  {
    name: "n",
    declared: "DECIMAL(10,2)",
    type: pgType("numeric", 10, 2),
    affinity: "NUMERIC",
    stored: null,
    values: ["10", "19.99", "-0.5", "0", "3", "NULL"],
  },
  {
    name: "s",
    declared: "TEXT",
    type: pgType("text"),
    affinity: "TEXT",
    stored: "text",
    values: ["'Hello World'", "''", "'  -12abc '", "'éÉ𝄞 50%_x'", "'a'", "NULL"],
  },
  {
    name: "c",
    declared: "TEXT COLLATE NOCASE",
    type: pgType("text"),
    affinity: "TEXT",
    stored: "text",
    collation: "NOCASE",
    values: ["'Alice'", "'alice'", "'BOB'", "'É'", "'a'", "NULL"],
  },
  {
    name: "b",
    declared: "BOOLEAN",
    type: pgType("boolean"),
    affinity: "NUMERIC",
    stored: "integer",
    truth: "numbers",
    values: ["1", "0", "1", "0", "1", "NULL"],
    target: ["true", "false", "true", "false", "true", "NULL"],
  },
  {
    name: "w",
    declared: "BOOLEAN",
    type: pgType("boolean"),
    affinity: "NUMERIC",
    stored: "text",
    truth: ["f", "t"],
    values: ["'t'", "'f'", "'t'", "'f'", "'t'", "NULL"],
    target: ["true", "false", "true", "false", "true", "NULL"],
  },
  {
    name: "x",
    declared: "BLOB",
    type: pgType("bytea"),
    affinity: "BLOB",
    stored: "blob",
    values: ["x'00ff'", "x''", "x'68656c6c6f'", "x'c3a9'", "x'61'", "NULL"],
    target: ["'\\x00ff'", "'\\x'", "'\\x68656c6c6f'", "'\\xc3a9'", "'\\x61'", "NULL"],
  },
  {
    name: "at",
    declared: "DATETIME",
    type: pgType("timestamp with time zone"),
    affinity: "NUMERIC",
    stored: "text",
    values: [
      "'2024-02-29 13:45:06'",
      "'1999-12-31 23:59:59'",
      "'2024-01-01 00:00:00'",
      "'2023-03-31 08:00:00'",
      "'2030-06-15 12:30:00'",
      "NULL",
    ],
    target: [
      "'2024-02-29 13:45:06+00'",
      "'1999-12-31 23:59:59+00'",
      "'2024-01-01 00:00:00+00'",
      "'2023-03-31 08:00:00+00'",
      "'2030-06-15 12:30:00+00'",
      "NULL",
    ],
  },
  {
    name: "secs",
    declared: "TIMESTAMP",
    type: pgType("timestamp with time zone"),
    affinity: "NUMERIC",
    stored: "integer",
    unit: "seconds",
    values: ["1709214306", "946684799", "1704067200", "1680249600", "1907757000", "NULL"],
    target: [
      "to_timestamp(1709214306)",
      "to_timestamp(946684799)",
      "to_timestamp(1704067200)",
      "to_timestamp(1680249600)",
      "to_timestamp(1907757000)",
      "NULL",
    ],
  },
  {
    name: "ms",
    declared: "DATETIME",
    type: pgType("timestamp with time zone"),
    affinity: "NUMERIC",
    stored: "integer",
    unit: "milliseconds",
    values: ["1709214306123", "946684799000", "1704067200001", "1680249600999", "1907757000500", "NULL"],
    target: [
      "'2024-02-29 13:45:06.123+00'",
      "'1999-12-31 23:59:59+00'",
      "'2024-01-01 00:00:00.001+00'",
      "'2023-03-31 08:00:00.999+00'",
      "'2030-06-15 12:30:00.5+00'",
      "NULL",
    ],
  },
  {
    name: "d",
    declared: "DATE",
    type: pgType("date"),
    affinity: "NUMERIC",
    stored: "text",
    values: ["'2024-02-29'", "'1999-12-31'", "'2024-01-01'", "'2023-03-31'", "'2030-06-15'", "NULL"],
  },
  {
    name: "fine",
    declared: "DATETIME",
    type: pgType("timestamp with time zone"),
    affinity: "NUMERIC",
    stored: "text",
    values: [
      "'2024-02-29T13:45:06.123456Z'",
      "'1999-12-31 23:59:59.9996'",
      "'2024-01-31 02:00:00.9993+02:30'",
      "'0001-03-01 00:00:00.0005'",
      "'9998-12-31T23:59:59.999'",
      "NULL",
    ],
    target: [
      "'2024-02-29T13:45:06.123456Z'",
      "'1999-12-31 23:59:59.9996Z'",
      "'2024-01-31 02:00:00.9993+02:30'",
      "'0001-03-01 00:00:00.0005Z'",
      "'9998-12-31T23:59:59.999Z'",
      "NULL",
    ],
  },
  {
    name: "jd",
    declared: "DATETIME",
    type: pgType("timestamp with time zone"),
    affinity: "NUMERIC",
    stored: "real",
    unit: "julian",
    values: ["2460370.073", "2440587.5", "2451544.5", "2460034.8333333335", "2462667.020833333", "NULL"],
    target: [
      "'2024-02-29 13:45:07.2+00'",
      "'1970-01-01 00:00:00+00'",
      "'2000-01-01 00:00:00+00'",
      "'2023-03-31 08:00:00.000014+00'",
      "'2030-06-14 12:29:59.999983+00'",
      "NULL",
    ],
  },
  {
    name: "tm",
    declared: "TIME",
    type: pgType("time without time zone"),
    affinity: "NUMERIC",
    stored: "text",
    values: ["'13:45'", "'23:59:59'", "'00:00:00'", "'08:00:00.25'", "'12:30'", "NULL"],
  },
  {
    name: "u",
    declared: "UUID",
    type: pgType("uuid"),
    affinity: "NUMERIC",
    stored: "text",
    values: [
      "'6ba7b810-9dad-11d1-80b4-00c04fd430c8'",
      "'00000000-0000-0000-0000-000000000000'",
      "'6ba7b811-9dad-11d1-80b4-00c04fd430c8'",
      "'ffffffff-ffff-ffff-ffff-ffffffffffff'",
      "'6ba7b812-9dad-11d1-80b4-00c04fd430c8'",
      "NULL",
    ],
  },
  {
    name: "j",
    declared: "JSON",
    type: pgType("jsonb"),
    affinity: "NUMERIC",
    stored: "text",
    values: [
      `'{"a":1,"b":"text","c":[1,2,{"d":null}],"e":1.5,"f":true,"g":{"h":"i"}}'`,
      "'[]'",
      `'["x",2,3.25,null,false]'`,
      `'{"a":"1","c":[]}'`,
      `'{"a":null,"f":false}'`,
      "NULL",
    ],
  },
  {
    name: "js",
    declared: "TEXT",
    type: pgType("text"),
    affinity: "TEXT",
    stored: "text",
    values: [`'{"a":1,"b":"text"}'`, "'[]'", "'[1,[2]]'", `'{"a":"1"}'`, `'"word"'`, "NULL"],
  },
];

const typed = ({ name, type, affinity, stored, unit, truth, collation }: TestColumn): Typed =>
  atom(kindOf(type), quote(name), [], {
    affinity,
    stored,
    collation: { name: collation ?? "BINARY", from: "column" },
    column: { name, type, unit: unit ?? null, truth: truth ?? null },
  });

/** The table `t` with its rowid in `id`. */
export const testScope = (columns: readonly TestColumn[] = testColumns): Scope => {
  const id = atom("integer", '"id"', [], {
    affinity: "INTEGER",
    stored: "integer",
    column: { name: "id", type: pgType("bigint"), unit: null, truth: null },
  });
  return scopeOf([
    {
      name: "t",
      columns: [
        { name: "id", typed: id },
        ...columns.map((column) => ({ name: column.name, typed: typed(column) })),
      ],
      rowid: id,
    },
  ]);
};

export const translateOne = (sql: string, scope = testScope()): Translation<Typed> => {
  const parsed = parseExpression(sql);
  if (parsed === null) throw new Error(`SQLite's grammar does not take ${sql}`);
  const { expr, text } = parsed;
  return translated(text, () =>
    translateExpression(expr, { text, scope, queries: null, onRounding: () => undefined }),
  );
};

export interface Engines {
  readonly sqlite: Database.Database;
  readonly postgres: TestDatabase;
  close(): Promise<void>;
}

export async function openEngines(columns: readonly TestColumn[] = testColumns): Promise<Engines> {
  const sqlite = new Database(":memory:");
  const postgres = await createDatabase();
  const rows = columns[0]!.values.map((_, row) => row);
  const list = (of: (column: TestColumn) => string): string => columns.map(of).join(", ");
  sqlite.exec(
    `CREATE TABLE t (id INTEGER PRIMARY KEY, ${list(({ name, declared }) => `${quote(name)} ${declared}`)})`,
  );
  await postgres.query(
    `CREATE TABLE t (id bigint PRIMARY KEY, ${list(({ name, type }) => `${quote(name)} ${typeDdl(type)}`)})`,
  );
  for (const row of rows) {
    sqlite.exec(`INSERT INTO t VALUES (${row + 1}, ${list(({ values }) => values[row]!)})`);
    await postgres.query(
      `INSERT INTO t VALUES (${row + 1}, ${list(({ values, target }) => (target ?? values)[row]!)})`,
    );
  }
  return {
    sqlite,
    postgres,
    close: async () => {
      sqlite.close();
      await postgres.drop();
    },
  };
}

const typeDdl = ({ name, modifiers }: PgType): string =>
  modifiers.length === 0 ? name : `${name}(${modifiers.join(",")})`;

/** A value of either side in one spelling: truth values as 1 and 0, numbers by value, bytes as hex. */
export type Comparable = string | null;

/**
 * What the expression is in each row on both sides.
 *
 * @param target its kind tells how PostgreSQL's text reads
 * @param rest of the query, in the SQL of both; an aggregate takes none, or a GROUP BY
 */
export async function both(
  { sqlite, postgres }: Engines,
  sql: string,
  target: Typed,
  rest = "ORDER BY id",
): Promise<{ readonly sqlite: readonly Comparable[]; readonly postgres: readonly Comparable[] }> {
  const ours = sqlite.prepare<[]>(`SELECT (${sql}\n) FROM t ${rest}`).pluck().safeIntegers().all();
  const theirs = await postgres.query(`SELECT (${target.sql}) AS v FROM t ${rest}`);
  return {
    sqlite: ours.map((value) => fromSqlite(value, target.kind)),
    postgres: theirs.map(({ v }) => (v === null || v === undefined ? null : fromPostgres(v, target.kind))),
  };
}

/** @param value as better-sqlite3 gives it, integers as bigint */
export function fromSqlite(value: unknown, kind: Typed["kind"]): Comparable {
  if (typeof value === "string" && kind === "jsonb") return jsonComparable(value);
  return typeof value === "string" && kind === "jsonvalue" ? textComparable(value) : comparable(value);
}

/** Where it is JSON: the same whatever the order of keys, the blanks and the spelling of numbers. */
const jsonComparable = (text: string): Comparable =>
  isJson(text) ? `json ${canonicalJson(JSON.parse(text))}` : `text ${text}`;

/** An array or an object is a text as well. */
const textComparable = (text: string): Comparable =>
  /^[[{]/.test(text) ? jsonComparable(text) : `text ${text}`;

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** With keys in order. */
export const canonicalJson = (value: unknown): string =>
  JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );

/** What a jsonb stands for where it is a value of SQLite. */
function valueOfJson(text: string): Comparable {
  const value: unknown = JSON.parse(text);
  if (typeof value === "boolean" || typeof value === "number") return number(Number(value));
  return textComparable(typeof value === "string" ? value : text);
}

const number = (value: number): string => `number ${Object.is(value, -0) ? 0 : value}`;

/** @param value as better-sqlite3 gives it, integers as bigint */
export function comparable(value: unknown): Comparable {
  if (value === null) return null;
  if (typeof value === "bigint") return `number ${value}`;
  if (typeof value === "number") return number(value);
  if (typeof value === "string") return `text ${value}`;
  if (value instanceof Uint8Array) return `bytes ${Buffer.from(value).toString("hex")}`;
  throw new Error(`SQLite gave ${typeof value}`);
}

/** @param text as PostgreSQL writes it */
export function fromPostgres(text: string, kind: Typed["kind"]): Comparable {
  switch (kind) {
    case "boolean":
      return `number ${text === "t" || text === "true" ? 1 : 0}`;
    case "integer":
      return `number ${text}`;
    case "real":
    case "numeric":
      return number(Number(text));
    case "bytes":
      return `bytes ${text.slice(2)}`;
    case "timestamptz":
      return `text ${text.replace(/\+00$/, "")}`;
    case "jsonb":
      return jsonComparable(text);
    case "jsonvalue":
      return valueOfJson(text);
    default:
      return `text ${text}`;
  }
}
