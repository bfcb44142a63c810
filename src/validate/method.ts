/** Where the target's rows are hashed: in the database, or here, to where they come by COPY. Chosen by measuring. */
import { quote, quoteQualified } from "../model/identifier.js";
import type { MethodChoice, ProofMethod } from "../model/verdict.js";
import type { Session } from "../target/session.js";
import { readSide } from "./read-side.js";
import type { TargetTable } from "./target/departure.js";
import { digestTarget } from "./target/digest.js";
import { pathSql, rangeSql, type TargetRange } from "./target/range.js";
import type { TargetShape } from "./target/shape.js";
import { receiveTarget } from "./target/stream.js";
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

/** What is read of the largest table to find out, at most: 1 MB of its own, with what stands beside it. */
const mostBlocks = 128;
const mostOctets = 16 * 1024 * 1024;

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
  const { blocks, digest, stream } = measured;
  if (blocks === 0) {
    return { by: "digest", because: `the values of ${largest.table.target} are too large to measure it` };
  }
  const by: ProofMethod = stream < digest * (largest.isKeyed ? worthOfBytes : 1) ? "stream" : "digest";
  const words = (milliseconds: number): string => `${milliseconds.toFixed(1)} ms`;
  return {
    by,
    because: `measured on ${blocks} ${blocks === 1 ? "block" : "blocks"} of ${largest.table.target}: ${words(digest)} by digest, ${words(stream)} by stream`,
  };
};

interface Measured extends Readonly<Record<ProofMethod, number>> {
  /** How many were read; 0: none. */
  readonly blocks: number;
}

/** The best of some rounds, in milliseconds; the first of each kind also warms what it needs. */
const measure = async (
  session: Session,
  { table, schema, isKeyed }: MeasurableTable,
  signal: AbortSignal | undefined,
): Promise<Measured> => {
  const blocks = await probedBlocks(session, schema, table);
  const best = { blocks, digest: Infinity, stream: Infinity };
  if (blocks === 0) {
    return best;
  }
  const range: TargetRange = { by: "block", from: null, to: blocks };
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

/** How many of the first blocks have no more than `mostOctets`, as they are stored; large values stand elsewhere, and are not read for this. */
const probedBlocks = async (
  session: Session,
  schema: string,
  { target, columns }: TargetTable,
): Promise<number> => {
  const range: TargetRange = { by: "block", from: null, to: mostBlocks };
  const octets = columns.map((column) => `coalesce(pg_column_size(t.${quote(column.target)}), 0)`);
  await session.query(pathSql(range));
  const rows = await session.query(
    `SELECT (t.ctid::text::point)[0]::int8 AS block, sum(${["0", ...octets].join(" + ")}) AS octets
     FROM ${quoteQualified(schema, target)} AS t${rangeSql(range)} GROUP BY 1 ORDER BY 1`,
  );
  let sum = 0;
  const tooMuch = rows.find(({ octets: more }) => (sum += Number(more)) > mostOctets);
  return tooMuch === undefined ? mostBlocks : Number(tooMuch["block"]);
};

const receive = async (
  session: Session,
  schema: string,
  table: TargetTable,
  range: TargetRange,
  signal: AbortSignal | undefined,
): Promise<void> => {
  let bytes = 0;
  await receiveTarget(session, schema, table, range, { areWhole: true, signal }, ({ length }) => {
    bytes += length;
    return true;
  });
  if (bytes === 0) {
    throw new Error("a COPY without a header");
  }
};
