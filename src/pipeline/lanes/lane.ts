/**
 * The lane that rows travel: read, encode, copy; or only as far as a profile or a rehearsal needs. And the one on which both sides are
 * read again to be compared. The same in a worker thread and in the main one.
 */
import { attachKey, runStatement, runStep, type StepResult } from "../../import/finish.js";
import { prepareForLoad } from "../../import/load-settings.js";
import type { RecordBatch } from "../../model/record.js";
import type { Rehearsal } from "../../model/rehearsal.js";
import type { Source } from "../../source/source.js";
import { openConnection } from "../../target/connection/connection.js";
import type { Session } from "../../target/session.js";
import { TableClassifier } from "../../transform/classify/classify.js";
import { IntegerSet } from "../../transform/classify/integer-set.js";
import { TableRehearsal } from "../../transform/rejects/rehearse.js";
import { locate } from "../../validate/locate/job.js";
import type { ProofGround } from "../../validate/part.js";
import { provePartAgain, type ProvenPart } from "../../validate/resume/prove-again.js";
import { beginReading, endReading } from "../../validate/target/read-transaction.js";
import { copyRows, copyRowsTogether, type RowSupply } from "./copy-rows.js";
import type {
  CloseJob,
  ConnectJob,
  CopyAnswer,
  CopyTogetherJob,
  LaneAnswer,
  LaneJob,
  LookJob,
  ProfileAnswer,
  ProfileJob,
  ProveJob,
  RehearseJob,
  Rows,
} from "./lane-jobs.js";
import { pauser, throwIfInterrupted } from "../pause.js";

/** What a lane stands on. */
export interface Ground {
  readonly readRows: (rows: Rows) => Iterable<RecordBatch>;
  /** A connection that sees the source's rows, and its name for messages. */
  readonly openDatabase: () => Promise<Pick<Source, "database" | "path" | "location">>;
  /** Rows read so far, one counter a table; shared with the thread that shows them. */
  readonly counters: BigInt64Array;
  readonly signal: AbortSignal;
}

export type RowGround = Pick<Ground, "readRows" | "counters">;

/** Does jobs, one after another, over one connection that the first job opens. */
export class LaneWork {
  readonly #ground: Ground;
  #session: Session | null = null;

  constructor(ground: Ground) {
    this.#ground = ground;
    // What the session is waiting for ends at once; what this thread computes ends at its next pause.
    ground.signal.addEventListener("abort", () => void this.#session?.cancel());
  }

  /** @throws ToolError the codes of both sides, `value-misfit`, `interrupted`. */
  async do<J extends LaneJob>(job: J): Promise<LaneAnswer<J>> {
    return (await this.#answer(job)) as LaneAnswer<J>;
  }

  async end(): Promise<void> {
    await this.#session?.end();
    this.#session = null;
  }

  async #answer(job: LaneJob): Promise<LaneAnswer<LaneJob>> {
    const { signal } = this.#ground;
    throwIfInterrupted(signal);
    switch (job.kind) {
      case "connect":
        return this.#connect(job, signal);
      case "profile":
        return profileRows(this.#ground, job);
      case "rehearse":
        return rehearseRows(this.#ground, job);
      case "copy":
        return copyRows(this.#connected(), job, rowSupply(this.#ground, [job.rows], job.counter), signal);
      case "copy-together":
        return this.#copyTogether(job, signal);
      case "steps":
        return eachInTurn(job.steps, signal, (step) => runStep(this.#connected(), step.sql, step.doing));
      case "close":
        return closeTable(this.#connected(), job, signal);
      case "open":
        await this.#ground.openDatabase();
        return null;
      case "look":
        return this.#look(job, signal);
      case "prove":
        return this.#prove(job, signal);
      case "locate":
        return locate(await this.#proofGround(signal, null), job);
      case "leave":
        await endReading(this.#connected());
        return null;
    }
  }

  async #look({ connection, snapshot }: LookJob, signal: AbortSignal): Promise<null> {
    this.#session ??= await openConnection(connection, signal);
    throwIfInterrupted(signal);
    await beginReading(this.#session, snapshot);
    return null;
  }

  async #prove({ part, earlier, records, counter }: ProveJob, signal: AbortSignal): Promise<ProvenPart> {
    const ground = await this.#proofGround(signal, counter);
    const { readRows } = this.#ground;
    const pages =
      records === null ? null : { columns: records.columns, batches: () => readRows(records.rows) };
    const proven = await provePartAgain({ ...ground, records: pages }, { part, earlier });
    // What came after rows were told of the last time.
    const { read } = proven.proof.source;
    if (read !== null) ground.onRows(read.rows);
    return proven;
  }

  /** @param counter of the rows that are read; null: they are counted nowhere. */
  async #proofGround(signal: AbortSignal, counter: number | null): Promise<ProofGround> {
    const { database, path, location } = await this.#ground.openDatabase();
    let told = 0;
    const onRows = (rows: number): void => {
      if (counter !== null) Atomics.add(this.#ground.counters, counter, BigInt(rows - told));
      told = rows;
    };
    return { database, path, location, session: this.#connected(), signal, records: null, onRows };
  }

  async #connect({ connection, jobs }: ConnectJob, signal: AbortSignal): Promise<null> {
    this.#session = await openConnection(connection, signal);
    throwIfInterrupted(signal);
    await prepareForLoad(this.#session, jobs);
    return null;
  }

  #copyTogether(job: CopyTogetherJob, signal: AbortSignal): Promise<readonly CopyAnswer[]> {
    const supplies = job.copies.map(({ parts, counter }) => rowSupply(this.#ground, parts, counter));
    return copyRowsTogether(this.#connected(), job, supplies, signal);
  }

  #connected(): Session {
    if (this.#session === null) throw new Error("the lane is not connected");
    return this.#session;
  }
}

async function profileRows(ground: Ground, job: ProfileJob): Promise<ProfileAnswer> {
  const pause = pauser(ground.signal);
  const classifier = new TableClassifier(job.request);
  const sets = job.setColumns.map((column) => new IntegerSet(column));
  for (const batch of counted(ground, job.rows, job.counter)) {
    classifier.add(batch);
    for (const set of sets) set.add(batch);
    await pause();
  }
  return { profile: classifier.profile(), sets: sets.map((set) => set.bitmaps()) };
}

async function rehearseRows(ground: Ground, job: RehearseJob): Promise<Rehearsal> {
  const pause = pauser(ground.signal);
  const rehearsal = new TableRehearsal(job);
  for (const batch of counted(ground, job.rows, job.counter)) {
    rehearsal.add(batch);
    await pause();
  }
  return rehearsal.rehearsal();
}

/** @param parts read one after another, counted in `counter`. */
export const rowSupply = (ground: RowGround, parts: readonly Rows[], counter: number): RowSupply => ({
  batches: inTurn(parts, (rows) => counted(ground, rows, counter)),
  again: () => inTurn(parts, (rows) => ground.readRows(rows)),
});

function* inTurn(
  parts: readonly Rows[],
  read: (rows: Rows) => Iterable<RecordBatch>,
): Generator<RecordBatch> {
  for (const rows of parts) yield* read(rows);
}

async function closeTable(
  session: Session,
  { keys, statements }: CloseJob,
  signal: AbortSignal,
): Promise<readonly StepResult[]> {
  const results = await eachInTurn(keys, signal, ({ index, doing }) => attachKey(session, index, doing));
  await eachInTurn(statements, signal, ({ sql, doing }) => runStatement(session, sql, doing));
  return results;
}

async function eachInTurn<T, R>(
  items: readonly T[],
  signal: AbortSignal,
  work: (item: T) => Promise<R>,
): Promise<readonly R[]> {
  const results: R[] = [];
  for (const item of items) {
    throwIfInterrupted(signal);
    results.push(await work(item));
  }
  return results;
}

function* counted(ground: RowGround, rows: Rows, counter: number): Generator<RecordBatch> {
  for (const batch of ground.readRows(rows)) {
    yield batch;
    Atomics.add(ground.counters, counter, BigInt(batch.rows));
  }
}
