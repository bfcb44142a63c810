/** The rows that a plan keeps apart because a foreign key of theirs points nowhere. */
import { findOrphanRows, hasNamedRows } from "../../export/orphan-rows.js";
import { isCaseless } from "../../model/nocase.js";
import type { OrphanKey, OrphanRowsByTable } from "../../model/orphans.js";
import { comparedColumns, type ForeignKeyPlan, type Plan, type TablePlan } from "../../model/plan.js";
import type { SqliteSchema } from "../../model/sqlite.js";
import { pauser } from "../pause.js";
import type { Reading } from "./reading.js";

/** @throws ToolError the source codes, `interrupted`. */
export async function orphanRowsOf(
  { source, schema }: Reading,
  { orphanKeys }: Pick<Plan, "orphanKeys">,
  signal: AbortSignal | undefined,
): Promise<OrphanRowsByTable> {
  if (orphanKeys.length === 0) return new Map();
  const pause = pauser(signal);
  const search = findOrphanRows(source, schema, orphanKeys);
  for (;;) {
    const found = search.next();
    if (found.done === true) return found.value;
    await pause();
  }
}

/** Those that the plan carries: what only SQLite knew of is no reason to keep a row apart. */
export const orphanKeysOf = (schema: SqliteSchema, plan: Plan): readonly OrphanKey[] =>
  plan.tables.flatMap((table) => {
    const read = schema.tables.find(({ name }) => name === table.source);
    if (read === undefined || !hasNamedRows(read)) return [];
    return table.foreignKeys.flatMap((key) => {
      const found = orphanKey(plan, table, key);
      return found === null ? [] : [found];
    });
  });

function orphanKey(plan: Plan, table: TablePlan, key: ForeignKeyPlan): OrphanKey | null {
  const parent = plan.tables.find(({ target }) => target === key.parentTable);
  const columns = storedNames(table, key.columns);
  const parentColumns = parent === undefined ? null : storedNames(parent, key.parentColumns);
  if (parent === undefined || columns === null || parentColumns === null) return null;
  const caseless = comparedColumns(table).flatMap((column) =>
    columns.includes(column.source) && isCaseless(column) ? [column.source] : [],
  );
  const ends = { table: table.source, columns, parentTable: parent.source, parentColumns };
  return caseless.length === 0 ? ends : { ...ends, caseless };
}

/** By their names in the source; null where one has no values in the file. */
function storedNames({ columns }: TablePlan, targets: readonly string[]): readonly string[] | null {
  const found = targets.flatMap((name) =>
    comparedColumns({ columns })
      .filter(({ target }) => target === name)
      .map(({ source }) => source),
  );
  return found.length === targets.length ? found : null;
}
