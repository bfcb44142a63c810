/** CopyData messages as they come: all of them and nothing else, however they are cut; and the session afterwards. */
import { EventEmitter } from "node:events";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { copyFrames, type TakeFrames } from "../../src/target/copy-frames.js";
import type { Session } from "../../src/target/session.js";
import { makeTarget, type TestTarget } from "../validate/room.js";

const message = (letter: string, body: Buffer | string = ""): Buffer => {
  const content = Buffer.from(body);
  const header = Buffer.alloc(5);
  header.write(letter, "latin1");
  header.writeUInt32BE(content.length + 4, 1);
  return Buffer.concat([header, content]);
};

/** A connection that gets these pieces, and what its own listener was left to read. */
const copied = async (
  pieces: readonly Buffer[],
  take: TakeFrames,
): Promise<{ isWhole: boolean; left: Buffer; cancels: number }> => {
  const stream = new EventEmitter();
  const left: Buffer[] = [];
  let cancels = 0;
  stream.on("data", (bytes: Buffer) => left.push(Buffer.from(bytes)));
  const connection = { stream, query: () => undefined };
  let running: { submit(of: typeof connection): void; handleReadyForQuery(): void } | null = null;
  const query = (copy: NonNullable<typeof running>): void => {
    running = copy;
    copy.submit(connection);
  };
  const cancel = (): Promise<void> => {
    cancels += 1;
    return Promise.resolve();
  };
  const ended = copyFrames({ client: { query }, cancel } as unknown as Session, "COPY", take);
  for (const piece of pieces) stream.emit("data", piece);
  running!.handleReadyForQuery();
  return { isWhole: await ended, left: Buffer.concat(left), cancels };
};

const cutAt = (bytes: Buffer, places: readonly number[]): readonly Buffer[] => {
  const ends = [...new Set(places.map((place) => place % bytes.length)), bytes.length].sort((a, b) => a - b);
  return ends.map((end, index) => bytes.subarray(index === 0 ? 0 : ends[index - 1], end));
};

test("any messages, cut anywhere", async () => {
  const body = fc.uint8Array({ maxLength: 12 }).map((bytes) => Buffer.from(bytes));
  const letter = fc.constantFrom("d", "d", "d", "d", "N", "S", "A", "H");
  const messages = fc.array(fc.tuple(letter, body), { maxLength: 10 });
  await fc.assert(
    fc.asyncProperty(messages, fc.array(fc.nat(), { maxLength: 20 }), async (some, places) => {
      const written = some.map(([kind, content]) => message(kind, content));
      const end = Buffer.concat([message("c"), message("C", "COPY 1\0"), message("d", "no more of these")]);
      const taken: Buffer[] = [];
      const { isWhole, left } = await copied(cutAt(Buffer.concat([...written, end]), places), (bytes) => {
        taken.push(Buffer.from(bytes));
        return true;
      });
      const data = written.filter((_, index) => some[index]![0] === "d");
      expect(isWhole).toBe(true);
      expect(Buffer.concat(taken)).toEqual(Buffer.concat(data));
      expect(left).toEqual(Buffer.concat([...written.filter((one) => !data.includes(one)), end]));
    }),
  );
});

test("nothing is taken any more once no more is wanted, and the statement is cancelled", async () => {
  let taken = 0;
  const { isWhole, left, cancels } = await copied(
    [message("d", "one"), message("d", "two"), message("N", "heard"), message("E", "cancelled")],
    () => {
      taken += 1;
      return false;
    },
  );
  expect({ isWhole, taken, cancels }).toEqual({ isWhole: false, taken: 1, cancels: 1 });
  expect(left).toEqual(Buffer.concat([message("N", "heard"), message("E", "cancelled")]));
});

describe("with a server", () => {
  let target: TestTarget;
  beforeAll(async () => {
    target = await makeTarget();
  });
  afterAll(() => target.remove());

  const rows = (count: string): string => `COPY (SELECT generate_series(1, ${count})) TO STDOUT`;
  const inTransaction = async <T>(session: Session, work: () => Promise<T>): Promise<T> => {
    await session.query("BEGIN");
    return work().finally(() => session.query("ROLLBACK"));
  };

  test("all comes, each row in a message of its own", async () => {
    const taken: Buffer[] = [];
    expect(
      await copyFrames(target.session, rows("100000"), (bytes) => taken.push(Buffer.from(bytes)) > 0),
    ).toBe(true);
    const expected = Array.from({ length: 100_000 }, (_, index) => message("d", `${index + 1}\n`));
    expect(Buffer.concat(taken).equals(Buffer.concat(expected))).toBe(true);
    expect(await target.session.query("SELECT 1 AS one")).toEqual([{ one: "1" }]);
  });

  test("it is left before its end, and the session goes on", async () => {
    const left = () => copyFrames(target.session, rows("1000000000"), () => false);
    expect(await inTransaction(target.session, left)).toBe(false);
    expect(await target.session.query("SELECT 1 AS one")).toEqual([{ one: "1" }]);
  });

  test("what is thrown meanwhile is thrown, and the session goes on", async () => {
    const thrown = new Error("on the way");
    const throwing = () =>
      copyFrames(target.session, rows("1000000000"), () => {
        throw thrown;
      });
    await expect(inTransaction(target.session, throwing)).rejects.toBe(thrown);
    expect(await target.session.query("SELECT 1 AS one")).toEqual([{ one: "1" }]);
  });

  test("the server fails on the way", async () => {
    const failing = () =>
      copyFrames(
        target.session,
        "COPY (SELECT 1 / (50000 - i) FROM generate_series(1, 100000) i) TO STDOUT",
        () => true,
      );
    await expect(inTransaction(target.session, failing)).rejects.toThrow("division by zero");
    expect(await target.session.query("SELECT 1 AS one")).toEqual([{ one: "1" }]);
  });

  test("the connection is cut", async () => {
    const session = await target.open();
    const cuts: Promise<unknown>[] = [];
    const copying = copyFrames(session, rows("1000000000"), () => {
      if (cuts.length === 0) cuts.push(target.query(`SELECT pg_terminate_backend(${session.processId})`));
      return true;
    });
    await expect(copying).rejects.toThrow();
    await Promise.all(cuts);
  });

  test("nothing begins where the signal was given", async () => {
    const given = copyFrames(target.session, rows("1"), () => true, AbortSignal.abort());
    await expect(given).rejects.toMatchObject({ code: "interrupted" });
  });
});
