/** JSON of many rows (sqlite.org/json1.html, sections 4.22 and 4.23). */
import { jsonElement } from "../json/json-element.js";
import { asBinaryJson, asMadeJson } from "../json/json-value.js";
import { atom, type Typed } from "../typed.js";
import { aggregate, aggregateSql, type FunctionCall, type FunctionFamily } from "./family.js";
import { keyOf } from "./json-argument.js";

type Translate = (args: readonly Typed[], call: FunctionCall) => Typed;

const stable = { volatility: "stable" } as const;

/** Of no rows it is empty, not NULL. */
const array: Translate = ([value], call) => {
  const element = jsonElement(value!);
  const sql = aggregateSql("jsonb_agg", element.sql, call);
  return asMadeJson(atom("jsonb", `coalesce(${sql}, '[]')`, [element, stable]));
};

/** A key that is NULL is left out in SQLite, and an error in PostgreSQL. */
const object: Translate = ([key, value], call) => {
  const [name, element] = [keyOf(key!), jsonElement(value!)];
  const sql = aggregateSql("jsonb_object_agg", `${name.sql}, ${element.sql}`, call);
  return asMadeJson(atom("jsonb", `coalesce(${sql}, '{}')`, [name, element, stable]));
};

const binary =
  (make: Translate): Translate =>
  (args, call) =>
    asBinaryJson(make(args, call));

export const jsonAggregates: FunctionFamily = {
  json_group_array: aggregate(1, 1, array),
  jsonb_group_array: aggregate(1, 1, binary(array)),
  json_group_object: aggregate(2, 2, object),
  jsonb_group_object: aggregate(2, 2, binary(object)),
};
