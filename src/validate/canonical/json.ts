/**
 * JSON as PostgreSQL prints a jsonb: an object's keys by length in UTF-8 and then by bytes, of equal keys the last value,
 * numbers as numeric prints them (1e2 is 100, 1.10 keeps its zero, -0 is 0), one space after commas and colons
 * (src/backend/utils/adt/jsonb_util.c and jsonb.c). No recursion: there may be thousands of levels.
 */
import { oids } from "./row-bytes.js";
import type { CanonicalField, Misfit, SourceValue } from "./field.js";
import { decimalOfDouble, plainText, withPoint } from "./decimal.js";
import { JsonScanner } from "./json-scanner.js";
import { deepest, tooDeep } from "./json-text.js";
import { textOfSqliteJsonb } from "./sqlite-jsonb.js";
import { measureText } from "./utf8.js";

export const jsonbField: CanonicalField = {
  oid: oids.text,
  write: (value, isText, out) => {
    const rendered = renderValue(value);
    const decoded =
      rendered.misfit !== null && !isText && Buffer.isBuffer(value) ? textOfSqliteJsonb(value) : null;
    const { text, misfit } = decoded === null ? rendered : renderJson(decoded);
    if (text !== null) {
      out.writeText(text);
    }
    return misfit;
  },
};

type Rendered =
  { readonly text: string; readonly misfit: null } | { readonly text: null; readonly misfit: Misfit };

const renderValue = (value: SourceValue): Rendered => {
  if (typeof value === "bigint") {
    return { text: String(value), misfit: null };
  }
  if (typeof value === "number") {
    return Number.isFinite(value) && !Object.is(value, -0)
      ? { text: plainText(decimalOfDouble(value)), misfit: null }
      : { text: null, misfit: "is infinite or -0.0, which jsonb has no number for" };
  }
  const measured = measureText(value);
  return typeof measured === "string" ? { text: null, misfit: measured } : renderJson(value.toString("utf8"));
};

interface OpenContainer {
  readonly isObject: boolean;
  /** The keys so far, one for each value but the one being read; unused in arrays. */
  readonly keys: string[];
  readonly values: string[];
}

/** The jsonb text of `json`, or why PostgreSQL would refuse it. */
export const renderJson = (json: string): Rendered => {
  const scanner = new JsonScanner(json);
  const open: OpenContainer[] = [];
  let value = startValue(scanner, open);
  while (scanner.problem === null) {
    const container = open.at(-1);
    if (container === undefined) {
      return value !== null && scanner.peek() === ""
        ? { text: value, misfit: null }
        : { text: null, misfit: "is not JSON" };
    }
    if (value !== null) {
      container.values.push(value);
    }
    value = nextValue(scanner, open, container);
  }
  return { text: null, misfit: scanner.problem };
};

/**
 * Reads a whole scalar and returns it rendered, or opens a container and returns null.
 * Null too where there is a problem.
 */
const startValue = (scanner: JsonScanner, open: OpenContainer[]): string | null => {
  const token = scanner.peek();
  if (token === "{" || token === "[") {
    if (open.length === deepest) {
      return scanner.fail(tooDeep);
    }
    scanner.skip();
    open.push({ isObject: token === "{", keys: [], values: [] });
    return null;
  }
  if (token === '"') {
    scanner.skip();
    const text = scanner.readString();
    return text === null ? null : renderString(text);
  }
  const plain = scanner.readPlain();
  if (plain === null || /^[tfn]/.test(plain)) {
    return plain;
  }
  return renderNumber(plain) ?? scanner.fail("holds a number beyond PostgreSQL's numeric");
};

/** What follows a value or an opening bracket in `container`: its end, rendered, or the start of its next value. */
const nextValue = (scanner: JsonScanner, open: OpenContainer[], container: OpenContainer): string | null => {
  if (scanner.take(container.isObject ? "}" : "]")) {
    open.pop();
    return container.isObject ? renderObject(container) : enclose("[", container.values, "]");
  }
  if (container.values.length > 0 && !scanner.take(",")) {
    return scanner.fail("is not JSON");
  }
  if (!container.isObject) {
    return startValue(scanner, open);
  }
  const key = scanner.take('"') ? scanner.readString() : null;
  if (key === null || !scanner.take(":")) {
    return scanner.fail("is not JSON");
  }
  container.keys.push(key);
  return startValue(scanner, open);
};

const renderObject = ({ keys, values }: OpenContainer): string => {
  // A Map keeps the place of the first of equal keys and the value of the last; the order is made below.
  const byKey = new Map(keys.map((key, index) => [key, values[index] ?? ""]));
  const members = [...byKey].map(([key, value]) => ({ key, bytes: Buffer.from(key, "utf8"), value }));
  members.sort((one, other) => one.bytes.length - other.bytes.length || one.bytes.compare(other.bytes));
  return enclose(
    "{",
    members.map(({ key, value }) => `${renderString(key)}: ${value}`),
    "}",
  );
};

/** By `+`, which copies nothing until the whole is written: `join` would copy a deep document once a level. */
const enclose = (opening: string, parts: readonly string[], closing: string): string => {
  let text = opening;
  for (const [index, part] of parts.entries()) {
    text += index === 0 ? part : `, ${part}`;
  }
  return text + closing;
};

/** Only what PostgreSQL's escape_json escapes: `"`, `\` and control characters. */
const renderString = (text: string): string => {
  // eslint-disable-next-line no-control-regex -- control characters are what JSON must escape
  const escaped = /["\\\u0000-\u001f]/.test(text) ? text.replace(/["\\\u0000-\u001f]/g, escapeOf) : text;
  return `"${escaped}"`;
};

const shortEscapes: Readonly<Record<string, string>> = {
  '"': '\\"',
  "\\": "\\\\",
  "\b": "\\b",
  "\f": "\\f",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
};

const escapeOf = (character: string): string =>
  shortEscapes[character] ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;

/** numeric_in's limits: digits before and after the point, and the exponent it reads. */
const mostIntegerDigits = 131_072;
const mostFractionDigits = 16_383;
const exponentLimit = 1_073_741_823;

const numberParts = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/;

/** As numeric_out prints it: the digits after the point stay, less the exponent. Null beyond the limits. */
const renderNumber = (number: string): string | null => {
  const [, sign = "", whole = "", fraction = "", exponentText = "0"] = numberParts.exec(number) ?? [];
  const exponent = Number(exponentText);
  if (Math.abs(exponent) >= exponentLimit) {
    return null;
  }
  const scale = fraction.length - exponent;
  const digits = (whole + fraction).replace(/^0+/, "");
  if (scale > mostFractionDigits || (digits !== "" && digits.length - scale > mostIntegerDigits)) {
    return null;
  }
  if (digits === "") {
    return withPoint("0", Math.max(0, scale));
  }
  return sign + withPoint(digits, scale);
};
