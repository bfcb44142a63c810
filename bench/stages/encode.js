// encode.js FILE PLAN: reads the one table of FILE and encodes it as `migrate` would; the bytes are thrown away.
import { readFileSync } from "node:fs";
import { recordColumns } from "../../build/export/sqlite-records.js";
import { encodeRecords } from "../../build/transform/encode/encode.js";
import { openTable } from "./pages.js";
import { tell } from "./told.js";

const [file, planFile] = process.argv.slice(2);
const [plan] = JSON.parse(readFileSync(planFile, "utf8")).plan.tables;
const { table, slices, close } = await openTable(file);
const columns = recordColumns(table);
// As in a migration, the profile has seen these very rows.
const profiled = true;
const onMisfit = ({ column, row }) => {
  throw new Error(`row ${row} of a batch: ${column.source} does not fit`);
};
await tell(() => {
  let rows = 0;
  let bytes = 0;
  function* counted(batches) {
    for (const batch of batches) {
      rows += batch.rows;
      yield batch;
    }
  }
  for (const batches of slices())
    for (const chunk of encodeRecords(plan, columns, counted(batches), { onMisfit, profiled }))
      bytes += chunk.length;
  return { rows, bytes };
});
close();
