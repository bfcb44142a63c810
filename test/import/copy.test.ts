import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { copyTable } from "../../src/import/copy.js";
import type { TablePlan } from "../../src/model/plan.js";
import { pgType } from "../../src/model/postgres.js";
import { openTarget } from "../../src/target/connect.js";
import type { Session, Target } from "../../src/target/session.js";
import { createDatabase, type TestDatabase } from "../database.js";

let database: TestDatabase;
let target: Target;
let session: Session;
beforeAll(async () => {
  database = await createDatabase();
  target = await openTarget(database.url, { environment: process.env });
  session = await target.open();
  await database.query('CREATE TABLE public."t 1" ("a b" text)');
});
afterAll(async () => {
  await target.close();
  await database.drop();
});

const table: TablePlan = {
  source: "t",
  target: "t 1",
  rows: 0,
  withoutRowid: false,
  columns: [
    {
      source: "a",
      declaredType: "TEXT",
      target: "a b",
      type: pgType("text"),
      unit: null,
      notNull: false,
      defaultSql: null,
      identity: null,
      because: "",
    },
  ],
  primaryKey: null,
  uniques: [],
  indexes: [],
  foreignKeys: [],
};

const header = Buffer.from("PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0", "latin1");
const row = (text: string): Buffer => {
  const bytes = Buffer.alloc(6 + Buffer.byteLength(text));
  bytes.writeInt16BE(1, 0);
  bytes.writeInt32BE(Buffer.byteLength(text), 2);
  bytes.write(text, 6);
  return bytes;
};
const trailer = Buffer.from([0xff, 0xff]);
const count = async (): Promise<string | null> =>
  (await database.query('SELECT count(*) AS n FROM public."t 1"'))[0]?.["n"] ?? null;

describe("copyTable", () => {
  test("an error of the encoder arrives as it is, and the COPY is undone", async () => {
    function* broken(): Generator<Buffer> {
      yield Buffer.concat([header, row("one")]);
      throw new TypeError("of ours");
    }
    const copying = copyTable(session, "public", table, broken(), undefined);
    await expect(copying).rejects.toThrow(new TypeError("of ours"));
    await expect(copying).rejects.toBeInstanceOf(TypeError);
    expect(await count()).toBe("0");
  });

  test("bytes that the server refuses name the table", async () => {
    const bytes = [Buffer.concat([header, row("\0"), trailer])];
    await expect(copyTable(session, "public", table, bytes, undefined)).rejects.toMatchObject({
      name: "ToolError",
      message: expect.stringContaining("t 1") as string,
    });
    expect(await count()).toBe("0");
  });

  test("a connection that is cut is named as lost", async () => {
    const cut = await target.open();
    function* bytes(): Generator<Buffer> {
      yield header;
      for (;;) yield row("x".repeat(10_000));
    }
    // Awaited from the first moment on: the connection may be gone before the statement that cuts it answers.
    const lost = expect(copyTable(cut, "public", table, bytes(), undefined)).rejects.toMatchObject({
      name: "ToolError",
      code: "target-lost",
    });
    await session.query("SELECT pg_terminate_backend($1)", [String(cut.processId)]);
    await lost;
    expect(await count()).toBe("0");
  });

  test("a missing table is an error, not a hang", async () => {
    const elsewhere = { ...table, target: "nowhere" };
    await expect(copyTable(session, "public", elsewhere, [header, trailer], undefined)).rejects.toMatchObject(
      {
        name: "ToolError",
      },
    );
  });

  test("an aborted signal ends it as interrupted, closes the reader, and the session goes on", async () => {
    const controller = new AbortController();
    let isClosed = false;
    function* endless(): Generator<Buffer> {
      try {
        yield header;
        for (let index = 0; ; index += 1) {
          if (index === 100) controller.abort();
          yield row("x".repeat(10_000));
        }
      } finally {
        isClosed = true;
      }
    }
    await expect(copyTable(session, "public", table, endless(), controller.signal)).rejects.toMatchObject({
      code: "interrupted",
    });
    expect(isClosed).toBe(true);
    expect(await count()).toBe("0");
    expect(await session.query("SELECT 1 AS one")).toEqual([{ one: "1" }]);
  });

  test("the event loop turns between the chunks, however fast the server is", async () => {
    let turns = 0;
    let isOver = false;
    const turn = (): void => {
      turns += 1;
      if (!isOver) setImmediate(turn);
    };
    setImmediate(turn);
    function* small(): Generator<Buffer> {
      yield header;
      for (let index = 0; index < 100; index += 1) yield Buffer.alloc(0);
      expect(turns).toBeGreaterThan(50);
      yield trailer;
    }
    await copyTable(session, "public", table, small(), undefined);
    isOver = true;
  });

  test("rows arrive and are counted by the server", async () => {
    const bytes = [header, row("é"), row(""), trailer];
    expect(await copyTable(session, "public", table, bytes, undefined)).toBe(2);
    expect(await count()).toBe("2");
  });

  test("while the server does not take bytes, the reader is not pulled", async () => {
    let pulled = 0;
    function* large(): Generator<Buffer> {
      yield header;
      for (; pulled < 400; pulled += 1) yield row("y".repeat(64 * 1024));
      yield trailer;
    }
    const holder = await target.open();
    await holder.query("BEGIN");
    await holder.query('LOCK TABLE public."t 1" IN ACCESS EXCLUSIVE MODE');
    const copying = copyTable(session, "public", table, large(), undefined);
    const waits = `SELECT 1 FROM pg_stat_activity WHERE pid = ${session.processId} AND wait_event_type = 'Lock'`;
    while ((await database.query(waits)).length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(pulled).toBeLessThan(8);
    await holder.query("COMMIT");
    expect(await copying).toBe(400);
  });
});
