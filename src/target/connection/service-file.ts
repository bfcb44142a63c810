/** Connection service files: PostgreSQL 18 documentation, 32.17 "The Connection Service File". */
import { existsSync, readFileSync } from "node:fs";
import { ToolError } from "../../errors.js";
import { parameterRules } from "./connection-parameters.js";
import { checkParameter } from "./connection-string.js";

/**
 * The parameters of one service, or null where the text does not define it. Pure. The first mention of a key counts.
 *
 * @throws ToolError `usage`, with path and line
 */
export function findService(text: string, name: string, path: string): Map<string, string> | null {
  let found: Map<string, string> | null = null;
  let inside = false;
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const line = raw.trim();
    if (line === "" || line.startsWith("#")) continue;
    if (line.startsWith("[")) {
      if (found !== null) return found;
      inside = line === `[${name}]`;
      if (inside) found = new Map();
    } else if (inside && found !== null) readLine(line, found, `${path}, line ${index + 1}`);
  }
  return found;
}

function readLine(line: string, found: Map<string, string>, where: string): void {
  const equals = line.indexOf("=");
  const key = line.slice(0, Math.max(equals, 0));
  if (line.startsWith("ldap://"))
    throw new ToolError(
      "usage",
      `${where}: a look-up in LDAP is not supported.`,
      "Write the values into the file.",
    );
  if (equals <= 0 || !Object.hasOwn(parameterRules, key))
    throw new ToolError(
      "usage",
      `${where}: not a line of the form parameter=value.`,
      "No blanks around the =.",
    );
  if (key === "service" || key === "servicefile")
    throw new ToolError("usage", `${where}: a service cannot name another service.`, "Remove the line.");
  const value = line.slice(equals + 1);
  if (value === "") return;
  checkParameter(key, value, `parameter "${key}" (${where})`);
  if (!found.has(key)) found.set(key, value);
}

/**
 * Looks a service up in the first file that defines it.
 *
 * @param paths files in order; those that are not there are passed over
 * @throws ToolError `usage`: not defined anywhere, or a line that cannot be read
 */
export function readService(name: string, paths: readonly string[]): ReadonlyMap<string, string> {
  for (const path of paths.filter((candidate) => existsSync(candidate))) {
    const found = findService(readFileSync(path, "utf8"), name, path);
    if (found !== null) return found;
  }
  throw new ToolError(
    "usage",
    `The connection service "${name}" is not defined.`,
    `Define [${name}] in one of: ${paths.join(", ")}`,
  );
}
