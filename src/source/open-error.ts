/** Better words for "malformed" and "not a database" where the file itself shows what happened to it. */
import { ToolError } from "../errors.js";
import type { ExaminedFile } from "./examine.js";
import { countedBytes } from "./header.js";
import { sqliteCode } from "./source-error.js";

/**
 * @param error What opening the examined file threw.
 * @returns A ToolError, or `error` as it is where there is nothing to add.
 */
export const damageError = (error: unknown, file: ExaminedFile): unknown => {
  if (!/^SQLITE_(CORRUPT|NOTADB)/.test(sqliteCode(error) ?? "")) return error;
  if (file.looksEncrypted) {
    return new ToolError(
      "source-not-a-database",
      `${file.path} has the header of a SQLite database, but what follows looks encrypted`,
      "decrypt it first with its own program and key, for SQLCipher with sqlcipher_export()",
      { cause: error },
    );
  }
  const expected = countedBytes(file.header);
  // With a WAL or a journal beside it the file alone does not tell how long it should be.
  const isAlone = (file.wal?.bytes ?? 0) === 0 && (file.journal?.bytes ?? 0) === 0;
  if (!isAlone || expected === null || expected <= file.bytes) return error;
  return new ToolError(
    "source-damaged",
    `${file.path} is cut short: its header counts ${file.header.pageCount} pages of ${file.header.pageBytes} bytes, ` +
      `${expected} bytes, and the file has ${file.bytes}`,
    "take the copy or download again, or a backup; what is left can be saved with: sqlite3 FILE .recover | sqlite3 NEW.db",
    { cause: error },
  );
};
