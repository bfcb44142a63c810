// read.js FILE: reads the one table of FILE from its pages and throws the batches away.
import { openTable } from "./pages.js";
import { tell } from "./told.js";

const table = await openTable(process.argv[2]);
await tell(() => {
  let rows = 0;
  for (const batches of table.slices()) for (const batch of batches) rows += batch.rows;
  return { rows };
});
table.close();
