/** What the source has besides rows: where the target's tables are there, its application has made what it needs. */
import type { Finding } from "../../model/finding.js";
import type { NotCarried, TablePlan } from "../../model/plan.js";
import type { SqliteSchema } from "../../model/sqlite.js";
import { virtualTablesNotCarried } from "../objects/virtual-tables.js";

export interface LeftToTarget {
  readonly notCarried: readonly NotCarried[];
  readonly findings: readonly Finding[];
}

const untouched = "nothing is made in a schema that is there; look whether it has the like";

/**
 * Views, triggers, and what modules of SQLite keep: each is a line. Keys, indexes and checks are not looked at, for the target's are what
 * the rows have to keep.
 *
 * @param tables as planned: some have the rows of full-text tables.
 * @param leftOut the tables that somebody does not want to have.
 */
export function leftToTarget(
  schema: SqliteSchema,
  tables: readonly TablePlan[],
  leftOut: readonly string[],
): LeftToTarget {
  const { objects } = schema;
  const refusals = new Map(
    objects.flatMap(({ type, name }) => (type === "virtual" ? [[name, untouched] as const] : [])),
  );
  const virtual = virtualTablesNotCarried(schema, tables, refusals, leftOut);
  const others = objects.flatMap(({ type, name, table, sql }): readonly NotCarried[] =>
    type === "view" || type === "trigger" ? [{ type, name, table, sql, reason: untouched }] : [],
  );
  return { notCarried: [...virtual.notCarried, ...others], findings: virtual.findings };
}
