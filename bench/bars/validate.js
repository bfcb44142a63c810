import { rmSync } from "node:fs";
import { join } from "node:path";
import { interleave } from "../measure/interleave.js";
import { seconds } from "../measure/sides.js";
import { columnsQuery, copyCommand } from "../peers/psql.js";
import { sqliftCommand } from "../peers/sqlift.js";

const table = "message";

export const bar = {
  name: "validate",
  issue: "05",
  title: "validate, every value, against psql \\copy of a ready-made binary file of the same rows",
  needs: ["psql"],
  async measure(bench) {
    const { rows, runs } = bench.options;
    const file = bench.file("chat", rows);
    const binary = join(bench.folder, `${table}.copy`);
    const { found } = await bench.migrate(
      file,
      ["--no-validate", "--quiet"],
      { [table]: rows },
      {
        after: async (database) => {
          await bench.run(database, copyCommand(database, table, "to", binary));
          const [{ columns }] = await database.query(columnsQuery(table));
          const validate = (...parameters) =>
            bench.run(database, sqliftCommand("validate", file, database.url, "--quiet", ...parameters));
          return interleave(runs, {
            sqlite: () => validate(),
            pages: () => validate("--reader", "pages"),
            theirs: () =>
              bench.inDatabase((fresh) => copyCommand(fresh, table, "from", binary), {
                before: (fresh) => fresh.query(`CREATE TABLE ${table} (${columns})`),
              }),
          });
        },
      },
    );
    rmSync(binary);
    const { sqlite, pages, theirs } = found;
    const against = { unit: "s", theirs: seconds("psql \\copy, binary, the messages alone", theirs) };
    return [
      {
        what: "source read by SQLite",
        ours: seconds("sqlift validate", sqlite),
        ...against,
        limit: { atMost: 1.2 },
      },
      {
        what: "source read by pages",
        ours: seconds("sqlift validate --reader pages", pages),
        ...against,
        limit: { atMost: 0.8 },
      },
    ];
  },
};
