/** Random SQLite databases: how the file is laid out, its tables, and all that happened to them. */
import { closeSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from "node:fs";
import Database from "better-sqlite3";
import fc from "fast-check";
import { PagedFile } from "./paged-file.js";
import { nanMarker } from "./random-cells.js";
import { randomTable, tableSql, type RandomTable } from "./random-declaration.js";
import { fillTable, randomFill, type Fill } from "./random-fill.js";
import { applyStep, hugeStep, randomStep, type Step } from "./random-history.js";
import { tablesOf, unlessRefused } from "./random-tables.js";

export interface RandomDatabase {
  readonly layout: Layout;
  readonly tables: readonly { readonly table: RandomTable; readonly fill: Fill }[];
  readonly steps: readonly Step[];
}

interface Layout {
  readonly pageBytes: number;
  readonly reservedBytes: number;
  readonly autoVacuum: "NONE" | "FULL" | "INCREMENTAL";
  readonly encoding: "UTF-8" | "UTF-16le" | "UTF-16be";
  /** 1 knows neither DESC nor serial types 8 and 9 (fileformat2, section 1.3.9). */
  readonly schemaFormat: number;
}

/** A page must keep 480 bytes for SQLite (fileformat2, section 1.3.4). */
const leastUsableBytes = 480;

const layout: fc.Arbitrary<Layout> = fc
  .constantFrom(512, 512, 512, 1024, 1024, 2048, 4096, 4096, 8192, 16_384, 32_768, 65_536)
  .chain((pageBytes) =>
    fc.record({
      pageBytes: fc.constant(pageBytes),
      reservedBytes: fc.oneof(
        { weight: 3, arbitrary: fc.constant(0) },
        { weight: 2, arbitrary: fc.nat(Math.min(255, pageBytes - leastUsableBytes)) },
      ),
      autoVacuum: fc.constantFrom<Layout["autoVacuum"]>("NONE", "NONE", "FULL", "INCREMENTAL"),
      encoding: fc.oneof(
        { weight: 12, arbitrary: fc.constant("UTF-8" as const) },
        { weight: 1, arbitrary: fc.constantFrom<Layout["encoding"]>("UTF-16le", "UTF-16be") },
      ),
      schemaFormat: fc.constantFrom(4, 4, 4, 4, 1),
    }),
  );

export const randomDatabase: fc.Arbitrary<RandomDatabase> = fc.record({
  layout,
  tables: fc.array(fc.record({ table: randomTable, fill: randomFill }), { minLength: 1, maxLength: 4 }),
  steps: fc.array(
    fc.oneof({ weight: 60, arbitrary: randomStep }, { weight: 1, arbitrary: hugeStep }),
    { minLength: 2, maxLength: 16, size: "max" }, // the default of fast-check makes short histories
  ),
});

/** Writes the database to `path`, over whatever is there. */
export function buildDatabase({ layout, tables, steps }: RandomDatabase, path: string): void {
  for (const suffix of ["", "-wal", "-shm", "-journal"]) rmSync(path + suffix, { force: true });
  layOut(layout, path);
  const database = new Database(path);
  try {
    database.pragma("synchronous = OFF");
    database.pragma("foreign_keys = OFF");
    for (const { table, fill } of tables) {
      const taken = tablesOf(database).map(({ name }) => name);
      unlessRefused(() => database.exec(tableSql(table, taken)));
      for (const each of tablesOf(database)) if (!taken.includes(each.name)) fillTable(database, each, fill);
    }
    for (const step of steps) applyStep(database, step);
  } finally {
    database.close();
  }
  putNaNs(path);
}

/**
 * SQLite keeps reserved bytes and the schema format of a file as it finds them in the header; no pragma sets them. So a
 * database without any table is made and its header changed: SQLite itself would have written these very bytes
 * (SQLITE_FCNTL_RESERVE_BYTES, SQLITE_DBCONFIG_LEGACY_FILE_FORMAT).
 */
function layOut(layout: Layout, path: string): void {
  const { pageBytes, reservedBytes, autoVacuum, encoding, schemaFormat } = layout;
  const empty = new Database(path);
  empty.pragma(`page_size = ${pageBytes}`);
  empty.pragma(`auto_vacuum = ${autoVacuum}`);
  empty.pragma("user_version = 1");
  empty.close();
  const file = openSync(path, "r+");
  try {
    const write = (bytes: readonly number[], at: number): number =>
      writeSync(file, Buffer.from(bytes), 0, bytes.length, at);
    const usableBytes = pageBytes - reservedBytes;
    write([reservedBytes], 20);
    write([0, 0, 0, schemaFormat], 44);
    write([0, 0, 0, { "UTF-8": 1, "UTF-16le": 2, "UTF-16be": 3 }[encoding]], 56);
    // The cells of page 1 begin at its usable end; 65,536 is written as 0.
    write([(usableBytes >> 8) & 0xff, usableBytes & 0xff], 105);
  } finally {
    closeSync(file);
  }
}

const nans = ["7ff8000000000000", "fff8000000000000", "7ff0000000000001", "ffffffffffffffff"].map((hex) =>
  Buffer.from(hex, "hex"),
);

/** Values alone: the marker's bytes elsewhere may be part of something that came later. */
function putNaNs(path: string): void {
  const file = new PagedFile(readFileSync(path));
  const places = file.reals().filter((at) => file.bytes.readDoubleBE(at) === nanMarker);
  for (const [index, at] of places.entries()) nans[index % nans.length]!.copy(file.bytes, at);
  if (places.length > 0) writeFileSync(path, file.bytes);
}
