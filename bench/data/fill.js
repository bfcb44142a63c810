/**
 * Fills a table quickly: JavaScript makes a template of rows, and SQLite repeats it block by block, each time with
 * other numbers. Only so are 10,000,000 rows there in seconds.
 */

/** Rows that differ in more than the numbers counted on. */
const templateRows = 50_000;

/**
 * @param {import("better-sqlite3").Database} database
 * @param {object} filling
 * @param {string} filling.table
 * @param {number} filling.rows
 * @param {(index: number) => readonly unknown[]} filling.row the values of a template's row
 * @param {(name: (index: number) => string) => string} filling.select the table's terms; `name(i)` is the template's
 *   value i, `n` the row's number from 0 on, and `block` how often the template was used before
 */
export function fill(database, { table, rows, row, select }) {
  const height = Math.min(rows, templateRows);
  const width = row(0).length;
  const names = Array.from({ length: width }, (_, index) => `c${index}`);
  database.exec(`CREATE TEMP TABLE template (i INTEGER PRIMARY KEY, ${names.join(", ")})`);
  const insert = database.prepare(`INSERT INTO temp.template VALUES (?, ${names.map(() => "?").join(", ")})`);
  database.transaction(() => {
    for (let index = 0; index < height; index += 1) insert.run(index, ...row(index));
    database
      .prepare(
        `INSERT INTO main."${table}"
         WITH RECURSIVE counted(block) AS
           (SELECT 0 UNION ALL SELECT block + 1 FROM counted WHERE (block + 1) * ${height} < ${rows})
         SELECT ${select((index) => `t.c${index}`)}
         FROM (SELECT block, block * ${height} AS first FROM counted) AS b CROSS JOIN temp.template AS t
         WHERE b.first + t.i < ${rows}`.replaceAll(/\bn\b/g, "(b.first + t.i)"),
      )
      .run();
  })();
  database.exec("DROP TABLE temp.template");
}
