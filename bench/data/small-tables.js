/** Many tables of few rows: the cost of a table. Each has a key, an index and, but for the first, a foreign key. */
import { fill } from "./fill.js";
import { newFile } from "./new-file.js";
import { bytesOf, seededRandom, sentenceOf, wordOf } from "./random.js";

/** @param {{ tables: number, rows: number }} size rows of each table */
export const makeSmallTables = (path, { tables, rows }, seed) =>
  newFile(path, (database) => {
    const next = seededRandom(seed);
    for (let table = 0; table < tables; table += 1) {
      const parent = table === 0 ? "" : `REFERENCES part_${table - 1} (id)`;
      database.exec(`CREATE TABLE part_${table} (id INTEGER PRIMARY KEY, parent_id INTEGER ${parent},
        name TEXT NOT NULL, price REAL, is_sold BOOLEAN NOT NULL, picture BLOB, added_at DATETIME NOT NULL)`);
      fill(database, {
        table: `part_${table}`,
        rows,
        row: () => [
          sentenceOf(next),
          next(10_000) / 100,
          next(2),
          bytesOf(next, next(16)),
          wordOf(next),
          next(1e9),
        ],
        select: (
          value,
        ) => `n + 1, ${table === 0 ? "NULL" : "n + 1"}, ${value(4)} || ' ' || ${value(0)}, ${value(1)},
          ${value(2)}, ${value(3)}, 1600000000000 + ${value(5)}`,
      });
      database.exec(`CREATE INDEX part_${table}_by_name ON part_${table} (name)`);
    }
  });
