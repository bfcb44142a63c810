/** The defaults of a table's columns, once their types are settled. */
import type { ColumnPlan, NotCarried } from "../../model/plan.js";
import type { SqliteColumn, SqliteTable } from "../../model/sqlite.js";
import type { PgType, PgTypeKind } from "../../model/postgres.js";
import { instead } from "../instead.js";
import { translateDefault } from "./default-value.js";

export interface Defaults {
  readonly columns: readonly ColumnPlan[];
  readonly notCarried: readonly NotCarried[];
}

/** @param target the table's name there */
export function translateDefaults(
  source: SqliteTable,
  target: string,
  columns: readonly ColumnPlan[],
): Defaults {
  const notCarried: NotCarried[] = [];
  const withDefaults = columns.map((planned): ColumnPlan => {
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
    const reason = translated.carried ? undefined : translated.reason;
    notCarried.push({
      ...defaultNotCarried(source, column, isUnused ? neverUsed : isLocal ? localTime : because(reason)),
      instead: isUnused
        ? null
        : instead.setDefault(target, planned.target, exampleOf(planned.type, defaultSql)),
    });
    return planned;
  });
  return { columns: withDefaults, notCarried };
}

/** Random values, for which the column's type has a function of its own; null: nobody knows the value. */
const exampleOf = ({ name }: PgType, defaultSql: string): string | undefined =>
  /random/i.test(defaultSql) ? randomValues[name] : undefined;

const randomValues: Readonly<Partial<Record<PgTypeKind, string>>> = {
  uuid: "gen_random_uuid()",
  text: "gen_random_uuid()::text",
  "character varying": "gen_random_uuid()::text",
  bytea: "uuid_send(gen_random_uuid())",
  bigint: "(random() * 9223372036854775807)::bigint",
  integer: "(random() * 2147483647)::integer",
  "double precision": "random()",
};

const neverUsed = "SQLite never uses it: the column numbers its rows itself";
const localTime = "it is a local time; an ALTER TABLE has to set it, with the offset that is meant";
const because = (reason = "it is no value of the column's type"): string =>
  `${reason}; the application or an ALTER TABLE has to set it`;

const defaultNotCarried = (table: SqliteTable, column: SqliteColumn, reason: string): NotCarried => ({
  type: "default",
  name: `${table.name}.${column.name}`,
  table: table.name,
  sql: `DEFAULT ${column.defaultSql ?? ""}`,
  reason,
});
