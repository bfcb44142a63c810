/**
 * The table of docs/fidelity.md from end to end: every storage class by every type by every edge, planned, migrated into
 * quarantine and proven. What arrives is what PostgreSQL itself makes of the promised spelling; what does not is kept whole.
 */
import Database from "better-sqlite3";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { isInstant } from "../../src/model/postgres.js";
import type { Plan } from "../../src/model/plan.js";
import type { MigrationOutcome } from "../../src/model/outcome.js";
import { mostRejectsListed } from "../../src/model/rehearsal.js";
import { migrate } from "../../src/pipeline/migrate.js";
import { plan } from "../../src/pipeline/plan.js";
import { createDatabase, type TestDatabase } from "../database.js";
import { makeSqlite, type SqliteFile } from "../fixture.js";
import { cells as allCells, type Cell } from "../transform/cells.js";
import { edgeValues } from "../transform/edge-values.js";
import { openOracle, type Oracle } from "../transform/oracle.js";
import { spellingOf } from "../transform/spelling.js";
import type { Value } from "../transform/values.js";
import { saying } from "../translate/mapping-of.js";
import { keptRows, rowsInFile } from "./kept-rows.js";

// A mapping names built-in types alone.
const cells = allCells.filter(({ type }) => type.name !== "enum" && type.name !== "citext");

const tableOf = (cell: Cell): string => `cell ${allCells.indexOf(cell)}`;

const isNumber = (value: Value): boolean => typeof value === "bigint" || typeof value === "number";

/** Numbers of no known unit where a time is wanted block the plan: somebody has to name one. */
const valuesOf = ({ type, unit }: Cell): readonly Value[] =>
  isInstant(type) && unit === null ? edgeValues.filter((value) => !isNumber(value)) : edgeValues;

/** A megabyte of text, and ten of a blob. */
const large: readonly Value[] = [
  "\u00e9\u{1f600}x'\\\n".repeat(100_000),
  Buffer.alloc(10_000_000, "\0\u00ff", "latin1"),
];
const largeCells = new Set(["text", "bytea", "jsonb", "bigint"]);

const rowsOf = (cell: Cell): readonly Value[] =>
  largeCells.has(cell.name) ? [...valuesOf(cell), ...large] : valuesOf(cell);

function makeFile(): SqliteFile {
  const file = makeSqlite("matrix", "");
  const database = new Database(file.path);
  database.exec("BEGIN");
  for (const cell of cells) {
    database.exec(`CREATE TABLE "${tableOf(cell)}" (id INTEGER PRIMARY KEY, v)`);
    const insert = database.prepare(`INSERT INTO "${tableOf(cell)}" (v) VALUES (?)`);
    const insertBytes = database.prepare(`INSERT INTO "${tableOf(cell)}" (v) VALUES (CAST(? AS TEXT))`);
    for (const value of rowsOf(cell)) {
      if (value !== null && typeof value === "object" && !Buffer.isBuffer(value)) insertBytes.run(value.text);
      else insert.run(value);
    }
  }
  database.exec("COMMIT");
  database.close();
  return file;
}

describe("every edge value of every storage class in every type", () => {
  let file: SqliteFile;
  let database: TestDatabase;
  let oracle: Oracle;
  let planned: Plan;
  let outcome: MigrationOutcome;
  beforeAll(async () => {
    file = makeFile();
    database = await createDatabase();
    oracle = await openOracle();
    const rules = cells.map((cell) => [`${tableOf(cell)}.v`, { type: cell.type, unit: cell.unit }]);
    const options = {
      environment: process.env,
      onReject: "quarantine",
      mappings: [saying(Object.fromEntries(rules) as Parameters<typeof saying>[0])],
    } as const;
    planned = await plan(file.path, options);
    outcome = await migrate(file.path, database.url, options);
  }, 240_000);
  afterAll(async () => {
    await oracle.remove();
    await database.drop();
    file.remove();
  });

  test("all tables are migrated and proven", () => {
    expect(outcome.status).toBe("migrated");
    expect(outcome.verdicts.map(({ verdict }) => verdict)).toEqual(cells.map(() => "identical-under-policy"));
  });

  test.each(cells)("$name", async (cell) => {
    const { type, unit } = cell;
    const values = valuesOf(cell);
    const name = tableOf(cell);
    const promised = await oracle.read(
      type,
      values.map((value) => spellingOf(type, unit, value)),
    );
    const rows = await database.query(
      `SELECT id, v::text AS v FROM public."${name}" WHERE id <= ${values.length} ORDER BY id`,
    );
    const arrived = new Map(rows.map(({ id, v }) => [Number(id) - 1, v ?? null]));
    const wrong = values.flatMap((value, at) => {
      const found = arrived.get(at);
      const isPromised = value === null || promised[at] !== null;
      return (isPromised ? found === promised[at] : found === undefined)
        ? []
        : [{ id: at + 1, value, found, promised: promised[at] }];
    });
    expect(wrong).toEqual([]);

    const kept = await keptRows(database, outcome.run!, name);
    const inFile = rowsInFile(file.path, name);
    expect(kept.map(({ row }) => row)).toEqual(kept.map(({ place }) => inFile[Number(place) - 1]));
    const table = planned.tables.find(({ source }) => source === name)!;
    const moved = outcome.tables.find(({ source }) => source === name);
    expect(moved).toMatchObject({
      rows: inFile.length,
      rejected: kept.length,
      copied: inFile.length - kept.length,
    });
    expect(table.rejected).toBe(kept.length);
    expect(table.rejects.map(({ value, column, code }) => [value.at.rowid, `${column} ${code}`])).toEqual(
      kept.slice(0, mostRejectsListed).map(({ place, why }) => [place, why]),
    );
  });

  test("a megabyte of text and ten of a blob arrive whole, or are kept whole", async () => {
    const sizes = await database.query(
      `SELECT (SELECT max(octet_length(v)) FROM public."${tableOf(cellOf("text"))}") AS text,
              (SELECT max(octet_length(v)) FROM public."${tableOf(cellOf("bytea"))}") AS bytea`,
    );
    expect(sizes).toEqual([{ text: "1000000", bytea: "10000000" }]);
    for (const [name, count] of [
      ["text", 1],
      ["bytea", 0],
      ["jsonb", 2],
      ["bigint", 2],
    ] as const) {
      const cell = cellOf(name);
      const kept = await keptRows(database, outcome.run!, tableOf(cell));
      expect(kept.filter(({ place }) => Number(place) > valuesOf(cell).length)).toHaveLength(count);
    }
  });
});

const cellOf = (name: string): Cell => cells.find((cell) => cell.name === name)!;
