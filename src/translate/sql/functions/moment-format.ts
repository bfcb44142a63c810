/**
 * The formats of strftime() (sqlite.org/lang_datefunc.html, section 4), in two ways: by to_char(), which reads well but is
 * STABLE in PostgreSQL, and by parts that are IMMUTABLE, for indexes and generated columns take no others.
 */
import { quoteLiteral } from "../../../model/identifier.js";
import type { Typed } from "../typed.js";
import { Untranslatable } from "../untranslatable.js";
import { operandOf, presentMoment, wholeMilliseconds, type TimeValue } from "./moment-value.js";
import { instead } from "../../instead.js";

/** A conversion by its letter, or a text that stands for itself. */
export type FormatPart = { readonly letter: string } | { readonly text: string };

const composed: Readonly<Record<string, string>> = { F: "%Y-%m-%d", R: "%H:%M", T: "%H:%M:%S" };

/** @throws Untranslatable for a conversion that SQLite does not know either. */
export function formatParts(format: string): readonly FormatPart[] {
  const parts: FormatPart[] = [];
  const add = (part: FormatPart): void => {
    const last = parts.at(-1);
    if ("text" in part && last !== undefined && "text" in last)
      parts[parts.length - 1] = { text: last.text + part.text };
    else parts.push(part);
  };
  for (const [found] of format.matchAll(/%[^]?|[^%]+/gu)) {
    const letter = found.startsWith("%") ? found.slice(1) : null;
    if (letter === null || letter === "%") add({ text: letter ?? found });
    else if (Object.hasOwn(composed, letter)) formatParts(composed[letter]!).forEach(add);
    else if (Object.hasOwn(conversions, letter)) add({ letter });
    else if (letter === "J")
      throw new Untranslatable(
        "%J, whose sixteen digits PostgreSQL rounds otherwise; julianday() is the number",
        null,
        instead.julian,
      );
    else throw new Untranslatable(`%${letter} in a format: SQLite does not know it and gives NULL`);
  }
  return parts;
}

type NumberSql = Pick<Typed, "sql" | "isAtom">;

interface Conversion {
  /** to_char's; null: it has none. */
  readonly template: string | null;
  /** The number that it writes, of a `timestamp`; null: it is no whole number. */
  readonly number: ((moment: string) => NumberSql) | null;
  /** Digits at least; blanks or zeros in front make them up. */
  readonly width: number;
  readonly isBlank?: boolean;
  /** The text, where it is not the number in digits. */
  readonly text?: (value: TimeValue) => string;
}

const field =
  (name: string) =>
  (moment: string): NumberSql => ({ sql: `extract(${name} FROM ${moment})`, isAtom: true });

const reckoned = (sql: string): NumberSql => ({ sql, isAtom: false });

const twelfths = (moment: string): NumberSql => reckoned(`(extract(hour FROM ${moment})::int + 11) % 12 + 1`);

/** Weeks since the one that the year's first Sunday or Monday begins; that is week 1. */
const week = (day: "dow" | "isodow", first: number) => (moment: string) =>
  reckoned(`(extract(doy FROM ${moment})::int + ${first} - extract(${day} FROM ${moment})::int) / 7`);

/** Before or after noon. */
const half = (am: string, pm: string) => ({
  number: null,
  width: 2,
  text: ({ sql }: TimeValue) =>
    `CASE WHEN extract(hour FROM ${sql}) < 12 THEN '${am}' WHEN ${sql} IS NOT NULL THEN '${pm}' END`,
});

const conversions: Readonly<Record<string, Conversion>> = {
  d: { template: "DD", number: field("day"), width: 2 },
  e: { template: null, number: field("day"), width: 2, isBlank: true },
  f: {
    template: "SS.MS",
    number: null,
    width: 6,
    text: (value) => `lpad(round(extract(second FROM ${wholeMilliseconds(value).sql}), 3)::text, 6, '0')`,
  },
  G: { template: "IYYY", number: field("isoyear"), width: 4 },
  g: { template: "IY", number: (moment) => reckoned(`extract(isoyear FROM ${moment})::int % 100`), width: 2 },
  H: { template: "HH24", number: field("hour"), width: 2 },
  I: { template: "HH12", number: twelfths, width: 2 },
  j: { template: "DDD", number: field("doy"), width: 3 },
  k: { template: null, number: field("hour"), width: 2, isBlank: true },
  l: { template: null, number: twelfths, width: 2, isBlank: true },
  m: { template: "MM", number: field("month"), width: 2 },
  M: { template: "MI", number: field("minute"), width: 2 },
  p: { template: "AM", ...half("AM", "PM") },
  P: { template: "am", ...half("am", "pm") },
  s: { template: null, number: null, width: 1, text: secondsText },
  S: {
    template: "SS",
    number: (moment) => ({ sql: `floor(extract(second FROM ${moment}))`, isAtom: true }),
    width: 2,
  },
  u: { template: "ID", number: field("isodow"), width: 1 },
  U: { template: null, number: week("dow", 6), width: 2 },
  V: { template: "IW", number: field("week"), width: 2 },
  w: { template: null, number: field("dow"), width: 1 },
  W: { template: null, number: week("isodow", 7), width: 2 },
  Y: { template: "YYYY", number: field("year"), width: 4 },
};

/** Whole seconds since 1970; with 'subsec' to the millisecond. */
export function epochSeconds(value: TimeValue): string {
  if (value.showsMilliseconds) return `round(extract(epoch FROM ${wholeMilliseconds(value).sql}), 3)`;
  if (value.finest === "second") return `extract(epoch FROM ${value.sql})::bigint`;
  // An instant has the same seconds in every zone.
  const instant = value.sql === presentMoment.sql ? "now()" : value.sql;
  return `floor(extract(epoch FROM ${instant}))::bigint`;
}

function secondsText(value: TimeValue): string {
  return `${epochSeconds(value)}::text`;
}

/** The text, NULL where the moment is. */
export const formatted = (value: TimeValue, parts: readonly FormatPart[]): string =>
  value.volatility === "immutable" ? byParts(value, parts) : byTemplates(value, parts);

function byTemplates(value: TimeValue, parts: readonly FormatPart[]): string {
  const sqls: string[] = [];
  let template = "";
  const flush = (): void => {
    // A text alone would not be NULL where the moment is, but what stands beside it is.
    if (template !== "") sqls.push(`to_char(${value.sql}, ${quoteLiteral(template)})`);
    template = "";
  };
  for (const part of parts) {
    const next = "text" in part ? templateText(part.text) : conversions[part.letter]!.template;
    if (next === null) {
      flush();
      sqls.push(partSql(value, part));
    } else {
      // Side by side, SS and SS would be seconds since midnight, and DD and DDD a day of the year first.
      template += template.at(-1) === next[0] && /[A-Z]/.test(next[0] ?? "") ? `""${next}` : next;
    }
  }
  flush();
  return sqls.join(" || ");
}

/** Letters, digits and quotes are quoted: to_char takes words for templates. */
const templateText = (text: string): string =>
  /^[-/:., ]*$/.test(text) ? text : `"${text.replaceAll(/["\\]/g, "\\$&")}"`;

const clockParts = ["H", ":", "M", ":", "S"];

function byParts(value: TimeValue, parts: readonly FormatPart[]): string {
  const sqls: string[] = [];
  const clock = `${castable(value)}::time::text`;
  for (let at = 0; at < parts.length;) {
    const length = [5, 3].find((size) => isClock(parts.slice(at, at + size), size));
    // A time of day is written in one way, whatever the session's settings.
    if (length !== undefined) sqls.push(`left(${clock}, ${length === 5 ? 8 : 5})`);
    else sqls.push(partSql(value, parts[at]!));
    at += length ?? 1;
  }
  return sqls.join(" || ");
}

const castable = ({ sql, isAtom }: TimeValue): string => (isAtom ? sql : `(${sql})`);

const isClock = (parts: readonly FormatPart[], size: number): boolean =>
  parts.length === size &&
  parts.every((part, at) => ("letter" in part ? part.letter : part.text) === clockParts[at]);

function partSql(value: TimeValue, part: FormatPart): string {
  if ("text" in part) return quoteLiteral(part.text);
  const { number, width, text, isBlank = false } = conversions[part.letter]!;
  if (text !== undefined) return text(value);
  const asText = `${operandOf(number!(value.sql))}::text`;
  if (width === 1) return asText;
  return isBlank ? `lpad(${asText}, ${width})` : `lpad(${asText}, ${width}, '0')`;
}

/** What a CAST to INTEGER makes of the text, where it is digits from end to end. */
export function numberSql(value: TimeValue, parts: readonly FormatPart[]): string | null {
  const [only] = parts;
  if (only !== undefined && parts.length === 1 && "letter" in only) {
    if (only.letter === "s") return value.showsMilliseconds ? null : epochSeconds(value);
    const number = conversions[only.letter]!.number?.(value.sql);
    return number === undefined ? null : `${operandOf(number)}::bigint`;
  }
  const isDigits = parts.every(
    (part) =>
      "letter" in part &&
      conversions[part.letter]!.number !== null &&
      conversions[part.letter]!.isBlank !== true,
  );
  return isDigits ? `(${formatted(value, parts)})::bigint` : null;
}
