/** Random schemas of SQLite: tables that point at each other, indexes, views, triggers, virtual tables, rows. */
import type Database from "better-sqlite3";
import fc from "fast-check";
import { quote } from "../../src/model/identifier.js";
import { parentNames, tableArbitrary, type RandomTable } from "./random-table.js";
import { collations, folded, nameArbitrary, types, valueArbitrary } from "./random-words.js";

export interface RandomSchema {
  readonly tables: readonly RandomTable[];
  /** CREATE TABLE of what foreign keys point at. */
  readonly parents: readonly string[];
  /** Index, view, trigger, virtual table; may name what is not there. */
  readonly others: readonly string[];
  readonly rows: readonly string[];
}

/** Runs what SQLite takes of it and leaves out the rest. @returns the tables that it took. */
export function build(database: Database.Database, schema: RandomSchema): readonly RandomTable[] {
  const taken = (sql: string): boolean => {
    try {
      database.exec(sql);
      return true;
    } catch {
      return false;
    }
  };
  schema.parents.forEach(taken);
  const tables = schema.tables.filter((table) => taken(table.sql));
  database.pragma("ignore_check_constraints = ON");
  schema.others.forEach(taken);
  schema.rows.forEach(taken);
  return tables;
}

const parent = (name: string): fc.Arbitrary<string> =>
  fc
    .tuple(
      fc.constantFrom(...types, "INTEGER", "INTEGER"),
      fc.constantFrom("PRIMARY KEY", "PRIMARY KEY", "UNIQUE", "UNIQUE COLLATE NOCASE", ""),
    )
    .map(([type, key]) => `CREATE TABLE ${name} (x ${type} ${key}, y)`);

const otherNames = fc.oneof(nameArbitrary, fc.constantFrom("p0_pkey", "p1_x_seq", "p0_x_key", "i", "j", "k"));

const other = ({ name, columns }: RandomTable): fc.Arbitrary<string> => {
  const column = fc.constantFrom(...columns).map(quote);
  const table = quote(name);
  return otherNames.map(quote).chain((made) =>
    fc.oneof(
      column.map((of) => `CREATE INDEX ${made} ON ${table} (${of})`),
      column.map((of) => `CREATE UNIQUE INDEX ${made} ON ${table} (${of} DESC)`),
      fc
        .tuple(column, column, fc.constantFrom(...collations))
        .map(([a, b, by]) => `CREATE INDEX ${made} ON ${table} (${a}, ${b} COLLATE ${by} DESC)`),
      column.map((of) => `CREATE UNIQUE INDEX ${made} ON ${table} (${of}) WHERE ${of} IS NOT NULL`),
      column.map((of) => `CREATE INDEX ${made} ON ${table} (lower(${of}), ${of})`),
      column.map((of) => `CREATE VIEW ${made} AS SELECT ${of} FROM ${table}`),
      fc.constant(`CREATE TRIGGER ${made} AFTER INSERT ON ${table} BEGIN SELECT 1; END`),
      fc.constant(`CREATE VIRTUAL TABLE ${made} USING fts5(a, b)`),
      fc.constant(`CREATE VIRTUAL TABLE ${made} USING rtree(id, a, b)`),
    ),
  );
};

const row = ({ name, columns }: RandomTable): fc.Arbitrary<string> =>
  fc
    .tuple(
      fc.subarray([...columns], { minLength: 1 }),
      fc.array(valueArbitrary, { minLength: columns.length, maxLength: columns.length }),
    )
    .map(
      ([into, values]) =>
        `INSERT OR IGNORE INTO ${quote(name)} (${into.map(quote).join(", ")}) VALUES (${values.slice(0, into.length).join(", ")})`,
    );

const parentRow = fc
  .tuple(fc.constantFrom(...parentNames), valueArbitrary)
  .map(([name, value]) => `INSERT OR IGNORE INTO ${name} (x) VALUES (${value})`);

/** @param mostRows 0: the types are decided without values. */
export const schemaArbitrary = (mostRows: number): fc.Arbitrary<RandomSchema> =>
  fc
    .uniqueArray(tableArbitrary(), { minLength: 1, maxLength: 4, selector: (table) => folded(table.name) })
    .chain((tables) => {
      const any = fc.constantFrom(...tables);
      return fc.record({
        tables: fc.constant(tables),
        parents: fc.tuple(...parentNames.map(parent)).chain((all) => fc.subarray(all, { minLength: 2 })),
        others: fc.array(any.chain(other), { maxLength: 8 }),
        rows: fc.array(fc.oneof({ arbitrary: any.chain(row), weight: 3 }, parentRow), {
          maxLength: mostRows,
        }),
      });
    });
