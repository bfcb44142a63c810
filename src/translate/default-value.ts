/**
 * DEFAULT clauses by their meaning: the value that SQLite stores, as the column's type writes it. One that
 * PostgreSQL would refuse, round or cut is not carried; a bad one would stop CREATE TABLE.
 */
import { quoteLiteral } from "../model/identifier.js";
import { typeSql, type PgType, type PgTypeKind, type TimeUnit } from "../model/postgres.js";
import type { Affinity } from "../model/sqlite.js";
import { isClock, isDate, isTimestamp, numberInstant } from "./default-time.js";
import { plainReal, storedLiteral } from "./sql/affinity.js";
import { isInt64, parseDefault, type Literal } from "./sql/literal.js";

/** `sql` null: the column needs none (DEFAULT NULL). */
export type DefaultTranslation =
  { readonly carried: true; readonly sql: string | null } | { readonly carried: false };

export interface DefaultColumn {
  readonly affinity: Affinity;
  readonly type: PgType;
  readonly unit: TimeUnit | null;
}

const none: DefaultTranslation = { carried: false };
const carried = (sql: string | null): DefaultTranslation => ({ carried: true, sql });

/** @param defaultSql the DEFAULT as SQLite keeps it. */
export function translateDefault(defaultSql: string, column: DefaultColumn): DefaultTranslation {
  const written = parseDefault(defaultSql);
  const literal = written === null ? null : storedLiteral(written, column.affinity);
  if (literal === null) return none;
  if (literal.kind === "null") return carried(null);
  return byType[column.type.name]?.(literal, column) ?? none;
}

type Value = Exclude<Literal, { kind: "null" }>;
type ByType = (literal: Value, column: DefaultColumn) => DefaultTranslation;

const typed = (text: string, type: PgType): DefaultTranslation =>
  carried(`${quoteLiteral(text)}::${typeSql(type)}`);

const byType: Readonly<Partial<Record<PgTypeKind, ByType>>> = {
  boolean: (literal) => {
    const truth = truthOf(literal);
    return truth === null ? none : carried(String(truth));
  },
  bigint: (literal) => {
    if (literal.kind === "integer") return carried(literal.digits);
    if (literal.kind === "real" && isWhole(literal.value)) return carried(BigInt(literal.value).toString());
    return literal.kind === "text" && isInteger(literal.text) ? carried(literal.text) : none;
  },
  "double precision": (literal, { type }) => {
    if (literal.kind === "real") return typed(realDigits(literal.value), type);
    if (literal.kind === "integer")
      return BigInt(Number(literal.digits)) === BigInt(literal.digits) ? carried(literal.digits) : none;
    return literal.kind === "text" && isDouble(literal.text) ? typed(literal.text, type) : none;
  },
  numeric: (literal, { type }) => {
    if (literal.kind === "integer") return decimal(literal.digits, type);
    if (literal.kind === "text") return decimal(literal.text, type);
    if (literal.kind !== "real" || Object.is(literal.value, -0)) return none;
    const digits = realDigits(literal.value);
    const plain = decimal(digits, type);
    return plain.carried || type.modifiers.length > 0 ? plain : typed(digits, type);
  },
  text: textDefault,
  "character varying": textDefault,
  bytea: (literal, { type }) => {
    if (literal.kind === "blob") return typed(`\\x${literal.hex}`, type);
    return literal.kind === "text" ? typed(`\\x${Buffer.from(literal.text).toString("hex")}`, type) : none;
  },
  uuid: (literal, { type }) => {
    if (literal.kind === "blob" && literal.hex.length === 32) return typed(literal.hex, type);
    return literal.kind === "text" && isUuid(literal.text) ? typed(literal.text, type) : none;
  },
  jsonb: (literal, { type }) => {
    if (literal.kind === "integer") return typed(literal.digits, type);
    if (literal.kind === "real" && isFiniteNumeric(literal.value))
      return typed(realDigits(literal.value), type);
    return literal.kind === "text" && isJson(literal.text) ? typed(literal.text, type) : none;
  },
  date: (literal, { type, unit }) => {
    if (literal.kind === "now")
      return literal.part === "date" ? carried("(now() AT TIME ZONE 'UTC')::date") : none;
    const text = literal.kind === "text" ? literal.text : instantText(literal, unit)?.replace(midnight, "");
    return text !== undefined && isDate(text) ? typed(text, type) : none;
  },
  "time without time zone": (literal, { type }) => {
    if (literal.kind === "now" && literal.part === "time")
      return carried("date_trunc('second', now() AT TIME ZONE 'UTC')::time");
    return literal.kind === "text" && isClock(literal.text) ? typed(literal.text, type) : none;
  },
  "timestamp with time zone": (literal, { type, unit }) => {
    if (literal.kind === "now") return timestampNow[literal.part];
    if (literal.kind === "text")
      return isTimestamp(literal.text) ? typed(withOffset(literal.text), type) : none;
    const text = instantText(literal, unit);
    return text === undefined ? none : typed(text, type);
  },
};

/** The same words as the values have. */
const truthWords: ReadonlyMap<string, boolean> = new Map([
  ["f", false],
  ["false", false],
  ["t", true],
  ["true", true],
]);

function truthOf(literal: Value): boolean | null {
  const zeroOrOne = (digits: string): boolean | null =>
    /^0*[01]$/.test(digits) ? digits.endsWith("1") : null;
  switch (literal.kind) {
    case "integer":
      return zeroOrOne(literal.digits);
    case "real":
      return Object.is(literal.value, -0) ? null : zeroOrOne(String(literal.value));
    case "text":
      return truthWords.get(literal.text.toLowerCase()) ?? null;
    case "blob":
      return literal.hex.length === 2 ? zeroOrOne(literal.hex) : null;
    case "now":
      return null;
  }
}

const isWhole = (value: number): boolean =>
  Number.isInteger(value) && value >= -(2 ** 63) && value < 2 ** 63 && !Object.is(value, -0);

const isInteger = (text: string): boolean => /^(?:0|-?[1-9][0-9]{0,18})$/.test(text) && isInt64(BigInt(text));

/** A finite number in its own spelling. */
const isDouble = (text: string): boolean => Number.isFinite(Number(text)) && String(Number(text)) === text;

/** Finite, and no -0.0, which numeric does not tell from 0. */
const isFiniteNumeric = (value: number): boolean => Number.isFinite(value) && !Object.is(value, -0);

/** The shortest digits that read back as the same double; PostgreSQL knows `Infinity` as well. */
const realDigits = (value: number): string => (Object.is(value, -0) ? "-0" : String(value));

/** A plainly written number; one with more digits than the type, which PostgreSQL would round, is left out. */
function decimal(text: string, type: PgType): DefaultTranslation {
  const parts = /^-?(?:0|([1-9][0-9]*))(?:\.(?=[0-9])([0-9]*?)0*)?$/.exec(text);
  if (parts === null || /^-[0.]+$/.test(text)) return none;
  const [, whole = "", fraction = ""] = parts;
  const [precision, scale = 0] = type.modifiers;
  const fits = precision === undefined || (whole.length <= precision - scale && fraction.length <= scale);
  return fits ? carried(text) : none;
}

/** What CURRENT_TIMESTAMP and its kin give SQLite: text in UTC (sqlite.org/lang_createtable.html#the_default_clause). */
const nowFormats = { timestamp: "YYYY-MM-DD HH24:MI:SS", date: "YYYY-MM-DD", time: "HH24:MI:SS" } as const;

function textDefault(literal: Value, { type }: DefaultColumn): DefaultTranslation {
  const limit = type.modifiers[0] ?? Infinity;
  if (literal.kind === "now") {
    const format = nowFormats[literal.part];
    const sql = `to_char(now() AT TIME ZONE 'UTC', ${quoteLiteral(format)})`;
    return format.replace("24", "").length <= limit ? carried(sql) : none;
  }
  const text = wordsOf(literal);
  return text !== null && Array.from(text).length <= limit ? carried(quoteLiteral(text)) : none;
}

function wordsOf(literal: Exclude<Value, { kind: "now" }>): string | null {
  switch (literal.kind) {
    case "text":
      return literal.text;
    case "integer":
      return literal.digits;
    case "real":
      return plainReal(literal.value);
    case "blob":
      return null;
  }
}

const isUuid = (text: string): boolean =>
  /^(?:([0-9a-f]{4}-?){7}[0-9a-f]{4}|\{([0-9a-f]{4}-?){7}[0-9a-f]{4}\})$/i.test(text);

/** What jsonb takes: no \u0000, no half of a surrogate pair, no number beyond numeric. */
function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return !/\\u(0000|d[89a-f])|e[+-]?[0-9]{5}/i.test(text);
  } catch {
    return false;
  }
}

const timestampNow: Readonly<Record<"timestamp" | "date" | "time", DefaultTranslation>> = {
  timestamp: carried("CURRENT_TIMESTAMP"),
  date: carried("date_trunc('day', now(), 'UTC')"),
  time: none,
};

const midnight = / 00:00:00\+00$/;

/** A number by the column's unit, in UTC. */
const instantText = (literal: Value, unit: TimeUnit | null): string | undefined =>
  literal.kind === "integer" && unit !== null ? numberInstant(BigInt(literal.digits), unit) : undefined;

/** Text without an offset is UTC, as the values are read. */
const withOffset = (text: string): string =>
  /^[0-9-]{10}$/.test(text)
    ? `${text} 00:00+00`
    : /(Z|[+-][0-9:]+)$/i.test(text.slice(10))
      ? text
      : `${text}+00`;
