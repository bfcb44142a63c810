/** Makes the database that a TARGET names, where the server has none of that name. */
import { ToolError } from "../errors.js";
import { maximumNameBytes, quote } from "../model/identifier.js";
import type { Connection } from "./connection/connection.js";
import { openSession, type PinnedSession } from "./connection/pinned-session.js";
import { setRole } from "./role.js";
import { isDatabaseThere, targetError } from "./target-error.js";

/** There on every server, unless somebody dropped it (PostgreSQL documentation, 22.3 "Template Databases"). */
const otherDatabases = ["postgres", "template1"] as const;

/**
 * Whoever logs in makes it, and `role`, where one is named, owns it. That somebody else has made it meanwhile is fine.
 *
 * From template0: template1 may hold things, and be encoded otherwise.
 *
 * @throws ToolError `usage` for a name that is too long, setRole's codes, `target-rights`, openSession's and targetError's codes.
 */
export async function createDatabase(
  { server, environment, role }: Connection,
  signal?: AbortSignal,
): Promise<void> {
  const name = server.database;
  // Else another database would be made.
  if (Buffer.byteLength(name) > maximumNameBytes)
    throw new ToolError(
      "usage",
      `No database can be called ${quote(name)}: of its ${Buffer.byteLength(name)} bytes PostgreSQL keeps ${maximumNameBytes}.`,
      "Choose a shorter name.",
    );
  const session = await openElsewhere({ server, environment, role: null }, signal);
  try {
    if (role !== null) {
      // Else the database would be there before it shows that nobody may act as its owner.
      await setRole(session, role, { login: server.user, serverVersion: session.serverVersion });
      await session.query("RESET ROLE");
    }
    const owner = role === null ? "" : ` OWNER ${quote(role)}`;
    await session.query(`CREATE DATABASE ${quote(name)} TEMPLATE template0 ENCODING 'UTF8'${owner}`);
  } catch (error) {
    if (!isDatabaseThere(error)) throw targetError(error, `create database ${quote(name)}`);
  } finally {
    await session.end();
  }
}

/** @throws ToolError `target-no-database` where there is none of them. */
async function openElsewhere(
  connection: Connection,
  signal: AbortSignal | undefined,
): Promise<PinnedSession> {
  const open = (database: string): Promise<PinnedSession> =>
    openSession({ ...connection, server: { ...connection.server, database } }, signal);
  const [first, second] = otherDatabases;
  try {
    return await open(first);
  } catch (error) {
    if (error instanceof ToolError && error.code === "target-no-database") return open(second);
    throw error;
  }
}
