// encode.js FILE PLAN: reads the one table of FILE and encodes it as `migrate` would; the bytes are thrown away.
import { readFileSync } from "node:fs";
import { introspect } from "../../dist/export/introspect.js";
import { readRecords, recordColumns } from "../../dist/export/sqlite-records.js";
import { openSource } from "../../dist/source/open.js";
import { encodeRecords } from "../../dist/transform/encode.js";
import { tell } from "./told.js";

const [file, planFile] = process.argv.slice(2);
const { plan } = JSON.parse(readFileSync(planFile, "utf8"));
const source = await openSource(file, {});
const schema = introspect(source);
const [table] = schema.tables;
const misfit = ({ column, row }) => {
  throw new Error(`row ${row} of a batch: ${column.source} does not fit`);
};
tell(() => {
  let rows = 0;
  let bytes = 0;
  function* counted(batches) {
    for (const batch of batches) {
      rows += batch.rows;
      yield batch;
    }
  }
  const records = counted(readRecords(source, table, schema.encoding));
  for (const chunk of encodeRecords(plan.tables[0], recordColumns(table), records, misfit))
    bytes += chunk.length;
  return { rows, bytes };
});
source.close();
