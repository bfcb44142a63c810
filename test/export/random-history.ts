/** What happens to the tables of a random database: rows come, change and go, columns too, and pages are moved. */
import type Database from "better-sqlite3";
import fc from "fast-check";
import { quote } from "../../src/model/identifier.js";
import { randomCell, valueOf, type RandomCell } from "./random-cells.js";
import { columnSql, freeName, randomColumn, type RandomColumn } from "./random-declaration.js";
import { bound, fillTable, hugeFill, placeholder, randomFill, type Fill } from "./random-fill.js";
import { tablesOf, unlessRefused, type Table } from "./random-tables.js";

/** `table`, `column`, `number`: modulo how many there are. */
export type Step = { readonly table: number } & (
  | { readonly does: "fill"; readonly fill: Fill }
  | { readonly does: "delete"; readonly number: number }
  | { readonly does: "update"; readonly number: number; readonly column: number; readonly cell: RandomCell }
  | { readonly does: "add column"; readonly added: RandomColumn }
  | { readonly does: "alter" | "run"; readonly column: number; readonly sql: string }
);

/** TABLE and COLUMN: of the step; FREE: a new name. */
const alterations = [
  "ALTER TABLE %TABLE DROP COLUMN %COLUMN",
  "ALTER TABLE %TABLE DROP COLUMN %COLUMN",
  "ALTER TABLE %TABLE RENAME COLUMN %COLUMN TO %FREE",
  "ALTER TABLE %TABLE RENAME TO %FREE",
  "CREATE INDEX IF NOT EXISTS %FREE ON %TABLE (%COLUMN)",
  "CREATE TABLE %FREE AS SELECT * FROM %TABLE",
  "DELETE FROM %TABLE",
  "DROP TABLE %TABLE",
];

/** For the whole file; none may stand in a transaction. */
const upkeep = [
  "VACUUM",
  "VACUUM",
  "PRAGMA incremental_vacuum(3)",
  "PRAGMA page_size = 1024; VACUUM",
  "PRAGMA journal_mode = WAL",
  "PRAGMA journal_mode = DELETE",
];

const table = fc.nat(3);
const column = fc.nat(40);
const number = fc.nat(40);

const fillStep = (fill: fc.Arbitrary<Fill>): fc.Arbitrary<Step> =>
  fc.record({ does: fc.constant("fill" as const), table, fill });

export const randomStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: fillStep(randomFill) },
  { weight: 2, arbitrary: fc.record({ does: fc.constant("delete" as const), table, number }) },
  {
    weight: 3,
    arbitrary: fc.record({ does: fc.constant("update" as const), table, number, column, cell: randomCell }),
  },
  {
    weight: 5,
    arbitrary: fc.record({ does: fc.constant("add column" as const), table, added: randomColumn }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      does: fc.constant("alter" as const),
      table,
      column,
      sql: fc.constantFrom(...alterations),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      does: fc.constant("run" as const),
      table,
      column,
      sql: fc.constantFrom(...upkeep),
    }),
  },
);

export const hugeStep = fillStep(hugeFill);

/** @throws SqliteError that no random step may cause. */
export function applyStep(database: Database.Database, step: Step): void {
  const tables = tablesOf(database);
  const on = tables[step.table % Math.max(1, tables.length)];
  if (on !== undefined) unlessRefused(() => applyTo(database, on, step));
}

function applyTo(database: Database.Database, on: Table, step: Step): void {
  switch (step.does) {
    case "fill":
      fillTable(database, on, step.fill);
      return;
    case "delete":
      database.prepare(`DELETE FROM ${quote(on.name)} WHERE ${someRows(on, step.number)}`).run();
      return;
    case "update":
      updateRows(database, on, step);
      return;
    case "add column":
      addColumn(database, on, step.added);
      return;
    case "alter":
    case "run": {
      const names = database.prepare<[], string>("SELECT name FROM sqlite_schema").pluck().all();
      const taken = [...names, ...on.columns.map(({ name }) => name)];
      const words = [
        ["%TABLE", quote(on.name)],
        ["%COLUMN", quote(on.columns[step.column % on.columns.length]!.name)],
        ["%FREE", quote(freeName("other", taken))],
      ] as const;
      database.exec(words.reduce((sql, [word, name]) => sql.replaceAll(word, () => name), step.sql));
    }
  }
}

/** A part of the rows, the same for the same rows. */
function someRows(on: Table, number: number): string {
  const key = on.columns.find(({ pk }) => pk === 1) ?? on.columns[0]!;
  const value = on.rowidName === null ? quote(key.name) : quote(on.rowidName);
  const odd = `(length(CAST(${value} AS BLOB)) * 7 + coalesce(unicode(CAST(${value} AS TEXT)), 0))`;
  return `(CASE typeof(${value}) WHEN 'integer' THEN abs(${value} % 1000003) ELSE ${odd} END) % ${(number % 7) + 1} = ${number % 3}`;
}

function updateRows(
  database: Database.Database,
  on: Table,
  { number, column, cell }: Extract<Step, { does: "update" }>,
): void {
  const given = on.columns.filter(({ hidden, name }) => hidden === 0 && name !== on.rowidName);
  const changed = given[column % Math.max(1, given.length)];
  if (changed === undefined) return;
  const pageBytes = database.pragma("page_size", { simple: true }) as number;
  database
    .prepare(
      `UPDATE OR IGNORE ${quote(on.name)} SET ${quote(changed.name)} = ${placeholder(on.strict ? changed.type : "")} ` +
        `WHERE ${someRows(on, number)}`,
    )
    .run(...bound(valueOf(cell, number, pageBytes)));
}

/** Not checked here whether SQLite allows such a column: where it does not, it says so. */
function addColumn(database: Database.Database, on: Table, added: RandomColumn): void {
  const plain = on.columns.filter(({ hidden }) => hidden === 0).map(({ name }) => quote(name));
  const taken = on.columns.map(({ name }) => name);
  const type = !on.strict ? added.type : /INT|REAL|TEXT|BLOB/.exec(added.type)?.[0] ?? "ANY"; // prettier-ignore
  const declaration = columnSql({ ...added, type }, freeName(added.name, taken), plain);
  database.exec(`ALTER TABLE ${quote(on.name)} ADD COLUMN ${declaration}`);
}
