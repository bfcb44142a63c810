/** SQLite's own collations, spelled out (sqlite.org/datatype3.html, section 7). */
import { foldName } from "../../model/identifier.js";
import { binary, operand, type Collation, type CollationName, type Typed } from "./typed.js";
import { Untranslatable } from "./untranslatable.js";

/** @param name as written */
export function collationNamed(name: string): CollationName {
  const upper = name.toUpperCase();
  return upper === "BINARY" || upper === "NOCASE" || upper === "RTRIM" ? upper : "other";
}

/**
 * The collation that a column declares, in upper case.
 *
 * @param collations by folded name, as table-declaration.ts finds them
 */
export const declaredCollation = (collations: ReadonlyMap<string, string>, column: string): string =>
  collations.get(foldName(column)) ?? "BINARY";

/** Which one a comparison takes: COLLATE on either side, then the column on the left, then that on the right. */
export function collationFor(left: Typed, right: Typed): CollationName {
  for (const from of ["explicit", "column"] as const) {
    const side = [left, right].find(({ collation }) => collation.from === from);
    if (side !== undefined) return side.collation.name;
  }
  return "BINARY";
}

/** A text whose bytes compare as SQLite compares the text. @throws Untranslatable */
export function keyUnder(collation: CollationName, text: Typed): string {
  switch (collation) {
    case "BINARY":
      return operand(text);
    case "NOCASE":
      return `lower(${underC(operand(text))})`;
    case "RTRIM":
      return `rtrim(${text.sql}, ' ')`;
    case "other":
      throw new Untranslatable(`a comparison under a collation that the application made: ${text.sql}`);
  }
}

/** The key of a text that is known; null: the application alone makes it. */
export function keyText(collation: CollationName, text: string): string | null {
  switch (collation) {
    case "BINARY":
      return text;
    case "NOCASE":
      return text.replace(/[A-Z]+/g, (some) => some.toLowerCase());
    case "RTRIM":
      return text.replace(/ +$/, "");
    case "other":
      return null;
  }
}

/** A column under a collation of its own is written under this one already. */
const underC = (sql: string): string => (/^\(.* COLLATE "C"\)$/s.test(sql) ? sql : `${sql} COLLATE "C"`);

/** The same, for an order: PostgreSQL would sort by the database's language. */
export const orderKeyUnder = (collation: CollationName, text: Typed): string =>
  collation === "NOCASE" ? keyUnder(collation, text) : `${keyUnder(collation, text)} COLLATE "C"`;

/** A function and `||` have no collation but one that COLLATE names within them: that of a column does not pass through. */
export const collationNamedIn = (args: readonly Typed[]): Collation =>
  args.map(({ collation }) => collation).find(({ from }) => from === "explicit") ?? binary;
