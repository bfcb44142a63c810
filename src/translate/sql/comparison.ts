/** The operators of comparisons, and what a comparison comes to in PostgreSQL. */

export type Comparison = "=" | "<>" | "<" | "<=" | ">" | ">=";
/** IS and IS NOT: comparisons that know NULL. */
export type Sameness = "IS NOT DISTINCT FROM" | "IS DISTINCT FROM";

/** Both sides as PostgreSQL compares them, or what the outcome is wherever neither is NULL. */
export type Sides =
  | { readonly left: string; readonly operator: Comparison; readonly right: string }
  | { readonly always: boolean };

/** @param sign below 0 where what is on the left comes first, 0 where both are equal */
export function ordered(sign: number, operator: Comparison): boolean {
  switch (operator) {
    case "=":
      return sign === 0;
    case "<>":
      return sign !== 0;
    case "<":
      return sign < 0;
    case "<=":
      return sign <= 0;
    case ">":
      return sign > 0;
    case ">=":
      return sign >= 0;
  }
}

export const mirrored: Readonly<Record<Comparison, Comparison>> = {
  "=": "=",
  "<>": "<>",
  "<": ">",
  "<=": ">=",
  ">": "<",
  ">=": "<=",
};
