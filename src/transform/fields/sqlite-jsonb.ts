/**
 * SQLite's own binary JSON, which its jsonb functions keep in blobs (sqlite.org/jsonb.html), as JSON text. It has nothing
 * but the name in common with PostgreSQL's. Numbers and strings stand in it as they were written, in JSON or JSON5.
 */

import { isUtf8 } from "node:buffer";

/** Section 3.1 "Element Type". */
const kind = {
  null: 0,
  true: 1,
  false: 2,
  int: 3,
  int5: 4,
  float: 5,
  float5: 6,
  text: 7,
  textJson: 8,
  text5: 9,
  textRaw: 10,
  array: 11,
  object: 12,
} as const;

/** JSON_MAX_DEPTH in SQLite's json.c. */
const deepest = 1000;

/** @returns null where the bytes are not one whole element of JSON; whether PostgreSQL takes it is left to who reads it. */
export function sqliteJsonbText(bytes: Buffer, start: number, end: number): string | null {
  const reader = new JsonbReader(bytes, start, end);
  const text = reader.element(end, 0);
  return text !== null && reader.at === end ? text : null;
}

class JsonbReader {
  at: number;
  readonly #bytes: Buffer;
  #end: number;

  constructor(bytes: Buffer, start: number, end: number) {
    this.#bytes = bytes;
    this.at = start;
    this.#end = end;
  }

  /** The element that begins here and ends before `end`; null where there is none. */
  element(end: number, depth: number): string | null {
    if (this.at >= end || depth > deepest) return null;
    const type = this.#bytes[this.at]! & 0x0f;
    if (!this.#readSize(end)) return null;
    const from = this.at;
    const to = this.#end;
    if (type === kind.array || type === kind.object) return this.#container(type, to, depth);
    this.at = to;
    if (type <= kind.false) return literal(type, to - from);
    const payload = this.#bytes.subarray(from, to);
    return isUtf8(payload) ? scalar(type, payload.toString("utf8")) : null;
  }

  /** Stops at the payload, whose end is then known. Section 3 "Payload size". */
  #readSize(end: number): boolean {
    const bytes = this.#bytes;
    const size = bytes[this.at]! >> 4;
    const digits = size < 12 ? 0 : 1 << (size - 12);
    if (this.at + 1 + digits > end) return false;
    const payload =
      digits === 0
        ? size
        : digits === 8
          ? Number(bytes.readBigUInt64BE(this.at + 1))
          : bytes.readUIntBE(this.at + 1, digits);
    this.at += 1 + digits;
    this.#end = this.at + payload;
    return this.#end <= end;
  }

  #container(type: number, end: number, depth: number): string | null {
    const isObject = type === kind.object;
    const parts: string[] = [];
    while (this.at < end) {
      const isLabel = isObject && parts.length % 2 === 0;
      const labelType = this.#bytes[this.at]! & 0x0f;
      if (isLabel && (labelType < kind.text || labelType > kind.textRaw)) return null;
      const part = this.element(end, depth + 1);
      if (part === null) return null;
      parts.push(part);
    }
    if (!isObject) return `[${parts.join(",")}]`;
    if (parts.length % 2 === 1) return null;
    const pairs = parts.flatMap((part, index) =>
      index % 2 === 0 ? [`${part}:${parts[index + 1] ?? ""}`] : [],
    );
    return `{${pairs.join(",")}}`;
  }
}

const literal = (type: number, bytes: number): string | null =>
  bytes > 0 ? null : type === kind.null ? "null" : String(type === kind.true);

function scalar(type: number, text: string): string | null {
  switch (type) {
    case kind.int:
    case kind.float:
      return numberOf(text);
    case kind.int5:
      return integerOf(text);
    case kind.float5:
      return numberOf(
        text
          .replace(/^\+/, "")
          .replace(/^(-?)\./, "$10.")
          .replace(/\.(?!\d)/, ".0"),
      );
    case kind.text:
      return text.includes("\\") ? null : stringOf(text);
    case kind.textJson:
      return stringOf(text);
    case kind.text5:
      return stringOf(text.replaceAll(json5Forms, toJson));
    case kind.textRaw:
      return JSON.stringify(text);
    default:
      return null;
  }
}

/** One number, not several with commas between them. */
const numberOf = (text: string): string | null =>
  /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?$/.test(text) ? text : null;

/** One string, without a quote that would end it. */
function stringOf(inside: string): string | null {
  try {
    const json = `"${inside}"`;
    return typeof JSON.parse(json) === "string" ? json : null;
  } catch {
    return null;
  }
}

/** JSON5 writes integers in hexadecimal, too, and with a plus. Beyond 64 bits SQLite itself takes those for infinite. */
function integerOf(text: string): string | null {
  const [, sign, digits] = /^([-+]?)(0x[0-9a-f]+|\d+)$/i.exec(text) ?? [];
  if (digits === undefined) return null;
  const value = BigInt(digits);
  return /x/i.test(digits) && value >= 2n ** 64n ? null : (sign === "-" ? "-" : "") + value.toString();
}

/** What a string of JSON5 may hold and one of JSON may not (spec.json5.org, section 5.1), and escapes, to be passed over. */
const json5Forms = /\\(?:x[0-9a-fA-F]{2}|\r\n|[^])|"|[^\u0020-\u{10ffff}]/gu;

function toJson(form: string): string {
  if (form === '"') return String.raw`\"`;
  if (!form.startsWith("\\")) return unicodeEscape(form.charCodeAt(0));
  if (form.length === 4) return String.raw`\u00${form.slice(2)}`;
  const letter = form.charAt(1);
  if (/[\n\r\u2028\u2029]/.test(letter)) return "";
  return json5Escapes.get(letter) ?? form;
}

const unicodeEscape = (code: number): string => `\\u${code.toString(16).padStart(4, "0")}`;

const json5Escapes = new Map([
  ["'", "'"],
  ["v", unicodeEscape(0x0b)],
  ["0", unicodeEscape(0)],
]);
