/**
 * Looks for damage that reading need not notice: pages used twice, keys out of order, index entries without
 * rows. SQLite's own `PRAGMA quick_check` does it in about a tenth of the time that reading all rows takes
 * (docs/decisions/source-safety.md).
 */
import type Database from "better-sqlite3";
import { quote } from "../model/identifier.js";
import type { Source } from "./source.js";
import { sqliteCode } from "./source-error.js";

const mostProblems = 10;

/** Rows that break their own constraints come first-come with the damage, so many must fit before it. */
const mostMessages = 100_000;

/**
 * What quick_check also tells and what is no damage (pragma.c): constraints that rows do not keep, and the
 * opinions of virtual tables about their contents, which are not read as data.
 */
const noDamage = [
  /^ok$/,
  /^NULL value in /,
  /^(CHECK|NOT NULL|UNIQUE) constraint failed in /,
  /^non-unique entry in index /,
  /^non-\w+ value in /,
  /^(NUMERIC|TEXT|INTEGER|REAL|BLOB) value in /,
  /^malformed inverted index for FTS/,
  /^unable to validate the inverted index for FTS/,
  /^In RTree /,
];

/**
 * Blocks the event loop while it runs: about 1 s a GB from the page cache.
 *
 * CHECK expressions of the file are not run. Generated columns are, with `trusted_schema` off; where one needs
 * a function that is not there, the tables are checked one by one and that one is left out.
 *
 * @returns Up to 10 problems in SQLite's words; empty where there is no damage.
 * @throws SqliteError, for `sourceError`, where reading fails otherwise.
 */
export const checkSource = (source: Source): string[] => {
  source.database.pragma("ignore_check_constraints = ON");
  try {
    return problemsOf(source.database, "");
  } catch (error) {
    if (sqliteCode(error) !== "SQLITE_ERROR") throw error;
    return problemsByTable(source.database);
  }
};

const problemsByTable = (database: Database.Database): string[] => {
  const tables = database
    .prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'table' AND rootpage > 0")
    .pluck()
    .all();
  const problems: string[] = [];
  for (const table of tables) {
    try {
      problems.push(...problemsOf(database, quote(table)));
    } catch (error) {
      if (sqliteCode(error) !== "SQLITE_ERROR") throw error;
    }
    if (problems.length >= mostProblems) break;
  }
  return problems.slice(0, mostProblems);
};

/** @param table Quoted, or "" for the whole database. */
const problemsOf = (database: Database.Database, table: string): string[] => {
  const check = database.prepare<[], string>(`PRAGMA quick_check(${table === "" ? mostMessages : table})`);
  const problems: string[] = [];
  try {
    for (const message of check.pluck().iterate()) {
      problems.push(...damageIn(message));
      if (problems.length >= mostProblems) break;
    }
  } catch (error) {
    // Damage that quick_check itself cannot get past.
    if (!(error instanceof Error) || sqliteCode(error)?.startsWith("SQLITE_CORRUPT") !== true) throw error;
    problems.push(error.message);
  }
  return problems.slice(0, mostProblems);
};

/** Only the b-tree check gives many lines in one message; in others a line break belongs to a name. */
const damageIn = (message: string): readonly string[] => {
  if (message.startsWith("*** in database")) return message.split("\n").slice(1);
  return noDamage.some((words) => words.test(message)) ? [] : [message];
};
