/** Canonical field of json, which keeps the text, not the value: what is not JSON has no place in it. */
import { oids } from "./row-bytes.js";
import { isNumber, type CanonicalField, type Misfit } from "./field.js";
import { textOfSqliteJsonb } from "./sqlite-jsonb.js";
import { textProblem } from "./utf8.js";

/**
 * Levels of arrays and objects. PostgreSQL's own parser ends where its stack does, from 13,000 on with the default
 * max_stack_depth (measured); nobody's setting may decide what arrives.
 */
export const deepest = 2000;
export const tooDeep: Misfit = `is nested deeper than ${deepest} levels`;

export const jsonField: CanonicalField = {
  oid: oids.text,
  write: (value, isText, out) => {
    if (isNumber(value)) {
      if (!Number.isFinite(Number(value)) || Object.is(value, -0)) {
        return "is infinite or -0.0, which JSON has no number for";
      }
      out.writeText(String(value));
      return null;
    }
    const misfit = misfitOf(value);
    const isBlob = !isText && Buffer.isBuffer(value);
    const decoded = misfit !== null && isBlob ? textOfSqliteJsonb(value) : null;
    const text = decoded ?? value;
    const reason = decoded === null ? misfit : misfitOf(text);
    if (reason !== null) {
      return reason;
    }
    if (typeof text === "string") {
      out.writeText(text);
    } else {
      out.writeBytes(oids.text, text);
    }
    return null;
  },
};

const misfitOf = (json: string | Buffer): Misfit | null => {
  const problem = textProblem(json);
  if (problem !== null) {
    return problem;
  }
  const text = json.toString();
  return isJson(text) ? (depthOf(text) > deepest ? tooDeep : null) : "is not JSON";
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

/** Of valid JSON. By hand: an expression that matches strings would need a stack as long as they are. */
const depthOf = (json: string): number => {
  let depth = 0;
  let most = 0;
  let inString = false;
  for (let at = 0; at < json.length; at += 1) {
    const character = json[at];
    if (character === '"') {
      inString = !inString;
    } else if (inString) {
      at += character === "\\" ? 1 : 0;
    } else if (character === "[" || character === "{") {
      depth += 1;
      most = Math.max(most, depth);
    } else if (character === "]" || character === "}") {
      depth -= 1;
    }
  }
  return most;
};
