/** Canonical fields of the kinds of text, of enums, bytea and uuid. */
import { asciiText, type CanonicalField, type Misfit, type SourceValue } from "./canonical-field.js";
import { oids } from "./row-bytes.js";
import { measureText } from "./utf8.js";

/** `text` and `citext`, or `varchar(limit)`. Bytes arrive as they are: nothing is trimmed, normalised or folded. */
export const textField = (limit: number | null): CanonicalField => ({
  oid: oids.text,
  write: (value, _isText, out) => {
    const bytes = textBytes(value);
    const misfit = textMisfit(bytes, limit);
    if (misfit !== null) {
      return misfit;
    }
    out.writeBytes(oids.text, bytes);
    return null;
  },
});

/** `char(length)`: without the blanks that fill it up, which PostgreSQL does not tell from a value's own. */
export const characterField = (length: number): CanonicalField => ({
  oid: oids.text,
  write: (value, _isText, out) => {
    const bytes = textBytes(value);
    const characters = measureText(bytes);
    const misfit = textMisfit(bytes, length);
    if (misfit !== null) {
      return misfit;
    }
    let end = bytes.length;
    while (end > 0 && bytes[end - 1] === blank) {
      end -= 1;
    }
    if (end < bytes.length && characters !== length) {
      return `ends with a blank, which does not differ from those that fill up ${length} characters`;
    }
    out.writeBytes(oids.text, bytes.subarray(0, end));
    return null;
  },
});

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
      out.writeBytes(oids.text, bytes);
      return null;
    },
  };
};

const blank = 0x20;

/** Bytes; NAMEDATALEN less one (PostgreSQL documentation, 8.7.4), more in servers that were built so. */
const longestLabel = 1023;

const textBytes = (value: SourceValue): Buffer =>
  Buffer.isBuffer(value) ? value : Buffer.from(numberText(value), "latin1");

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
const numberText = (value: bigint | number): string => {
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
    if (!Buffer.isBuffer(value)) {
      return "is a number, not bytes";
    }
    out.writeBytes(oids.bytea, value);
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

/** 32 digits in any case, hyphens after any group of four, braces or `urn:uuid:` around them (RFC 9562; PostgreSQL 8.12). */
const uuidForm = /^(?:urn:uuid:)?(?:[0-9a-f]{4}-?){7}[0-9a-f]{4}$/i;

const uuidBytes = (value: SourceValue, isText: boolean): Buffer | Misfit => {
  if (!Buffer.isBuffer(value)) {
    return "is a number, not a UUID";
  }
  if (!isText) {
    return value.length === 16 ? value : "is not 16 bytes long";
  }
  const text = asciiText(value);
  const bare = text.startsWith("{") && text.endsWith("}") ? text.slice(1, -1) : text;
  if (!uuidForm.test(bare)) {
    return "is not a UUID";
  }
  return Buffer.from(bare.replace(/^urn:uuid:/i, "").replaceAll("-", ""), "hex");
};
