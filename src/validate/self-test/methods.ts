/** Which ways of hashing the target's rows this server is good for. */
import type { ColumnPlan } from "../../model/plan.js";
import type { MethodChoice, ProofMethod } from "../../model/verdict.js";
import type { Session } from "../../target/session.js";
import { targetError } from "../../target/target-error.js";
import { quarantineTypes } from "../quarantine.js";
import { attempt } from "../target/read-transaction.js";
import { selfTest } from "./self-test.js";

export type TestedMethods =
  /** Null: either is good. */
  | { readonly method: MethodChoice | null; readonly failure: null }
  /** Why nothing that this server answers would prove anything. */
  | { readonly method: null; readonly failure: string };

interface TestedTable {
  readonly columns: readonly Pick<ColumnPlan, "type">[];
  /** How many of its rows are to be found in sqlift.rejected_rows. */
  readonly rejected: number;
}

/**
 * Runs inside a transaction of read-transaction.ts.
 *
 * @param wanted the only one that is wanted; null: either.
 * @throws ToolError where the connection is lost.
 */
export const testMethods = async (
  session: Session,
  { tables }: { readonly tables: readonly TestedTable[] },
  wanted: ProofMethod | null,
): Promise<TestedMethods> => {
  const rejects = tables.some(({ rejected }) => rejected > 0);
  const planned = tables.flatMap(({ columns }) => columns.map(({ type }) => type));
  const types = rejects ? [...planned, ...quarantineTypes] : planned;
  const failureOf = async (method: ProofMethod): Promise<string | null> => {
    const tested = await attempt(session, () => selfTest(session, types, method));
    return tested.ok ? tested.value : targetError(tested.error, "test the server's canonical form").message;
  };
  // Rejected rows are digested in the database in any case.
  const ofDigest = wanted === "stream" && !rejects ? null : await failureOf("digest");
  if (ofDigest !== null && (wanted === "digest" || rejects)) {
    return { method: null, failure: ofDigest };
  }
  const ofStream = wanted === "digest" ? null : await failureOf("stream");
  if (ofStream !== null && (wanted === "stream" || ofDigest !== null)) {
    return { method: null, failure: ofStream };
  }
  const method: MethodChoice | null =
    wanted !== null
      ? asked(wanted)
      : ofDigest !== null
        ? { by: "stream", because: `of the database's own digests ${ofDigest}` }
        : ofStream !== null
          ? { by: "digest", because: `of streamed rows ${ofStream}` }
          : null;
  return { method, failure: null };
};

const asked = (by: ProofMethod): MethodChoice => ({ by, because: `asked for by --method ${by}` });
