/**
 * The canonical rows of the target's side, streamed: the fields of canonical-sql.ts come by binary COPY, and become
 * here what record_send would have made of them. Where the server is near, that is cheaper than its own digest.
 */
import { copyFrames, type TakeFrames } from "../../target/copy-frames.js";
import { copyOut } from "../../target/copy-out.js";
import type { Session } from "../../target/session.js";
import type { CopyBytes } from "../canonical/copy-bytes.js";
import { canonicalField } from "../canonical/column-form.js";
import { BinaryRows, type RowBatch } from "./binary-rows.js";
import { canonicalFieldsSql, type DigestColumn } from "./canonical-sql.js";
import type { TargetTable } from "./departure.js";
import { pathSql, relationSql, type TargetRange } from "./range.js";
import { sentFieldsSql } from "./sent-sql.js";

export interface StreamOptions {
  /** The target's name of the integer column that the rows are ordered by, NULLs last; null, as without it: in any order. */
  readonly orderBy?: string | null;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Streams the canonical rows of `table` in `schema`, whose columns are as planned (departure.ts), inside a transaction of
 * read-transaction.ts: batches of some 64 KB. Left before its end it cancels its statement, after which `attempt` has to
 * roll back.
 *
 * @throws as copyOut; ToolError `target-failed` where what came is garbled or cut off. Never ends early without one.
 */
export async function* streamTarget(
  session: Session,
  schema: string,
  table: TargetTable,
  range: TargetRange,
  options: StreamOptions = {},
): AsyncGenerator<RowBatch, void> {
  const columns = table.columns.map(({ target, type }) => ({ name: target, type }));
  await session.query(pathSql(range));
  const what = `the rows of ${schema}.${table.target}`;
  yield* streamRows(session, relationSql(schema, table.target, range), columns, what, options);
}

/** What is to be received, and how. */
export interface Received extends Pick<StreamOptions, "signal"> {
  /** Whether values come as they are (sent-sql.ts), or in the canonical form. */
  readonly areWhole: boolean;
}

/**
 * Hands the messages of such a COPY (canonical/copy-bytes.ts) to `take`; of a range of keys in their order.
 *
 * @throws as copyFrames.
 */
export const receiveTarget = async (
  session: Session,
  schema: string,
  table: TargetTable,
  range: TargetRange,
  { areWhole, signal }: Received,
  take: TakeFrames,
): Promise<boolean> => {
  const columns = table.columns.map(({ target, type }) => ({ name: target, type }));
  await session.query(pathSql(range));
  const orderBy = range.by === "key" ? range.column : null;
  const relation = relationSql(schema, table.target, range);
  const sql = (areWhole ? sentFieldsSql : canonicalFieldsSql)(relation, columns, orderBy);
  return copyFrames(session, copySql(sql), take, signal);
};

/**
 * Whether the server sends these bytes for the values of a relation as they are. It is read to the end either way.
 *
 * @param relation SQL that may follow FROM.
 * @throws as copyFrames.
 */
export const receiveRelation = async (
  session: Session,
  relation: string,
  columns: readonly DigestColumn[],
  expected: CopyBytes,
): Promise<boolean> => {
  const found: boolean[] = [];
  await copyFrames(session, copySql(sentFieldsSql(relation, columns, null)), (some) => {
    found.push(expected.dropIfEqual(some));
    return true;
  });
  return !found.includes(false) && expected.keptLength === 0;
};

/**
 * @param relation SQL that may follow FROM.
 * @param what for errors: `the rows of public.people`
 * @throws as streamTarget.
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
  for await (const chunk of copyOut(
    session,
    copySql(canonicalFieldsSql(relation, columns, orderBy)),
    signal,
  )) {
    const batch = rows.read(chunk);
    if (batch.rows > 0) yield batch;
  }
  const last = rows.end();
  if (last.rows > 0) yield last;
}

const copySql = (query: string): string => `COPY (${query}) TO STDOUT (FORMAT binary)`;
