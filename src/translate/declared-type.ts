/**
 * Declared types read by their meaning, not only by affinity. SQLite takes any words for a type; these are
 * the ones that people and ORMs write.
 */
import type { Meaning } from "../model/profile.js";
import type { Affinity } from "../model/sqlite.js";

export interface DeclaredType {
  readonly meaning: Meaning;
  /** The numbers in parentheses: VARCHAR(30) -> [30]. */
  readonly modifiers: readonly number[];
}

interface Rule {
  readonly words: RegExp;
  readonly meaning: Meaning;
}

/** First match wins; tried on the words in capitals, without the parentheses. */
const rules: readonly Rule[] = [
  { words: /\bBOOL(EAN)?\b/, meaning: "boolean" },
  { words: /\bJSONB?\b/, meaning: "json" },
  { words: /\b(UUID|GUID|UNIQUEIDENTIFIER)\b/, meaning: "uuid" },
  { words: /\b((SMALL)?DATETIME2?|DATETIMEOFFSET|TIMESTAMP(TZ)?)\b/, meaning: "timestamp" },
  { words: /^DATE$/, meaning: "date" },
  { words: /^TIME( WITHOUT TIME ZONE)?$/, meaning: "time" },
  { words: /\b(DECIMAL|DEC|NUMERIC|NUMBER|MONEY)\b/, meaning: "numeric" },
  // Both contain INT, which is all that SQLite looks for.
  { words: /\b(INTERVAL|(MULTI)?POINT)\b/, meaning: "any" },
  { words: /(CHAR|CLOB|TEXT|\bSTRING\b)/, meaning: "text" },
  { words: /(BLOB|BYTEA|BINARY)/, meaning: "bytes" },
];

const byAffinity: Readonly<Record<Affinity, Meaning>> = {
  INTEGER: "integer",
  REAL: "real",
  TEXT: "text",
  BLOB: "bytes",
  // NUMERIC is also what SQLite says of words that it does not know.
  NUMERIC: "any",
};

/** @param affinity as SQLite derives it from the same words. */
export function readDeclaredType(declared: string, affinity: Affinity): DeclaredType {
  const [words = "", inside = ""] = declared.toUpperCase().split(/[()]/);
  const trimmed = words.trim().replaceAll(/\s+/g, " ");
  if (trimmed === "" || trimmed === "ANY") return { meaning: "any", modifiers: [] };
  const modifiers = inside.split(",").map((part) => Number.parseInt(part, 10));
  const meaning = rules.find((rule) => rule.words.test(trimmed))?.meaning ?? byAffinity[affinity];
  return { meaning, modifiers: modifiers.every((value) => value >= 0) ? modifiers : [] };
}
