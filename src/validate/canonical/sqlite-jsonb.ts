/**
 * SQLite's binary JSON (sqlite.org/jsonb.html) as JSON text: without white space, numbers and strings as they
 * stand, what only JSON5 has in the words of JSON.
 */
import { isUtf8 } from "./utf8.js";

/** As SQLite itself (JSON_MAX_DEPTH). */
const deepest = 1000;

interface Open {
  readonly end: number;
  readonly isObject: boolean;
  readonly parts: string[];
}

/** The JSON text of a blob that is one whole element and nothing more; null for others. */
export const textOfSqliteJsonb = (blob: Buffer): string | null => {
  const open: Open[] = [{ end: blob.length, isObject: false, parts: [] }];
  let at = 0;
  for (;;) {
    const container = open.at(-1)!;
    if (at === container.end && open.length > 1) {
      const closed = closedText(container);
      if (closed === null) {
        return null;
      }
      open.pop();
      open.at(-1)!.parts.push(closed);
      continue;
    }
    if (open.length === 1 && (at === blob.length || container.parts.length > 0)) {
      return at === blob.length && container.parts.length === 1 ? container.parts[0]! : null;
    }
    const element = readHeader(blob, at, container.end);
    // A label is a text of any of the four kinds.
    const isLabel = container.isObject && container.parts.length % 2 === 0;
    if (element === null || (isLabel && (element.type < 7 || element.type > 10))) {
      return null;
    }
    if (element.type === 11 || element.type === 12) {
      if (open.length > deepest + 1) {
        return null;
      }
      open.push({ end: element.end, isObject: element.type === 12, parts: [] });
      at = element.start;
      continue;
    }
    const scalar = scalarText(element.type, blob.subarray(element.start, element.end));
    if (scalar === null) {
      return null;
    }
    container.parts.push(scalar);
    at = element.end;
  }
};

const closedText = ({ isObject, parts }: Open): string | null => {
  if (!isObject) {
    return `[${parts.join(",")}]`;
  }
  if (parts.length % 2 === 1) {
    return null;
  }
  let text = "{";
  for (let at = 0; at < parts.length; at += 2) {
    text += `${at === 0 ? "" : ","}${parts[at]!}:${parts[at + 1]!}`;
  }
  return `${text}}`;
};

interface Header {
  readonly type: number;
  readonly start: number;
  readonly end: number;
}

/** The low four bits are the type; the others the payload's size up to 11, or how many bytes of it follow: 1, 2, 4, 8. */
const readHeader = (blob: Buffer, at: number, end: number): Header | null => {
  const first = blob[at] ?? 0;
  const size = first >> 4;
  const start = at + 1 + (size < 12 ? 0 : 2 ** (size - 12));
  if (at >= end || start > end) {
    return null;
  }
  const payload = size < 12 ? size : Number(BigInt(`0x${blob.toString("hex", at + 1, start)}`));
  return start + payload > end ? null : { type: first & 0x0f, start, end: start + payload };
};

const number = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?$/;

const scalarText = (type: number, payload: Buffer): string | null => {
  if (type <= 2) {
    return payload.length === 0 ? ["null", "true", "false"][type]! : null;
  }
  if (!isUtf8(payload)) {
    return null;
  }
  const text = payload.toString("utf8");
  switch (type) {
    case 3: // INT
    case 5: // FLOAT
      return number.test(text) ? text : null;
    case 4: // INT5
      return integer5(text);
    case 6: // FLOAT5
      return float5(text);
    case 7: // TEXT: nothing in it needs an escape
      return text.includes("\\") ? null : quoted(text);
    case 8: // TEXTJ
      return quoted(text);
    case 9: // TEXT5
      return quoted(text5(text));
    case 10: // TEXTRAW
      return JSON.stringify(text);
    default:
      return null;
  }
};

/** What stands between quotes, where it is a string of JSON. */
const quoted = (inside: string): string | null => {
  try {
    const json = `"${inside}"`;
    return typeof JSON.parse(json) === "string" ? json : null;
  } catch {
    return null;
  }
};

/** Hexadecimal in 64 bits, or with a plus. */
const integer5 = (text: string): string | null => {
  const [, sign, digits = ""] = /^([-+]?)(0[xX][0-9a-fA-F]+|\d+)$/.exec(text) ?? [];
  if (sign === undefined) {
    return null;
  }
  const value = BigInt(digits);
  return /x/i.test(digits) && value >= 2n ** 64n ? null : `${sign === "-" ? "-" : ""}${value}`;
};

/** With a plus, or no digits on one side of the point. */
const float5 = (text: string): string | null => {
  const [, sign, whole = "", fraction, exponent = ""] =
    /^([-+]?)(\d*)(?:\.(\d*))?((?:[eE][-+]?\d+)?)$/.exec(text) ?? [];
  if (sign === undefined || (whole === "" && (fraction ?? "") === "")) {
    return null;
  }
  const point = fraction === undefined ? "" : `.${fraction === "" ? "0" : fraction}`;
  const json = `${sign === "-" ? "-" : ""}${whole === "" ? "0" : whole}${point}${exponent}`;
  return number.test(json) ? json : null;
};

/** The escapes that JSON5 has beyond those of JSON, and the characters that need one in JSON alone. */
const text5 = (text: string): string =>
  // eslint-disable-next-line no-control-regex -- control characters are what JSON must escape
  text.replace(/\\(x[0-9a-fA-F]{2}|\r\n|[^])|["\u0000-\u001f]/g, (found, escaped: string | undefined) => {
    if (escaped === undefined) {
      return found === '"' ? '\\"' : unicode(found.charCodeAt(0));
    }
    if (escaped.length === 3) {
      return unicode(Number.parseInt(escaped.slice(1), 16));
    }
    if (escaped === "\r\n" || /[\n\r\u2028\u2029]/.test(escaped)) {
      return "";
    }
    return escaped === "'" ? "'" : escaped === "v" ? unicode(0x0b) : escaped === "0" ? unicode(0) : found;
  });

const unicode = (code: number): string => `\\u${code.toString(16).padStart(4, "0")}`;
