import { beforeAll, describe, expect, test } from "vitest";
import { copySlice, type SliceCopy } from "../../src/import/copy.js";
import type { TablePlan } from "../../src/model/plan.js";
import { pgType } from "../../src/model/postgres.js";
import type { Session } from "../../src/target/session.js";
import { databaseForAll } from "../database.js";

const database = databaseForAll();
let session: Session;
beforeAll(async () => {
  session = await database.open();
  await database.query('CREATE TABLE public."t 1" ("a b" text)');
});

const table: TablePlan = {
  source: "t",
  target: "t 1",
  rows: 0,
  rejected: 0,
  rejects: [],
  changes: [],
  withoutRowid: false,
  reader: { by: "sqlite", because: "a test reads it" },
  columns: [
    {
      source: "a",
      declaredType: "TEXT",
      target: "a b",
      type: pgType("text"),
      unit: null,
      decode: null,
      zone: null,
      policy: {},
      rule: null,
      notNull: false,
      defaultSql: null,
      generated: null,
      comment: null,
      identity: null,
      because: "",
    },
  ],
  primaryKey: null,
  uniques: [],
  indexes: [],
  foreignKeys: [],
  checks: [],
  comment: null,
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
const copy = (chunks: Iterable<Buffer>, more: Partial<SliceCopy> = {}, by: Session = session) =>
  copySlice(by, {
    schema: "public",
    table,
    format: "binary",
    createSql: null,
    begins: [],
    mark: null,
    chunks,
    signal: undefined,
    ...more,
  });
const count = async (): Promise<string | null> =>
  (await database.query('SELECT count(*) AS n FROM public."t 1"'))[0]?.["n"] ?? null;

describe("copySlice", () => {
  test("an error of the encoder arrives as it is, and the COPY is undone", async () => {
    function* broken(): Generator<Buffer> {
      yield Buffer.concat([header, row("one")]);
      throw new TypeError("of ours");
    }
    const copying = copy(broken());
    await expect(copying).rejects.toThrow(new TypeError("of ours"));
    await expect(copying).rejects.toBeInstanceOf(TypeError);
    expect(await count()).toBe("0");
  });

  test("bytes that the server refuses name the table", async () => {
    const bytes = [Buffer.concat([header, row("\0"), trailer])];
    await expect(copy(bytes)).rejects.toMatchObject({
      name: "ToolError",
      message: expect.stringContaining("t 1") as string,
    });
    expect(await count()).toBe("0");
  });

  test("a connection that is cut is named as lost", async () => {
    const cut = await database.open();
    function* bytes(): Generator<Buffer> {
      yield header;
      for (;;) yield row("x".repeat(10_000));
    }
    // Awaited from the first moment on: the connection may be gone before the statement that cuts it answers.
    const lost = expect(copy(bytes(), {}, cut)).rejects.toMatchObject({
      name: "ToolError",
      code: "target-lost",
    });
    await session.query("SELECT pg_terminate_backend($1)", [String(cut.processId)]);
    await lost;
    expect(await count()).toBe("0");
  });

  test("a missing table is an error, not a hang", async () => {
    const elsewhere = { ...table, target: "nowhere" };
    await expect(copy([header, trailer], { table: elsewhere })).rejects.toMatchObject({
      name: "ToolError",
    });
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
    await expect(copy(endless(), { signal: controller.signal })).rejects.toMatchObject({
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
    await copy(small());
    isOver = true;
  });

  test("rows arrive and are counted by the server", async () => {
    const bytes = [header, row("é"), row(""), trailer];
    expect(await copy(bytes)).toEqual({ copied: 2, rejected: 0 });
    expect(await count()).toBe("2");
  });

  test("a large chunk, of a value of 1 GB or so, goes in messages that the server can hold", async () => {
    const own = await database.open();
    const { stream } = own.client.connection;
    const written: number[] = [];
    const write = stream.write.bind(stream) as (...parameters: unknown[]) => boolean;
    stream.write = (bytes: Uint8Array, ...more: unknown[]) => {
      written.push(bytes.length);
      return write(bytes, ...more);
    };
    const text = "z".repeat(5_000_000);
    const values = [Buffer.concat([header, row(text), row("")]), Buffer.alloc(0), trailer];
    expect(await copy(values, {}, own)).toEqual({ copied: 2, rejected: 0 });
    expect(Math.max(...written)).toBeLessThanOrEqual(1024 * 1024);
    const rows = await database.query('SELECT count(*) AS n FROM public."t 1" WHERE "a b" = $1', [text]);
    expect(rows).toEqual([{ n: "1" }]);
    await own.end();
  });

  test("asks nothing of the server after the signal, where it would wait for a lock", async () => {
    const holder = await database.open();
    await holder.query("BEGIN");
    await holder.query('LOCK TABLE public."t 1" IN ACCESS EXCLUSIVE MODE');
    await expect(copy([header, trailer], { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: "interrupted",
    });
    await holder.query("ROLLBACK");
    await holder.end();
  });

  test("while the server does not take bytes, the reader is not pulled", async () => {
    let pulled = 0;
    function* large(): Generator<Buffer> {
      yield header;
      for (; pulled < 400; pulled += 1) yield row("y".repeat(64 * 1024));
      yield trailer;
    }
    const holder = await database.open();
    await holder.query("BEGIN");
    await holder.query('LOCK TABLE public."t 1" IN ACCESS EXCLUSIVE MODE');
    const copying = copy(large());
    const waits = `SELECT 1 FROM pg_stat_activity WHERE pid = ${session.processId} AND wait_event_type = 'Lock'`;
    while ((await database.query(waits)).length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(pulled).toBeLessThan(8);
    await holder.query("COMMIT");
    expect(await copying).toEqual({ copied: 400, rejected: 0 });
  });

  describe("into a table of its own making", () => {
    const own = { table: { ...table, target: "own" }, createSql: 'CREATE TABLE public.own ("a b" text)' };
    const isThere = async (): Promise<boolean> =>
      (await database.query("SELECT to_regclass('public.own') AS there"))[0]?.["there"] !== null;

    test("leaves no table where the encoder throws, and the session goes on", async () => {
      function* broken(): Generator<Buffer> {
        yield Buffer.concat([header, row("one")]);
        throw new TypeError("of ours");
      }
      await expect(copy(broken(), own)).rejects.toBeInstanceOf(TypeError);
      expect(await isThere()).toBe(false);
      expect(await session.query("SELECT 1 AS one")).toEqual([{ one: "1" }]);
    });

    test("leaves no table where it is interrupted", async () => {
      const controller = new AbortController();
      function* bytes(): Generator<Buffer> {
        yield header;
        controller.abort();
        for (;;) yield row("x".repeat(10_000));
      }
      await expect(copy(bytes(), { ...own, signal: controller.signal })).rejects.toMatchObject({
        code: "interrupted",
      });
      expect(await isThere()).toBe(false);
    });

    test("names the table when it cannot be made", async () => {
      const taken = copy([header, trailer], { ...own, createSql: 'CREATE TABLE public."t 1" ()' });
      await expect(taken).rejects.toMatchObject({
        code: "target-in-the-way",
        message: expect.stringContaining("own") as string,
      });
      expect(await session.query("SELECT 1 AS one")).toEqual([{ one: "1" }]);
    });

    test.each(["read committed", "repeatable read", "serializable"])(
      "freezes the rows, also where transactions are %s by default",
      async (isolation) => {
        const strict = await database.open();
        await strict.query(`SET default_transaction_isolation = '${isolation}'`);
        expect(await copy([header, row("é"), row(""), trailer], own, strict)).toEqual({
          copied: 2,
          rejected: 0,
        });
        // Only where all rows of a page are frozen can another session answer from the index alone at once.
        await database.query('CREATE INDEX i ON public.own ("a b"); SET enable_seqscan = off');
        const sql = 'EXPLAIN (ANALYZE, COSTS off) SELECT "a b" FROM public.own ORDER BY 1';
        expect(JSON.stringify(await database.query(sql))).toMatch(/rows=2.* Heap Fetches: 0"/);
        await strict.end();
        await database.query("DROP TABLE public.own");
      },
    );
  });
});
