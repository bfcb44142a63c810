/** The sets of integers that tell of foreign keys to rowids, as the profile's parts bring them. */
import type { RowidLink } from "../../export/rowid-links.js";
import type { SqliteTable } from "../../model/sqlite.js";
import { isWithin, unite, type Bitmaps } from "../../transform/classify/integer-set.js";

/** 8 KiB each; beyond that SQLite is asked. */
const mostChunks = 8192;

/** Where the integers stand in a record; null: they are the rowids. */
export type SetColumn = number | null;

interface TableSets {
  readonly columns: SetColumn[];
  /** One per column; null where it is no such set. */
  readonly sets: (Map<number, Uint32Array> | null)[];
}

export class LinkSets {
  readonly #tables = new Map<SqliteTable, TableSets>();

  constructor(links: readonly RowidLink[]) {
    for (const { child, column, parent } of links) {
      this.#want(child, column);
      this.#want(parent, null);
    }
  }

  /** Which sets have to be gathered of the table. */
  wanted(table: SqliteTable): readonly SetColumn[] {
    return this.#tables.get(table)?.columns ?? [];
  }

  /** @param parts of some of the table's rows, one per wanted column. */
  add(table: SqliteTable, parts: readonly (Bitmaps | null)[]): void {
    const sets = this.#tables.get(table)?.sets ?? [];
    parts.forEach((part, index) => {
      const set = sets[index];
      if (part === null || set === null || set === undefined) sets[index] = null;
      else {
        unite(set, part);
        if (set.size > mostChunks) sets[index] = null;
      }
    });
  }

  /** Whether it is certain that every row of the child has its parent; false: SQLite has to look. */
  isSound({ child, column, parent }: RowidLink): boolean {
    const pointing = this.#set(child, column);
    const there = this.#set(parent, null);
    return pointing !== null && there !== null && isWithin(pointing, there);
  }

  #want(table: SqliteTable, column: SetColumn): void {
    const { columns, sets } = this.#tables.get(table) ?? { columns: [], sets: [] };
    this.#tables.set(table, { columns, sets });
    if (columns.includes(column)) return;
    columns.push(column);
    sets.push(new Map());
  }

  #set(table: SqliteTable, column: SetColumn): Bitmaps | null {
    const wanted = this.#tables.get(table);
    return wanted?.sets[wanted.columns.indexOf(column)] ?? null;
  }
}
