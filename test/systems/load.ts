/**
 * Loads a SQLite file into tables that are there, by another way than the product's: values as better-sqlite3 reads them, put into
 * JSON and cast by PostgreSQL. So it is known that the tables take the rows, and what must have come of them.
 */
import type { TestDatabase } from "../database.js";
import type { Source } from "./system.js";

interface Names {
  /** Tables of the source to leave out. */
  readonly except?: readonly string[];
  /** Columns to leave out, as `table.column` of the source. */
  readonly exceptColumns?: readonly string[];
  readonly targetName?: ((name: string) => string) | undefined;
}

interface Table {
  readonly source: string;
  readonly target: string;
  readonly columns: readonly Column[];
}

interface Column {
  readonly source: string;
  readonly target: string;
  /** The base type of a domain, as PostgreSQL writes it; of an enum its quoted name. */
  readonly type: string;
  readonly isNullable: boolean;
}

/**
 * Parents come first; triggers stay quiet; what goes round in a circle is filled in afterwards, or checked at the end; sequences go on.
 */
export async function loadByHand(database: TestDatabase, source: Source, names: Names = {}): Promise<void> {
  source.defaultSafeIntegers(true);
  await database.query("SET TimeZone = 'UTC'");
  const tables: Table[] = [];
  for (const name of sourceTables(source, names.except ?? []))
    tables.push(await describe(database, source, name, names));
  for (const { target } of tables) await database.query(`ALTER TABLE "${target}" DISABLE TRIGGER USER`);
  await database.query("BEGIN");
  try {
    await loadRows(database, source, tables);
    await database.query("COMMIT");
  } catch (error) {
    await database.query("ROLLBACK");
    throw error;
  } finally {
    for (const { target } of tables) await database.query(`ALTER TABLE "${target}" ENABLE TRIGGER USER`);
    source.defaultSafeIntegers(false);
    await database.query("RESET TimeZone");
  }
  for (const table of tables) await setSequences(database, source, table);
}

async function loadRows(database: TestDatabase, source: Source, tables: readonly Table[]): Promise<void> {
  const { order, later } = await loadOrder(database, tables);
  for (const table of order) {
    const columns = table.columns.filter(({ target }) => !later.has(`${table.target}.${target}`));
    await database.query(
      `INSERT INTO "${table.target}" (${columns.map(({ target }) => `"${target}"`).join(", ")}) OVERRIDING SYSTEM VALUE
       SELECT ${columns.map(castOf).join(", ")} FROM ${recordset(columns)}`,
      [rowsOf(source, table.source, columns)],
    );
  }
  for (const table of order) {
    const columns = table.columns.filter(({ target }) => later.has(`${table.target}.${target}`));
    if (columns.length === 0) continue;
    const all = [...table.columns.filter(({ target }) => target === "id"), ...columns];
    await database.query(
      `UPDATE "${table.target}" AS t SET ${columns.map((column) => `"${column.target}" = ${castOf(column)}`).join(", ")}
         FROM ${recordset(all)} WHERE t.id = ${castOf(all[0]!)}`,
      [rowsOf(source, table.source, all)],
    );
  }
}

/** Neither SQLite's own nor those of virtual tables. */
const sourceTables = (source: Source, except: readonly string[]): readonly string[] =>
  (
    source
      .prepare("SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table'")
      .pluck()
      .all() as string[]
  ).filter((name) => !name.startsWith("sqlite_") && !except.includes(name));

async function describe(
  database: TestDatabase,
  source: Source,
  name: string,
  { exceptColumns = [], targetName = (same) => same }: Names,
): Promise<Table> {
  const target = targetName(name);
  const types = await database.query(
    `SELECT a.attname, NOT a.attnotnull AS nullable, format_type(CASE t.typtype WHEN 'd' THEN t.typbasetype ELSE t.oid END, a.atttypmod) AS type
       FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
      WHERE a.attrelid = to_regclass(quote_ident($1)) AND a.attnum > 0 AND NOT a.attisdropped`,
    [target],
  );
  const described = new Map(types.map((row) => [row["attname"], row]));
  const columns = (
    source.prepare("SELECT name FROM pragma_table_info(?)").pluck().all(name) as string[]
  ).filter((column) => !exceptColumns.includes(`${name}.${column}`));
  return {
    source: name,
    target,
    columns: columns.map((column) => {
      const { type, nullable } = described.get(targetName(column)) ?? {};
      if (type === undefined || type === null)
        throw new Error(`The target has no ${target}.${targetName(column)}.`);
      return { source: column, target: targetName(column), type, isNullable: nullable === "t" };
    }),
  };
}

async function loadOrder(
  database: TestDatabase,
  tables: readonly Table[],
): Promise<{ readonly order: readonly Table[]; readonly later: ReadonlySet<string> }> {
  const links = await database.query(
    `SELECT child.relname AS child, parent.relname AS parent,
            (SELECT string_agg(child.relname || '.' || attname, ' ') FROM pg_attribute WHERE attrelid = conrelid AND attnum = ANY (conkey)) AS columns
       FROM pg_constraint JOIN pg_class child ON child.oid = conrelid JOIN pg_class parent ON parent.oid = confrelid
      WHERE contype = 'f' AND conrelid <> confrelid AND NOT condeferrable`,
  );
  const later = new Set<string>();
  const order: Table[] = [];
  let left = [...tables];
  while (left.length > 0) {
    const waits = ({ target }: Table): readonly string[] =>
      links
        .filter(({ child, parent }) => child === target && left.some((table) => table.target === parent))
        .flatMap(({ columns }) => (columns ?? "").split(" "))
        .filter((column) => !later.has(column));
    const ready = left.filter((table) => waits(table).length === 0);
    if (ready.length === 0) {
      // A circle: where NULL may stand for now, it does.
      const canBegin = (table: Table): boolean =>
        waits(table).every((place) =>
          table.columns.some(({ target, isNullable }) => isNullable && place === `${table.target}.${target}`),
        );
      const first = left.find(canBegin);
      if (first === undefined) throw new Error("There is a circle of columns that are all NOT NULL.");
      for (const place of waits(first)) later.add(place);
    }
    order.push(...ready);
    left = left.filter((table) => !ready.includes(table));
  }
  return { order, later };
}

const recordset = (columns: readonly Column[]): string =>
  `json_to_recordset($1::json) AS x(${columns.map(({ target }) => `"${target}" text`).join(", ")})`;

const castOf = ({ target, type }: Column): string =>
  type.endsWith("[]")
    ? `ARRAY(SELECT json_array_elements_text(x."${target}"::json))::${type}`
    : `x."${target}"::${type}`;

function rowsOf(source: Source, table: string, columns: readonly Column[]): string {
  const names = columns.map((column) => `"${column.source}"`).join(", ");
  const rows = source.prepare(`SELECT ${names} FROM "${table}"`).raw().all() as Cell[][];
  return JSON.stringify(
    rows.map((row) =>
      Object.fromEntries(
        columns.map(({ target, type }, index) => [target, textOf(row[index] ?? null, type)]),
      ),
    ),
  );
}

type Cell = string | number | bigint | Buffer | null;

function textOf(value: Cell, type: string): string | null {
  if (value === null) return null;
  if (Buffer.isBuffer(value)) return `${type === "bytea" ? "\\x" : ""}${value.toString("hex")}`;
  if (typeof value === "string") return type === "bytea" ? `\\x${value}` : value;
  if (type.startsWith("timestamp")) return new Date(Number(value)).toISOString();
  return String(value);
}

/** No number that SQLite has given is given again: sqlite_sequence remembers those of deleted rows. */
async function setSequences(
  database: TestDatabase,
  source: Source,
  { source: name, target }: Table,
): Promise<void> {
  const sequences = await database.query(
    `SELECT attname, pg_get_serial_sequence(quote_ident($1), attname) AS sequence
       FROM pg_attribute WHERE attrelid = to_regclass(quote_ident($1)) AND attnum > 0 AND NOT attisdropped`,
    [target],
  );
  const given =
    source.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'sqlite_sequence'").get() !== undefined;
  const used = given
    ? (source.prepare("SELECT seq FROM sqlite_sequence WHERE name = ?").pluck().get(name) as
        bigint | undefined)
    : undefined;
  for (const { attname, sequence } of sequences)
    if (sequence !== null && sequence !== undefined)
      await database.query(
        `SELECT setval($1::regclass, greatest($2::bigint, max("${attname ?? ""}"))) FROM "${target}" HAVING count(*) > 0 OR $2::bigint > 0`,
        [sequence, String(used ?? 0)],
      );
}
