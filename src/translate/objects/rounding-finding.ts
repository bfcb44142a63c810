/** What is said of an object that rounds doubles, in which a half may fall to the other side. */
import type { Finding } from "../../model/finding.js";

type ByDigits = Extract<Finding, { kind: "rounds-by-digits" }>;

/**
 * @param table null: a view
 * @param constructs as they are written; empty: nothing is said
 */
export const roundingFinding = (
  { table, piece, name }: Pick<ByDigits, "piece" | "name"> & ByDigits["at"],
  constructs: readonly string[],
): readonly ByDigits[] =>
  constructs.length === 0 ? [] : [{ kind: "rounds-by-digits", at: { table }, piece, name, constructs }];
