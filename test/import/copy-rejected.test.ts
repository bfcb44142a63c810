/** Rows that were left out of a slice: beside it in one transaction, or neither is there. */
import { beforeAll, beforeEach, expect, test } from "vitest";
import { ToolError } from "../../src/errors.js";
import { copySlice, type SliceCopy } from "../../src/import/copy.js";
import { pgType } from "../../src/model/postgres.js";
import { ensureHistory } from "../../src/target/history/ensure.js";
import type { Session } from "../../src/target/session.js";
import { databaseForAll } from "../database.js";
import { planOfTables } from "../target/plan-of-tables.js";

const database = databaseForAll();
let session: Session;
beforeAll(async () => {
  session = await database.open();
  await session.query("CREATE TABLE public.t (id bigint)");
  await ensureHistory(session);
});
beforeEach(() => session.query("TRUNCATE public.t, sqlift.rejected_rows"));

const [planned] = planOfTables("public", ["t"]).tables;
const table = { ...planned!, columns: [{ ...planned!.columns[0]!, type: pgType("text") }] };

const signature = Buffer.from("PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0", "latin1");
const trailer = Buffer.from([0xff, 0xff]);

/** A row of binary COPY of one int8. */
function idRow(id: number): Buffer {
  const bytes = Buffer.alloc(14);
  bytes.writeInt16BE(1, 0);
  bytes.writeInt32BE(8, 2);
  bytes.writeBigInt64BE(BigInt(id), 6);
  return bytes;
}

/** As transform/rejects/rejected-rows.ts writes it, with empty arrays. */
function rejectedRow(): Buffer {
  const field = (bytes: Buffer): Buffer => {
    const length = Buffer.alloc(4);
    length.writeInt32BE(bytes.length);
    return Buffer.concat([length, bytes]);
  };
  const text = (words: string): Buffer => field(Buffer.from(words));
  const empty = (oid: number): Buffer => {
    const header = Buffer.alloc(12);
    header.writeInt32BE(oid, 8);
    return field(header);
  };
  const int8 = (value: number): Buffer => idRow(value).subarray(2);
  const nothing = Buffer.from([0xff, 0xff, 0xff, 0xff]);
  const words = [text("a"), text("nul"), text("it holds a NUL")];
  const count = Buffer.from([0, 10]);
  return Buffer.concat([
    count,
    int8(5),
    text("t"),
    int8(7),
    nothing,
    ...words,
    empty(25),
    empty(25),
    empty(17),
  ]);
}

const copy = (more: Partial<SliceCopy>) =>
  copySlice(session, {
    schema: "public",
    table,
    format: "binary",
    createSql: null,
    begins: [],
    mark: null,
    chunks: [signature, idRow(1), idRow(2), trailer],
    signal: undefined,
    ...more,
  });

const counts = async () =>
  (
    await database.query(
      "SELECT (SELECT count(*) FROM public.t) AS t, (SELECT count(*) FROM sqlift.rejected_rows) AS rejected",
    )
  )[0];

test("they come after the rows, and both are counted", async () => {
  const order: string[] = [];
  function* chunks(): Generator<Buffer> {
    yield signature;
    yield idRow(1);
    order.push("rows");
    yield trailer;
  }
  const rejected = (): Iterable<Buffer> => {
    order.push("rejected");
    return [signature, rejectedRow(), rejectedRow(), trailer];
  };
  expect(await copy({ chunks: chunks(), rejected })).toEqual({ copied: 1, rejected: 2 });
  expect(order).toEqual(["rows", "rejected"]);
  expect(await counts()).toEqual({ t: "1", rejected: "2" });
});

test("where there are none, the rows are there all the same", async () => {
  expect(await copy({ rejected: () => null })).toEqual({ copied: 2, rejected: 0 });
  expect(await counts()).toEqual({ t: "2", rejected: "0" });
});

test.each<[what: string, rejected: () => Iterable<Buffer>]>([
  [
    "the reader that fails",
    function* () {
      yield signature;
      throw new ToolError("source-damaged", "page 7");
    },
  ],
  ["bytes that the server refuses", () => [signature, idRow(1), trailer]],
])("%s takes the rows back too", async (_what, rejected) => {
  await expect(copy({ rejected })).rejects.toBeInstanceOf(ToolError);
  expect(await counts()).toEqual({ t: "0", rejected: "0" });
  expect(await copy({})).toEqual({ copied: 2, rejected: 0 });
});
