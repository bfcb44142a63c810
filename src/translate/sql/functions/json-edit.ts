/** Functions that make JSON, and that change some (sqlite.org/json1.html). */
import { quoteLiteral } from "../../../model/identifier.js";
import { sqlNull } from "../convert.js";
import { jsonElement } from "../json/json-element.js";
import { asBinaryJson, asMadeJson } from "../json/json-value.js";
import { atom, operand, type Typed } from "../typed.js";
import { Untranslatable } from "../untranslatable.js";
import { scalar, type FunctionFamily } from "./family.js";
import { jsonOf, keyOf } from "./json-argument.js";
import { pathOf, type JsonStep } from "./json-path.js";

/** jsonb_build_array and its kin go by settings of the session in what they make of times. */
const stable = { volatility: "stable" } as const;

function array(args: readonly Typed[]): Typed {
  const elements = args.map(jsonElement);
  return asMadeJson(
    atom("jsonb", `jsonb_build_array(${elements.map(({ sql }) => sql).join(", ")})`, [...elements, stable]),
  );
}

/** Of a key that comes twice SQLite keeps both. */
function object(args: readonly Typed[]): Typed {
  if (args.length % 2 !== 0) throw new Untranslatable("json_object() with a key that has no value");
  const members = args.map((arg, index) => (index % 2 === 0 ? keyOf(arg) : jsonElement(arg)));
  const keys = members.filter((_, index) => index % 2 === 0).map(({ sql }) => sql);
  if (new Set(keys).size < keys.length) throw new Untranslatable("json_object() with one key twice");
  return asMadeJson(
    atom("jsonb", `jsonb_build_object(${members.map(({ sql }) => sql).join(", ")})`, [...members, stable]),
  );
}

/** What stands behind JSON in json_set and its kin: paths with their values. */
function* pairs(name: string, args: readonly Typed[]): Generator<readonly [string[], Typed]> {
  if (args.length % 2 !== 0) throw new Untranslatable(`${name}() with a path that has no value`);
  for (let at = 0; at < args.length; at += 2) yield [keysOf(name, args[at]!), newValue(args[at + 1]!)];
}

/**
 * The keys of a path. PostgreSQL takes digits for an element where it finds an array, SQLite only in brackets.
 *
 * @throws Untranslatable
 */
function keysOf(name: string, path: Typed): string[] {
  const steps = pathOf(path);
  const keys = steps.flatMap((step: JsonStep) =>
    "key" in step && !/^[+-]?[0-9\s]*$/.test(step.key) ? [step.key] : [],
  );
  if (keys.length === 0 || keys.length < steps.length)
    throw new Untranslatable(`${name}() at a place in an array or at the whole`);
  return keys;
}

function newValue(typed: Typed): Typed {
  const element = jsonElement(typed);
  if (typed.kind === "null") return atom("jsonb", "'null'", []);
  if (element.kind === "jsonb") return atom("jsonb", `coalesce(${element.sql}, 'null')`, [element]);
  const json = `to_jsonb(${element.sql})`;
  return atom("jsonb", typed.constant === null ? `coalesce(${json}, 'null')` : json, [element, stable]);
}

/** SQLite makes the objects on the way as well, PostgreSQL does not. */
function single(name: string, keys: readonly string[]): string {
  const [key] = keys;
  if (key === undefined || keys.length > 1)
    throw new Untranslatable(`${name}() at a place within an object within it`);
  return key;
}

const textArray = (keys: readonly string[]): string =>
  quoteLiteral(
    `{${keys.map((key) => (/^[A-Za-z_]\w*$/.test(key) && !/^null$/i.test(key) ? key : JSON.stringify(key))).join(",")}}`,
  );

type Edit = (json: string, keys: readonly string[], value: string) => string;

const editing =
  (name: string, edit: Edit) =>
  ([value, ...changes]: readonly Typed[]): Typed => {
    let json = jsonOf(value!);
    for (const [keys, fresh] of pairs(name, changes))
      json = atom("jsonb", edit(operand(json), keys, fresh.sql), [json, fresh]);
    return asMadeJson(json);
  };

const set = editing("json_set", (json, keys, value) => {
  const key = textArray([single("json_set", keys)]);
  return `jsonb_set(${json}, ${key}, ${value})`;
});

const replace = editing(
  "json_replace",
  (json, keys, value) => `jsonb_set(${json}, ${textArray(keys)}, ${value}, false)`,
);

const insert = editing("json_insert", (json, keys, value) => {
  const key = single("json_insert", keys);
  return `CASE WHEN ${json} ? ${quoteLiteral(key)} THEN ${json} ELSE jsonb_set(${json}, ${textArray([key])}, ${value}) END`;
});

function remove([value, ...paths]: readonly Typed[]): Typed {
  const json = jsonOf(value!);
  if (json.kind === "null") return sqlNull;
  const sql = paths.reduce(
    (from, path) => `${from} #- ${textArray(keysOf("json_remove", path))}`,
    operand(json),
  );
  return asMadeJson(paths.length === 0 ? json : atom("jsonb", `(${sql})`, [json]));
}

/** A merge patch (RFC 7396) is || where nothing in it is taken away and nothing is merged further down. */
function patch([value, change]: readonly Typed[]): Typed {
  const json = jsonOf(value!);
  const members = change!.constant?.kind === "text" ? flatObject(change!.constant.text) : null;
  if (members === null)
    throw new Untranslatable(
      "json_patch() with a patch that is no literal of one level, or that removes keys",
    );
  const [from, literal] = [operand(json), operand(jsonOf(change!))];
  return asMadeJson(
    atom(
      "jsonb",
      `CASE WHEN jsonb_typeof(${from}) = 'object' THEN ${from} || ${literal} WHEN ${from} IS NOT NULL THEN ${literal} END`,
      [json],
    ),
  );
}

function flatObject(text: string): object | null {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null || Array.isArray(value)) return null;
    const isFlat = Object.values(value).every(
      (member) => member !== null && (typeof member !== "object" || Array.isArray(member)),
    );
    return isFlat ? value : null;
  } catch {
    return null;
  }
}

const binary =
  (make: (args: readonly Typed[]) => Typed) =>
  (args: readonly Typed[]): Typed =>
    asBinaryJson(make(args));

export const jsonEditFunctions: FunctionFamily = {
  json_array: scalar(0, Infinity, array),
  jsonb_array: scalar(0, Infinity, binary(array)),
  json_object: scalar(0, Infinity, object),
  jsonb_object: scalar(0, Infinity, binary(object)),
  json_set: scalar(1, Infinity, set),
  jsonb_set: scalar(1, Infinity, binary(set)),
  json_replace: scalar(1, Infinity, replace),
  jsonb_replace: scalar(1, Infinity, binary(replace)),
  json_insert: scalar(1, Infinity, insert),
  jsonb_insert: scalar(1, Infinity, binary(insert)),
  json_remove: scalar(1, Infinity, remove),
  jsonb_remove: scalar(1, Infinity, binary(remove)),
  json_patch: scalar(2, 2, patch),
  jsonb_patch: scalar(2, 2, binary(patch)),
};
