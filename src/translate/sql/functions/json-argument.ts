/** What the JSON functions take for JSON. */
import { textOf } from "../convert.js";
import { byType, formsOf } from "../json/json-value.js";
import { atom, kindWords, recast, type Typed } from "../typed.js";
import { Untranslatable } from "../untranslatable.js";

/**
 * As a jsonb: a column of JSON, or a text that is read as JSON; one that is none is an error on both sides. SQLite reads JSON5
 * besides, which is an error in PostgreSQL.
 *
 * @throws Untranslatable
 */
export function jsonOf(typed: Typed): Typed {
  const { kind, constant } = typed;
  switch (kind) {
    case "jsonb":
      return typed;
    case "null":
    case "json":
      return recast(typed, "jsonb", "jsonb");
    case "jsonvalue":
      return readAgain(typed);
    case "text":
      if (constant?.kind === "text" && !isJson(constant.text))
        throw new Untranslatable(`${typed.sql} as JSON, which it is not`);
      return { ...recast(textOf(typed), "jsonb", "jsonb"), constant: null };
    default:
      throw new Untranslatable(`${kindWords[kind]} as JSON: ${typed.sql}`);
  }
}

/** A text out of JSON is read as JSON once more. */
function readAgain(typed: Typed): Typed {
  const { bare, text } = formsOf(typed);
  const same = bare;
  const sql = byType(typed, {
    number: same,
    boolean: `${text}::boolean::int::text::jsonb`,
    string: `${text}::jsonb`,
    array: same,
    object: same,
  });
  return atom("jsonb", sql, [typed]);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** A key for an object. @throws Untranslatable SQLite takes no other values than texts for keys. */
export function keyOf(typed: Typed): Typed {
  if (typed.kind !== "text") throw new Untranslatable(`${kindWords[typed.kind]} as a key of JSON`);
  const text = textOf(typed);
  return typed.constant === null ? text : recast(text, "text", "text");
}
