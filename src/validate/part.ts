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
import type { TableFigures } from "./aggregates/figures.js";
import type { AskedColumn } from "./aggregates/measures.js";
import { sourceFigures } from "./aggregates/source.js";
import { targetFigures } from "./aggregates/target.js";
import { clocksOf } from "./canonical/local-clock.js";
import type { ZonePeriod } from "./canonical/zone-periods.js";
import { throwIfInterrupted } from "./interruption.js";
import { noRows, type MultisetDigest } from "./multiset-sum.js";
import { digestSource, type SourceDigest, type SourceDigestOptions } from "./source/digest.js";
import type { OrphanColumns } from "./source/orphan-rows.js";
import type { RecordRows } from "./source/record-rows.js";
import type { RowidRange } from "./source/scan.js";
import { digestTarget } from "./target/digest.js";
import { streamDigest } from "./target/stream-digest.js";
import type { TargetRange } from "./target/range.js";
import { attempt } from "./target/read-transaction.js";
import type { Side } from "./verdict.js";

/** Plain data, which crosses threads. */
export interface Part {
  /** Which of the table's parts it is, from 0. */
  readonly number: number;
  /** How many there are. */
  readonly parts: number;
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
  /** What both databases are asked to compute by themselves. */
  readonly asked: readonly AskedColumn[];
  /** Of which rows the target is asked: others than are digested, found by no index. Null: the target's table is not read. */
  readonly figuresRange: TargetRange | null;
}

export interface PartProof {
  readonly source: Side<SourceDigest>;
  readonly target: Side<MultisetDigest>;
  /** What each database computed by itself; null where it was not asked, and of the source where rows do not convert. */
  readonly figures: Readonly<Record<"source" | "target", TableFigures | null>>;
}

/** What a part is proven on: a reading transaction on each side. */
export interface ProofGround {
  readonly database: Source["database"];
  /** Of the source, for messages. */
  readonly path: string;
  /** For the process that computes what the file computes. */
  readonly location: Source["location"];
  readonly session: Session;
  readonly signal: AbortSignal | undefined;
  /** The rows of the source's part by the page reader; null: SQLite reads them. */
  readonly records: RecordRows | null;
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
    ending(readTarget(ground.session, part, signal)),
  ]);
  throwIfInterrupted(ground.signal);
  if (target.status === "rejected") {
    throw target.reason;
  }
  if (source.status === "rejected") {
    throw source.reason;
  }
  return {
    source: digestOf(source.value),
    target: digestOf(target.value),
    figures: { source: source.value.read?.figures ?? null, target: target.value.read?.figures ?? null },
  };
};

/**
 * The target's side alone, of a part whose source was read before.
 *
 * @throws ToolError as provePart.
 */
export const proveTarget = async (
  { session, signal = new AbortController().signal }: ProofGround,
  part: Part,
  { source, figures }: PartProof,
): Promise<PartProof> => {
  const target = await readTarget(session, part, signal);
  return {
    source,
    target: digestOf(target),
    figures: { source: figures.source, target: target.read?.figures ?? null },
  };
};

interface Read<Digest> {
  readonly digest: Digest;
  readonly figures: TableFigures | null;
}

const digestOf = <Digest>(side: Side<Read<Digest>>): Side<Digest> =>
  side.read === null ? side : { read: side.read.digest, unread: null };

const readSource = async (
  { database, path, location, records, onRows }: ProofGround,
  part: Part,
  signal: AbortSignal,
): Promise<Side<Read<SourceDigest>>> => {
  const { table, sourceRange: range, rejects, orphans, periods, asked, figuresRange } = part;
  const clocks = clocksOf(periods);
  const options: SourceDigestOptions = { range, rejects, orphans, clocks, signal, onRows, records };
  try {
    const digest = await digestSource({ database, path, location }, table, options);
    if (digest === null) {
      return { read: null, unread: `the source has no table ${table.source}` };
    }
    const isAsked = figuresRange !== null && (rejects || digest.misfits === null);
    const figures = isAsked ? sourceFigures(database, table, asked, range) : null;
    return { read: { digest, figures }, unread: null };
  } catch (error) {
    const told = sourceError(error, path, `reading table ${table.source} again`);
    if (told.code === "interrupted") {
      throw told;
    }
    return { read: null, unread: told.message };
  }
};

const readTarget = async (
  session: Session,
  { schema, table, targetRange, asked, figuresRange, method }: Part,
  signal: AbortSignal,
): Promise<Side<Read<MultisetDigest>>> =>
  targetRange === null || figuresRange === null
    ? { read: { digest: noRows, figures: null }, unread: null }
    : readSide(session, signal, `read the target's table ${schema}.${table.target}`, async (reading) => ({
        figures: await targetFigures(reading, schema, table, asked, figuresRange),
        digest:
          method === "stream"
            ? await streamDigest(reading, schema, table, targetRange, signal)
            : await digestTarget(reading, schema, table, targetRange),
      }));

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
