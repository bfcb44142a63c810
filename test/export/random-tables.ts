/** The tables that a random database has at some moment, and what SQLite may refuse to do to them. */
import Database from "better-sqlite3";

interface Column {
  readonly name: string;
  readonly type: string;
  /** 2 and 3: generated (sqlite.org/pragma.html#pragma_table_xinfo). */
  readonly hidden: number;
  readonly pk: number;
}

export interface Table {
  readonly name: string;
  readonly strict: boolean;
  readonly columns: readonly Column[];
  /** null: WITHOUT ROWID, or there is no name for it. */
  readonly rowidName: string | null;
}

interface Listed {
  readonly name: string;
  readonly wr: number;
  readonly strict: number;
}

const listed =
  "SELECT name, wr, strict FROM pragma_table_list WHERE schema = 'main' AND type = 'table' " +
  "AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name";

export const tablesOf = (database: Database.Database): readonly Table[] =>
  database
    .prepare<[], Listed>(listed)
    .all()
    .map(({ name, wr, strict }) => {
      const columns = database.prepare<[string], Column>("SELECT * FROM pragma_table_xinfo(?)").all(name);
      const rowidName = wr === 1 ? null : rowidNameOf(columns);
      return { name, strict: strict === 1, columns, rowidName };
    });

function rowidNameOf(columns: readonly Column[]): string | null {
  const key = columns.filter(({ pk }) => pk > 0);
  const taken = columns.map(({ name }) => name.toLowerCase());
  // INTEGER PRIMARY KEY DESC is no rowid; to give it integers as well does no harm.
  if (key.length === 1 && key[0]!.type.toUpperCase() === "INTEGER") return key[0]!.name;
  return ["rowid", "_rowid_", "oid"].find((name) => !taken.includes(name)) ?? null;
}

/** A step may not suit the table it falls on; then nothing happens. A statement that is none is a mistake of ours. */
const refusals = /^SQLITE_(ERROR|CONSTRAINT|MISMATCH|TOOBIG|FULL)/;
const mistakes = /^(near |no such |unrecognized |incomplete |too few |too many SQL)/;

/** @throws SqliteError that no random step may cause. */
export function unlessRefused(run: () => unknown): void {
  try {
    run();
  } catch (error) {
    const isRefused =
      error instanceof Database.SqliteError && refusals.test(error.code) && !mistakes.test(error.message);
    if (!isRefused) throw error;
  }
}
