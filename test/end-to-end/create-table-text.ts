/** What no pragma of SQLite tells of a table, counted in its text by a reader of words that knows nothing but brackets. */

interface Word {
  /** As written; quoted names without their quotes. */
  readonly text: string;
  readonly isQuoted: boolean;
  /** How many brackets are open. */
  readonly depth: number;
}

export interface TableText {
  /** Their names; null: it has none. */
  readonly checks: readonly (string | null)[];
  /** Of columns, not of the terms of keys. */
  readonly collations: readonly { readonly column: string; readonly collation: string }[];
  /** How many ON CONFLICT there are but ABORT, which is what happens without one. */
  readonly conflictClauses: number;
}

const tokens =
  /--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|'(?:[^']|'')*'|"((?:[^"]|"")*)"|`((?:[^`]|``)*)`|\[([^\]]*)\]|[\p{L}\p{N}_$.]+|[^\s]/gu;

function wordsOf(sql: string): readonly Word[] {
  const words: Word[] = [];
  let depth = 0;
  for (const [text, ...quoted] of sql.matchAll(tokens)) {
    if (text.startsWith("--") || text.startsWith("/*")) continue;
    if (text === ")") depth -= 1;
    const name = (quoted as (string | undefined)[]).find((each) => each !== undefined);
    words.push({ text: name ?? text, isQuoted: name !== undefined || text.startsWith("'"), depth });
    if (text === "(") depth += 1;
  }
  return words;
}

export function readTableText(sql: string): TableText {
  const words = wordsOf(sql);
  const says = (at: number, ...wanted: readonly string[]): boolean =>
    wanted.every((word, index) => {
      const each = words[at + index];
      return each !== undefined && !each.isQuoted && each.text.toUpperCase() === word;
    });
  const checks: (string | null)[] = [];
  const collations: { column: string; collation: string }[] = [];
  let conflictClauses = 0;
  let column = "";
  for (const [at, word] of words.entries()) {
    if (word.depth !== 1) continue;
    const before = words[at - 1]!;
    if (before.text === "(" || (before.text === "," && !before.isQuoted)) column = word.text;
    if (says(at, "CHECK", "(")) checks.push(says(at - 2, "CONSTRAINT") ? before.text : null);
    if (says(at, "COLLATE")) collations.push({ column, collation: words[at + 1]!.text.toUpperCase() });
    if (says(at, "ON", "CONFLICT") && !says(at + 2, "ABORT")) conflictClauses += 1;
  }
  return { checks, collations, conflictClauses };
}
