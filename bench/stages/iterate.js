// iterate.js FILE TABLE: reads every row through better-sqlite3 and throws it away.
import Database from "better-sqlite3";
import { tell } from "./told.js";

const [file, table] = process.argv.slice(2);
const statement = new Database(file, { readonly: true }).prepare(`SELECT * FROM "${table}"`).raw();
await tell(() => {
  let rows = 0;
  for (const row of statement.iterate()) rows += row.length > 0 ? 1 : 0;
  return { rows };
});
