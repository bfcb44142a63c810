/** What is said of a mapping text: the lines of the error, without the file's name. */
import { ToolError } from "../../src/errors.js";
import { parseMapping } from "../../src/mapping/read.js";

export function complaintsOf(text: string): readonly string[] {
  try {
    parseMapping(text, "my.yaml");
  } catch (error) {
    if (!(error instanceof ToolError) || error.code !== "mapping-invalid") throw error;
    return error.message
      .split("\n")
      .slice(1)
      .map((line) => line.trim().replace(/^my\.yaml:/, ""));
  }
  return [];
}

/** Of one rule for a column; places are left out. */
export const ruleComplaints = (rule: string): readonly string[] =>
  complaintsOf(`{ version: 1, tables: { t: { columns: { c: { ${rule} } } } } }`).map((line) =>
    line.replace(/^\d+:\d+: (tables > t > columns > c(?: > |: ))?/, ""),
  );
