/** What a bar works with: seeded files, fresh databases, and commands that are measured. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { data } from "./data/index.js";
import { runCommand } from "./measure/command.js";
import { sqliftCommand } from "./peers/sqlift.js";

/**
 * @param {import("./options.js").Options} options
 * @param {string} folder for files that go with the run
 */
export function openWorkbench(options, folder, server) {
  const shared = new Map();
  const say = (text) => process.stderr.write(`${text}\n`);

  /** Made once in a run, whichever bar asks first. */
  const once = (name, make) => {
    if (!shared.has(name)) shared.set(name, make());
    return shared.get(name);
  };

  /** @returns {string} path of a SQLite file with that data */
  const file = (kind, size) => {
    const words = Object.entries(typeof size === "number" ? { rows: size } : size).flat();
    return once([kind, ...words].join("-"), () => {
      mkdirSync(join(folder, "data"), { recursive: true });
      const path = join(folder, "data", `${[kind, ...words].join("-")}.db`);
      say(`  makes ${kind}, ${words.join(" ")}`);
      data[kind](path, size, options.seed);
      return path;
    });
  };

  /** Runs a command against a database that stands; it has to end with exit code 0. */
  const run = async (database, [program, parameters], watched = {}) => {
    const { run: measured, exitCode } = await runCommand(program, parameters, {
      ...watched,
      environment: database.environment,
      server,
    });
    say(`    ${program.split("/").pop()} ${measured.seconds.toFixed(2)} s`);
    return { ...measured, exitCode };
  };

  /** Runs a command against a database of its own; `before` prepares it, `after` looks at what came of it. */
  const inDatabase = async (command, { before, after, ...watched } = {}) => {
    const database = await server.createDatabase();
    try {
      await before?.(database);
      const measured = await run(database, command(database), watched);
      return { ...measured, found: (await after?.(database)) ?? null };
    } finally {
      await database.drop();
    }
  };

  /**
   * @param {string} source
   * @param {readonly string[]} parameters more of them
   * @param {Record<string, number>} rows that must have arrived, by table
   */
  const migrate = (source, parameters, rows, { after, ...watched } = {}) =>
    inDatabase((database) => sqliftCommand("migrate", source, database.url, ...parameters), {
      ...watched,
      after: async (database) => {
        for (const [table, expected] of Object.entries(rows)) {
          const counted = await countRows(database, table);
          if (counted !== expected) throw new Error(`${table} has ${counted} rows, not ${expected}`);
        }
        return after?.(database);
      },
    });

  return { options, folder, say, once, file, run, inDatabase, migrate };
}

export async function countRows(database, table) {
  const [{ rows }] = await database.query(`SELECT count(*)::text AS rows FROM ${table}`);
  return Number(rows);
}
