/** DEFAULTs of the kinds of text, and of what is written as one: uuid, json, addresses, arrays. */
import { quoteLiteral } from "../../model/identifier.js";
import { realDigits } from "./default-number.js";
import {
  carried,
  none,
  typed,
  type DefaultColumn,
  type DefaultTranslation,
  type DefaultValue,
} from "./default-translation.js";
import { plainReal } from "../sql/affinity.js";

/** What CURRENT_TIMESTAMP and its kin give SQLite: text in UTC (sqlite.org/lang_createtable.html#the_default_clause). */
const nowFormats = { timestamp: "YYYY-MM-DD HH24:MI:SS", date: "YYYY-MM-DD", time: "HH24:MI:SS" } as const;

export function textDefault(literal: DefaultValue, { type }: DefaultColumn): DefaultTranslation {
  const limit = type.modifiers[0] ?? Infinity;
  if (literal.kind === "now") {
    const format = nowFormats[literal.part];
    const sql = `to_char(now() AT TIME ZONE 'UTC', ${quoteLiteral(format)})`;
    return format.replace("24", "").length <= limit ? carried(sql) : none;
  }
  const text = wordsOf(literal);
  return text !== null && Array.from(text).length <= limit ? carried(quoteLiteral(text)) : none;
}

/** Blanks at the end are not told from those that fill the value up. */
export function characterDefault(literal: DefaultValue, column: DefaultColumn): DefaultTranslation {
  const isBlank = literal.kind === "text" && literal.text.endsWith(" ");
  const isFull = isBlank && Array.from(literal.text).length === column.type.modifiers[0];
  return isBlank && !isFull ? none : textDefault(literal, column);
}

export function enumDefault(literal: DefaultValue, { type }: DefaultColumn): DefaultTranslation {
  const text = literal.kind === "now" ? null : wordsOf(literal);
  return text !== null && type.name === "enum" && type.labels.includes(text)
    ? carried(quoteLiteral(text))
    : none;
}

function wordsOf(literal: Exclude<DefaultValue, { kind: "now" }>): string | null {
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

export function byteaDefault(literal: DefaultValue, { type }: DefaultColumn): DefaultTranslation {
  if (literal.kind === "blob") return typed(`\\x${literal.hex}`, type);
  return literal.kind === "text" ? typed(`\\x${Buffer.from(literal.text).toString("hex")}`, type) : none;
}

export function uuidDefault(literal: DefaultValue, { type }: DefaultColumn): DefaultTranslation {
  if (literal.kind === "blob" && literal.hex.length === 32) return typed(literal.hex, type);
  return literal.kind === "text" && uuidForm.test(literal.text) ? typed(literal.text, type) : none;
}

const uuidForm = /^(?:([0-9a-f]{4}-?){7}[0-9a-f]{4}|\{([0-9a-f]{4}-?){7}[0-9a-f]{4}\})$/i;

export function jsonDefault(literal: DefaultValue, { type }: DefaultColumn): DefaultTranslation {
  if (literal.kind === "integer") return typed(literal.digits, type);
  if (literal.kind === "real" && Number.isFinite(literal.value) && !Object.is(literal.value, -0))
    return typed(realDigits(literal.value), type);
  return literal.kind === "text" && isJson(literal.text) ? typed(literal.text, type) : none;
}

/** What jsonb takes: no \u0000, no half of a surrogate pair, no number beyond numeric. */
function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return !/\\u(0000|d[89a-f])|e[+-]?[0-9]{5}/i.test(text);
  } catch {
    return false;
  }
}

const byte = "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[0-9]{1,2})";
const ipv4 = `${byte}(?:\\.${byte}){3}`;

/** Only the usual spellings; a network by its address alone is that one host. */
const addressForms = {
  inet: new RegExp(`^${ipv4}(?:/(?:3[0-2]|[12]?[0-9]))?$`),
  cidr: new RegExp(`^${ipv4}$`),
  macaddr: /^(?:[0-9a-f]{2}:){5}[0-9a-f]{2}$/i,
} as const;

export const addressDefault =
  (name: keyof typeof addressForms) =>
  (literal: DefaultValue, { type }: DefaultColumn): DefaultTranslation =>
    literal.kind === "text" && addressForms[name].test(literal.text) ? typed(literal.text, type) : none;

/** Only the empty one. */
export const arrayDefault = (literal: DefaultValue, { type }: DefaultColumn): DefaultTranslation =>
  literal.kind === "text" && /^\s*\[\s*\]\s*$/.test(literal.text) ? typed("{}", type) : none;
