/** Canonical field of jsonb: its text as PostgreSQL prints it. */
import { decimalOfDouble, plainText } from "./decimal.js";
import { isNumber, type CanonicalField, type Misfit } from "./field.js";
import { JsonbShapes } from "./jsonb-shapes.js";
import { JsonbText } from "./jsonb-text.js";
import { oids, type RowBytes } from "./row-bytes.js";
import { textOfSqliteJsonb } from "./sqlite-jsonb.js";
import { textProblem } from "./utf8.js";

const jsonb = new JsonbText();
const shapes = new JsonbShapes();

export const jsonbField: CanonicalField = {
  oid: oids.text,
  write: (value, isText, out) => {
    if (isNumber(value)) {
      const text = numberText(value);
      if (text === null) {
        return "is infinite or -0.0, which jsonb has no number for";
      }
      out.writeJsonb(Buffer.from(text, "latin1"));
      return null;
    }
    const shape = typeof value === "string" ? shapes.ofText(value) : null;
    if (shape !== null) {
      out.writeShortJsonb(shape);
      return null;
    }
    const misfit = jsonbMisfit(value);
    if (misfit === null) {
      out.writeJsonb(jsonb.bytes, jsonb.length);
      shapes.learn(value, jsonb);
      return null;
    }
    return isText || typeof value === "string" ? misfit : writeDecoded(value, misfit, out);
  },
};

/** Of SQLite's binary JSON. */
const writeDecoded = (value: Buffer, misfit: Misfit, out: RowBytes): Misfit | null => {
  const decoded = textOfSqliteJsonb(value);
  const reason = decoded === null ? misfit : jsonb.read(decoded);
  if (reason === null) {
    out.writeJsonb(jsonb.bytes, jsonb.length);
  }
  return reason;
};

/** Writes the text from `start` to `end` as the next field where that is short work; else writes nothing and returns false. */
export const writeStoredJsonb = (bytes: Buffer, start: number, end: number, out: RowBytes): boolean => {
  const shape = shapes.ofBytes(bytes, start, end);
  if (shape !== null) {
    out.writeShortJsonb(shape);
  }
  return shape !== null;
};

/** Why a JSON text has no place in jsonb; null if it has one. */
export const jsonbMisfit = (json: string | Buffer): Misfit | null => textProblem(json) ?? jsonb.read(json);

const numberText = (value: bigint | number): string | null => {
  if (typeof value === "bigint") {
    return String(value);
  }
  return Number.isFinite(value) && !Object.is(value, -0) ? plainText(decimalOfDouble(value)) : null;
};
