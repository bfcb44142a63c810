/** The load of the data alone with 2 jobs, against psql's \copy of a ready-made binary file of the same rows. */
import { statSync, rmSync } from "node:fs";
import { join } from "node:path";
import { columnsQuery, copyCommand } from "../peers/psql.js";
import { dataPhase } from "../peers/sqlift.js";
import { interleave } from "./interleave.js";
import { runCommand } from "./command.js";
import { seconds } from "./sides.js";

export const loadParameters = ["--no-validate", "--no-color", "--jobs", "2"];

/**
 * @param {{ what: string, file: string, table: string, rows: number, limit: object | null }} load `file` holds one
 *   table without keys or indexes, so that nothing but data is loaded
 */
export async function compareLoad(bench, { what, file, table, rows, limit }) {
  const binary = join(bench.folder, `${table}.copy`);
  const expected = { [table]: rows };
  const { found: columns } = await bench.migrate(file, loadParameters, expected, {
    after: async (database) => {
      await runCommand(...copyCommand(database, table, "to", binary), { environment: database.environment });
      return (await database.query(columnsQuery(table)))[0].columns;
    },
  });
  const { ours, theirs } = await interleave(bench.options.runs, {
    ours: () => bench.migrate(file, loadParameters, expected, { between: dataPhase }),
    theirs: () =>
      bench.inDatabase((database) => copyCommand(database, table, "from", binary), {
        before: (database) => database.query(`CREATE TABLE ${table} (${columns})`),
      }),
  });
  const megabytes = Math.round(statSync(binary).size / 1e6);
  rmSync(binary);
  return {
    what,
    unit: "s",
    ours: seconds("sqlift, from the first row to the last, 2 jobs", ours),
    theirs: seconds("psql \\copy, binary", theirs),
    limit,
    notes: [
      `${rows} rows, ${Math.round(statSync(file).size / 1e6)} MB in SQLite, ${megabytes} MB of binary COPY`,
    ],
  };
}
