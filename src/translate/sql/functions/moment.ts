/** Date and time functions (sqlite.org/lang_datefunc.html). Their texts are in UTC. */
import { sqlNull } from "../convert.js";
import { atom, operation, type Moment, type Typed } from "../typed.js";
import { Untranslatable } from "../untranslatable.js";
import { scalar, type FunctionFamily } from "./family.js";
import { epochSeconds, formatParts, formatted, numberSql, type FormatPart } from "./moment-format.js";
import { readModifier } from "./moment-modifier.js";
import { modified } from "./moment-shift.js";
import { isExcessDay, momentOf } from "./moment-source.js";
import { guarded, presentMoment, wholeMilliseconds, type TimeValue } from "./moment-value.js";
import { instead } from "../../instead.js";

const formats = { datetime: "%F %T", date: "%F", time: "%T" } as const;

/** What CURRENT_TIMESTAMP, CURRENT_DATE and CURRENT_TIME give. */
export const currentMoment = (form: keyof typeof formats): Typed => text(presentMoment, formats[form]);

/** null: SQLite gives NULL, for an argument is. */
function valueOf(args: readonly Typed[]): TimeValue | null {
  const [source, ...given] = args;
  if (source === undefined) return presentMoment;
  if (args.some(({ kind }) => kind === "null")) return null;
  const modifiers = given.map(readModifier);
  const [first] = modifiers;
  const reading = first?.kind === "reading" ? first.as : null;
  if (first !== undefined && isExcessDay(source) && first.kind !== "floor" && first.kind !== "ceiling")
    throw new Untranslatable(`${source.sql} with a modifier: that day does not exist`);
  return modifiers.slice(reading === null ? 0 : 1).reduce(modified, momentOf(source, reading));
}

const of = (translate: (value: TimeValue) => Typed) =>
  scalar(0, Infinity, (args) => {
    const value = valueOf(args);
    return value === null ? sqlNull : translate(value);
  });

function text(value: TimeValue, format: string): Typed {
  const parts = formatParts(format);
  if (!parts.some((part) => "letter" in part))
    throw new Untranslatable("a format that asks for nothing of the moment");
  const sql = guarded(value, formatted(value, parts));
  const isCall = !sql.includes(" || ") && !/^CASE/.test(sql);
  const form = formOf(parts);
  const number = numberSql(value, parts);
  const moment = {
    sql: guarded(value, cutTo(value, form, parts)),
    form,
    number: number === null ? null : guarded(value, number),
  };
  return isCall ? atom("text", sql, [value], { moment }) : operation("text", sql, [value], { moment });
}

/** The forms as they are with %F, %R and %T taken apart. */
const forms: ReadonlyMap<string, Moment["form"]> = new Map([
  ["%Y-%m-%d", "date"],
  ["%Y-%m-01", "date"],
  ["%Y-01-01", "date"],
  ["%Y-%m-%d %H:%M:%S", "datetime"],
  ["%H:%M:%S", "time"],
  ["%s", "seconds"],
  ["%Y-%m-%d %H:%M", "other"],
  ["%Y-%m-%d %H:%M:%f", "other"],
  ["%Y-%m-%dT%H:%M:%S", "other"],
  ["%Y-%m-%dT%H:%M:%f", "other"],
  ["%Y-%m-%dT%H:%M:%SZ", "other"],
  ["%Y-%m-%dT%H:%M:%fZ", "other"],
]);

const written = (parts: readonly FormatPart[]): string =>
  parts.map((part) => ("letter" in part ? `%${part.letter}` : part.text)).join("");

const formOf = (parts: readonly FormatPart[]): Moment["form"] => forms.get(written(parts)) ?? "part";

/** The moment to what the text says of it. */
function cutTo(value: TimeValue, form: Moment["form"], parts: readonly FormatPart[]): string {
  if (form === "date") {
    const format = written(parts);
    return cut(value, format === "%Y-01-01" ? "year" : format === "%Y-%m-01" ? "month" : "day");
  }
  if (form === "time" || form === "part") return value.sql;
  if (parts.some((part) => "letter" in part && part.letter === "f")) return cut(value, "milliseconds");
  return written(parts).endsWith("%M") ? cut(value, "minute") : cut(value, "second");
}

function cut(value: TimeValue, to: "milliseconds" | "second" | "minute" | "day" | "month" | "year"): string {
  if ((to === "second" || to === "milliseconds") && value.finest === "second") return value.sql;
  // The present is finer than it says.
  if (to === "milliseconds" && value.volatility === "immutable") return wholeMilliseconds(value).sql;
  return `date_trunc('${to}', ${value.sql})`;
}

const datetimeFormat = ({ showsMilliseconds }: TimeValue, format: string): string =>
  showsMilliseconds ? format.replace("%T", "%H:%M:%f") : format;

/** The days since noon of 4714-11-24 BC; PostgreSQL's Julian days begin at midnight. */
function julianday(value: TimeValue): Typed {
  const exact = wholeMilliseconds(value);
  const sql = guarded(value, `(extract(julian FROM ${exact.sql}) - 0.5)::double precision`);
  return atom("real", sql, [value], {
    moment: { sql: guarded(value, cut(value, "milliseconds")), form: "julian", number: null },
  });
}

function unixepoch(value: TimeValue): Typed {
  const seconds = epochSeconds(value);
  if (value.showsMilliseconds) return atom("real", guarded(value, `${seconds}::double precision`), [value]);
  return atom("integer", guarded(value, seconds), [value], {
    moment: { sql: guarded(value, cut(value, "second")), form: "seconds", number: null },
  });
}

const strftime = scalar(1, Infinity, ([format, ...args]) => {
  const value = valueOf(args);
  if (value === null || format?.kind === "null") return sqlNull;
  if (format?.constant?.kind !== "text")
    throw new Untranslatable("strftime() with a format that is no literal");
  return text(value, format.constant.text);
});

const timediff = scalar(2, 2, () => {
  throw new Untranslatable(
    "timediff(): PostgreSQL's age() counts the days of a difference from the other end; an interval (a - b) is what can be reckoned with",
    null,
    instead.difference,
  );
});

export const momentFunctions: FunctionFamily = {
  date: of((value) => text(value, formats.date)),
  time: of((value) => text(value, datetimeFormat(value, formats.time))),
  datetime: of((value) => text(value, datetimeFormat(value, formats.datetime))),
  julianday: of(julianday),
  unixepoch: of(unixepoch),
  strftime,
  timediff,
};
