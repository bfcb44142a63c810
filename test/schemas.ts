/** The JSON Schemas that come with sqlift, and what they say of documents. */
import { readFileSync } from "node:fs";
import { Ajv2020, type ErrorObject } from "ajv/dist/2020.js";

/** @param name of a file in schemas/, e.g. `report` */
export const schemaNamed = (name: string): object =>
  JSON.parse(readFileSync(new URL(`../schemas/${name}.schema.json`, import.meta.url), "utf8")) as object;

/** @returns what is wrong with a document, as a script reads it; empty: nothing. */
export function checkedBy(schema: object): (document: unknown) => readonly ErrorObject[] {
  const check = new Ajv2020({
    strict: true,
    strictTypes: false,
    strictRequired: false,
    allErrors: true,
  }).compile(schema);
  return (document) => {
    check(JSON.parse(JSON.stringify(document)));
    return check.errors ?? [];
  };
}
