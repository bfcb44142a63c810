/** Values of SQL as values of JSON (sqlite.org/json1.html, section 3.4). */
import { quoteLiteral } from "../../../model/identifier.js";
import { textOf } from "../convert.js";
import { roleOf } from "./json-value.js";
import { atom, isFlag, isNumber, kindWords, recast, type Typed } from "../typed.js";
import { Untranslatable } from "../untranslatable.js";

/** Whether a value out of JSON could be this as well. */
export const fitsJson = (typed: Typed): boolean =>
  typed.kind === "jsonvalue" || typed.kind === "text" || isNumber(typed) || isFlag(typed);

/** As a jsonb. @throws Untranslatable for what has no place in JSON, or another spelling there. */
export function asJsonValue(typed: Typed): Typed {
  const { constant, kind } = typed;
  if (kind === "jsonvalue") return typed;
  switch (constant?.kind) {
    case "text":
      return atom("jsonvalue", `${quoteLiteral(JSON.stringify(constant.text))}::jsonb`, []);
    case "integer":
      return atom("jsonvalue", `'${constant.digits}'::jsonb`, []);
    case "real":
      if (!Number.isFinite(constant.value)) break;
      return atom("jsonvalue", `'${constant.value}'::jsonb`, []);
    default:
  }
  return atom("jsonvalue", `to_jsonb(${jsonElement(typed).sql})`, [typed, { volatility: "stable" }]);
}

/**
 * As an argument of to_jsonb, jsonb_build_array and their kin, which make JSON of it. An infinite double becomes a word there,
 * and 9e999 in SQLite.
 *
 * @throws Untranslatable
 */
export function jsonElement(typed: Typed): Typed {
  const { kind, constant } = typed;
  if (kind === "null") return recast(typed, "jsonb", "jsonb");
  if (constant?.kind === "text") return recast(typed, "text", "text");
  if (constant?.kind === "real" && !Number.isFinite(constant.value))
    throw new Untranslatable("an infinite number within JSON");
  if (isNumber(typed)) return typed;
  if (isFlag(typed)) return recast(typed, "integer", "int");
  switch (kind) {
    case "jsonvalue":
      if (roleOf(typed) !== "value") break;
      return atom(
        "jsonb",
        `CASE ${typed.sql} WHEN 'true' THEN '1' WHEN 'false' THEN '0' ELSE ${typed.sql} END`,
        [typed],
      );
    case "json":
    case "jsonb":
      if (roleOf(typed) === "json") return typed;
      throw new Untranslatable(
        `${typed.sql} within JSON, where SQLite takes it for a text; json(${typed.column?.name ?? "…"}) would be JSON`,
      );
    case "jsontext":
      break;
    case "bytes":
      throw new Untranslatable(`bytes within JSON, which SQLite refuses: ${typed.sql}`);
    default:
      return textOf(typed);
  }
  throw new Untranslatable(
    `${kindWords[kind]} within JSON, of which nobody knows whether SQLite takes it for a text: ${typed.sql}`,
  );
}
