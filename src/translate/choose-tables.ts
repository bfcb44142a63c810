/** Which tables are carried at all: all but those that a mapping skips. */
import type { NotCarried } from "../model/plan.js";
import type { SqliteSchema } from "../model/sqlite.js";
import { placeWords } from "./column-rule.js";
import type { Rules, Said } from "./rules.js";

export interface ChosenTables {
  readonly schema: SqliteSchema;
  readonly skipped: readonly NotCarried[];
}

export function chooseTables(schema: SqliteSchema, rules: Rules): ChosenTables {
  const skipped: NotCarried[] = [];
  const tables = schema.tables.filter((table) => {
    const { skip } = rules.table(table.name);
    if (skip === null) return true;
    skipped.push({
      type: "table",
      name: table.name,
      table: table.name,
      sql: table.sql,
      reason: skippedWords(skip),
    });
    return false;
  });
  return { schema: { ...schema, tables }, skipped };
}

/** `skipped by mapping django: sessions can be made anew`. */
export const skippedWords = ({ place, because }: Said<true>): string =>
  `skipped by ${placeWords(place)}${because === null ? "" : `: ${because}`}`;
