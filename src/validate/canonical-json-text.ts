/** Canonical field of json, which keeps the text, not the value: what is not JSON has no place in it. */
import { oids } from "./row-bytes.js";
import type { CanonicalField } from "./canonical-field.js";
import { measureText } from "./utf8.js";

export const jsonField: CanonicalField = {
  oid: oids.text,
  write: (value, _isText, out) => {
    if (!Buffer.isBuffer(value)) {
      if (!Number.isFinite(Number(value)) || Object.is(value, -0)) {
        return "is infinite or -0.0, which JSON has no number for";
      }
      out.writeText(String(value));
      return null;
    }
    const measured = measureText(value);
    if (typeof measured === "string") {
      return measured;
    }
    if (!isJson(value.toString("utf8"))) {
      return "is not JSON";
    }
    out.writeBytes(oids.text, value);
    return null;
  },
};

/** JSON.parse takes what json takes (RFC 8259), \u0000, half surrogate pairs and numbers of any size too. */
const isJson = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};
