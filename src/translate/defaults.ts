/** The defaults of a table's columns, once their types are settled. */
import type { ColumnPlan, NotCarried } from "../model/plan.js";
import type { SqliteColumn, SqliteTable } from "../model/sqlite.js";
import { translateDefault } from "./default-value.js";
import type { TableDraft } from "./foreign-key-link.js";

export interface Defaults {
  readonly columns: readonly ColumnPlan[];
  readonly notCarried: readonly NotCarried[];
}

export function translateDefaults({ source, plan }: TableDraft): Defaults {
  const notCarried: NotCarried[] = [];
  const columns = plan.columns.map((planned): ColumnPlan => {
    const column = source.columns.find((each) => each.name === planned.source);
    if (column === undefined || column.defaultSql === null || column.generated !== "no") return planned;
    const { affinity, defaultSql } = column;
    const { type, unit, zone } = planned;
    const translated = translateDefault(defaultSql, { affinity, type, unit, zone });
    const isUnused = planned.identity !== null && !(translated.carried && translated.sql === null);
    // What spells bytes in a row would be the bytes themselves in a default.
    const isSpelled = planned.decode !== null && translated.carried && translated.sql !== null;
    if (translated.carried && !isUnused && !isSpelled) return { ...planned, defaultSql: translated.sql };
    const asUtc =
      zone === null ? translated : translateDefault(defaultSql, { affinity, type, unit, zone: null });
    const isLocal = asUtc.carried && !translated.carried;
    const reason = isUnused ? neverUsed : isLocal ? localTime : cannotBePut;
    notCarried.push(defaultNotCarried(source, column, reason));
    return planned;
  });
  return { columns, notCarried };
}

const neverUsed = "SQLite never uses it: the column numbers its rows itself";
const localTime = "it is a local time; an ALTER TABLE has to set it, with the offset that is meant";
const cannotBePut =
  "it is an expression, or no value of the column's type; the application or an ALTER TABLE has to set it";

const defaultNotCarried = (table: SqliteTable, column: SqliteColumn, reason: string): NotCarried => ({
  type: "default",
  name: `${table.name}.${column.name}`,
  table: table.name,
  sql: `DEFAULT ${column.defaultSql ?? ""}`,
  reason,
});
