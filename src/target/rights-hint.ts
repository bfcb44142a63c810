/** Which GRANT is missing, out of PostgreSQL's "permission denied" (SQLSTATE 42501). */
import { quote } from "../model/identifier.js";

interface Refusal {
  readonly message: string;
  readonly detail?: string | undefined;
}

/**
 * The statement that mends it, ready to be run by whoever owns the thing. Total; servers that speak another language
 * than English get the general advice.
 *
 * @param user the role that was refused, or null where it is not known
 */
export function rightsHint(refusal: Refusal, user: string | null, database: string | null): string {
  const role = user === null ? "the role that sqlift connects as" : quote(user);
  const denied = /^permission denied (?:for|to create in) ([a-z ]+?) (.+)$/.exec(refusal.message);
  const [, kind = "", name = ""] = denied ?? [];
  const grant = rightsOn(kind, refusal);
  if (grant !== null) return `GRANT ${grant} ON ${kind.toUpperCase()} ${quote(bare(name))} TO ${role};`;
  const owned = /^must be owner of ([a-z ]+?) (.+)$/.exec(refusal.message);
  if (owned !== null)
    return `Connect as the owner of ${owned[1] ?? ""} ${owned[2] ?? ""}, or: GRANT the owner's role TO ${role};`;
  if (/row-level security/.test(refusal.message))
    return `Let it see every row: connect as the table's owner, or ALTER ROLE ${role} BYPASSRLS;`;
  if (/create database/.test(refusal.message)) return `ALTER ROLE ${role} CREATEDB;`;
  const place = database === null ? "the database" : quote(database);
  return `The role lacks a right. To let it make schemas and tables: GRANT CREATE ON DATABASE ${place} TO ${role};`;
}

function rightsOn(kind: string, refusal: Refusal): string | null {
  switch (kind) {
    case "schema":
      return "USAGE, CREATE";
    case "database":
      return refusal.detail?.includes("CONNECT") === true ? "CONNECT" : "CREATE";
    case "table":
      return "SELECT, INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES";
    case "sequence":
      return "USAGE, SELECT, UPDATE";
    case "function":
      return "EXECUTE";
    case "type":
      return "USAGE";
    case "tablespace":
      return "CREATE";
    default:
      return null;
  }
}

/** PostgreSQL puts the name of a database, but not of a schema or table, in double quotes. */
const bare = (name: string): string => name.replace(/^"(.*)"$/, "$1");
