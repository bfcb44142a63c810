/** DEFAULTs of dates and times: those of SQLite are UTC. None that PostgreSQL would round. */
import { quoteLiteral } from "../../model/identifier.js";
import type { PgType, TimeUnit } from "../../model/postgres.js";
import { isClock, isDate, isTimestamp, numberInstant } from "./default-time.js";
import {
  carried,
  none,
  typed,
  type DefaultColumn,
  type DefaultTranslation,
  type DefaultValue,
} from "./default-translation.js";

export function dateDefault(literal: DefaultValue, { type, unit }: DefaultColumn): DefaultTranslation {
  if (literal.kind === "now")
    return literal.part === "date" ? carried("(now() AT TIME ZONE 'UTC')::date") : none;
  const text = literal.kind === "text" ? literal.text : instantText(literal, unit)?.replace(midnight, "");
  return text !== undefined && isDate(text) ? typed(text, type) : none;
}

const midnight = / 00:00:00\+00$/;

export function timeDefault(literal: DefaultValue, { type }: DefaultColumn): DefaultTranslation {
  if (literal.kind === "now" && literal.part === "time")
    return carried("date_trunc('second', now() AT TIME ZONE 'UTC')::time");
  return literal.kind === "text" && isClock(literal.text) ? exact(literal.text, type) : none;
}

export function timestamptzDefault(literal: DefaultValue, column: DefaultColumn): DefaultTranslation {
  if (literal.kind === "now") return timestamptzNow[literal.part];
  // Whether the zone has such a time, and only once, is not known here.
  if (column.zone !== null && literal.kind === "text" && !hasOffset(literal.text)) return none;
  const text = momentText(literal, column.unit);
  return text === null ? none : exact(text, column.type);
}

const timestamptzNow: Readonly<Record<"timestamp" | "date" | "time", DefaultTranslation>> = {
  timestamp: carried("CURRENT_TIMESTAMP"),
  date: carried("date_trunc('day', now(), 'UTC')"),
  time: none,
};

/** PostgreSQL would pass over an offset in the text of a timestamp. */
export function timestampDefault(literal: DefaultValue, column: DefaultColumn): DefaultTranslation {
  if (literal.kind === "now") return timestampNow[literal.part];
  const text = momentText(literal, column.unit);
  return text === null || isRounded(text, column.type)
    ? none
    : carried(`(${quoteLiteral(text)}::timestamptz AT TIME ZONE 'UTC')`);
}

const timestampNow: Readonly<Record<"timestamp" | "date" | "time", DefaultTranslation>> = {
  timestamp: carried("(now() AT TIME ZONE 'UTC')"),
  date: carried("date_trunc('day', now() AT TIME ZONE 'UTC')"),
  time: none,
};

/** A text with an offset, or null for no moment. */
function momentText(literal: DefaultValue, unit: TimeUnit | null): string | null {
  if (literal.kind === "text") return isTimestamp(literal.text) ? withOffset(literal.text) : null;
  return instantText(literal, unit) ?? null;
}

/** A number by the column's unit, in UTC. */
const instantText = (literal: DefaultValue, unit: TimeUnit | null): string | undefined =>
  literal.kind === "integer" && unit !== null ? numberInstant(BigInt(literal.digits), unit) : undefined;

/** Text without an offset is UTC, as the values are read. */
const withOffset = (text: string): string =>
  /^[0-9-]{10}$/.test(text) ? `${text} 00:00+00` : hasOffset(text) ? text : `${text}+00`;

const hasOffset = (text: string): boolean => /(Z|[+-][0-9:]+)$/i.test(text.slice(10));

const exact = (text: string, type: PgType): DefaultTranslation =>
  isRounded(text, type) ? none : typed(text, type);

/** Whether the second has more digits after its point than the type keeps. */
const isRounded = (text: string, { modifiers: [precision = 6] }: PgType): boolean =>
  (/\.([0-9]*?)0*(?:Z|[+-].*)?$/i.exec(text)?.[1] ?? "").length > precision;
