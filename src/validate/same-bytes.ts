/**
 * Whether a part of a table holds the same rows on both sides, byte by byte: the target's come by binary COPY in the order of the key,
 * and must be the very bytes that the source's rows, in the same order, should have become. Nothing is hashed. That they are
 * the same is proven so; what differs is found out by digests.
 */
import { ToolError } from "../errors.js";
import { sqliteCode } from "../source/source-error.js";
import { CopyBytes } from "./canonical/copy-bytes.js";
import { clocksOf } from "./canonical/local-clock.js";
import { unhashedRows } from "./multiset-sum.js";
import type { Part, PartProof, ProofGround } from "./part.js";
import type { PartFigures } from "./part-figures.js";
import { readSide } from "./read-side.js";
import { feedsOf } from "./source/feeds.js";
import { mostOctets } from "./source/plain-rows.js";
import { Reading } from "./source/reading.js";
import { RowEncoder } from "./source/row-encoder.js";
import type { RowFeed } from "./source/row-feed.js";
import { scanOf } from "./source/scan.js";
import type { TargetRange } from "./target/range.js";
import { receiveTarget } from "./target/stream.js";

/** `proof` where the rows are the same; `refusal`, why the server sent no more of them; neither: that is to be found out otherwise. */
export interface SameBytes {
  readonly proof: PartProof | null;
  readonly refusal: string | null;
}

const notCompared: SameBytes = { proof: null, refusal: null };

/** @throws ToolError `target-lost` and the like when the connection is gone, `interrupted`. */
export const proveSameBytes = async (
  ground: ProofGround,
  part: Part,
  figures: PartFigures,
): Promise<SameBytes> => {
  const { targetRange } = part;
  if (figures.target.unread !== null) {
    return { proof: null, refusal: figures.target.unread };
  }
  if (figures.source.unread !== null) {
    return notCompared;
  }
  if (part.method !== "stream" || part.digests || part.rejects || part.orphans !== undefined) {
    return notCompared;
  }
  if (targetRange?.by !== "key" || part.table.columns.length === 0) {
    return notCompared;
  }
  const state = { isLeft: false };
  const doing = `read the target's table ${part.schema}.${part.table.target}`;
  const compared = await readSide(ground.session, ground.signal, doing, async (session) => {
    try {
      const proof = await compare({ ...ground, session }, { ...part, targetRange }, figures);
      if (proof === null) {
        throw new NotTheSame();
      }
      return proof;
    } catch (error) {
      state.isLeft = error instanceof NotTheSame || isOfSource(error);
      throw error;
    }
  });
  return { proof: compared.read, refusal: state.isLeft ? null : compared.unread };
};

/** What cannot be read of the source is told in its own words by whoever reads it next. */
const isOfSource = (error: unknown): boolean =>
  sqliteCode(error) !== null || (error instanceof ToolError && error.code.startsWith("source-"));

/** Rolls back what a COPY that was left has done to the transaction. */
class NotTheSame extends Error {}

const compare = async (
  { database, session, records, signal, onRows }: ProofGround,
  { table, schema, sourceRange: range, targetRange, periods }: KeyPart,
  { source: { read: counted }, target }: PartFigures,
): Promise<PartProof | null> => {
  const scan = scanOf(database, table, false, false, range);
  if (scan === null) {
    return null;
  }
  const [start] = feedsOf(database, table, scan, { range, records, weight: counted?.weight });
  if (start === undefined) {
    return null;
  }
  const areWhole = counted !== null && counted.weight.octets <= mostOctets;
  const bytes = new CopyBytes(table.columns.length, areWhole);
  const encoding = String(database.pragma("encoding", { simple: true }));
  const encoder = new RowEncoder(table.columns, scan.columns.length, encoding, clocksOf(periods), bytes);
  const expected = new ExpectedCopy(bytes, encoder, start.start(encoder));
  const reading = new Reading({ onRows, signal });
  try {
    const isSame = await receiveTarget(session, schema, table, targetRange, { areWhole, signal }, (some) => {
      if (reading.isTurnOver) {
        reading.goOn(expected.rows);
      }
      return expected.goesOnWith(some);
    });
    if (!isSame || !expected.isOver) {
      return null;
    }
  } finally {
    expected.close();
  }
  const digest = unhashedRows(BigInt(expected.rows));
  const { reader } = start;
  const { rows, changes } = expected;
  return {
    source: {
      read: { reader, rows, digest, misfits: null, changes, rejects: null },
      unread: null,
    },
    target: { read: digest, unread: null },
    figures: { source: counted?.figures ?? null, target: target.read },
  };
};

type KeyPart = Part & { readonly targetRange: Extract<TargetRange, { readonly by: "key" }> };

/** What the COPY has to send, made as far as it has come. */
class ExpectedCopy {
  readonly #bytes: CopyBytes;
  readonly #encoder: RowEncoder;
  readonly #feed: RowFeed;
  #rows = 0;
  #isLast = false;

  /** @param feed into `encoder`, which writes into `bytes`. */
  constructor(bytes: CopyBytes, encoder: RowEncoder, feed: RowFeed) {
    this.#bytes = bytes;
    this.#encoder = encoder;
    this.#feed = feed;
  }

  get rows(): number {
    return this.#rows;
  }

  get changes(): RowEncoder["changes"] {
    return this.#encoder.changes;
  }

  /** Whether the next bytes are these. */
  goesOnWith(chunk: Buffer): boolean {
    while (this.#bytes.keptLength < chunk.length) {
      const fed = this.#isLast ? "inexact" : this.#feed.next();
      if (fed === "inexact") {
        return false;
      }
      if (fed === "row") {
        this.#bytes.keep();
        this.#rows += 1;
      } else {
        this.#bytes.keepEnd();
        this.#isLast = true;
      }
    }
    return this.#bytes.dropIfEqual(chunk);
  }

  /** Whether nothing is left. */
  get isOver(): boolean {
    return this.#isLast && this.#bytes.keptLength === 0;
  }

  close(): void {
    this.#feed.close();
  }
}
