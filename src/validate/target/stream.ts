/**
 * The canonical rows of the target's side, streamed: the fields of canonical-sql.ts come by binary COPY, and become
 * here what record_send would have made of them. Where the server is near, that is cheaper than its own digest.
 */
import { quote, quoteQualified } from "../../model/identifier.js";
import { copyOut } from "../../target/copy-out.js";
import type { Session } from "../../target/session.js";
import { canonicalField } from "../canonical/column-form.js";
import { BinaryRows, type RowBatch } from "./binary-rows.js";
import { canonicalFieldsSql, type DigestColumn } from "./canonical-sql.js";

/** Integer keys from `from` on and below `to`. Without a beginning also rows whose key is NULL. */
export interface KeyRange {
  /** In the target. */
  readonly column: string;
  /** null: from the smallest on. */
  readonly from: bigint | null;
  /** null: up to the largest. */
  readonly to: bigint | null;
}

/** The rows of a table whose keys are in `range`, all of them where it is null, as SQL that may follow FROM. */
export const rangeRelation = (schema: string, table: string, range: KeyRange | null): string => {
  const name = quoteQualified(schema, table);
  const condition = range === null ? null : rangeCondition(range);
  return condition === null ? name : `(SELECT * FROM ${name} AS t WHERE ${condition})`;
};

const rangeCondition = ({ column, from, to }: KeyRange): string | null => {
  const key = `t.${quote(column)}`;
  // As a text: 2^63 is no integer before its minus is.
  const isBelow = to === null ? null : `${key} < '${to}'::bigint`;
  if (from === null) return isBelow === null ? null : `${isBelow} OR ${key} IS NULL`;
  return [`${key} >= '${from}'::bigint`, ...(isBelow === null ? [] : [isBelow])].join(" AND ");
};

export interface StreamOptions {
  /** The integer column that the rows are to be ordered by, NULLs last; by default they come in any order. */
  readonly orderBy?: string | null;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Streams the canonical rows of `relation`, SQL that may follow FROM, inside a transaction of read-transaction.ts: batches of
 * some 64 KB. Left before its end it cancels its statement, after which `attempt` has to roll back.
 *
 * @param what for errors: `the rows of public.people`
 * @throws as copyOut; ToolError `target-failed` where what came is garbled or cut off. Never ends early without one.
 */
export async function* streamRows(
  session: Session,
  relation: string,
  columns: readonly DigestColumn[],
  what: string,
  { orderBy = null, signal }: StreamOptions = {},
): AsyncGenerator<RowBatch, void> {
  const oids = columns.map(({ type }) => canonicalField({ type, unit: null }).oid);
  const rows = new BinaryRows(oids, what);
  const sql = `COPY (${canonicalFieldsSql(relation, columns, orderBy)}) TO STDOUT (FORMAT binary)`;
  for await (const chunk of copyOut(session, sql, signal)) {
    const batch = rows.read(chunk);
    if (batch.rows > 0) yield batch;
  }
  const last = rows.end();
  if (last.rows > 0) yield last;
}
