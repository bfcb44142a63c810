/** SQLite's own collations, spelled out (sqlite.org/datatype3.html, section 7). */
import { operand, type Collation, type Typed } from "./typed.js";
import { Untranslatable } from "./untranslatable.js";

/** @throws Untranslatable for a collation that an application made. */
export function collationNamed(name: string): Collation["name"] {
  const upper = name.toUpperCase();
  if (upper === "BINARY" || upper === "NOCASE" || upper === "RTRIM") return upper;
  throw new Untranslatable(`the collation ${name}, which the application made`);
}

/** Which one a comparison takes: COLLATE on either side, then the column on the left, then that on the right. */
export function collationFor(left: Typed, right: Typed): Collation["name"] {
  for (const from of ["explicit", "column"] as const) {
    const side = [left, right].find(({ collation }) => collation.from === from);
    if (side !== undefined) return side.collation.name;
  }
  return "BINARY";
}

/** A text whose bytes compare as SQLite compares the text. */
export function keyUnder(collation: Collation["name"], text: Typed): string {
  switch (collation) {
    case "BINARY":
      return operand(text);
    case "NOCASE":
      return `lower(${operand(text)} COLLATE "C")`;
    case "RTRIM":
      return `rtrim(${text.sql}, ' ')`;
  }
}

/** The same, for an order: PostgreSQL would sort by the database's language. */
export const orderKeyUnder = (collation: Collation["name"], text: Typed): string =>
  collation === "NOCASE" ? keyUnder(collation, text) : `${keyUnder(collation, text)} COLLATE "C"`;
