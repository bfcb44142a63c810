/** Digests rows of the target here: they come by binary COPY, and the server only reads them. */
import type { Session } from "../../target/session.js";
import { MultisetSum, type MultisetDigest } from "../multiset-sum.js";
import { Turn } from "../turns.js";
import type { RowBatch } from "./binary-rows.js";
import type { DigestColumn } from "./canonical-sql.js";
import type { TargetTable } from "./departure.js";
import type { TargetRange } from "./range.js";
import { streamRows, streamTarget } from "./stream.js";

/**
 * What digestTarget gives, for servers whose own digest is none, or dearer.
 *
 * @throws as streamTarget, ToolError `interrupted`.
 */
export const streamDigest = (
  session: Session,
  schema: string,
  table: TargetTable,
  range: TargetRange,
  signal: AbortSignal | undefined,
): Promise<MultisetDigest> => sumOf(streamTarget(session, schema, table, range, { signal }), signal);

/** @throws as streamDigest. */
export const streamRelation = (
  session: Session,
  relation: string,
  columns: readonly DigestColumn[],
): Promise<MultisetDigest> =>
  sumOf(streamRows(session, relation, columns, "the self-test's rows"), undefined);

const sumOf = async (
  batches: AsyncIterable<RowBatch>,
  signal: AbortSignal | undefined,
): Promise<MultisetDigest> => {
  const sum = new MultisetSum();
  const turn = new Turn(signal);
  for await (const batch of batches) {
    for (let at = 0; at < batch.rows; at += 1) {
      sum.add(batch.row(at));
    }
    if (turn.isOver) {
      await turn.pass();
    }
  }
  return sum.total();
};
