/** The book of a slice stands for its rows: both are there or neither, and both have the same xmin. */
import { beforeAll, beforeEach, expect, test } from "vitest";
import { copySlice, type SliceCopy } from "../../src/import/copy.js";
import { ensureHistory } from "../../src/target/history/ensure.js";
import type { Session } from "../../src/target/session.js";
import { databaseForAll } from "../database.js";
import { planOfTables } from "../target/plan-of-tables.js";

const database = databaseForAll();
let session: Session;
beforeAll(async () => {
  session = await database.open();
  await session.query("CREATE TABLE public.t (id bigint UNIQUE DEFERRABLE INITIALLY DEFERRED)");
  await ensureHistory(session);
});
beforeEach(() => session.query("TRUNCATE public.t, sqlift.loads"));

const [table] = planOfTables("public", ["t"]).tables;
const mark = { run: 3, table: "it's t", slice: 4 };
const copy = (ids: string, more: Partial<SliceCopy> = {}) =>
  copySlice(session, {
    schema: "public",
    table: table!,
    format: "text",
    createSql: null,
    begins: [],
    mark,
    chunks: [Buffer.from(ids)],
    signal: undefined,
    ...more,
  });
const books = () =>
  session.query(
    `SELECT run, table_name, slice, rows, xmin = xid::xid AS is_witness,
            (SELECT count(*) FROM public.t WHERE t.xmin = l.xid::xid) AS found FROM sqlift.loads l`,
  );

test("rows and their book are of one transaction", async () => {
  await session.query("INSERT INTO public.t VALUES (9)");
  await copy("1\n2\n");
  expect(await books()).toEqual([
    { run: "3", table_name: "it's t", slice: "4", rows: "2", is_witness: "t", found: "2" },
  ]);
});

test("also where the table is made in it, and the rows are frozen", async () => {
  await session.query("DROP TABLE public.t");
  await copy("1\n2\n3\n", {
    createSql: "CREATE TABLE public.t (id bigint UNIQUE DEFERRABLE INITIALLY DEFERRED)",
  });
  expect(await books()).toMatchObject([{ rows: "3", is_witness: "t", found: "3" }]);
});

test.each([
  ["a value that the server refuses", "1\nx\n", "target-failed"],
  ["a constraint that the COMMIT refuses", "1\n1\n", "value-misfit"],
])("%s leaves neither", async (_what, ids, code) => {
  await expect(copy(ids)).rejects.toMatchObject({ code });
  expect(await books()).toEqual([]);
  expect(await session.query("SELECT id FROM public.t")).toEqual([]);
});

test("a slice that was loaded is not loaded once more", async () => {
  await copy("1\n");
  await expect(copy("2\n")).rejects.toMatchObject({ code: "target-failed" });
  expect(await session.query("SELECT id FROM public.t")).toEqual([{ id: "1" }]);
});

test("without a history there is no book", async () => {
  await copy("1\n", { mark: null });
  expect(await books()).toEqual([]);
});
