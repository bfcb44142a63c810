/** Whether a file has the keys and kinds of values that schema.ts tells. */
import { z } from "zod";
import { nearest } from "../model/nearest.js";
import { valueWords, type Complaint, type Path } from "./complaint.js";
import type { YamlDocument } from "./document.js";
import { columnRule, mappingFile, typeRule } from "./schema.js";

/** Every slip, and not only the first. */
export const shapeComplaints = (document: YamlDocument): readonly Complaint[] =>
  (mappingFile.safeParse(withCheckedKeys(document.value)).error?.issues ?? []).flatMap((issue) => {
    // Maps of YAML have no symbols for keys.
    const path = (issue.path as Path).map(asWritten);
    if (issue.code === "unrecognized_keys")
      return issue.keys.map((key) => unknownKey(document, [...path, asWritten(key)], knownKeys(path)));
    return [
      { position: document.valueAt(path), path, message: expectedWords(issue.message, path, document) },
    ];
  });

/** zod passes over a key of this name without a word; a table or column may have it. */
const passedOver = "__proto__";
/** What it is checked as. */
const standIn = "\0__proto__";

const asWritten = <Step extends string | number>(step: Step): Step | typeof passedOver =>
  step === standIn ? passedOver : step;

function withCheckedKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withCheckedKeys);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key === passedOver ? standIn : key, withCheckedKeys(inner)]),
  );
}

function expectedWords(expected: string, path: Path, { value }: YamlDocument): string {
  const found = inside(value, path);
  if (found === undefined) return `this key is missing; expected ${expected}`;
  const isPlain = typeof found === "number" || typeof found === "boolean";
  const inQuotes = expected === "text" && isPlain ? `; in quotes, "${found}", it would be` : "";
  return `expected ${expected}, not ${valueWords(found)}${inQuotes}`;
}

function unknownKey(document: YamlDocument, path: Path, known: readonly string[]): Complaint {
  const key = String(path.at(-1));
  return {
    position: document.keyAt(path),
    path: path.slice(0, -1),
    message: `unknown key ${JSON.stringify(key)}${keyHint(key, inside(document.value, path), known)}`,
  };
}

function keyHint(key: string, value: unknown, known: readonly string[]): string {
  const isOfColumn = Object.hasOwn(columnRule.shape, key);
  if (isOfColumn && known.includes("nul"))
    return Object.hasOwn(typeRule.shape, key)
      ? "; it is for columns and declared types"
      : "; it is for a column by its name";
  const near = nearest(key, known);
  if (near !== null) return `; did you mean ${JSON.stringify(near)}?`;
  if (Object.hasOwn(mappingFile.shape, key)) return "; it stands at the top of the file";
  // A map may be the rule for something, one key too far out.
  const isRule = typeof value === "object" && value !== null && !Array.isArray(value);
  if (known.includes("columns") && (isRule || isOfColumn))
    return '; columns, and what is said of them, stand under "columns"';
  return known.includes("tables") && isRule ? '; tables stand under "tables"' : "";
}

/** The keys that the map at a path may have. */
function knownKeys(path: Path): readonly string[] {
  let schema: unknown = mappingFile;
  for (const step of [...path, null]) {
    while (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable) schema = schema.unwrap();
    if (schema instanceof z.ZodRecord) schema = schema.valueType;
    else if (schema instanceof z.ZodObject && step === null) return Object.keys(schema.shape);
    else if (schema instanceof z.ZodObject) schema = (schema.shape as Record<string, unknown>)[String(step)];
  }
  return [];
}

function inside(value: unknown, path: Path): unknown {
  let found = value;
  for (const step of path) found = (found as Record<string | number, unknown> | null | undefined)?.[step];
  return found;
}
