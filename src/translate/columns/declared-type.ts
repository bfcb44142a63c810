/**
 * Declared types read by their meaning, not only by affinity. SQLite takes any words for a type; these are
 * the ones that people and ORMs write.
 */
import type { Meaning } from "../../model/profile.js";
import type { Affinity } from "../../model/sqlite.js";

export interface DeclaredType {
  readonly meaning: Meaning;
  /** The numbers in parentheses: VARCHAR(30) -> [30]. */
  readonly modifiers: readonly number[];
}

interface Rule {
  readonly words: RegExp;
  readonly meaning: Meaning;
}

/** First match wins; tried on the words in capitals, without parentheses, comments and underscores. */
const rules: readonly Rule[] = [
  { words: /\bBOOL(EAN)?\b/, meaning: "boolean" },
  { words: /\bJSONB?\b/, meaning: "json" },
  { words: /\b(UUID|GUID|UNIQUEIDENTIFIER)\b/, meaning: "uuid" },
  { words: /\b((SMALL)?DATE ?TIME2?|DATETIMEOFFSET|TIMESTAMP(T?Z)?)\b/, meaning: "timestamp" },
  { words: /^DATE( TEXT)?$/, meaning: "date" },
  { words: /^TIME( WITHOUT TIME ZONE)?( TEXT)?$/, meaning: "time" },
  { words: /\b(DECIMAL|DEC|NUMERIC|NUMBER|(SMALL)?MONEY)\b/, meaning: "numeric" },
  // FLOATING POINT is an INTEGER to SQLite, by its last letters (sqlite.org/datatype3.html, section 3.1.1).
  { words: /\b(REAL|DOUBLE|FLOAT[48]?|FLOATING POINT)\b/, meaning: "real" },
  {
    words: /\b((UN)?SIGNED|U|TINY|SMALL|MEDIUM|MIDDLE|BIG|LONG|HUGE)*INT(EGER)?[0-9]*((UN)?SIGNED)?\b/,
    meaning: "integer",
  },
  { words: /\b(SMALL|BIG)?SERIAL[248]?\b/, meaning: "integer" },
  // Other words with INT in them, which is all that SQLite looks for: INTERVAL, POINT, CHARINT.
  { words: /INT/, meaning: "any" },
  { words: /(CHAR|CLOB|TEXT|\bSTRING\b)/, meaning: "text" },
  { words: /(BLOB|BYTEA|BINARY)/, meaning: "bytes" },
];

const byAffinity: Readonly<Record<Affinity, Meaning>> = {
  // INT within the parentheses alone: ENUM('INT', ...).
  INTEGER: "any",
  REAL: "real",
  TEXT: "text",
  BLOB: "bytes",
  // NUMERIC is also what SQLite says of words that it does not know.
  NUMERIC: "any",
};

/** @param affinity as SQLite derives it from the same words. */
export function readDeclaredType(declared: string, affinity: Affinity): DeclaredType {
  const text = declared.toUpperCase().replaceAll(/\/\*[^]*?(\*\/|$)|--[^\n]*/g, " ");
  const words = text
    .replaceAll(/\([^)]*(\)|$)/g, " ")
    .replaceAll("_", " ")
    .replaceAll(/\s+/g, " ")
    .trim();
  if (words === "" || words === "ANY") return { meaning: "any", modifiers: [] };
  const meaning = rules.find((rule) => rule.words.test(words))?.meaning ?? byAffinity[affinity];
  return { meaning, modifiers: modifiersOf(text) };
}

/** Whole numbers or none at all: DECIMAL(10.2) and NUMERIC(-5,2) say nothing that can be kept. */
function modifiersOf(text: string): readonly number[] {
  const inside = /\(([^)]*)\)/.exec(text)?.[1] ?? "";
  const parts = inside.split(",").map((part) => part.trim());
  return parts.every((part) => /^\+?[0-9]+$/.test(part)) ? parts.map(Number) : [];
}
