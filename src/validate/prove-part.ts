/** The proof of one part, on whatever ground: a reading transaction on each side. */
import { sourceError } from "../source/source-error.js";
import type { Session } from "../target/session.js";
import { sourceFigures } from "./aggregates/source.js";
import { targetFigures } from "./aggregates/target.js";
import type { TableFigures } from "./aggregates/figures.js";
import { clocksOf } from "./canonical/local-clock.js";
import { throwIfInterrupted } from "./interruption.js";
import { noRows, type MultisetDigest } from "./multiset-sum.js";
import type { Part, PartProof, ProofGround } from "./part.js";
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
export const provePart = async (ground: ProofGround, part: Part): Promise<PartProof> => {
  const { proof, refusal } = await proveSameBytes(ground, part);
  return proof ?? (await proveByDigests(ground, part, refusal));
};

/** @param refusal why the target's side is not to be read. */
const proveByDigests = async (
  ground: ProofGround,
  part: Part,
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
    ending(readSource(ground, part, signal)),
    refusal === null ? ending(readTarget(ground.session, part, signal)) : { read: null, unread: refusal },
  ]);
  throwIfInterrupted(ground.signal);
  if (source.status === "rejected" || target.status === "rejected") {
    // The other side was only stopped for it.
    throw ends[0];
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
  try {
    const counted = figuresRange === null ? null : sourceFigures(database, table, asked, range);
    const octets = counted?.octets;
    const options = { range, rejects, orphans, clocks, signal, onRows, records, octets };
    const digest = await digestSource({ database, path, location }, table, options);
    if (digest === null) {
      return { read: null, unread: `the source has no table ${table.source}` };
    }
    // Values that do not convert are not in the target.
    const figures = rejects || digest.misfits === null ? (counted?.figures ?? null) : null;
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
