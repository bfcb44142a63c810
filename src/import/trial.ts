/**
 * PostgreSQL itself says which pieces of a plan it takes, before anything is written: all are put on empty tables, in
 * transactions that are always rolled back.
 *
 * Many statements travel in one message, under one savepoint. Where one of them is refused, its half is told apart again:
 * a few refusals among thousands of pieces cost a few more messages.
 */
import { ToolError } from "../errors.js";
import { quote } from "../model/identifier.js";
import type { BareTable, Candidates, Piece, Refusal } from "../model/piece.js";
import { serverAnswer, type ServerAnswer } from "../target/server-answer.js";
import type { Session } from "../target/session.js";
import { isStatementTimeout, targetError } from "../target/target-error.js";
import { locksOf, trialChunks } from "./trial-chunks.js";

export interface TrialOptions {
  /** Where the candidates' statements put them: what they make is not there. */
  readonly schema: string;
  /** Whether the trial makes the schema, which has to be there else. */
  readonly makesSchema: boolean;
  /** Locks that the server has room for. */
  readonly room: number;
  readonly signal?: AbortSignal | undefined;
}

/** So many pieces travel together at first. */
const piecesAtOnce = 128;
const tablesAtOnce = 50;

/** Other sessions need locks, too. */
const shareOfRoom = 0.75;

/** On empty tables nothing takes long: what does is a piece that would not end. */
const timeouts = ["SET LOCAL lock_timeout = '10s'", "SET LOCAL statement_timeout = '30s'"];

/**
 * @returns the pieces that PostgreSQL does not take, in their order.
 * @throws ToolError targetError's codes: no right to make a schema, a server that only reads; `target-failed` where so many
 *   tables hang together that the server has no room for their locks.
 */
export async function tryPieces(
  session: Session,
  candidates: Candidates,
  options: TrialOptions,
): Promise<readonly Refusal[]> {
  const refusals: Refusal[] = [];
  for (const chunk of trialChunks(candidates, Math.floor(options.room * shareOfRoom))) {
    if (locksOf(chunk) > options.room) throw noRoom(chunk, options.room);
    refusals.push(...(await tryChunk(session, { before: candidates.before ?? [], ...chunk }, options)));
  }
  const order = new Map(candidates.pieces.map((piece, at) => [piece, at]));
  return refusals.sort((a, b) => (order.get(a.piece) ?? 0) - (order.get(b.piece) ?? 0));
}

async function tryChunk(
  session: Session,
  { before = [], tables, pieces }: Candidates,
  { schema, makesSchema, signal }: TrialOptions,
): Promise<readonly Refusal[]> {
  const trial = new Trial(session, signal);
  try {
    await session.query("BEGIN");
    await session.query([...timeouts, ...(makesSchema ? [`CREATE SCHEMA ${quote(schema)}`] : [])].join("; "));
    for (const sql of before) await session.query(sql);
    for (let first = 0; first < tables.length; first += tablesAtOnce)
      await makeTables(session, tables.slice(first, first + tablesAtOnce));
    for (let first = 0; first < pieces.length; first += piecesAtOnce)
      await trial.tryAll(pieces.slice(first, first + piecesAtOnce));
    return trial.refusals;
  } catch (error) {
    throw targetError(error, "try the plan");
  } finally {
    // The connection may be gone; then the server rolls back by itself.
    await session.query("ROLLBACK").catch(() => []);
  }
}

/** @throws ToolError that names the table: without it a run could not begin either. */
async function makeTables(session: Session, tables: readonly BareTable[]): Promise<void> {
  try {
    await session.query(tables.map(({ createSql }) => createSql).join("; "));
  } catch (error) {
    const words =
      tables.length === 1 ? `create table ${quote(tables[0]!.name)}` : "create the tables of the plan";
    throw targetError(error, words);
  }
}

class Trial {
  readonly refusals: Refusal[] = [];
  readonly #session: Session;
  readonly #signal: AbortSignal | undefined;

  constructor(session: Session, signal: AbortSignal | undefined) {
    this.#session = session;
    this.#signal = signal;
  }

  /** @throws what is no answer about the pieces. */
  async tryAll(pieces: readonly Piece[]): Promise<void> {
    const answer = await this.#refusal(pieces.flatMap(({ statements }) => statements));
    if (answer === null) return;
    if (pieces.length > 1) {
      const half = Math.ceil(pieces.length / 2);
      await this.tryAll(pieces.slice(0, half));
      await this.tryAll(pieces.slice(half));
      return;
    }
    const [piece] = pieces as readonly [Piece];
    this.refusals.push({ piece, ...answer });
    if (piece.otherwise.length > 0) await this.#session.query(piece.otherwise.join("; "));
  }

  /** Read anew: it changes while the server works. */
  #isStopped(): boolean {
    return this.#signal?.aborted === true;
  }

  /** Runs the statements, all or none; null where all are taken. */
  async #refusal(statements: readonly string[]): Promise<ServerAnswer | null> {
    if (this.#isStopped()) throw new ToolError("interrupted", "Interrupted.");
    // Alone: of a text with a word that an older server does not know nothing is run, its first statement neither.
    await this.#session.query("SAVEPOINT piece");
    try {
      await this.#session.query([...statements, "RELEASE SAVEPOINT piece"].join("; "));
      return null;
    } catch (error) {
      const isEndless = isStatementTimeout(error) && !this.#isStopped();
      const answer = isEndless ? endless : serverAnswer(error);
      if (answer === null) throw error;
      await this.#session.query("ROLLBACK TO SAVEPOINT piece; RELEASE SAVEPOINT piece");
      return answer;
    }
  }
}

const endless: ServerAnswer = {
  message: "it does not end within 30 seconds on an empty table",
  sqlState: "57014",
};

const noRoom = (chunk: Candidates, room: number): ToolError =>
  new ToolError(
    "target-failed",
    `${chunk.tables.length} tables of the plan hang together by foreign keys and views; to try them takes about ` +
      `${locksOf(chunk)} locks in one transaction, and the server has room for ${room}.`,
    "Raise max_locks_per_transaction (ALTER SYSTEM SET), then restart the server.",
  );
