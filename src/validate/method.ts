/** Where the target's rows are hashed: in the database, or here, to where they come by COPY. Chosen by measuring. */
import type { MethodChoice, ProofMethod } from "../model/verdict.js";
import type { Session } from "../target/session.js";
import { readSide } from "./read-side.js";
import type { TargetTable } from "./target/departure.js";
import { digestTarget } from "./target/digest.js";
import type { TargetRange } from "./target/range.js";
import type { TargetShape } from "./target/shape.js";
import { streamTargetBytes } from "./target/stream.js";
import { streamDigest } from "./target/stream-digest.js";

export interface MeasurableTable {
  readonly table: TargetTable;
  /** Where it stands in the target. */
  readonly schema: string;
  /** Its columns are as planned. */
  readonly shape: TargetShape;
  /** Whether rows that come by COPY are compared as they are (same-bytes.ts), and not hashed. */
  readonly isKeyed: boolean;
}

/** Blocks of the disk: less is read sooner than measured. */
const fewBlocks = 1024;

/** What is read of the largest table to find out: by default 1 MB. */
const probedBlocks = 128;

const rounds = 3;

/** Where bytes are compared, the source's rows are not hashed either, which the target's time does not tell: measured, half as much again. */
const worthOfBytes = 1.5;

/**
 * How all tables are to be proven. Inside a transaction of read-transaction.ts.
 *
 * @param tables those that can be read.
 * @throws ToolError where the connection is lost, `interrupted`.
 */
export const chooseMethod = async (
  session: Session,
  tables: readonly MeasurableTable[],
  signal: AbortSignal | undefined,
): Promise<MethodChoice> => {
  const [largest] = [...tables].sort((a, b) => b.shape.blocks - a.shape.blocks);
  if (largest === undefined || largest.shape.blocks < fewBlocks) {
    return { by: "stream", because: "the tables are small" };
  }
  const doing = `measure how ${largest.schema}.${largest.table.target} is read`;
  const { read: measured } = await readSide(session, signal, doing, (reading) =>
    measure(reading, largest, signal),
  );
  if (measured === null) {
    return { by: "digest", because: "streaming could not be measured" };
  }
  const { digest, stream } = measured;
  const by: ProofMethod = stream < digest * (largest.isKeyed ? worthOfBytes : 1) ? "stream" : "digest";
  const words = (milliseconds: number): string => `${milliseconds.toFixed(1)} ms`;
  return {
    by,
    because: `measured on ${probedBlocks} blocks of ${largest.table.target}: ${words(digest)} by digest, ${words(stream)} by stream`,
  };
};

/** The best of some rounds, in milliseconds; the first of each kind also warms what it needs. */
const measure = async (
  session: Session,
  { table, schema, isKeyed }: MeasurableTable,
  signal: AbortSignal | undefined,
): Promise<Readonly<Record<ProofMethod, number>>> => {
  const range: TargetRange = { by: "block", from: null, to: probedBlocks };
  const best = { digest: Infinity, stream: Infinity };
  for (let round = 0; round < rounds; round += 1) {
    const started = performance.now();
    await digestTarget(session, schema, table, range);
    const between = performance.now();
    await (isKeyed ? receive : streamDigest)(session, schema, table, range, signal);
    best.digest = Math.min(best.digest, between - started);
    best.stream = Math.min(best.stream, performance.now() - between);
  }
  return best;
};

const receive = async (
  session: Session,
  schema: string,
  table: TargetTable,
  range: TargetRange,
  signal: AbortSignal | undefined,
): Promise<void> => {
  let bytes = 0;
  for await (const chunk of streamTargetBytes(session, schema, table, range, { signal })) {
    bytes += chunk.length;
  }
  if (bytes === 0) {
    throw new Error("a COPY without a header");
  }
};
