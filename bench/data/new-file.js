import Database from "better-sqlite3";

/** Makes a SQLite file by `write`, without waiting for the disk: what an accident spoils is made again. */
export function newFile(path, write) {
  const database = new Database(path);
  try {
    for (const pragma of ["journal_mode = OFF", "synchronous = OFF", "temp_store = MEMORY"])
      database.pragma(pragma);
    write(database);
  } finally {
    database.close();
  }
}
