/** Sequences of existing tables at the end of a transaction of which nothing may remain where it is cut off. */
import type { ExistingSequence } from "../../model/existing.js";
import { quoteQualified } from "../../model/identifier.js";
import type { SequenceRecord } from "../../target/history/sequences.js";
import type { Session } from "../../target/session.js";
import { lookAtAll, setSql, type SequenceOutcome } from "./sequences.js";

/**
 * ALTER SEQUENCE ... RESTART belongs to the transaction, but needs the sequence to be one's own, and a number that it can give; `setval`
 * counts at once, so it comes last, and is taken back by restoreSequences where the transaction is rolled back.
 *
 * @param onSet told of the latter, before the first is set.
 * @throws what the session throws.
 */
export async function restartSequences(
  session: Session,
  schema: string,
  sequences: readonly ExistingSequence[],
  onSet: (records: readonly SequenceRecord[]) => void,
): Promise<readonly SequenceOutcome[]> {
  const { outcomes, records } = await lookAtAll(session, schema, sequences);
  const later: SequenceRecord[] = [];
  for (const record of records) {
    const name = quoteQualified(record.schema, record.name);
    const [row] = await session.query(
      `SELECT pg_has_role(c.relowner, 'USAGE') AS is_ours, $2::numeric + q.seqincrement AS next,
              $2::numeric + q.seqincrement BETWEEN q.seqmin AND q.seqmax AS has_next
         FROM pg_class c JOIN pg_sequence q ON q.seqrelid = c.oid WHERE c.oid = $1::regclass`,
      [name, record.set],
    );
    if (row?.["is_ours"] === "t" && row["has_next"] === "t")
      await session.query(`ALTER SEQUENCE ${name} RESTART WITH ${row["next"] ?? ""}`);
    else later.push(record);
  }
  onSet(later);
  for (const record of later) await session.query(setSql(record, record.set, "true"));
  return outcomes;
}
