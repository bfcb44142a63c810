/** Puts random rows into a table of a random database. */
import type Database from "better-sqlite3";
import fc from "fast-check";
import { quote } from "../../src/model/identifier.js";
import type { Value } from "../transform/values.js";
import { cellBytes, hugeCell, randomCell, valueOf, type RandomCell } from "./random-cells.js";
import { unlessRefused, type Table } from "./random-tables.js";

export interface Fill {
  readonly rows: number;
  /** Each value of each row is one of these. */
  readonly pool: readonly RandomCell[];
  readonly seed: number;
  readonly rowids: Rowids;
}

type Rowids = "given" | "sparse" | "negative" | "random" | "extreme";

const rowCount = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: 1, max: 5 }) },
  { weight: 4, arbitrary: fc.integer({ min: 6, max: 100 }) },
  { weight: 2, arbitrary: fc.integer({ min: 101, max: 1500 }) },
);

const fillOf = (pool: fc.Arbitrary<RandomCell>, rows: fc.Arbitrary<number>): fc.Arbitrary<Fill> =>
  fc.record({
    rows,
    pool: fc.array(pool, { minLength: 1, maxLength: 12 }),
    seed: fc.nat(),
    rowids: fc.constantFrom<Rowids>("given", "given", "sparse", "negative", "random", "extreme"),
  });

export const randomFill = fillOf(randomCell, rowCount);

/** One row with one value of up to 10 MB in it. */
export const hugeFill = fillOf(hugeCell, fc.constant(1));

/** Most that goes into a table at once. */
const fillBytes = 1_000_000;
const fillValues = 20_000;

export function fillTable(database: Database.Database, table: Table, fill: Fill): void {
  const given = table.columns.filter(({ hidden }) => hidden === 0);
  const pageBytes = database.pragma("page_size", { simple: true }) as number;
  const longest = Math.max(...fill.pool.map((cell) => cellBytes(cell, pageBytes)));
  const rows = Math.ceil(
    Math.min(fill.rows, fillBytes / (longest * given.length), fillValues / given.length),
  );
  // The other values of a row with a huge one are NULL.
  const isGiven = (column: number): boolean =>
    longest * given.length <= fillBytes || column === fill.seed % given.length;
  const names = given.map(({ name }) => name);
  const { rowidName } = table;
  if (rowidName !== null && !names.includes(rowidName)) names.push(rowidName);
  const insert = database.prepare(
    `INSERT OR IGNORE INTO ${quote(table.name)} (${names.map(quote).join(", ")}) ` +
      `VALUES (${names.map((_, at) => placeholder(table.strict ? given[at]?.type : "")).join(", ")})`,
  );
  database.transaction(() => {
    for (let row = 0; row < rows; row += 1) {
      const values = names.map((name, column) => {
        if (name === rowidName) return rowidOf(fill, row);
        const cell = fill.pool[mix(fill.seed, row, column) % fill.pool.length]!;
        return isGiven(column) ? valueOf(cell, fill.seed + row, pageBytes) : null;
      });
      unlessRefused(() => insert.run(...values.flatMap(bound)));
    }
  })();
}

/** Three parameters: whether it is bytes that are to become text, and twice the value. */
export const placeholder = (strictType = ""): string => {
  const value = "CASE ? WHEN 1 THEN CAST(? AS TEXT) ELSE ? END";
  return strictType === "" || strictType === "ANY" ? value : `CAST(${value} AS ${strictType})`;
};

export function bound(value: Value): readonly (null | bigint | number | string | Buffer)[] {
  const isTextBytes = value !== null && typeof value === "object" && !Buffer.isBuffer(value);
  return isTextBytes ? [1n, value.text, value.text] : [0n, value, value];
}

function rowidOf(fill: Fill, row: number): bigint | null {
  const random = (BigInt(mix(fill.seed, row)) << 32n) | BigInt(mix(row, fill.seed));
  switch (fill.rowids) {
    case "given":
      return null;
    case "sparse":
      return BigInt(row) * 1_000_003n;
    case "negative":
      return -BigInt(row * 37);
    case "random":
      return BigInt.asIntN(64, random);
    case "extreme": {
      // Around the ends of each width, those of a varint's too.
      const edge = BigInt.asIntN(64, 1n << BigInt(row % 64));
      return row % 3 === 0 ? BigInt.asIntN(64, edge - 1n) : row % 3 === 1 ? edge : BigInt.asIntN(64, -edge);
    }
  }
}

function mix(...numbers: readonly number[]): number {
  let mixed = 0x2545f491;
  for (const number of numbers) {
    mixed = Math.imul(mixed ^ number, 0x9e3779b1);
    mixed ^= mixed >>> 15;
  }
  return mixed >>> 0;
}
