/** Tables that somebody lets stay unproven. */
import { ToolError } from "../../errors.js";
import { quote } from "../../model/identifier.js";
import type { TableVerdict } from "../../model/verdict.js";

/** @throws ToolError `usage` for a name that none of the tables has. */
export function refuseUnknown(names: readonly string[], tables: readonly string[]): void {
  const unknown = names.find((name) => !tables.includes(name));
  if (unknown !== undefined)
    throw new ToolError(
      "usage",
      `There is no table ${quote(unknown)} to compare, which --allow-unproven names.`,
      `There ${tables.length === 1 ? "is" : "are"}: ${tables.map(quote).join(", ")}`,
    );
}

/** Those of tables that may stay unproven are as asked for. */
export const allowing = (
  verdicts: readonly TableVerdict[],
  names: readonly string[],
): readonly TableVerdict[] =>
  verdicts.map((verdict) =>
    verdict.verdict === "unproven" && names.includes(verdict.source) ? { ...verdict, asked: true } : verdict,
  );
