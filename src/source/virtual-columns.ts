/** Which files compute values when they are read (sqlite.org/gencol.html). */
import type Database from "better-sqlite3";

/** Of PRAGMA table_xinfo (sqlite.org/pragma.html): a generated column that is computed when it is read. */
export const virtualColumn = 2n;

/** Asks the schema alone; no expression is evaluated. */
export const hasVirtualColumns = (database: Database.Database): boolean =>
  database
    .prepare<[bigint]>(
      "SELECT 1 FROM main.sqlite_schema AS s, pragma_table_xinfo(s.name) AS c " +
        "WHERE s.type = 'table' AND s.rootpage > 0 AND c.hidden = ? LIMIT 1",
    )
    .get(virtualColumn) !== undefined;
