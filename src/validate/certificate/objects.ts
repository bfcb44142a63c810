/**
 * What stands beside the rows, looked at again: what can be wrong by itself, and what the certificate says was wrong. It does not say
 * what was there and well, so nobody can say of that whether it is there still.
 */
import type { Certificate } from "../../model/certificate.js";
import type { ObjectFault } from "../../model/object-fault.js";
import type { Session } from "../../target/session.js";
import { lookBeyond } from "../beyond/look.js";
import { brokenFaults, readObjects, viewKinds, type FoundObject } from "../beyond/objects.js";

/**
 * @param certificate with the tables that are checked.
 * @param schema Where they stand.
 * @throws ToolError as lookBeyond.
 */
export const faultsAgain = (
  session: Session,
  { tables, objects: recorded }: Pick<Certificate, "tables" | "objects">,
  schema: string,
  signal: AbortSignal | undefined,
): Promise<readonly ObjectFault[]> =>
  lookBeyond(session, signal, async (look) => {
    const missing = recorded.filter(({ kind }) => kind === "missing");
    const stillMissing = (table: string | null, found: readonly { readonly name: string }[]): ObjectFault[] =>
      missing
        .filter((fault) => fault.table === table && !found.some(({ name }) => name === fault.name))
        .map(missingStill);
    // Such a constraint may be as the plan wanted it, which the certificate tells of no others.
    const isToBeTold = (table: string, { type, name }: FoundObject): boolean =>
      (type !== "foreign key" && type !== "check") ||
      recorded.some(
        (fault) => fault.kind === "not-validated" && fault.table === table && fault.name === name,
      );
    const names = tables.filter(({ asked }) => !asked).map(({ target }) => target);
    await look.atTables(schema, names, (table, found) => [
      ...brokenFaults(
        schema,
        { target: table, foreignKeys: [] },
        found.filter((object) => isToBeTold(table, object)),
      ),
      ...stillMissing(table, found),
    ]);
    const known = new Set(tables.map(({ target }) => target));
    const views = missing.map(({ table, name }) => table ?? name).filter((name) => !known.has(name));
    const found = await look.at(null, schema, () => readObjects(session, schema, views, viewKinds));
    if (found !== null) {
      look.faults.push(
        ...stillMissing(
          null,
          [...found.keys()].map((name) => ({ name })),
        ),
      );
      for (const [view, triggers] of found) {
        look.faults.push(...stillMissing(view, triggers));
      }
    }
  });

/** Without the SQL that the certificate has: it is no place to take statements from. */
const missingStill = ({ table, name, answer }: ObjectFault): ObjectFault => ({
  kind: "missing",
  table,
  name,
  message: `${table === null ? "the target" : table} still has no ${name}, which was missing when the certificate was made`,
  mend: null,
  answer: answer === "no" ? "no" : "listed",
});
