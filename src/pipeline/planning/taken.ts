/** What stands in the way of tables that are made: the names that they, and what comes with them, are to have. */
import type { Finding } from "../../model/finding.js";
import type { Plan } from "../../model/plan.js";
import { takenNames } from "../../target/catalog.js";
import type { Session } from "../../target/session.js";

/** Everything that the plan will name in the target's schema and that is there already. */
export async function findTaken(session: Session, made: Plan): Promise<readonly Finding[]> {
  // A name -> the table or view that it comes with.
  const relations = new Map<string, string>();
  for (const { source, target, columns, primaryKey, uniques, indexes } of made.tables) {
    const keys = [...uniques, ...indexes, ...(primaryKey === null ? [] : [primaryKey])];
    const sequences = columns.flatMap(({ identity }) => (identity === null ? [] : [identity.sequence]));
    for (const name of [target, ...keys.map((key) => key.name), ...sequences]) relations.set(name, source);
  }
  for (const { source, target } of made.views) relations.set(target, source);
  const functions = new Map(
    made.triggers.map(({ functionName, table }) => [functionName, relations.get(table) ?? table]),
  );
  const taken = await takenNames(session, made.schema, {
    relations: [...relations.keys()],
    tables: [...made.tables, ...made.views].map(({ target }) => target),
    functions: [...functions.keys()],
  });
  return taken.map(({ name, what }) => {
    const names = what === "function" ? functions : relations;
    // The array type of a table has its name and an underscore before it.
    const table = names.get(name) ?? names.get(name.slice(1)) ?? name;
    return { kind: "name-taken", at: { table }, schema: made.schema, name, what };
  });
}
