/**
 * Whether rows of the target that were read in an earlier snapshot are the very rows of this one. A row is never changed in its
 * place: an update makes another version of it, which bears the number of its transaction (xmin). Where every row of now is of a
 * transaction that had ended before the earlier snapshot was taken, all of them were seen then; where they are as many as
 * then, none has gone (docs/decisions/validation.md, "Several sittings").
 */
import { quoteQualified } from "../../model/identifier.js";
import type { Session } from "../../target/session.js";
import type { Part, PartProof } from "../part.js";
import { pathSql, rangeSql, type TargetRange } from "../target/range.js";

/**
 * Inside a transaction of read-transaction.ts.
 *
 * @param since xmin of the earlier snapshot, less than 2^31 transactions ago.
 * @throws what the session throws.
 */
export const isUnchanged = async (
  session: Session,
  { schema, table, targetRange, figuresRange }: Part,
  { target, figures }: PartProof,
  since: bigint,
): Promise<boolean> => {
  if (targetRange === null || figuresRange === null || target.read === null || figures.target === null) {
    return false;
  }
  const relation = quoteQualified(schema, table.target);
  // Rows that a damaged index loses are in the one and not in the other.
  const asked: readonly [TargetRange, bigint][] =
    targetRange === figuresRange || targetRange.by !== "key"
      ? [[targetRange, target.read.rows]]
      : [
          [targetRange, target.read.rows],
          [figuresRange, figures.target.rows],
        ];
  for (const [range, rows] of asked) {
    await session.query(pathSql(range));
    const [seen] = await session.query(countSql(relation, range), [String(BigInt.asUintN(32, since))]);
    if (seen?.["later"] !== "0" || BigInt(seen["rows"] ?? -1) !== rows) {
      return false;
    }
  }
  return true;
};

/**
 * age() counts in 32 bits, and takes a frozen row of more than 2^31 transactions ago for a young one: that row is read again. Of
 * transactions that were under way or came later none is older than `since`, and neither is a part of one (a savepoint's).
 */
const countSql = (relation: string, range: TargetRange): string =>
  `SELECT count(*) AS rows, count(*) FILTER (WHERE age(t.xmin) <= (SELECT age($1::text::xid))) AS later
    FROM ${relation} AS t${rangeSql(range)}`;
