/** The proof of one part, on whatever ground: a reading transaction on each side. */
import { sourceError } from "../source/source-error.js";
import type { Session } from "../target/session.js";
import { clocksOf } from "./canonical/local-clock.js";
import { throwIfInterrupted } from "./interruption.js";
import { noRows, type MultisetDigest } from "./multiset-sum.js";
import type { Part, PartProof, ProofGround } from "./part.js";
import { readFigures, readTargetFigures, type PartFigures } from "./part-figures.js";
import { readSide } from "./read-side.js";
import { proveSameBytes } from "./same-bytes.js";
import { digestSource, type SourceDigest } from "./source/digest.js";
import { digestTarget } from "./target/digest.js";
import { streamDigest } from "./target/stream-digest.js";
import type { Side } from "./verdict.js";

/**
 * Proves a part: byte by byte, or where that is not possible, or the rows are not the same, by digests, of both sides at once: the
 * server sums in its process while this one reads the source.
 *
 * @throws ToolError `target-lost` and the like when the connection is gone, `interrupted`. What else keeps a side from being read is its answer.
 */
export const provePart = async (given: ProofGround, part: Part): Promise<PartProof> => {
  const ground = { ...given, onRows: neverBack(given.onRows) };
  const figures = await readFigures(ground, part);
  const { proof, refusal } = await proveSameBytes(ground, part, figures);
  return proof ?? (await proveByDigests(ground, part, figures, refusal));
};

/** Rows that are read twice count once. */
const neverBack = (onRows: ProofGround["onRows"]): ProofGround["onRows"] => {
  let most = 0;
  return (rows) => {
    most = Math.max(most, rows);
    onRows(most);
  };
};

/** @param refusal why the target's side is not to be read. */
const proveByDigests = async (
  ground: ProofGround,
  part: Part,
  figures: PartFigures,
  refusal: string | null,
): Promise<PartProof> => {
  // When one side ends the run, the other must not go on reading.
  const stop = new AbortController();
  const signal = ground.signal === undefined ? stop.signal : AbortSignal.any([ground.signal, stop.signal]);
  const ends: unknown[] = [];
  const ending = async <T>(side: Promise<T>): Promise<T> => {
    try {
      return await side;
    } catch (error) {
      ends.push(error);
      stop.abort();
      throw error;
    }
  };
  const [source, target] = await Promise.allSettled([
    ending(readSource(ground, part, figures.source, signal)),
    refusal === null ? ending(readTarget(ground.session, part, signal)) : { read: null, unread: refusal },
  ]);
  throwIfInterrupted(ground.signal);
  if (source.status === "rejected" || target.status === "rejected") {
    // The other side was only stopped for it.
    throw ends[0];
  }
  // Values that do not convert are not in the target.
  const isWhole = part.rejects || source.value.read?.misfits === null;
  return {
    source: source.value,
    target: target.value,
    figures: {
      source: isWhole ? (figures.source.read?.figures ?? null) : null,
      target: target.value.read === null ? null : figures.target.read,
    },
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
  const counted = await readTargetFigures(session, part, signal);
  const target = counted.unread === null ? await readTarget(session, part, signal) : counted;
  return {
    source,
    target,
    figures: { source: figures.source, target: target.read === null ? null : counted.read },
  };
};

const readSource = async (
  { database, path, location, records, onRows }: ProofGround,
  { table, sourceRange: range, rejects, orphans, periods }: Part,
  counted: PartFigures["source"],
  signal: AbortSignal,
): Promise<Side<SourceDigest>> => {
  if (counted.unread !== null) {
    return counted;
  }
  const clocks = clocksOf(periods);
  const weight = counted.read?.weight;
  try {
    const options = { range, rejects, orphans, clocks, signal, onRows, records, weight };
    const digest = await digestSource({ database, path, location }, table, options);
    return digest === null
      ? { read: null, unread: `the source has no table ${table.source}` }
      : { read: digest, unread: null };
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
