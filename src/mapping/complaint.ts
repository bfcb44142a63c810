/** What is wrong with a mapping file: all of it at once, each with its place. */
import { ToolError } from "../errors.js";

/** Keys and indexes from the top of the file. */
export type Path = readonly (string | number)[];

/** Both from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

export interface Complaint {
  readonly position: Position;
  readonly path: Path;
  readonly message: string;
}

/** @param file as it was given. */
export function mappingInvalid(file: string, complaints: readonly Complaint[]): ToolError {
  const sorted = complaints.toSorted(
    (a, b) => a.position.line - b.position.line || a.position.column - b.position.column,
  );
  const lines = sorted.map(
    ({ position, path, message }) =>
      `  ${file}:${position.line}:${position.column}: ${path.length === 0 ? "" : `${path.join(" > ")}: `}${message}`,
  );
  const count = complaints.length === 1 ? "a mistake" : `${complaints.length} mistakes`;
  return new ToolError(
    "mapping-invalid",
    [`The mapping ${file} has ${count}:`, ...lines].join("\n"),
    "docs/mapping.md tells every key; schemas/mapping.schema.json lets an editor check them.",
  );
}

/** `"hexx"`, `the number 3`, `nothing`: what stands where something else was expected. */
export function valueWords(value: unknown): string {
  if (value === null) return "nothing";
  if (typeof value === "number" || typeof value === "boolean") return `the ${typeof value} ${value}`;
  const text = JSON.stringify(value);
  return text.length > mostCharacters ? `${text.slice(0, mostCharacters)}…` : text;
}

const mostCharacters = 60;
