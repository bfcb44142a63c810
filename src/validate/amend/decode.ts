/** Bytes that a column of the source spells as text, by the mapping's `hex` or `base64`. */
import { bytesOf, isNumber, type CanonicalField, type Misfit } from "../canonical/field.js";

/** The column's field, of the bytes that its texts spell; a BLOB is bytes already. */
export const decodedField = (spelling: "hex" | "base64", field: CanonicalField): CanonicalField => ({
  oid: field.oid,
  write: (value, isText, out) => {
    if (!isText || isNumber(value)) {
      return field.write(value, isText, out);
    }
    const bytes = decode[spelling](bytesOf(value));
    return Buffer.isBuffer(bytes) ? field.write(bytes, false, out) : bytes;
  },
});

type Decode = (text: Buffer) => Buffer | Misfit;

/** Pairs of digits in any case, after `\\x` (as PostgreSQL prints bytea) or `0x`, or alone. */
const fromHex: Decode = (text) => {
  const digits = text.toString("latin1").replace(/^(?:\\x|0x|0X)/, "");
  const bytes = Buffer.from(digits, "hex");
  return digits.length === 2 * bytes.length ? bytes : "is not hexadecimal";
};

/**
 * RFC 4648, sections 4 and 5: both alphabets, padded in full or not at all, without breaks, and with no bits that are
 * left over.
 */
const fromBase64: Decode = (text) => {
  const written = text.toString("latin1");
  const bytes = Buffer.from(written, "base64");
  const canonical = bytes.toString("base64");
  const plain = written.replaceAll("-", "+").replaceAll("_", "/");
  return plain === canonical || plain === canonical.replace(/=+$/, "") ? bytes : "is not base64";
};

const decode: Readonly<Record<"hex" | "base64", Decode>> = { hex: fromHex, base64: fromBase64 };
