/** Functions that read JSON (sqlite.org/json1.html). */
import { sqlNull } from "../convert.js";
import { asBinaryJson, asMadeJson, jsonValue } from "../json/json-value.js";
import { jsonElement } from "../json/json-element.js";
import { atom, kindWords, operand, operation, type Typed } from "../typed.js";
import { Untranslatable } from "../untranslatable.js";
import { jsonOf } from "./json-argument.js";
import { arrowPathOf, navigate, pathOf } from "./json-path.js";
import { scalar, type FunctionFamily } from "./family.js";

const read = ([value]: readonly Typed[]): Typed => asMadeJson(jsonOf(value!));

/** One path gives a value, several an array of what stands at them. */
function extract([value, first, ...others]: readonly Typed[]): Typed {
  const json = jsonOf(value!);
  if (others.length === 0) {
    const found = navigate(json, pathOf(first!));
    return found === null ? sqlNull : jsonValue(found.bare, found.text, "value", [json]);
  }
  const found = [first!, ...others].map((path) => navigate(json, pathOf(path))?.bare ?? "NULL");
  const array = `jsonb_build_array(${found.join(", ")})`;
  return asMadeJson(
    atom("jsonb", `CASE WHEN ${operand(json)} IS NOT NULL THEN ${array} END`, [
      json,
      { volatility: "stable" },
    ]),
  );
}

function arrow([value, path]: readonly Typed[]): Typed {
  const json = jsonOf(value!);
  const found = navigate(json, arrowPathOf(path!));
  return found === null ? sqlNull : asMadeJson(atom("jsonb", found.bare, [json]));
}

function arrowText([value, path]: readonly Typed[]): Typed {
  const json = jsonOf(value!);
  const found = navigate(json, arrowPathOf(path!));
  return found === null ? sqlNull : jsonValue(found.bare, found.text, "text", [json]);
}

/** Of whatever is no array it is 0. */
function arrayLength([value, path]: readonly Typed[]): Typed {
  const json = jsonOf(value!);
  const found = navigate(json, path === undefined ? [] : pathOf(path));
  if (found === null) return sqlNull;
  const { bare } = found;
  const sql = `CASE WHEN jsonb_typeof(${bare}) = 'array' THEN jsonb_array_length(${bare}) WHEN ${bare} IS NOT NULL THEN 0 END`;
  return atom("integer", sql, [json]);
}

/** A number is an integer unless it has a decimal point; SQLite takes 1e2 for a real, and jsonb keeps it as 100. */
function type([value, path]: readonly Typed[]): Typed {
  const json = jsonOf(value!);
  const found = navigate(json, path === undefined ? [] : pathOf(path));
  return found === null ? sqlNull : typeWord(found.bare, found.text, [json]);
}

/** The word for the type of a jsonb, and of its text; both as operands. */
export function typeWord(bare: string, text: string, parts: readonly Pick<Typed, "volatility">[]): Typed {
  const number = `CASE WHEN ${text} LIKE '%.%' THEN 'real' ELSE 'integer' END`;
  const sql = `CASE jsonb_typeof(${bare}) WHEN 'string' THEN 'text' WHEN 'boolean' THEN ${text} WHEN 'number' THEN ${number} ELSE jsonb_typeof(${bare}) END`;
  return atom("text", sql, parts, { json: { of: sql, bare, text, role: "type" } });
}

/** By RFC 8259. PostgreSQL 16 is the first to have IS JSON. */
function valid([value, flags]: readonly Typed[]): Typed {
  if (flags !== undefined && flags.constant?.kind === "integer" && flags.constant.digits !== "1")
    throw new Untranslatable("json_valid() with other flags than 1");
  if (flags !== undefined && flags.constant?.kind !== "integer")
    throw new Untranslatable("json_valid() with flags that are no literal");
  const { kind, stored, sql } = value!;
  switch (kind) {
    case "null":
      return sqlNull;
    case "json":
    case "jsonb":
    case "integer":
    case "text":
      if (stored === "blob" || stored === null) break;
      if (kind === "text") return operation("boolean", `${operand(value!)} IS JSON`, [value!]);
      // JSON by its type, so that only NULL is not true.
      return atom("boolean", `nullif(${operand(value!)} IS NOT NULL, false)`, [value!]);
    default:
  }
  throw new Untranslatable(
    `json_valid() of ${kindWords[kind]}, which SQLite may hold in other forms: ${sql}`,
  );
}

/** NULL is JSON's null. */
function quoted([value]: readonly Typed[]): Typed {
  const element = jsonElement(value!);
  const isJson = element.kind === "jsonb";
  const json = isJson ? element.sql : `to_jsonb(${element.sql})`;
  return asMadeJson(
    atom("jsonb", `coalesce(${json}, 'null')`, isJson ? [element] : [element, { volatility: "stable" }]),
  );
}

const refused = (reason: string) =>
  scalar(0, Infinity, () => {
    throw new Untranslatable(reason);
  });

export const jsonFunctions: FunctionFamily = {
  json: scalar(1, 1, read),
  jsonb: scalar(1, 1, (args) => asBinaryJson(read(args))),
  json_extract: scalar(2, Infinity, extract),
  "->": scalar(2, 2, arrow),
  "->>": scalar(2, 2, arrowText),
  json_array_length: scalar(1, 2, arrayLength),
  json_type: scalar(1, 2, type),
  json_valid: scalar(1, 2, valid),
  json_quote: scalar(1, 1, quoted),
  json_error_position: refused("json_error_position(): PostgreSQL does not tell where JSON is malformed"),
  json_pretty: refused("json_pretty(): PostgreSQL spreads JSON over lines in another way"),
};
