/** The lane that a table's rows travel: read, encode, copy. */
import { ToolError } from "../errors.js";
import { readRecords, recordColumns } from "../export/sqlite-records.js";
import { copySlice } from "../import/copy.js";
import { quote } from "../model/identifier.js";
import type { TablePlan } from "../model/plan.js";
import { typeWords } from "../model/postgres.js";
import type { RecordBatch } from "../model/record.js";
import type { SqliteSchema, SqliteTable } from "../model/sqlite.js";
import type { Source } from "../source/source.js";
import type { Session } from "../target/session.js";
import { describeValue, placeOf, storageClassOf } from "../transform/describe.js";
import { encodeRecords } from "../transform/encode.js";
import type { Misfit } from "../transform/encode-rows.js";
import { explainMisfit } from "../transform/explain.js";

export interface Lane {
  readonly source: Source;
  readonly schema: SqliteSchema;
  readonly session: Session;
  /** Where the tables stand while they are filled. */
  readonly targetSchema: string;
  readonly signal: AbortSignal | undefined;
}

/**
 * Copies one table.
 *
 * @param onRows told how many rows were read so far, per batch.
 * @returns the rows that the target counted.
 * @throws ToolError `value-misfit` for a value that the profile did not foresee, and the codes of both sides.
 */
export async function copyOneTable(
  lane: Lane,
  table: TablePlan,
  onRows: (rows: number) => void,
): Promise<number> {
  const source = sourceTable(lane.schema, table);
  const columns = recordColumns(source);
  const records = counted(readRecords(lane.source, source, lane.schema.encoding), onRows);
  const chunks = encodeRecords(table, columns, records, {
    profiled: true,
    onMisfit: (misfit) => {
      throw misfitError(source, misfit);
    },
  });
  return copySlice(lane.session, {
    schema: lane.targetSchema,
    table,
    format: "binary",
    createSql: null,
    chunks,
    signal: lane.signal,
  });
}

export const sourceTable = (schema: SqliteSchema, table: TablePlan): SqliteTable => {
  const found = schema.tables.find((each) => each.name === table.source);
  if (found === undefined)
    throw new ToolError("plan-mismatch", `The source has no table ${quote(table.source)}.`);
  return found;
};

export const keyIndexes = (table: SqliteTable): readonly number[] => {
  const columns = recordColumns(table);
  return table.primaryKey.map((name) => columns.indexOf(name));
};

function* counted(batches: Iterable<RecordBatch>, onRows: (rows: number) => void): Generator<RecordBatch> {
  let rows = 0;
  for (const batch of batches) {
    yield batch;
    rows += batch.rows;
    onRows(rows);
  }
}

function misfitError(table: SqliteTable, misfit: Misfit): ToolError {
  const { batch, row, column, at } = misfit;
  const place = placeOf(batch, row, table.rowidName === null ? keyIndexes(table) : []);
  const words = place.rowid === null ? `key (${place.key?.join(", ") ?? ""})` : `rowid ${place.rowid}`;
  const shown = `${storageClassOf(batch, at).toUpperCase()} ${describeValue(batch, at)}`;
  return new ToolError(
    "value-misfit",
    `Table ${quote(table.name)}, column ${quote(column.source)}, ${words}: ${shown} does not fit ${typeWords(column.type)}; ` +
      `${explainMisfit(column.type, batch, at)}.`,
    `Change it in the source: UPDATE ${quote(table.name)} SET ${quote(column.source)} = ...`,
  );
}
