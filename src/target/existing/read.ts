/** All that a load into tables which somebody else has made must know of them. */
import type { TargetSchema } from "../../model/target-schema.js";
import type { Session } from "../session.js";
import { targetError } from "../target-error.js";
import { readTargetColumns } from "./columns.js";
import { readKeys } from "./keys.js";
import { readLinks } from "./links.js";
import { mayReplicate, readRelations } from "./tables.js";
import { readTriggers } from "./triggers.js";

/**
 * Reads the catalogs, one query each; outside of a transaction.
 *
 * @param schema empty, or not there: no tables.
 * @throws ToolError targetError's codes.
 */
export async function readTargetSchema(session: Session, schema: string): Promise<TargetSchema> {
  try {
    return await readTargetTables(session, schema, await mayReplicate(session));
  } catch (error) {
    throw targetError(error, `read the tables of schema ${schema}`);
  }
}

/** The same within a transaction. @param may whether the role may set session_replication_role. */
export async function readTargetTables(
  session: Session,
  schema: string,
  may: boolean,
): Promise<TargetSchema> {
  try {
    const [about] = await session.query("SELECT current_user AS role");
    const relations = await readRelations(session, schema);
    const columns = groupBy(await readTargetColumns(session, schema), ({ table }) => table);
    const keys = groupBy(await readKeys(session, schema), ({ table }) => table);
    const links = groupBy(await readLinks(session, schema), ({ table }) => table);
    const triggers = groupBy(await readTriggers(session, schema), ({ table }) => table);
    return {
      schema,
      role: about?.["role"] ?? "",
      mayReplicate: may,
      tables: relations.map((relation) => ({
        ...relation,
        columns: columns.get(relation.name) ?? [],
        keys: (keys.get(relation.name) ?? []).map(({ key }) => key),
        links: (links.get(relation.name) ?? []).map(({ link }) => link),
        triggers: (triggers.get(relation.name) ?? []).map(({ trigger }) => trigger),
      })),
    };
  } catch (error) {
    throw targetError(error, `read the tables of schema ${schema}`);
  }
}

function groupBy<T>(all: readonly T[], keyOf: (each: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const each of all) {
    const key = keyOf(each);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [each]);
    else group.push(each);
  }
  return groups;
}
