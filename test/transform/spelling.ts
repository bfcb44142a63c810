/**
 * What docs/fidelity.md promises, said in another way: for each type, the spelling by which PostgreSQL's own input
 * makes the value that has to arrive, or null for a value that must be refused. Where SQLite's text and
 * PostgreSQL's agree, PostgreSQL's input itself decides what is valid.
 */
import Database from "better-sqlite3";
import { TextDecoder } from "node:util";
import {
  typeWords,
  type PgType,
  type PgTypeKind,
  type PgTypeName,
  type TimeUnit,
} from "../../src/model/postgres.js";
import { asType, type Value } from "./values.js";

type Spelling = (value: Exclude<Value, null>, type: PgType, unit: TimeUnit | null) => string | null;

export function spellingOf(type: PgTypeName | PgType, unit: TimeUnit | null, value: Value): string | null {
  const wanted = asType(type);
  if (value === null) return null;
  const spelling = spellings[wanted.name];
  if (spelling === undefined) throw new Error(`nothing says yet how ${typeWords(wanted)} is spelled`);
  return spelling(value, wanted, unit);
}

const isText = (value: Value): boolean =>
  typeof value === "string" || (typeof value === "object" && value !== null && "text" in value);

const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The characters of a TEXT or BLOB; null for numbers, and for bytes that are no UTF-8. */
function characters(value: Exclude<Value, null>): string | null {
  if (typeof value === "string") return value;
  if (typeof value !== "object") return null;
  try {
    return strict.decode(Buffer.isBuffer(value) ? value : value.text);
  } catch {
    return null;
  }
}

/** The characters of a TEXT alone. */
const textOf = (value: Exclude<Value, null>): string | null => (isText(value) ? characters(value) : null);

const matching = (text: string | null, form: RegExp): string | null =>
  text !== null && form.test(text) ? text : null;

const hex = (bytes: Buffer): string => `\\x${bytes.toString("hex")}`;

const text: Spelling = (value) => {
  if (typeof value === "bigint") return value.toString();
  if (typeof value === "number") return realAsText(value);
  const found = characters(value);
  return found?.includes("\0") === true ? null : found;
};

/** The shortest digits; a whole number keeps a point while it has fewer than 16 digits. */
function realAsText(value: number): string {
  if (Math.abs(value) === Infinity) return value < 0 ? "-Inf" : "Inf";
  if (Object.is(value, -0)) return "-0.0";
  const digits = String(value);
  return /^-?\d{1,15}$/.test(digits) ? `${digits}.0` : digits;
}

function json(value: Exclude<Value, null>): string | null {
  if (typeof value === "bigint") return value.toString();
  if (typeof value === "number")
    return Number.isFinite(value) && !Object.is(value, -0) ? String(value) : null;
  const found = characters(value);
  if (Buffer.isBuffer(value) && (found === null || !isParsed(found))) {
    const text = binaryJson.get(value) ?? null;
    return text === null ? null : characters(text);
  }
  return found === null || found.includes("\0") || depthOf(found) > 2000 ? null : found;
}

/** What SQLite makes of its own binary JSON, looked through to the last byte; as bytes, for they may be no UTF-8. */
const binaryJson = new Database(":memory:")
  .prepare<[Buffer], Buffer | null>(
    "SELECT CASE WHEN json_valid(value, 8) THEN CAST(json(value) AS BLOB) END FROM (SELECT ? AS value)",
  )
  .pluck();

function isParsed(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** PostgreSQL also reads IPv4 of fewer than four numbers, numbers that begin with 0, and a colon before the bits. */
function address(value: Exclude<Value, null>): string | null {
  const found = matching(textOf(value), /^[0-9a-f:.]+(?<!(?<!:):)(?:\/(?:0|[1-9]\d*))?$/i);
  const numbers = /(?:^|:)([0-9.]+)(?:\/|$)/.exec(found ?? "")?.[1]?.split(".") ?? [];
  const isDecimal = found?.includes(":") === false || numbers.length > 1;
  return isDecimal && !(numbers.length === 4 && numbers.every((each) => /^(?:0|[1-9]\d*)$/.test(each)))
    ? null
    : found;
}

const spellings: Readonly<Partial<Record<PgTypeKind, Spelling>>> = {
  boolean: (value) => {
    if (typeof value === "bigint") return value === 0n ? "f" : value === 1n ? "t" : null;
    if (typeof value === "number") return Object.is(value, 0) ? "f" : value === 1 ? "t" : null;
    if (Buffer.isBuffer(value))
      return value.equals(Buffer.of(0)) ? "f" : value.equals(Buffer.of(1)) ? "t" : null;
    return matching(textOf(value), /^(?:t|f|true|false)$/i);
  },
  smallint: (value, ...rest) => spellings.bigint!(value, ...rest),
  integer: (value, ...rest) => spellings.bigint!(value, ...rest),
  bigint: (value) => {
    if (typeof value === "bigint") return value.toString();
    if (typeof value === "number") {
      return Number.isInteger(value) && !Object.is(value, -0) ? BigInt(value).toString() : null;
    }
    return matching(textOf(value), /^(?:0|-?[1-9]\d*)$/);
  },
  // PostgreSQL would round.
  real: (value, ...rest) => {
    const spelled = spellings["double precision"]!(value, ...rest);
    return spelled === null || Object.is(Math.fround(Number(spelled)), Number(spelled)) ? spelled : null;
  },
  "double precision": (value) => {
    if (typeof value === "bigint") return BigInt(Number(value)) === value ? value.toString() : null;
    if (typeof value === "number") return Object.is(value, -0) ? "-0" : String(value);
    const found = matching(textOf(value), /^-?\d[\d.e+-]*$/);
    const spelled = String(Number(found));
    const isOwn =
      found === "-0.0" || found === spelled || (found === `${spelled}.0` && /^-?\d{1,15}$/.test(spelled));
    return isOwn ? found : null;
  },
  numeric: (value) => {
    if (typeof value === "bigint") return value.toString();
    if (typeof value === "number") return Object.is(value, -0) ? null : String(value);
    const found = matching(textOf(value), /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/);
    return found === null || /^-[0.]*$/.test(found) ? null : found;
  },
  text,
  citext: text,
  "character varying": text,
  character: (value, ...rest) => {
    const spelled = text(value, ...rest);
    return spelled?.endsWith(" ") === true ? null : spelled;
  },
  enum: text,
  bytea: (value) => {
    if (typeof value === "bigint" || typeof value === "number") return null;
    if (typeof value === "string") return hex(Buffer.from(value, "utf8"));
    return hex(Buffer.isBuffer(value) ? value : value.text);
  },
  uuid: (value) => {
    if (Buffer.isBuffer(value)) return value.length === 16 ? value.toString("hex") : null;
    return matching(textOf(value), /^[\w{}:-]*$/);
  },
  json,
  jsonb: json,
  inet: (value) => address(value),
  cidr: (value) => address(value),
  macaddr: (value) => matching(textOf(value), /^(?:[0-9a-f]{2}[:-]?){5}[0-9a-f]{2}$|^[0-9a-f.-]{14}$/i),
  date: (value, type, unit) => {
    if (!isText(value)) return instant(value, type, unit);
    const found = timestampText(textOf(value));
    return found !== null && found.zone === "" && /^[0:.]*$/.test(found.time) && found.inRange
      ? found.date
      : null;
  },
  "time without time zone": (value) => timeText(textOf(value)),
  "timestamp without time zone": (value, type, unit) => {
    if (!isText(value)) return instant(value, type, unit);
    const found = timestampText(textOf(value));
    if (found === null || !/^(?:|Z|UTC|GMT|[+-]00(?::?00(?::00)?)?)$/.test(found.zone)) return null;
    return `${found.date.replace(" BC", "")} ${found.time === "" ? "00:00" : found.time}${found.era}`;
  },
  "timestamp with time zone": (value, type, unit) => {
    if (!isText(value)) return instant(value, type, unit);
    const found = timestampText(textOf(value));
    if (found === null) return null;
    const { date, time, zone, era } = found;
    return `${date.replace(" BC", "")} ${time === "" ? "00:00" : time}${zone === "" ? "Z" : zone}${era}`;
  },
};

const depthOf = (json: string): number => {
  let depth = 0;
  let deepest = 0;
  for (const character of json.replaceAll(/"(?:[^"\\]|\\.)*"/gs, "")) {
    if (character === "[" || character === "{") deepest = Math.max(deepest, (depth += 1));
    if (character === "]" || character === "}") depth -= 1;
  }
  return deepest;
};

/** Seconds below 60, hours below 24, no digit after the sixth but zeros. */
const timeForm = /^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,6}0*)?)?$/;

const timeText = (found: string | null): string | null => matching(found, timeForm);

interface TimestampText {
  /** As PostgreSQL spells it, ` BC` included. */
  readonly date: string;
  readonly time: string;
  readonly zone: string;
  readonly era: "" | " BC";
  /** Of timestamptz, by the date alone. */
  readonly inRange: boolean;
}

const timestampForm = /^([+-]?)(\d{4,6})-(\d\d)-(\d\d)(?:[ T](.*))?$/s;
const zoneForm = / ?(Z|UTC|GMT|[+-](?:0\d|1[0-5])(?::?[0-5]\d|:[0-5]\d:[0-5]\d)?)$/;

function timestampText(found: string | null): TimestampText | null {
  const parts = timestampForm.exec(found ?? "");
  if (parts === null) return null;
  const [, sign = "", digits = "", month = "", day = "", rest] = parts;
  if (sign === "" && /^0\d{4}/.test(digits)) return null;
  if (sign === "-" && Number(digits) === 0) return null;
  const zone = rest === undefined ? "" : (zoneForm.exec(rest)?.[0] ?? "");
  const time = rest === undefined ? "" : timeText(rest.slice(0, rest.length - zone.length));
  if (time === null) return null;
  const year = sign === "-" ? -Number(digits) : Number(digits);
  const era = year <= 0 ? " BC" : "";
  const spelledYear = String(year <= 0 ? 1 - year : year).padStart(4, "0");
  return {
    date: `${spelledYear}-${month}-${day}${era}`,
    time,
    zone: zone.trim(),
    era,
    inRange: year < 294277,
  };
}

/** Microseconds of one unit times 2^1100, so that no double needs a fraction. */
const shift = 1100n;
/** 2001-01-01 and 1601-01-01 in microseconds from 1970. */
const epochOfCoreData = BigInt(Date.UTC(2001, 0, 1)) * 1000n;
const epochOfWebkit = BigInt(Date.UTC(1601, 0, 1)) * 1000n;

const microsecondsOf: Readonly<Record<TimeUnit, (scaled: bigint) => bigint>> = {
  seconds: (scaled) => scaled * 1_000_000n,
  milliseconds: (scaled) => scaled * 1000n,
  microseconds: (scaled) => scaled,
  nanoseconds: (scaled) => scaled / 1000n,
  // Julian day 2440587.5 is 1970-01-01.
  julian: (scaled) => (scaled * 2n - (4881175n << shift)) * 43_200_000_000n,
  "core-data": (scaled) => scaled * 1_000_000n + (epochOfCoreData << shift),
  webkit: (scaled) => scaled + (epochOfWebkit << shift),
};

/** Numbers as instants: a REAL to the nearest microsecond, halves away from 1970; an INTEGER exactly or not at all. */
function instant(value: Exclude<Value, null>, { modifiers }: PgType, unit: TimeUnit | null): string | null {
  if (unit === null || (typeof value !== "bigint" && typeof value !== "number")) return null;
  if (typeof value === "number" && !Number.isFinite(value)) return null;
  if (typeof value === "bigint" && unit === "nanoseconds" && value % 1000n !== 0n) return null;
  const scaled = typeof value === "bigint" ? value << shift : scaledDouble(value);
  const microseconds = microsecondsOf[unit](scaled);
  const half = 1n << (shift - 1n);
  const away = microseconds < 0n ? -((-microseconds + half) >> shift) : (microseconds + half) >> shift;
  const [precision = 6] = modifiers;
  if (away % 10n ** BigInt(6 - precision) !== 0n) return null;
  return `@${away - 946_684_800_000_000n}`;
}

/** A finite double times 2^1100, by halving until it is whole: slow, and unlike the code it judges. */
function scaledDouble(value: number): bigint {
  let whole = value;
  let doublings = 0n;
  while (!Number.isInteger(whole)) {
    whole *= 2;
    doublings += 1n;
  }
  return BigInt(whole) << (shift - doublings);
}
