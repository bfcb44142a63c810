/**
 * COPY ... TO STDOUT as the server sends it, CopyData messages with their headers and all (PostgreSQL documentation, "Message
 * Formats"): for whoever knows which they have to be. To take each message out costs more than to compare it.
 */
import type pg from "pg";
import { ToolError } from "../errors.js";
import type { Session } from "./session.js";

/** Takes bytes of one message after another, in pieces of any length; false: no more is wanted. */
export type TakeFrames = (bytes: Buffer) => boolean;

/**
 * Hands all CopyData messages to `take`, as they come; the server waits while it works. Returns whether it took them all: else the
 * statement was cancelled, and a transaction around it has failed.
 *
 * @param sql a whole COPY statement
 * @throws as copyOut, and what `take` throws.
 */
export async function copyFrames(
  session: Session,
  sql: string,
  take: TakeFrames,
  signal?: AbortSignal,
): Promise<boolean> {
  // Asked after the signal it would be hit by no cancel.
  if (signal?.aborted === true) throw new ToolError("interrupted", "Interrupted.");
  const copy = new FrameCopy(sql, take);
  session.client.query(copy);
  const isWhole = await copy.ended;
  if (!isWhole) await session.cancel();
  if (copy.thrown !== null) throw copy.thrown.error;
  return isWhole;
}

const dataMessage = 0x64;
const copyDone = 0x63;
const errorResponse = 0x45;
/** A letter, and the length without that. */
const headerBytes = 5;

type OnData = (bytes: Buffer) => void;

/** What node-postgres runs as a query: it reads the connection itself until the COPY is over, and gives it back then. */
class FrameCopy implements pg.Submittable {
  /** True when the server has sent all; false as soon as no more is wanted. Rejected with what the server says, or the socket. */
  readonly ended: Promise<boolean>;
  /** By `take`. */
  thrown: { readonly error: unknown } | null = null;
  /** As node-postgres' own queries call it. */
  readonly text: string;
  readonly #take: TakeFrames;
  #resolve!: (isWhole: boolean) => void;
  #reject!: (error: unknown) => void;
  #isTaking = true;
  #giveBack: () => void = () => undefined;
  /** Of others, which read everything that is no CopyData. */
  #others: OnData = () => undefined;
  /** What is still to come of the message that has begun. */
  #left = 0;
  #isData = false;
  /** The beginning of a header. */
  #cut: Buffer | null = null;

  constructor(text: string, take: TakeFrames) {
    this.text = text;
    this.#take = take;
    this.ended = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  submit(connection: pg.Connection): void {
    const { stream } = connection;
    const listeners = stream.listeners("data") as OnData[];
    const read: OnData = (bytes) => this.#read(bytes);
    this.#others = (bytes) => listeners.forEach((listener) => listener.call(stream, bytes));
    this.#giveBack = () => {
      stream.removeListener("data", read);
      for (const listener of listeners) stream.on("data", listener);
      this.#giveBack = () => undefined;
    };
    for (const listener of listeners) stream.removeListener("data", listener);
    stream.on("data", read);
    connection.query(this.text);
  }

  handleError(error: unknown): void {
    this.#giveBack();
    this.#reject(error);
  }

  handleReadyForQuery(): void {
    this.#resolve(this.#isTaking);
  }

  handleCommandComplete(): void {
    // The bytes have told.
  }

  #read(chunk: Buffer): void {
    const bytes = this.#cut === null ? chunk : Buffer.concat([this.#cut, chunk]);
    this.#cut = null;
    /** Where a run of bytes of one kind began. */
    let from = 0;
    let at = 0;
    for (;;) {
      const next = at + this.#left;
      if (next >= bytes.length) {
        this.#left = next - bytes.length;
        this.#pass(bytes, from, bytes.length);
        return;
      }
      at = next;
      this.#left = 0;
      const letter = bytes[at]!;
      if (letter === copyDone || letter === errorResponse) {
        this.#pass(bytes, from, at);
        this.#giveBack();
        this.#others(bytes.subarray(at));
        return;
      }
      if (at + headerBytes > bytes.length) {
        this.#pass(bytes, from, at);
        this.#cut = Buffer.from(bytes.subarray(at));
        return;
      }
      if ((letter === dataMessage) !== this.#isData) {
        this.#pass(bytes, from, at);
        from = at;
        this.#isData = letter === dataMessage;
      }
      this.#left = 1 + bytes.readUInt32BE(at + 1);
    }
  }

  #pass(bytes: Buffer, from: number, to: number): void {
    if (from === to) return;
    const some = bytes.subarray(from, to);
    if (!this.#isData) {
      this.#others(some);
      return;
    }
    if (!this.#isTaking) return;
    try {
      this.#isTaking = this.#take(some);
    } catch (error) {
      this.thrown = { error };
      this.#isTaking = false;
    }
    if (!this.#isTaking) this.#resolve(false);
  }
}
