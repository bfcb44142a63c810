/** One slice from the source into its table; rows that do not fit into sqlift.rejected_rows, where the plan has some. */
import { ToolError } from "../../errors.js";
import { copySlice, copyTogether, copyWithin, type RowCopy, type SliceRows } from "../../import/copy.js";
import { quote } from "../../model/identifier.js";
import { typeWords } from "../../model/postgres.js";
import type { RecordBatch } from "../../model/record.js";
import type { Session } from "../../target/session.js";
import { copyFormat } from "../../transform/encode/copy-format.js";
import { describeValue, placeOf, storageClassOf } from "../../transform/explain/describe.js";
import { encodeRecords } from "../../transform/encode/encode.js";
import type { Misfit } from "../../transform/encode/misfit.js";
import { misfitReason } from "../../transform/explain/misfit-reason.js";
import { orphanTest } from "../../transform/encode/orphan-test.js";
import { PolicyCounts } from "../../transform/encode/policy-counts.js";
import { encodeRejectedRows } from "../../transform/rejects/rejected-rows.js";
import type { CopyAnswer, CopyJob, CopyTogetherJob, WholeCopy } from "./lane-jobs.js";

export interface RowSupply {
  /** Counted, for the progress. */
  readonly batches: Iterable<RecordBatch>;
  /** The same rows once more. */
  readonly again: () => Iterable<RecordBatch>;
}

/**
 * @throws ToolError the codes of both sides, `interrupted`; `value-misfit` where the plan has no rejected rows in the table.
 */
export async function copyRows(
  session: Session,
  job: CopyJob,
  supply: RowSupply,
  signal: AbortSignal,
): Promise<CopyAnswer> {
  const { copy, answer } = prepareCopy(job, supply, signal);
  const { createSql, begins } = job;
  return answer(await copySlice(session, { ...copy, createSql, begins }));
}

/** @param supplies one per table. @throws ToolError as copyRows. */
export async function copyRowsTogether(
  session: Session,
  { copies, begins }: CopyTogetherJob,
  supplies: readonly RowSupply[],
  signal: AbortSignal,
): Promise<readonly CopyAnswer[]> {
  const prepared = copies.map((copy, at) => prepareCopy(copy, supplies[at]!, signal));
  const rows = await copyTogether(
    session,
    begins,
    prepared.map(({ copy }) => copy),
  );
  return prepared.map(({ answer }, at) => answer(rows[at]!));
}

/** In a transaction of the caller. @throws ToolError as copyRows; the transaction is of no use then. */
export async function copyRowsHere(
  session: Session,
  job: WholeCopy,
  supply: RowSupply,
  signal: AbortSignal,
): Promise<CopyAnswer> {
  const { copy, answer } = prepareCopy(job, supply, signal);
  return answer(await copyWithin(session, copy));
}

interface PreparedCopy {
  readonly copy: RowCopy;
  /** @param rows that the server counted when all had gone. */
  readonly answer: (rows: SliceRows) => CopyAnswer;
}

function prepareCopy(
  job: CopyJob | WholeCopy,
  { batches, again }: RowSupply,
  signal: AbortSignal,
): PreparedCopy {
  const { table, schema, run, mark, recordColumns, keyIndexes, orphans } = job;
  const mayReject = table.rejected > 0;
  const changes = new PolicyCounts(keyIndexes);
  let leftOut = 0;
  const chunks = encodeRecords(table, recordColumns, batches, {
    profiled: !mayReject && table.changes.length === 0,
    changes,
    isApart: orphanTest(table, recordColumns, keyIndexes, orphans),
    onMisfit: (misfit) => {
      if (!mayReject) throw misfitError(job, misfit);
      leftOut += 1;
    },
  });
  const kept = (): Iterable<Buffer> | null =>
    leftOut === 0 ? null : encodeRejectedRows({ run, table, recordColumns, keyIndexes, orphans }, again());
  const format = copyFormat(table);
  const rejected = mayReject ? kept : null;
  return {
    copy: { schema, table, format, chunks, rejected, mark, signal },
    answer: (rows) => {
      if (rows.rejected !== leftOut)
        throw new Error(`${leftOut} rows of ${table.source} were left out, but ${rows.rejected} were kept`);
      return { ...rows, changes: changes.changes() };
    },
  };
}

function misfitError({ table, keyIndexes }: CopyJob | WholeCopy, misfit: Misfit): ToolError {
  const { batch, row, column, at } = misfit;
  const place = placeOf(batch, row, keyIndexes);
  const words = place.rowid === null ? `key (${place.key?.join(", ") ?? ""})` : `rowid ${place.rowid}`;
  const shown = `${storageClassOf(batch, at).toUpperCase()} ${describeValue(batch, at)}`;
  return new ToolError(
    "value-misfit",
    `Table ${quote(table.source)}, column ${quote(column.source)}, ${words}: ${shown} does not fit ${typeWords(column.type)}; ` +
      `${misfitReason(misfit).reason}.`,
    `Change it in the source: UPDATE ${quote(table.source)} SET ${quote(column.source)} = ...`,
  );
}
