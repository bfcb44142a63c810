/** DEFAULT clauses by their meaning and by the column's type, or null where they cannot be put. */
import { quoteLiteral } from "../model/identifier.js";
import { typeSql, type PgType, type PgTypeName, type TimeUnit } from "../model/postgres.js";
import { parseDefault, type Literal } from "./sql/literal.js";

/** `sql` null: the column needs none (DEFAULT NULL). */
export type DefaultTranslation =
  { readonly carried: true; readonly sql: string | null } | { readonly carried: false };

const none: DefaultTranslation = { carried: false };
const carried = (sql: string | null): DefaultTranslation => ({ carried: true, sql });

/** @param defaultSql the DEFAULT as SQLite keeps it. */
export function translateDefault(
  defaultSql: string,
  type: PgType,
  unit: TimeUnit | null,
): DefaultTranslation {
  const literal = parseDefault(defaultSql);
  if (literal === null) return none;
  if (literal.kind === "null") return carried(null);
  return byType[type.name](literal, type, unit);
}

type ByType = (
  literal: Exclude<Literal, { kind: "null" }>,
  type: PgType,
  unit: TimeUnit | null,
) => DefaultTranslation;

const typed = (text: string, type: PgType): DefaultTranslation =>
  carried(`${quoteLiteral(text)}::${typeSql(type)}`);

const canonicalInteger = /^(?:0|-?[1-9][0-9]{0,18})$/;
const plainNumber = /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?$/;
const isoTimestamp = /^[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[ T][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?)?$/;
const epoch = "1970-01-01 00:00:00+00";

const byType: Readonly<Record<PgTypeName, ByType>> = {
  boolean: (literal) => {
    const word =
      literal.kind === "integer" ? literal.digits : literal.kind === "text" ? literal.text.toLowerCase() : "";
    if (["1", "t", "true"].includes(word)) return carried("true");
    return ["0", "f", "false"].includes(word) ? carried("false") : none;
  },
  bigint: (literal) => {
    if (literal.kind === "integer") return carried(literal.digits);
    return literal.kind === "text" && isInt64(literal.text) ? carried(literal.text) : none;
  },
  "double precision": (literal) => {
    if (literal.kind === "integer") return carried(literal.digits);
    return literal.kind === "real" && Number.isFinite(literal.value)
      ? typed(String(literal.value), doubleType)
      : none;
  },
  numeric: (literal) => {
    if (literal.kind === "integer") return carried(literal.digits);
    if (literal.kind === "real" && Number.isFinite(literal.value)) return carried(String(literal.value));
    return literal.kind === "text" && plainNumber.test(literal.text) ? carried(literal.text) : none;
  },
  text: (literal) => textDefault(literal),
  "character varying": (literal, { modifiers: [limit = 0] }) =>
    literal.kind === "text" && Array.from(literal.text).length > limit ? none : textDefault(literal),
  bytea: (literal) => {
    if (literal.kind === "blob") return carried(`'\\x${literal.hex}'::bytea`);
    return literal.kind === "text"
      ? carried(`'\\x${Buffer.from(literal.text).toString("hex")}'::bytea`)
      : none;
  },
  uuid: (literal, type) =>
    literal.kind === "text" && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(literal.text)
      ? typed(literal.text, type)
      : none,
  jsonb: (literal, type) => {
    if (literal.kind === "integer") return typed(literal.digits, type);
    return literal.kind === "text" && isJson(literal.text) ? typed(literal.text, type) : none;
  },
  date: (literal, type, unit) => {
    if (literal.kind === "now" && literal.part === "date") return carried("(now() AT TIME ZONE 'UTC')::date");
    if (isZero(literal) && isEpochUnit(unit)) return typed("1970-01-01", type);
    return literal.kind === "text" && /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(literal.text)
      ? typed(literal.text, type)
      : none;
  },
  "time without time zone": (literal, type) => {
    if (literal.kind === "now" && literal.part === "time")
      return carried("date_trunc('second', now() AT TIME ZONE 'UTC')::time");
    return literal.kind === "text" && /^[0-9]{2}:[0-9]{2}(:[0-9]{2})?$/.test(literal.text)
      ? typed(literal.text, type)
      : none;
  },
  "timestamp with time zone": (literal, type, unit) => {
    if (literal.kind === "now" && literal.part === "timestamp") return carried("CURRENT_TIMESTAMP");
    if (literal.kind === "now" && literal.part === "date") return carried("date_trunc('day', now(), 'UTC')");
    if (isZero(literal) && isEpochUnit(unit)) return typed(epoch, type);
    return literal.kind === "text" && isoTimestamp.test(literal.text)
      ? typed(`${literal.text}+00`, type)
      : none;
  },
};

const doubleType: PgType = { name: "double precision", modifiers: [] };

const isZero = (literal: Literal): boolean => literal.kind === "integer" && literal.digits === "0";
const isEpochUnit = (unit: TimeUnit | null): boolean => unit !== null && unit !== "julian";

const isInt64 = (text: string): boolean =>
  canonicalInteger.test(text) && BigInt(text) === BigInt.asIntN(64, BigInt(text));

/** What CURRENT_TIMESTAMP and its kin give SQLite: text in UTC (sqlite.org/lang_createtable.html#the_default_clause). */
const nowFormats = { timestamp: "YYYY-MM-DD HH24:MI:SS", date: "YYYY-MM-DD", time: "HH24:MI:SS" } as const;

function textDefault(literal: Literal): DefaultTranslation {
  if (literal.kind === "text" && !literal.text.includes("\0")) return carried(quoteLiteral(literal.text));
  if (literal.kind === "integer") return carried(quoteLiteral(literal.digits));
  if (literal.kind !== "now") return none;
  return carried(`to_char(now() AT TIME ZONE 'UTC', ${quoteLiteral(nowFormats[literal.part])})`);
}

/** What jsonb takes but \u0000, which it refuses. */
function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return !/\\u(0000|[dD][89a-fA-F])/.test(text);
  } catch {
    return false;
  }
}
