/**
 * The canonical rows of the target's side, streamed: the fields of canonical-sql.ts come by binary COPY, and become
 * here what record_send would have made of them. Where the server is near, that is cheaper than its own digest.
 */
import { copyOut } from "../../target/copy-out.js";
import type { Session } from "../../target/session.js";
import { canonicalField } from "../canonical/column-form.js";
import { BinaryRows, type RowBatch } from "./binary-rows.js";
import { canonicalFieldsSql, type DigestColumn } from "./canonical-sql.js";
import type { TargetTable } from "./departure.js";
import { pathSql, relationSql, type TargetRange } from "./range.js";

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

/**
 * The bytes of such a COPY as the server sends them; of a range of keys in their order.
 *
 * @throws as copyOut.
 */
export async function* streamTargetBytes(
  session: Session,
  schema: string,
  table: TargetTable,
  range: TargetRange,
  { signal }: Pick<StreamOptions, "signal">,
): AsyncGenerator<Buffer, void> {
  const columns = table.columns.map(({ target, type }) => ({ name: target, type }));
  await session.query(pathSql(range));
  const orderBy = range.by === "key" ? range.column : null;
  yield* copyOut(session, copySql(relationSql(schema, table.target, range), columns, orderBy), signal);
}

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
  for await (const chunk of copyOut(session, copySql(relation, columns, orderBy), signal)) {
    const batch = rows.read(chunk);
    if (batch.rows > 0) yield batch;
  }
  const last = rows.end();
  if (last.rows > 0) yield last;
}

const copySql = (relation: string, columns: readonly DigestColumn[], orderBy: string | null): string =>
  `COPY (${canonicalFieldsSql(relation, columns, orderBy)}) TO STDOUT (FORMAT binary)`;
