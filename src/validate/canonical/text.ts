/** Canonical fields of the kinds of text, of enums, bytea and uuid. */
import { asciiText, bytesOf, isNumber, type CanonicalField, type Misfit, type SourceValue } from "./field.js";
import { oids, type RowBytes } from "./row-bytes.js";
import { measureText } from "./utf8.js";

/** `text` and `citext`, or `varchar(limit)`. Bytes arrive as they are: nothing is trimmed, normalised or folded. */
export const textField = (limit: number | null): CanonicalField => ({
  oid: oids.text,
  write: (value, _isText, out) => {
    if (typeof value === "string" && fitsAtOnce(value, limit)) {
      out.writeText(value);
      return null;
    }
    const bytes = textBytes(value);
    return textMisfit(bytes, limit) ?? writeBytes(bytes, out);
  },
});

/** Whether a string is seen to fit without counting its characters, of which there are no more than units of UTF-16. */
const fitsAtOnce = (text: string, limit: number | null): boolean =>
  (limit === null || text.length <= limit) && !text.includes("\0");

const writeBytes = (bytes: Buffer, out: RowBytes): null => {
  out.writeBytes(oids.text, bytes);
  return null;
};

/** `char(length)`, without the blanks that fill it up: PostgreSQL does not tell them from blanks of the value's own. */
export const characterField = (length: number): CanonicalField => ({
  oid: oids.text,
  write: (value, _isText, out) => {
    if (typeof value === "string" && fitsAtOnce(value, length) && !value.endsWith(" ")) {
      out.writeText(value);
      return null;
    }
    const bytes = textBytes(value);
    const misfit = textMisfit(bytes, length);
    if (misfit !== null) {
      return misfit;
    }
    return bytes.at(-1) === blank
      ? `ends with a blank, which does not differ from those that fill up ${length} characters`
      : writeBytes(bytes, out);
  },
});

/** `varchar(limit)` of what is left of longer texts. */
export const cutTextField = (limit: number): CanonicalField => cutField(limit, (bytes) => bytes);

/** `char(length)` of what is left of longer texts, and of blanks at the end, which are those that fill it up. */
export const cutCharacterField = (length: number): CanonicalField =>
  cutField(length, (bytes) => {
    let end = bytes.length;
    while (end > 0 && bytes[end - 1] === blank) {
      end -= 1;
    }
    return bytes.subarray(0, end);
  });

const cutField = (limit: number, ended: (bytes: Buffer) => Buffer): CanonicalField => ({
  oid: oids.text,
  write: (value, _isText, out) => {
    const bytes = textBytes(value);
    return textMisfit(bytes, null) ?? writeBytes(ended(firstCharacters(bytes, limit)), out);
  },
});

/** Of valid UTF-8. */
const firstCharacters = (bytes: Buffer, count: number): Buffer => {
  let characters = 0;
  for (const [at, byte] of bytes.entries()) {
    const isStart = (byte & 0xc0) !== 0x80;
    if (isStart && characters === count) {
      return bytes.subarray(0, at);
    }
    characters += isStart ? 1 : 0;
  }
  return bytes;
};

/** As text, if it is one of the labels. */
export const enumField = (labels: readonly string[]): CanonicalField => {
  const known = new Set(labels.map((label) => Buffer.from(label, "utf8").toString("latin1")));
  return {
    oid: oids.text,
    write: (value, _isText, out) => {
      const bytes = textBytes(value);
      if (bytes.length > longestLabel || !known.has(bytes.toString("latin1"))) {
        return "is none of the labels";
      }
      return writeBytes(bytes, out);
    },
  };
};

const blank = 0x20;

/** Bytes; NAMEDATALEN less one (PostgreSQL documentation, 8.7.4), more in servers that were built so. */
const longestLabel = 1023;

const textBytes = (value: SourceValue): Buffer =>
  isNumber(value) ? Buffer.from(numberText(value), "latin1") : bytesOf(value);

const textMisfit = (bytes: Buffer, limit: number | null): Misfit | null => {
  const characters = measureText(bytes);
  if (typeof characters === "string") {
    return characters;
  }
  return limit !== null && characters > limit
    ? `is ${characters} characters long, longer than ${limit}`
    : null;
};

/**
 * A number in a column of text: an INTEGER's digits; of a REAL the shortest digits that read back the same double, with
 * `.0` where they would look like an INTEGER (whole numbers below 1e15), else as JavaScript prints them; `Inf` and
 * `-Inf` as SQLite prints them.
 */
export const numberText = (value: bigint | number): string => {
  if (typeof value === "bigint") {
    return String(value);
  }
  if (!Number.isFinite(value)) {
    return value > 0 ? "Inf" : "-Inf";
  }
  if (!Number.isInteger(value) || Math.abs(value) >= 1e15) {
    return String(value);
  }
  return Object.is(value, -0) ? "-0.0" : `${value}.0`;
};

export const byteaField: CanonicalField = {
  oid: oids.bytea,
  write: (value, _isText, out) => {
    if (isNumber(value)) {
      return "is a number, not bytes";
    }
    out.writeBytes(oids.bytea, bytesOf(value));
    return null;
  },
};

export const uuidField: CanonicalField = {
  oid: oids.uuid,
  write: (value, isText, out) => {
    const bytes = uuidBytes(value, isText);
    if (typeof bytes === "string") {
      return bytes;
    }
    out.writeBytes(oids.uuid, bytes);
    return null;
  },
};

/** 32 digits in any case, hyphens after any group of four, braces around them (PostgreSQL documentation, 8.12). */
const uuidForm = /^(?:[0-9a-f]{4}-?){7}[0-9a-f]{4}$/i;

const uuidBytes = (value: SourceValue, isText: boolean): Buffer | Misfit => {
  if (isNumber(value)) {
    return "is a number, not a UUID";
  }
  if (!isText && Buffer.isBuffer(value)) {
    return value.length === 16 ? value : "is not 16 bytes long";
  }
  const text = asciiText(value);
  const bare = text.startsWith("{") && text.endsWith("}") ? text.slice(1, -1) : text;
  if (!uuidForm.test(bare)) {
    return "is not a UUID";
  }
  return Buffer.from(bare.replaceAll("-", ""), "hex");
};
