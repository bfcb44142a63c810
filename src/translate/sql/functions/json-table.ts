/** json_each as an item of FROM (sqlite.org/json1.html, section 4.24). */
import { quote, quoteLiteral } from "../../../model/identifier.js";
import { sqlNull } from "../convert.js";
import { jsonValue } from "../json/json-value.js";
import type { ScopeTable } from "../scope.js";
import { atom, worst, type Typed } from "../typed.js";
import { Untranslatable } from "../untranslatable.js";
import { jsonOf } from "./json-argument.js";
import { navigate, pathOf } from "./json-path.js";
import { typeWord } from "./json.js";

export interface JsonTable {
  /** With LATERAL before it and its alias behind it. */
  readonly sql: string;
  /** Without `id`: where an element stands within SQLite's own bytes. */
  readonly table: ScopeTable;
}

/**
 * @param args of the call: JSON and, maybe, a path that is a literal
 * @param alias what its columns may be qualified with, as the source spells it
 * @throws Untranslatable for every other table-valued function
 */
export function jsonTable(name: string, args: readonly Typed[], alias: string): JsonTable {
  if (name.toLowerCase() !== "json_each")
    throw new Untranslatable(
      `the table-valued function ${name}(), for which no equal is known in PostgreSQL`,
    );
  const [value, path] = args;
  if (value === undefined || args.length > 2)
    throw new Untranslatable(`json_each() with ${args.length} arguments`);
  const json = jsonOf(value);
  const root = navigate(json, path === undefined ? [] : pathOf(path));
  if (root === null) throw new Untranslatable("json_each() over a place where nothing can be");
  const source = { volatility: worst([json]) };
  const rootPath = path?.constant?.kind === "text" ? path.constant.text : "$";
  return {
    sql: `LATERAL (${rowsSql(root.bare)}) AS ${quote(alias)} ("key", "value")`,
    table: { name: alias, columns: columnsOf(quote(alias), rootPath, source), rowid: null },
  };
}

/** Of an object its members, of an array its elements, of anything else itself. */
function rowsSql(json: string): string {
  const only = (type: string): string => `CASE jsonb_typeof(${json}) WHEN '${type}' THEN ${json} END`;
  return [
    `SELECT to_jsonb(key), value FROM jsonb_each(${only("object")})`,
    `SELECT to_jsonb(n - 1), value FROM jsonb_array_elements(${only("array")}) WITH ORDINALITY AS element (value, n)`,
    `SELECT NULL, ${json} WHERE jsonb_typeof(${json}) NOT IN ('array', 'object')`,
  ].join(" UNION ALL ");
}

type Source = Pick<Typed, "volatility">;

function columnsOf(alias: string, path: string, source: Source): ScopeTable["columns"] {
  const [key, value] = [`${alias}."key"`, `${alias}."value"`];
  const [keyText, valueText] = [`(${key} #>> '{}')`, `(${value} #>> '{}')`];
  const parts = [source];
  const keyTyped = jsonValue(key, keyText, "text", parts);
  const scalar = `(CASE WHEN jsonb_typeof(${value}) NOT IN ('array', 'object') THEN ${value} END)`;
  const step = `CASE WHEN jsonb_typeof(${key}) = 'number' THEN '[' || ${keyText} || ']' WHEN ${keyText} ~ '^[A-Za-z][A-Za-z0-9]*$' THEN '.' || ${keyText} WHEN ${key} IS NOT NULL THEN '.' || ${key}::text ELSE '' END`;
  // A row has a value, be it JSON's null; what an outer join fills up has none.
  const root = `CASE WHEN ${value} IS NOT NULL THEN ${quoteLiteral(path)} END`;
  return [
    { name: "key", typed: { ...keyTyped, volatility: worst([source, { volatility: "stable" }]) } },
    { name: "value", typed: jsonValue(value, valueText, "text", parts) },
    { name: "type", typed: typeWord(value, valueText, parts) },
    { name: "atom", typed: jsonValue(scalar, `(${scalar} #>> '{}')`, "text", parts) },
    { name: "parent", typed: sqlNull },
    { name: "fullkey", typed: atom("text", `(${root} || ${step})`, parts, { stored: "text" }) },
    { name: "path", typed: atom("text", root, parts, { stored: "text" }) },
  ];
}
