/** Finds the rows that differ in a part whose digests do. */
import { clocksOf } from "../canonical/local-clock.js";
import type { Part, ProofGround } from "../part.js";
import { convertingRows, type SourceRows } from "../source/converting-rows.js";
import { rowKeysOf } from "../source/scan.js";
import { stoppable } from "../../target/stoppable-session.js";
import { streamTarget } from "../target/stream.js";
import { locateByBucket } from "./by-bucket.js";
import { locateByKey } from "./by-key.js";
import { identityOf } from "./identity.js";
import type { Located } from "./located.js";

/**
 * Reads both sides of `part` row by row. Rows of the source that do not convert, and orphans, are no differences: they are told of
 * elsewhere.
 *
 * @param part a range of keys, or the whole table: blocks of the target are not the rows of any part of the source.
 * @param most how many differences are kept; all are counted
 * @throws SqliteError, and what the session throws: it belongs into `attempt`; ToolError `interrupted`, `source-expression`.
 */
export const locatePart = (
  ground: Pick<ProofGround, "database" | "path" | "location" | "session" | "signal">,
  part: Part,
  most: number,
): Promise<Located> => {
  const { database, session, signal } = ground;
  const { table, schema, sourceRange: range, targetRange, orphans, periods } = part;
  if (targetRange === null || targetRange.by === "block" || (range !== null && targetRange.by === "all")) {
    throw new Error(`the rows of a part of ${table.source} are not those of a part of its target`);
  }
  const identity = identityOf(table, rowKeysOf(database, table));
  const clocks = clocksOf(periods);
  const source = (): SourceRows => convertingRows(ground, table, { range, orphans, clocks, signal });
  const [key = 0] = identity.fields;
  const orderBy = identity.isRowid ? (table.columns[key]?.target ?? null) : null;
  const target = () =>
    streamTarget(stoppable(session, signal), schema, table, targetRange, { orderBy, signal });
  return identity.isRowid
    ? locateByKey(source(), target(), { key, most, signal })
    : locateByBucket({ source, target }, { keys: identity.fields, most, signal });
};
