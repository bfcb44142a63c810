/** AND, OR, NOT over conditions: the same three truth values on both sides. */
import { atom, operand, operation, type Typed } from "./typed.js";

const joined = (word: "AND" | "OR", terms: readonly Typed[]): Typed => {
  const [first] = terms;
  if (terms.length === 1 && first !== undefined) return first;
  return operation("boolean", terms.map(operand).join(` ${word} `), terms);
};

/** @param terms booleans, one at least */
export const both = (...terms: readonly Typed[]): Typed => joined("AND", terms);
/** @param terms booleans, one at least */
export const either = (...terms: readonly Typed[]): Typed => joined("OR", terms);

/** @param term a boolean */
export function opposite(term: Typed): Typed {
  if (term.sql === "true" || term.sql === "false")
    return atom("boolean", term.sql === "true" ? "false" : "true", [term]);
  return operation("boolean", `NOT ${operand(term)}`, [term]);
}
