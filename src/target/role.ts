/** Lets a session act as another role: what it makes is that role's, and that role's rights are what counts (SET ROLE). */
import { ToolError } from "../errors.js";
import { quote } from "../model/identifier.js";
import type { Session } from "./session.js";

/** From here on a membership may exclude SET ROLE (PostgreSQL 16, release notes: GRANT ... WITH SET). */
const setOptionVersion = 160000;

interface LoggedIn {
  readonly login: string;
  /** `server_version_num`. */
  readonly serverVersion: number;
}

/**
 * @throws ToolError `usage` for a name that no role can have, `target-rights` with what is missing: the role itself, or the
 *   right to act as it.
 */
export async function setRole(
  asking: Pick<Session, "query">,
  role: string,
  loggedIn: LoggedIn,
): Promise<void> {
  // To the server both would mean: as whom one logs in.
  if (role === "" || role === "none")
    throw new ToolError(
      "usage",
      `${quote(role)} is no name of a role.`,
      "Name the one that owns the schema.",
    );
  const [seen] = await asking.query("SELECT count(*) AS n FROM pg_roles WHERE rolname = $1", [role]);
  if (seen?.["n"] !== "1")
    throw new ToolError(
      "target-rights",
      `There is no role ${quote(role)}.`,
      `CREATE ROLE ${quote(role)}; ${grantSql(role, loggedIn)}`,
    );
  try {
    // Unlike an identifier in SQL, the text is not cut to 63 bytes.
    await asking.query("SELECT set_config('role', $1, false)", [role]);
  } catch (cause) {
    if (!isRefusal(cause)) throw cause;
    throw new ToolError(
      "target-rights",
      `Role ${quote(loggedIn.login)} may not act as ${quote(role)}.`,
      grantSql(role, loggedIn),
      { cause },
    );
  }
}

const grantSql = (role: string, { login, serverVersion }: LoggedIn): string =>
  `GRANT ${quote(role)} TO ${quote(login)}${serverVersion >= setOptionVersion ? " WITH SET TRUE" : ""};`;

/** Insufficient privilege (PostgreSQL documentation, appendix A). */
const isRefusal = (error: unknown): boolean =>
  typeof error === "object" && error !== null && "code" in error && error.code === "42501";
