/**
 * A part of a table, proven at once: a range of its rows, or all of them. Any partition of the integers cuts a table well,
 * so it does not matter where the ends come from; the outer parts have none.
 */
import type { TablePlan } from "../model/plan.js";
import { sourceError } from "../source/source-error.js";
import type { Source } from "../source/source.js";
import type { ProofMethod } from "../model/verdict.js";
import type { Session } from "../target/session.js";
import { stoppable } from "../target/stoppable-session.js";
import { targetError } from "../target/target-error.js";
import { clocksOf } from "./canonical/local-clock.js";
import type { ZonePeriod } from "./canonical/zone-periods.js";
import { throwIfInterrupted } from "./interruption.js";
import { noRows, type MultisetDigest } from "./multiset-sum.js";
import { digestSource, type SourceDigest, type SourceDigestOptions } from "./source/digest.js";
import type { OrphanColumns } from "./source/orphan-rows.js";
import type { RowidRange } from "./source/scan.js";
import { digestTarget } from "./target/digest.js";
import { streamDigest } from "./target/stream-digest.js";
import type { TargetRange } from "./target/range.js";
import { attempt } from "./target/read-transaction.js";
import type { Side } from "./verdict.js";

/** Plain data, which crosses threads. */
export interface Part {
  /** With the columns that are compared. */
  readonly table: TablePlan;
  /** Where the target's table stands. */
  readonly schema: string;
  /** Null: all rows. */
  readonly sourceRange: RowidRange | null;
  /** Null: the target's table is not read. */
  readonly targetRange: TargetRange | null;
  readonly method: ProofMethod;
  /** Whether rows that do not convert are to be found in the target as they are. */
  readonly rejects: boolean;
  readonly orphans: OrphanColumns | undefined;
  /** By the zones of the table's columns. */
  readonly periods: ReadonlyMap<string, readonly ZonePeriod[]>;
}

export interface PartProof {
  readonly source: Side<SourceDigest>;
  readonly target: Side<MultisetDigest>;
}

/** What a part is proven on: a reading transaction on each side. */
export interface ProofGround {
  readonly database: Source["database"];
  /** Of the source, for messages. */
  readonly path: string;
  readonly session: Session;
  readonly signal: AbortSignal | undefined;
  /** Told now and then how many rows of the source's part were read so far. */
  readonly onRows: (rows: number) => void;
}

/**
 * Both sides at once: the server sums in its process while this one reads the source.
 *
 * @throws ToolError `target-lost` and the like when the connection is gone, `interrupted`. What else keeps a side from being read is its answer.
 */
export const provePart = async (ground: ProofGround, part: Part): Promise<PartProof> => {
  // When one side ends the run, the other must not go on reading.
  const stop = new AbortController();
  const signal = ground.signal === undefined ? stop.signal : AbortSignal.any([ground.signal, stop.signal]);
  const ending = async <T>(side: Promise<T>): Promise<T> => {
    try {
      return await side;
    } catch (error) {
      stop.abort();
      throw error;
    }
  };
  const [source, target] = await Promise.allSettled([
    ending(readSource(ground, part, signal)),
    ending(readTarget(ground, part, signal)),
  ]);
  throwIfInterrupted(ground.signal);
  if (target.status === "rejected") {
    throw target.reason;
  }
  if (source.status === "rejected") {
    throw source.reason;
  }
  return { source: source.value, target: target.value };
};

const readSource = async (
  { database, path, onRows }: ProofGround,
  part: Part,
  signal: AbortSignal,
): Promise<Side<SourceDigest>> => {
  const { table, sourceRange: range, rejects, orphans, periods } = part;
  const clocks = clocksOf(periods);
  const options: SourceDigestOptions = { range, rejects, orphans, clocks, signal, onRows };
  try {
    const read = await digestSource({ database }, table, options);
    return read === null
      ? { read: null, unread: `the source has no table ${table.source}` }
      : { read, unread: null };
  } catch (error) {
    const told = sourceError(error, path, `reading table ${table.source} again`);
    if (told.code === "interrupted") {
      throw told;
    }
    return { read: null, unread: told.message };
  }
};

const readTarget = async (
  { session }: ProofGround,
  { schema, table, targetRange, method }: Part,
  signal: AbortSignal,
): Promise<Side<MultisetDigest>> =>
  targetRange === null
    ? { read: noRows, unread: null }
    : readSide(session, signal, `read the target's table ${schema}.${table.target}`, (reading) =>
        method === "stream"
          ? streamDigest(reading, schema, table, targetRange, signal)
          : digestTarget(reading, schema, table, targetRange),
      );

/**
 * A refusal of the server is the side's answer; a lost connection and Ctrl-C end the run.
 *
 * @throws ToolError.
 */
export const readSide = async <T>(
  session: Session,
  signal: AbortSignal | undefined,
  doing: string,
  work: (session: Session) => Promise<T>,
): Promise<Side<T>> => {
  const cancel = (): void => void session.cancel();
  signal?.addEventListener("abort", cancel);
  try {
    const tried = await attempt(session, () => work(stoppable(session, signal)));
    throwIfInterrupted(signal);
    return tried.ok
      ? { read: tried.value, unread: null }
      : { read: null, unread: targetError(tried.error, doing).message };
  } finally {
    signal?.removeEventListener("abort", cancel);
  }
};
