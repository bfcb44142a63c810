/** Which rows of a batch are kept apart because a foreign key of theirs points nowhere. */
import { rowKey, type KeyValue, type OrphanRows } from "../../model/orphans.js";
import type { TablePlan } from "../../model/plan.js";
import { isInteger, isText, serial, type RecordBatch } from "../../model/record.js";
import type { Misfit } from "./misfit.js";
import { integerBigInt, latin1, realNumber } from "../value.js";

/** What keeps a row apart, whatever its values are; null: nothing does. */
export type RowTest = (batch: RecordBatch, row: number) => Misfit | null;

/**
 * @param recordColumns the source columns that the batches hold, in their order.
 * @param keyIndexes where the primary key's columns stand in the records, for tables without a rowid.
 */
export function orphanTest(
  { columns }: TablePlan,
  recordColumns: readonly string[],
  keyIndexes: readonly number[],
  orphans: OrphanRows | null,
): RowTest | null {
  if (orphans === null) return null;
  return (batch, row) => {
    const id =
      batch.rowids === null
        ? rowKey(keyIndexes.map((index) => keyValue(batch, row * batch.columns + index)))
        : batch.rowids[row]!;
    const orphanKey = orphans.get(id);
    if (orphanKey === undefined) return null;
    // The last column of a key: the first ones often say whose it is, and stand in other keys as well.
    const name = orphanKey.columns.at(-1)!;
    const column = columns.find(({ source }) => source === name)!;
    return { batch, row, column, at: row * batch.columns + recordColumns.indexOf(name), orphanKey };
  };
}

function keyValue(batch: RecordBatch, at: number): KeyValue {
  const type = batch.serialTypes[at]!;
  if (type === serial.null) return null;
  if (isInteger(type)) return integerBigInt(batch, at);
  if (type === serial.float64) return realNumber(batch, at);
  return isText(type) ? { text: latin1(batch, at) } : { blob: latin1(batch, at) };
}
