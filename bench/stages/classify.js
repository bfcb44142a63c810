// classify.js FILE: reads the one table of FILE and profiles every value, as `plan` does.
import { recordColumns } from "../../build/export/sqlite-records.js";
import { TableClassifier } from "../../build/transform/classify/classify.js";
import { Rules } from "../../build/translate/rules/rules.js";
import { meaningsOf } from "../../build/translate/translate.js";
import { openTable } from "./pages.js";
import { tell } from "./told.js";

const { table, slices, close } = await openTable(process.argv[2]);
const columns = recordColumns(table);
const keyIndexes = table.primaryKey.map((name) => columns.indexOf(name));
await tell(() => {
  let rows = 0;
  for (const batches of slices()) {
    const classifier = new TableClassifier({
      table: table.name,
      columns: meaningsOf(table, new Rules([])),
      keyIndexes,
    });
    for (const batch of batches) classifier.add(batch);
    rows += classifier.profile().rows;
  }
  return { rows };
});
close();
