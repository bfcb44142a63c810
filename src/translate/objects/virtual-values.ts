/** Which virtual columns a plan is without, because PostgreSQL cannot compute them and their values are not at hand. */
import { sameName } from "../../model/identifier.js";
import type { Plan } from "../../model/plan.js";
import type { SqliteSchema } from "../../model/sqlite.js";

/** Table -> its columns, those whose values cannot be had left out. Without tables that have none. */
export function virtualWithoutValues(
  { tables, notCarried }: Plan,
  schema: SqliteSchema,
): ReadonlyMap<string, readonly string[]> {
  const missing = schema.tables.map(({ name: table, columns }): readonly [string, readonly string[]] => {
    const planned = tables.find(({ source }) => source === table)?.columns ?? [];
    const isMissing = (name: string): boolean =>
      planned.every(({ source }) => source !== name) &&
      notCarried.some((line) => line.type === "generated column" && sameName(line.name, `${table}.${name}`));
    const names = columns
      .filter(({ generated, notComputed }) => generated === "virtual" && notComputed === undefined)
      .map(({ name }) => name);
    return [table, names.filter(isMissing)];
  });
  return new Map(missing.filter(([, names]) => names.length > 0));
}
