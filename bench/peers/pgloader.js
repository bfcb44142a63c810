/** pgloader from SQLite to PostgreSQL, as people use it: a command file and the defaults. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * The one thing that people have to add for a DATETIME that holds milliseconds: pgloader takes the number for a year,
 * and PostgreSQL then takes no row. It spares pgloader the conversion.
 */
export const numbersStayNumbers = "CAST type datetime to bigint";

/**
 * How to run it.
 *
 * @param {string} more clauses of the load command, or ""
 */
export function pgloaderCommand(folder, file, database, more) {
  const commands = join(folder, "pgloader.load");
  const target = database.urlWithPassword.replace(/^postgres:/, "postgresql:");
  // Holds the password.
  writeFileSync(commands, `LOAD DATABASE FROM sqlite://${file} INTO ${target} ${more};\n`, { mode: 0o600 });
  return ["pgloader", ["--root-dir", join(folder, "pgloader"), commands]];
}
