/**
 * How a table of the source is read once more: through SQLite itself and with SQL of its own. A damaged index must not
 * answer for the table. TEXT arrives as its bytes (CAST AS BLOB): a string would have lost invalid ones. `typeof` of each
 * value comes as a bit, because the cast hides it. Where all TEXT is plain, strings do, at a third of the cost.
 */
import { quote, quoteQualified } from "../../model/identifier.js";
import type { TablePlan } from "../../model/plan.js";
import type { PgType } from "../../model/postgres.js";
import type { Source } from "../../source/source.js";
import { virtualColumn } from "../../source/virtual-columns.js";

/** So many bits go into one integer that JavaScript's bit operators take. */
export const bitsAMask = 31;

export interface SourceScan {
  /** Its rows: the rowid or NULL, the masks (bit n of a mask: its nth column holds TEXT), then the values of `columns`. */
  readonly sql: string;
  /**
   * The same rows with the values of the plan's columns alone, TEXT as strings, which costs a third of it; null of a database
   * in UTF-16, whose text SQLite would convert, and where `computes`. Of which rows strings do not tell all: RowEncoder.encodePlain.
   */
  readonly plainSql: string | null;
  /**
   * As plainSql, in the order of the rowid, which each row has at its end; takes the first rowid, and how many rows at most.
   * Null where that is, and where `rowidName` is.
   */
  readonly pageSql: string | null;
  /** The row of `sql` that has a rowid, which it takes; null where `pageSql` is. */
  readonly rowSql: string | null;
  /** By which the rowid is read; null where there is none, or columns have taken all its names. */
  readonly rowidName: string | null;
  /** Those of the plan in its order, then the others. */
  readonly columns: readonly string[];
  /** Where the columns that a row holds stand in `columns`, in the order of the table, if they are all read. Of virtual
   *  generated ones it holds those that the plan has as plain columns. */
  readonly held: readonly number[];
  /** Whether it evaluates expressions of the file: such a scan may take any time, and is run in another process only. */
  readonly computes: boolean;
}

/** Rowids from `from` up to and without `to`; null: no end on that side. */
export interface RowidRange {
  readonly from: bigint | null;
  readonly to: bigint | null;
}

/**
 * How to read `table`, or null where the source has no such table.
 *
 * @param whole also the columns that the plan leaves out.
 * @param withRowId at the end also its rowIdSql, the only value that is a string.
 * @param range these rows alone; of a table whose rowid has a name.
 */
export const scanOf = (
  database: Source["database"],
  table: TablePlan,
  whole: boolean,
  withRowId = false,
  range: RowidRange | null = null,
): SourceScan | null => {
  const read = tableRead(table);
  if (!hasTable(database, read)) {
    return null;
  }
  const stored = table.storage?.columns ?? [];
  const storedAs = storedNames(table);
  const nameOf = (name: string): string => stored.find((column) => column.storedAs === name)?.name ?? name;
  const found = columnsOf(database, read);
  const rowidName = table.withoutRowid ? null : freeRowidName(found.map(({ name }) => name));
  const planned = table.columns.map(({ source }) => source);
  const plain = table.columns.flatMap(({ source, generated }) => (generated === null ? [source] : []));
  const names = found
    .filter(({ name, hidden }) => hidden !== virtualColumn || plain.includes(name))
    .map(({ name }) => nameOf(name));
  const columns = whole ? [...planned, ...names.filter((name) => !planned.includes(name))] : planned;
  const id = withRowId ? `, ${rowIdSql(database, read)}` : "";
  // A name that the table does not have must be an error: unqualified, SQLite may read it as a text.
  const values = columns.map((name) => `t.${quote(storedAs(name))}`);
  const from = ` ${fromSql(database, table, rowidName, range)}`;
  const isUtf8 = database.pragma("encoding", { simple: true }) === "UTF-8";
  const computes = found.some(
    ({ name, hidden }) => hidden === virtualColumn && columns.includes(nameOf(name)),
  );
  const isPlain = isUtf8 && !computes && planned.length > 0;
  const plainValues = values.slice(0, planned.length).join(", ");
  const isPage = isPlain && rowidName !== null;
  const end = range?.to ?? null;
  const pageFrom = isPage ? fromSql(database, table, rowidName, { from: null, to: end }) : "";
  return {
    sql: `${exactSql(values, rowidName)}${id}${from}`,
    plainSql: isPlain ? `SELECT ${plainValues}${from}` : null,
    pageSql: isPage
      ? `SELECT ${plainValues}, t.${rowidName} ${pageFrom} ${end === null ? "WHERE" : "AND"} t.${rowidName} >= ? ` +
        `ORDER BY t.${rowidName} LIMIT ?`
      : null,
    rowSql: isPage
      ? `${exactSql(values, rowidName)}${id} ${fromSql(database, table, rowidName, null)} WHERE t.${rowidName} = ?`
      : null,
    rowidName,
    columns,
    held: whole ? names.map((name) => columns.indexOf(name)) : [],
    computes,
  };
};

/** The table without the columns that SQLite computes when they are read. */
export const withoutComputed = (database: Source["database"], table: TablePlan): TablePlan => {
  const computed = columnsOf(database, tableRead(table)).filter(({ hidden }) => hidden === virtualColumn);
  const storedAs = storedNames(table);
  const columns = table.columns.filter(({ source }) =>
    computed.every(({ name }) => name !== storedAs(source)),
  );
  return { ...table, columns };
};

/** How to read `table`, as `t`, by its own rows alone: what follows a SELECT's columns; null where the source has no such table. */
export const rowsSql = (
  database: Source["database"],
  table: TablePlan,
  range: RowidRange | null,
): string | null => {
  const read = tableRead(table);
  if (!hasTable(database, read)) {
    return null;
  }
  const names = columnsOf(database, read).map(({ name }) => name);
  return fromSql(database, table, table.withoutRowid ? null : freeRowidName(names), range);
};

const fromSql = (
  database: Source["database"],
  table: TablePlan,
  rowidName: string | null,
  range: RowidRange | null,
): string => {
  const from = `FROM ${quoteQualified("main", tableRead(table))} AS t ${pathSql(database, table)}`;
  return range === null ? from : `${from}${rangeSql(rowidName, range)}`;
};

/** The text of a full-text table stands in another one. */
const tableRead = ({ source, storage }: TablePlan): string => storage?.table ?? source;

/** How the table that is read calls a column of the plan. */
const storedNames =
  ({ storage }: TablePlan) =>
  (name: string): string =>
    storage?.columns.find((column) => column.name === name)?.storedAs ?? name;

const rangeSql = (rowidName: string | null, { from, to }: RowidRange): string => {
  if (rowidName === null) {
    throw new Error("a table without a rowid has no range of rowids");
  }
  const conditions = [
    ...(from === null ? [] : [`t.${rowidName} >= ${from}`]),
    ...(to === null ? [] : [`t.${rowidName} < ${to}`]),
  ];
  return conditions.length === 0 ? "" : ` WHERE ${conditions.join(" AND ")}`;
};

/** A view, or a virtual table (which has no root page), is never read as data. */
const hasTable = (database: Source["database"], table: string): boolean => {
  const names =
    tableNames.get(database) ??
    new Set(
      database
        .prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'table' AND rootpage > 0")
        .pluck()
        .all(),
    );
  tableNames.set(database, names);
  return names.has(table);
};

/** They stay the same in a connection's read transaction; of thousands of tables each would be looked for from the first one on. */
const tableNames = new WeakMap<Source["database"], ReadonlySet<string>>();

const freeRowidName = (names: readonly string[]): string | null => {
  const taken = new Set(names.map((name) => name.toLowerCase()));
  return ["rowid", "_rowid_", "oid"].find((name) => !taken.has(name)) ?? null;
};

const exactSql = (columns: readonly string[], rowidName: string | null): string => {
  const masks: string[] = [];
  for (let start = 0; start < columns.length; start += bitsAMask) {
    const bits = columns.slice(start, start + bitsAMask);
    masks.push(bits.map((column, bit) => `((typeof(${column}) = 'text') << ${bit})`).join(" | "));
  }
  const values = columns.map(
    (column) => `CASE typeof(${column}) WHEN 'text' THEN CAST(${column} AS BLOB) ELSE ${column} END`,
  );
  const rowid = rowidName === null ? "NULL" : `t.${rowidName}`;
  return `SELECT ${[rowid, ...masks, ...values].join(", ")}`;
};

interface ColumnInfo {
  readonly name: string;
  readonly hidden: bigint;
  /** Where it stands in the primary key, from 1; 0: it is not in it. */
  readonly pk: bigint;
}

const columnsOf = (database: Source["database"], table: string): readonly ColumnInfo[] =>
  database
    .prepare<[string], ColumnInfo>("SELECT name, hidden, pk FROM pragma_table_xinfo(?)")
    .safeIntegers(true)
    .all(table);

/**
 * An expression over the table as `t`: a text that tells a row from all others, by its rowid, or without one by the values of its
 * primary key. A real's digits are all of them: two reals of one text would be one row.
 */
export const rowIdSql = (database: Source["database"], table: string): string => {
  const columns = columnsOf(database, table);
  const isWithoutRowid = database
    .prepare<[string], bigint>("SELECT wr FROM pragma_table_list WHERE schema = 'main' AND name = ?")
    .pluck()
    .safeIntegers(true)
    .get(table);
  if (isWithoutRowid !== 1n)
    return `CAST(t.${freeRowidName(columns.map(({ name }) => name)) ?? "rowid"} AS TEXT)`;
  return columns
    .filter(({ pk }) => pk > 0n)
    .map(({ name }) => `t.${quote(name)}`)
    .map(
      (key) =>
        `typeof(${key}) || CASE typeof(${key}) WHEN 'real' THEN printf('%!.17g', ${key}) ELSE hex(${key}) END`,
    )
    .join(" || ',' || ");
};

/** Without a rowid the index of the primary key is the table; NOT INDEXED would let any index with all columns answer. */
const pathSql = (database: Source["database"], table: TablePlan): string => {
  if (!table.withoutRowid) return "NOT INDEXED";
  const key = database
    .prepare<[string], string>("SELECT name FROM pragma_index_list(?) WHERE origin = 'pk'")
    .pluck()
    .get(tableRead(table));
  return key === undefined ? "NOT INDEXED" : `INDEXED BY ${quote(key)}`;
};

/** How the rows of a table can be told apart and cut into parts. */
export interface RowKeys {
  /** Whether ranges of rowids can be read. */
  readonly hasRowid: boolean;
  /**
   * Which of the plan's columns is the rowid under another name (sqlite.org/lang_createtable.html, section 5) and an integer in
   * the target too, so that both sides can be walked along by it; null without one.
   */
  readonly rowidField: number | null;
  /** As SourceScan has it. */
  readonly computes: boolean;
}

/** Null where the source has no such table. */
export const rowKeysOf = (database: Source["database"], table: TablePlan): RowKeys | null => {
  const read = tableRead(table);
  if (!hasTable(database, read)) {
    return null;
  }
  const columns = columnsOf(database, read);
  const hasRowid = !table.withoutRowid && freeRowidName(columns.map(({ name }) => name)) !== null;
  const keys = columns.filter(({ pk }) => pk > 0n);
  // Only a primary key that is the rowid itself needs no index of its own.
  const indexed = database.prepare("SELECT 1 FROM pragma_index_list(?) WHERE origin = 'pk'").get(read);
  const alias = hasRowid && keys.length === 1 && indexed === undefined ? keys[0]?.name : undefined;
  const storedAs = storedNames(table);
  const field = table.columns.findIndex(
    ({ source, type }) => storedAs(source) === alias && integers.has(type.name),
  );
  const computes = scanOf(database, table, false)?.computes === true;
  return { hasRowid, rowidField: field === -1 ? null : field, computes };
};

const integers: ReadonlySet<PgType["name"]> = new Set(["smallint", "integer", "bigint"]);

/** Whether the table has a row of this rowid; only where scanOf found a name for it. */
export const hasRow = (database: Source["database"], table: TablePlan, rowid: bigint): boolean => {
  const name = scanOf(database, table, false)?.rowidName ?? "rowid";
  const sql = `SELECT 1 FROM ${quoteQualified("main", tableRead(table))} AS t NOT INDEXED WHERE t.${name} = ?`;
  return database.prepare(sql).get(rowid) !== undefined;
};
