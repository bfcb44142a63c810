/** Opens a connection, and says it in words where better-sqlite3 came without its native part. */
import Database from "better-sqlite3";
import { ToolError } from "../errors.js";

/**
 * @throws ToolError `driver-missing`; SqliteError as SQLite gave it.
 */
export const openDatabase = (file: string, options: Database.Options): Database.Database => {
  try {
    return new Database(file, options);
  } catch (error) {
    throw isMissing(error) ? missing(error) : error;
  }
};

/** The words are those of the package `bindings`; the code is Node's for a binary of another version or machine. */
const isMissing = (error: unknown): boolean =>
  error instanceof Error &&
  (error.message.startsWith("Could not locate the bindings file") ||
    ("code" in error && error.code === "ERR_DLOPEN_FAILED"));

const missing = (cause: unknown): ToolError =>
  new ToolError(
    "driver-missing",
    "The native part of better-sqlite3 is not built for this Node: its install script did not run, or ran for another version.",
    "Run: npm rebuild better-sqlite3 (it needs python3, make and a C++ compiler). Where npm blocks install scripts: npm install-scripts approve better-sqlite3.",
    { cause },
  );
