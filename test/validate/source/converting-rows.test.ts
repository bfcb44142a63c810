/** The rows that differ are looked for by the cheap reading: it gives the rows of the exact one, and shows the same values. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { TablePlan } from "../../../src/model/plan.js";
import {
  convertingRows,
  type ConvertingRowsOptions,
  type SourceRows,
} from "../../../src/validate/source/converting-rows.js";
import { cells } from "../../transform/cells.js";
import { edgeValues } from "../../transform/edge-values.js";
import { columnPlan, makeSource, tablePlan, type SourceFile } from "../room.js";

const everything = { range: null, orphans: undefined, clocks: new Map() } as const;

interface ReadRow {
  readonly row: string;
  readonly shown: readonly string[];
}

async function readAll(rows: SourceRows): Promise<readonly ReadRow[]> {
  const read: ReadRow[] = [];
  try {
    for (let row = rows.next(); row !== null || (await rows.more()); row = rows.next())
      if (row !== null) read.push({ row: row.toString("hex"), shown: rows.shown() });
  } finally {
    await rows.close();
  }
  return read;
}

let file: SourceFile;
beforeAll(async () => {
  file = await makeSource("CREATE TABLE t (id INTEGER PRIMARY KEY, c)", (database) => {
    const [value, text] = ["?", "CAST(? AS TEXT)"].map((term) =>
      database.prepare(`INSERT INTO t (c) VALUES (${term})`),
    );
    for (const each of edgeValues)
      if (typeof each === "object" && each !== null && "text" in each) text!.run(each.text);
      else value!.run(each);
  });
});
afterAll(() => file.remove());

const planOf = (column: TablePlan["columns"][number]): TablePlan =>
  tablePlan("t", [columnPlan("id", "bigint"), column]);

const read = (table: TablePlan, options: Partial<ConvertingRowsOptions> = {}) =>
  readAll(convertingRows(file.source, table, { ...everything, ...options }));

describe("the values of every type", () => {
  test.each(cells)("$name", async ({ type, unit }) => {
    const table = planOf(columnPlan("c", type, unit));
    // Where orphans are left out, and there are none, all is read exactly.
    const exact = await read(table, { orphans: new Map() });
    expect(await read(table)).toEqual(exact);
  });
});

test("rows of a range, and no others", async () => {
  const table = planOf(columnPlan("c", "text"));
  const all = await read(table);
  const some = await read(table, { range: { from: 3n, to: 9n } });
  expect(some).toEqual(all.filter(({ shown: [id] }) => Number(id) >= 3 && Number(id) < 9));
  expect(some.length).toBeGreaterThan(2);
});

test("none of a table that is not there", async () => {
  expect(await read(tablePlan("nowhere", [columnPlan("c", "text")]))).toEqual([]);
});
