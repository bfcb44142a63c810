/**
 * Compares every value of a SQLite file with what stands in PostgreSQL, sharing no code with the product: its own
 * queries, its own reading of values, JavaScript's own numbers and dates.
 */
import Database from "better-sqlite3";
import pg from "pg";

type Cell = string | number | bigint | Buffer | null;

/** What a value of SQLite must look like once it is `type`; both sides are brought to the same words. */
type Canonical = (value: Cell) => string;

const byType: Readonly<Record<string, Canonical>> = {
  bigint: (value) => (typeof value === "number" ? BigInt(value) : String(value)).toString(),
  "double precision": (value) => bits(Number(value)),
  numeric: (value) => decimal(typeof value === "number" ? shortest(value) : String(value)),
  text: textOf,
  "character varying": textOf,
  boolean: (value) => String(/^(1|t|true|1\.0)$/i.test(String(value))),
  bytea: (value) => (Buffer.isBuffer(value) ? value : Buffer.from(String(value))).toString("hex"),
  uuid: (value) =>
    (Buffer.isBuffer(value) ? value.toString("hex") : String(value)).replaceAll(/[{}-]/g, "").toLowerCase(),
  jsonb: (value) => JSON.stringify(sorted(JSON.parse(String(value)))),
  date: (value) => instant(value).slice(0, 10),
  "time without time zone": (value) => String(value).padEnd(8, ":00"),
  "timestamp with time zone": instant,
};

const fromTarget: Readonly<Record<string, (text: string) => string>> = {
  bigint: (text) => text,
  "double precision": (text) => bits(Number(text)),
  numeric: decimal,
  text: (text) => text,
  "character varying": (text) => text,
  boolean: (text) => String(text === "t"),
  bytea: (text) => text.slice(2),
  uuid: (text) => text.replaceAll("-", ""),
  jsonb: (text) => JSON.stringify(sorted(JSON.parse(text))),
  date: (text) => text,
  "time without time zone": (text) => text,
  "timestamp with time zone": (text) => text,
};

export interface Comparison {
  readonly rows: number;
  readonly values: number;
  /** In words, empty where all is equal. */
  readonly differences: readonly string[];
}

/** @param tables SQLite name -> PostgreSQL name; columns are matched by position. */
export async function compareEveryValue(
  path: string,
  url: string,
  tables: ReadonlyMap<string, string>,
): Promise<Comparison> {
  const source = new Database(path, { readonly: true });
  source.defaultSafeIntegers(true);
  const target = new pg.Client({
    connectionString: url,
    types: { getTypeParser: () => (text: string) => text },
  });
  await target.connect();
  let rows = 0;
  let values = 0;
  const differences: string[] = [];
  try {
    await target.query("SET timezone = 'UTC'; SET datestyle = 'ISO'; SET bytea_output = 'hex'");
    for (const [from, to] of tables) {
      const columns = source
        .prepare<[string], { name: string }>("SELECT name FROM pragma_table_xinfo(?) WHERE hidden IN (0, 3)")
        .all(from)
        .map(({ name }) => name);
      if (isFullText(source, from)) columns.unshift("rowid");
      const result = await target.query<{ column_name: string; data_type: string }>(
        `SELECT column_name, data_type FROM information_schema.columns
          WHERE table_schema = 'public' AND table_name = $1 ORDER BY ordinal_position`,
        [to],
      );
      const types = result.rows.map((row) => row.data_type);
      if (types.length !== columns.length)
        differences.push(`${from}: ${columns.length} columns became ${types.length}`);
      const expected = sourceRows(source, from, columns, types);
      const actual = await targetRows(target, to, types);
      rows += expected.length;
      values += expected.length * columns.length;
      if (expected.length !== actual.length)
        differences.push(`${from}: ${expected.length} rows became ${actual.length}`);
      const at = expected.findIndex((row, index) => row !== actual[index]);
      if (at >= 0)
        differences.push(`${from}: expected ${expected[at] ?? ""}\n     found ${actual[at] ?? ""}`);
    }
  } finally {
    await target.end();
    source.close();
  }
  return { rows, values, differences };
}

/** Its rows are known by the number alone that they were given, which the target holds in a column. */
const isFullText = (source: Database.Database, table: string): boolean =>
  source
    .prepare("SELECT 1 FROM sqlite_schema WHERE name = ? AND sql LIKE 'CREATE VIRTUAL TABLE%USING fts%'")
    .get(table) !== undefined;

const q = (name: string): string => `"${name.replaceAll('"', '""')}"`;

function sourceRows(
  source: Database.Database,
  table: string,
  columns: readonly string[],
  types: readonly string[],
): string[] {
  const statement = source.prepare<[], Cell[]>(`SELECT ${columns.map(q).join(", ")} FROM ${q(table)}`).raw();
  return statement
    .all()
    .map((row) =>
      row
        .map((value, index) => (value === null ? "NULL" : `=${byType[types[index] ?? ""]?.(value) ?? "?"}`))
        .join("|"),
    )
    .sort();
}

async function targetRows(target: pg.Client, table: string, types: readonly string[]): Promise<string[]> {
  const result = await target.query<(string | null)[]>({
    text: `SELECT * FROM public.${q(table)}`,
    rowMode: "array",
  });
  return result.rows
    .map((row) =>
      row
        .map((value, index) =>
          value === null ? "NULL" : `=${fromTarget[types[index] ?? ""]?.(value) ?? "?"}`,
        )
        .join("|"),
    )
    .sort();
}

function bits(value: number): string {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleBE(value);
  return bytes.toString("hex");
}

/** Plain decimal digits without trailing zeros. */
function decimal(text: string): string {
  const [whole = "", fraction = ""] = text.split(".");
  const cut = fraction.replace(/0+$/, "");
  return cut === "" ? whole : `${whole}.${cut}`;
}

/** JavaScript's shortest digits without an exponent. */
function shortest(value: number): string {
  const match = /^(-?)(\d)(?:\.(\d+))?e([+-]\d+)$/.exec(value.toExponential());
  if (match === null) return String(value);
  const [, sign = "", first = "", rest = "", exponentText = "0"] = match;
  const exponent = Number(exponentText);
  const digits = first + rest;
  if (exponent < 0) return `${sign}0.${"0".repeat(-exponent - 1)}${digits}`;
  if (exponent >= digits.length - 1) return sign + digits.padEnd(exponent + 1, "0");
  return `${sign}${digits.slice(0, exponent + 1)}.${digits.slice(exponent + 1)}`;
}

function textOf(value: Cell): string {
  if (typeof value !== "number") return String(value);
  return Number.isInteger(value) && Math.abs(value) < 1e15 ? `${value}.0` : String(value);
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, each]) => [key, sorted(each)]),
  );
}

/** As PostgreSQL prints a timestamptz at UTC in ISO style. */
function instant(value: Cell): string {
  if (typeof value === "string") {
    const match =
      /^(\d{4}-\d\d-\d\d)(?:[ T](\d\d:\d\d(?::\d\d)?)(?:\.(\d+))?)? ?(Z|UTC|[+-]\d\d:?\d\d)?$/.exec(value);
    if (match === null) return `not a time: ${value}`;
    const [, day = "", clock = "00:00:00", fraction = "", zone = "Z"] = match;
    const offset = zone === "UTC" ? "Z" : zone.replace(/^([+-]\d\d)(\d\d)$/, "$1:$2");
    const whole = new Date(`${day}T${clock.padEnd(8, ":00")}${offset}`);
    return printed(BigInt(whole.getTime()) * 1000n + BigInt(fraction.padEnd(6, "0").slice(0, 6)));
  }
  const size = Math.abs(Number(value));
  if (typeof value === "number" && size > 2.4e6 && size < 2.6e6)
    return printed(BigInt(Math.round((value - 2440587.5) * 86400e6)));
  const perUnit = size < 1e10 ? 1e6 : size < 1e13 ? 1e3 : size < 1e16 ? 1 : 1e-3;
  if (typeof value === "bigint") {
    return printed(perUnit >= 1 ? value * BigInt(perUnit) : value / 1000n);
  }
  return printed(BigInt(Math.round(Number(value) * perUnit)));
}

function printed(microseconds: bigint): string {
  const milliseconds = (microseconds - (((microseconds % 1000n) + 1000n) % 1000n)) / 1000n;
  const rest = Number(((microseconds % 1_000_000n) + 1_000_000n) % 1_000_000n);
  const day = new Date(Number(milliseconds)).toISOString();
  const fraction = rest === 0 ? "" : `.${String(rest).padStart(6, "0").replace(/0+$/, "")}`;
  return `${day.slice(0, 10)} ${day.slice(11, 19)}${fraction}+00`;
}
