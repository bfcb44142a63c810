/**
 * Which rows are kept apart where orphans are: those whose foreign key points at no row, and then those that point at them,
 * until every row that is left has its parents. What is compared, and how, is as in orphans.ts.
 */
import { quote } from "../model/identifier.js";
import {
  rowKey,
  type KeyValue,
  type OrphanKey,
  type OrphanRows,
  type OrphanRowsByTable,
} from "../model/orphans.js";
import type { SqliteSchema, SqliteTable } from "../model/sqlite.js";
import type { Source } from "../source/source.js";
import { sourceError } from "../source/source-error.js";
import { utf16ToUtf8 } from "./utf16.js";

/** No column of it is virtual. */
interface OrphanLink {
  readonly key: OrphanKey;
  readonly child: SqliteTable;
  readonly parent: SqliteTable;
}

/** Whether its rows can be told from one another: some tables have taken all names of their rowid for columns. */
export const hasNamedRows = ({ rowidName, withoutRowid }: SqliteTable): boolean =>
  rowidName !== null || withoutRowid;

/** Of how many rows without a finding one is handed out, on the average; a power of two. */
const rowsPerTurn = 1024;

type Cell = bigint | number | string | Buffer | null;

/**
 * Null comes out now and then, for the caller to let others run; the tables with such rows at the end.
 *
 * @param keys of tables with named rows; none has a virtual column.
 * @throws ToolError the source codes.
 */
export function* findOrphanRows(
  source: Source,
  schema: SqliteSchema,
  keys: readonly OrphanKey[],
): Generator<null, OrphanRowsByTable> {
  const links = keys.map((key): OrphanLink => ({
    key,
    child: schema.tables.find(({ name }) => name === key.table)!,
    parent: schema.tables.find(({ name }) => name === key.parentTable)!,
  }));
  const search = new Search(source, schema.encoding);
  let asked = new Set(links.map(({ child }) => child));
  while (asked.size > 0) {
    const grown = new Set<SqliteTable>();
    for (const child of asked) {
      const before = search.apart.get(child)?.size ?? 0;
      const rows = yield* search.rowsOf(
        child,
        links.filter((link) => link.child === child),
      );
      search.apart.set(child, rows);
      if (rows.size > before) grown.add(child);
    }
    asked = new Set(links.filter(({ parent }) => grown.has(parent)).map(({ child }) => child));
  }
  return new Map([...search.apart].flatMap(([{ name }, rows]) => (rows.size === 0 ? [] : [[name, rows]])));
}

class Search {
  readonly apart = new Map<SqliteTable, OrphanRows>();
  readonly #source: Source;
  readonly #utf8: (text: Buffer) => Uint8Array;
  /** The tables that SQL names by a number. */
  readonly #numbered: SqliteTable[] = [];

  constructor(source: Source, encoding: SqliteSchema["encoding"]) {
    this.#source = source;
    this.#utf8 = encoding === "UTF-8" ? (text) => text : utf16ToUtf8(encoding);
    const options = { varargs: true, directOnly: true, safeIntegers: true };
    source.database.function("sqlift_is_apart", options, (number, ...place: unknown[]) => {
      const rows = this.apart.get(this.#numbered[Number(number)]!);
      return rows?.has(this.#id(place as Cell[])) === true ? 1 : 0;
    });
  }

  *rowsOf(child: SqliteTable, links: readonly OrphanLink[]): Generator<null, OrphanRows> {
    const conditions = links.map((link) => this.#isOrphan(link));
    const which = conditions.map((condition, index) => `WHEN ${condition} THEN ${index}`).join(" ");
    const sql =
      `SELECT * FROM (SELECT CASE ${which} END AS link, ${placeTerms(child, "c")} ` +
      `FROM main.${quote(child.name)} AS c NOT INDEXED) WHERE link IS NOT NULL OR (random() & ${rowsPerTurn - 1}) = 0`;
    const rows = new Map<bigint | string, OrphanKey>();
    try {
      for (const row of this.#source.database.prepare<[], Cell[]>(sql).raw().safeIntegers().iterate()) {
        const [link = null, ...place] = row;
        if (typeof link === "bigint") rows.set(this.#id(place), links[Number(link)]!.key);
        if (link === null || rows.size % rowsPerTurn === 0) yield null;
      }
    } catch (error) {
      throw sourceError(error, this.#source.path, `looking for orphans of ${quote(child.name)}`);
    }
    return rows;
  }

  #isOrphan({ key: { columns, parentColumns, caseless = [] }, parent }: OrphanLink): string {
    const present = columns.map((name) => `c.${quote(name)} IS NOT NULL`);
    const values = columns.map(
      (name) => `+c.${quote(name)} COLLATE ${caseless.includes(name) ? "NOCASE" : "BINARY"}`,
    );
    const keys = parentColumns.map((name) => `p.${quote(name)}`);
    const there = `SELECT ${keys.join(", ")} FROM main.${quote(parent.name)} AS p${this.#kept(parent)}`;
    return `${present.join(" AND ")} AND CASE WHEN (${values.join(", ")}) IN (${there}) THEN 0 ELSE 1 END`;
  }

  /** Without such rows SQLite looks into the parent's own index. */
  #kept(parent: SqliteTable): string {
    if ((this.apart.get(parent)?.size ?? 0) === 0) return "";
    const number = this.#numbered.push(parent) - 1;
    return ` WHERE sqlift_is_apart(${number}, ${placeTerms(parent, "p")}) = 0`;
  }

  /** @param place as placeTerms selects it. */
  #id(place: readonly Cell[]): bigint | string {
    const [rowid] = place;
    if (place.length === 1 && typeof rowid === "bigint") return rowid;
    const values: KeyValue[] = [];
    for (let at = 0; at < place.length; at += 2) {
      const cell = place[at + 1]!;
      if (!Buffer.isBuffer(cell)) values.push(cell as bigint | number | null);
      else if (place[at] === "text") values.push({ text: Buffer.from(this.#utf8(cell)).toString("latin1") });
      else values.push({ blob: cell.toString("latin1") });
    }
    return rowKey(values);
  }
}

/** The rowid, or for each column of the key its class and its value, TEXT as bytes. */
const placeTerms = ({ rowidName, primaryKey }: SqliteTable, of: "c" | "p"): string =>
  rowidName === null
    ? primaryKey
        .map((name) => `${of}.${quote(name)}`)
        .map(
          (value) =>
            `typeof(${value}), CASE typeof(${value}) WHEN 'text' THEN CAST(${value} AS BLOB) ELSE ${value} END`,
        )
        .join(", ")
    : `${of}.${quote(rowidName)}`;
