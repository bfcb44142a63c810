/** Canonical field of jsonb: its text as PostgreSQL prints it. */
import { decimalOfDouble, plainText } from "./decimal.js";
import { isNumber, type CanonicalField, type Misfit } from "./field.js";
import { JsonbText } from "./jsonb-text.js";
import { oids } from "./row-bytes.js";
import { textOfSqliteJsonb } from "./sqlite-jsonb.js";
import { textProblem } from "./utf8.js";

const jsonb = new JsonbText();

export const jsonbField: CanonicalField = {
  oid: oids.text,
  write: (value, isText, out) => {
    if (isNumber(value)) {
      const text = numberText(value);
      if (text === null) {
        return "is infinite or -0.0, which jsonb has no number for";
      }
      out.writeText(text);
      return null;
    }
    let misfit = jsonbMisfit(value);
    if (misfit !== null && !isText && Buffer.isBuffer(value)) {
      const decoded = textOfSqliteJsonb(value);
      misfit = decoded === null ? misfit : jsonb.read(decoded);
    }
    if (misfit === null) {
      out.writeBytes(oids.text, jsonb.bytes, jsonb.length);
    }
    return misfit;
  },
};

/** Why a JSON text has no place in jsonb; null if it has one. */
export const jsonbMisfit = (json: string | Buffer): Misfit | null => textProblem(json) ?? jsonb.read(json);

const numberText = (value: bigint | number): string | null => {
  if (typeof value === "bigint") {
    return String(value);
  }
  return Number.isFinite(value) && !Object.is(value, -0) ? plainText(decimalOfDouble(value)) : null;
};
