/** The lane that rows travel: read, encode, copy; or read and classify. The same in a worker thread and in the main one. */
import { ToolError } from "../errors.js";
import { copySlice } from "../import/copy.js";
import { attachKey, runStatement, runStep, type StepResult } from "../import/finish.js";
import { prepareForLoad } from "../import/load-settings.js";
import { quote } from "../model/identifier.js";
import { typeWords } from "../model/postgres.js";
import type { RecordBatch } from "../model/record.js";
import { openConnection } from "../target/connection.js";
import type { Session } from "../target/session.js";
import { TableClassifier } from "../transform/classify.js";
import { describeValue, placeOf, storageClassOf } from "../transform/describe.js";
import { copyFormat } from "../transform/copy-format.js";
import { encodeRecords } from "../transform/encode.js";
import type { Misfit } from "../transform/encode-rows.js";
import { explainMisfit } from "../transform/explain.js";
import { IntegerSet } from "../transform/integer-set.js";
import type {
  CloseJob,
  ConnectJob,
  CopyJob,
  LaneAnswer,
  LaneJob,
  ProfileAnswer,
  ProfileJob,
  Rows,
} from "./lane-jobs.js";
import { pauser, throwIfInterrupted } from "./pause.js";

/** What a lane stands on. */
export interface Ground {
  readonly readRows: (rows: Rows) => Iterable<RecordBatch>;
  /** Rows read so far, one counter a table; shared with the thread that shows them. */
  readonly counters: BigInt64Array;
  readonly signal: AbortSignal;
}

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
      case "copy":
        return copyRows(this.#ground, this.#connected(), job);
      case "steps":
        return eachInTurn(job.steps, signal, (step) => runStep(this.#connected(), step.sql, step.doing));
      case "close":
        return closeTable(this.#connected(), job, signal);
    }
  }

  async #connect({ connection, jobs }: ConnectJob, signal: AbortSignal): Promise<null> {
    this.#session = await openConnection(connection, signal);
    throwIfInterrupted(signal);
    await prepareForLoad(this.#session, jobs);
    return null;
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
  for (const batch of counted(ground, job)) {
    classifier.add(batch);
    for (const set of sets) set.add(batch);
    await pause();
  }
  return { profile: classifier.profile(), sets: sets.map((set) => set.bitmaps()) };
}

function copyRows(ground: Ground, session: Session, job: CopyJob): Promise<number> {
  const { table, schema, createSql } = job;
  const chunks = encodeRecords(table, job.recordColumns, counted(ground, job), {
    profiled: true,
    onMisfit: (misfit) => {
      throw misfitError(job, misfit);
    },
  });
  return copySlice(session, {
    schema,
    table,
    format: copyFormat(table),
    createSql,
    chunks,
    signal: ground.signal,
  });
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

function* counted(ground: Ground, job: ProfileJob | CopyJob): Generator<RecordBatch> {
  for (const batch of ground.readRows(job.rows)) {
    yield batch;
    Atomics.add(ground.counters, job.counter, BigInt(batch.rows));
  }
}

function misfitError({ table, keyIndexes }: CopyJob, { batch, row, column, at }: Misfit): ToolError {
  const place = placeOf(batch, row, keyIndexes);
  const words = place.rowid === null ? `key (${place.key?.join(", ") ?? ""})` : `rowid ${place.rowid}`;
  const shown = `${storageClassOf(batch, at).toUpperCase()} ${describeValue(batch, at)}`;
  return new ToolError(
    "value-misfit",
    `Table ${quote(table.source)}, column ${quote(column.source)}, ${words}: ${shown} does not fit ${typeWords(column.type)}; ` +
      `${explainMisfit(column, batch, at).reason}.`,
    `Change it in the source: UPDATE ${quote(table.source)} SET ${quote(column.source)} = ...`,
  );
}
