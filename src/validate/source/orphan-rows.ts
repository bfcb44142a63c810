/**
 * The rows of the source that have to stand among the rejected ones because a foreign key of theirs points nowhere: a row
 * stays only while every row that it points at stays. Which rows these are is found here by SQL of its own.
 */
import { quote, quoteLiteral, quoteQualified } from "../../model/identifier.js";
import type { OrphanKey } from "../../model/orphans.js";
import type { Plan } from "../../model/plan.js";
import type { Source } from "../../source/source.js";
import { throwIfInterrupted } from "../interruption.js";
import { rowIdSql } from "./scan.js";

/** By their rowIdSql: the column that is to blame, the last one of the key. */
export type OrphanColumns = ReadonlyMap<string, string>;

/** Of how many rows one is handed out in any case, on the average, so that others get their turn; a power of two. */
const rowsPerTurn = 1024;

/**
 * By the source's tables.
 *
 * @throws SqliteError when SQLite cannot read a table; ToolError `interrupted`.
 */
export const orphanColumns = async (
  { database }: Source,
  { orphanKeys }: Pick<Plan, "orphanKeys">,
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<string, OrphanColumns>> => {
  const gone = new Map(orphanKeys.map(({ table }) => [table, new Map<string, string>()]));
  if (gone.size === 0) return gone;
  const options = { deterministic: false, directOnly: true };
  database.function("sqlift_is_gone", options, (table: unknown, id: unknown) =>
    gone.get(String(table))?.has(String(id)) === true ? 1 : 0,
  );
  for (let before = -1, after = 0; before !== after;) {
    before = after;
    for (const [table, rows] of gone) {
      const keys = orphanKeys.filter((key) => key.table === table);
      const sql = goneSql(database, table, keys);
      const now = new Map<string, string>();
      for (const [id, key] of database.prepare<[], [string, bigint | null]>(sql).raw(true).iterate()) {
        if (key !== null) now.set(id, keys[Number(key)]?.columns.at(-1) ?? "");
        if (key !== null && now.size % rowsPerTurn !== 0) continue;
        await new Promise((resolve) => setImmediate(resolve));
        throwIfInterrupted(signal);
      }
      for (const [id, column] of now) rows.set(id, column);
    }
    after = [...gone.values()].reduce((sum, rows) => sum + rows.size, 0);
  }
  return gone;
};

/** The rows of a table that point nowhere by now, each with the first key that does; and some others, with NULL. */
const goneSql = (database: Source["database"], table: string, keys: readonly OrphanKey[]): string => {
  const conditions = keys.map((key) => danglesSql(database, key));
  const which = conditions.map((sql, index) => `WHEN ${sql} THEN ${index}`).join(" ");
  return (
    `SELECT ${rowIdSql(database, table)}, CASE ${which} END FROM ${quoteQualified("main", table)} AS t NOT INDEXED ` +
    `WHERE ${conditions.map((sql) => `(${sql})`).join(" OR ")} OR (random() & ${rowsPerTurn - 1}) = 0`
  );
};

/**
 * A key with a NULL points nowhere and breaks nothing. The plus keeps the child's own affinity out of the comparison
 * (sqlite.org/datatype3.html, section 4.2); texts are compared as PostgreSQL compares them, byte by byte.
 */
const danglesSql = (
  database: Source["database"],
  { columns, parentTable, parentColumns, caseless = [] }: OrphanKey,
): string => {
  const own = columns.map((name) => `t.${quote(name)}`);
  const parents = parentColumns.map((name) => `t.${quote(name)}`);
  const stays =
    `SELECT ${parents.join(", ")} FROM ${quoteQualified("main", parentTable)} AS t ` +
    `WHERE NOT sqlift_is_gone(${quoteLiteral(parentTable)}, ${rowIdSql(database, parentTable)})`;
  const found = `(${own.map((name, at) => `+${name} COLLATE ${caseless.includes(columns[at]!) ? "NOCASE" : "BINARY"}`).join(", ")}) IN (${stays})`;
  return `${own.map((name) => `${name} IS NOT NULL`).join(" AND ")} AND (${found}) IS NOT TRUE`;
};
