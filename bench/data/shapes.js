/** Tables of other shapes than a chat's, each one alone and without keys. */
import { fill } from "./fill.js";
import { newFile } from "./new-file.js";
import { bytesOf, seededRandom, sentenceOf, wordOf } from "./random.js";

/** 3 columns: the cost of a row, not of its values. */
export const makeNarrow = (path, rows, seed) =>
  newFile(path, (database) => {
    const next = seededRandom(seed);
    database.exec(
      "CREATE TABLE reading (sensor INTEGER NOT NULL, taken INTEGER NOT NULL, value REAL NOT NULL)",
    );
    fill(database, {
      table: "reading",
      rows,
      row: () => [next(200), next(10_000) / 8],
      select: (value) => `${value(0)}, 1600000000 + n, ${value(1)} + b.block`,
    });
  });

const wideKinds = [
  { type: "INTEGER", value: (next) => next(2 ** 31) },
  { type: "TEXT", value: (next) => sentenceOf(next) },
  { type: "REAL", value: (next) => next(1_000_000) / 7 },
  { type: "VARCHAR(255)", value: (next) => (next(4) === 0 ? null : wordOf(next)) },
  { type: "BOOLEAN", value: (next) => next(2) },
  { type: "DATE", value: (next) => `20${10 + next(15)}-${10 + next(3)}-${10 + next(18)}` },
];

/** 60 columns: the cost of the values. */
export const makeWide = (path, rows, seed) =>
  newFile(path, (database) => {
    const next = seededRandom(seed);
    const kinds = Array.from({ length: 60 }, (_, index) => wideKinds[index % wideKinds.length]);
    database.exec(`CREATE TABLE answer (${kinds.map(({ type }, index) => `q${index} ${type}`).join(", ")})`);
    fill(database, {
      table: "answer",
      rows,
      row: () => kinds.map(({ value }) => value(next)),
      select: (value) => kinds.map((_, index) => value(index)).join(", "),
    });
  });

const blobBytes = 1024 * 1024;

/** Rows of 1 MB: the cost of the bytes, and memory that must not follow them. */
export const makeBlobs = (path, rows, seed) =>
  newFile(path, (database) => {
    const next = seededRandom(seed);
    database.exec("CREATE TABLE picture (id INTEGER NOT NULL, name TEXT NOT NULL, content BLOB NOT NULL)");
    const insert = database.prepare("INSERT INTO picture VALUES (?, ?, ?)");
    const noise = bytesOf(next, blobBytes);
    database.transaction(() => {
      for (let id = 1; id <= rows; id += 1) {
        // Never twice the same bytes, and nothing that PostgreSQL could compress.
        noise.writeUInt32LE(next(2 ** 32), next(blobBytes - 4));
        insert.run(id, sentenceOf(next), noise);
      }
    })();
  });
