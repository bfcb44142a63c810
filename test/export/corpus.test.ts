/** Every table of databases that this project did not write, against a query that reads it in another way. */
import { existsSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { ToolError } from "../../src/errors.js";
import { findOrphans } from "../../src/export/orphans.js";
import { recordColumns } from "../../src/export/sqlite-records.js";
import { quote } from "../../src/model/identifier.js";
import type { SqliteTable } from "../../src/model/sqlite.js";
import { cellText, readRows, type Cell, type Row } from "./rows.js";
import { openSample, type Sample } from "./sample.js";
import { expectSame } from "./two-readers.js";

const corpus = resolve(import.meta.dirname, "../../../shared/corpus");
const files = existsSync(corpus) ? readdirSync(corpus).filter((name) => name.endsWith(".db")) : [];
const sound = files.filter((name) => !name.startsWith("corrupt"));

test.skipIf(files.length > 0)("the corpus is not here (../shared/corpus): its tests are skipped", () => {
  expect(files).toEqual([]);
});

/** One column after the other, each value with its own typeof. */
function independently(sample: Sample, table: SqliteTable): readonly Row[] {
  const { database } = sample.source;
  const order = table.rowidName === null ? table.primaryKey.map(quote).join(", ") : quote(table.rowidName);
  const from = `FROM ${quote(table.name)} ORDER BY ${order === "" ? "1" : order}`;
  const rowids =
    table.rowidName === null
      ? null
      : database
          .prepare<[], bigint>(`SELECT ${quote(table.rowidName)} ${from}`)
          .pluck()
          .all();
  const columns = recordColumns(table).map((name) =>
    database
      .prepare<[], [string, Cell, string]>(
        `SELECT typeof(${quote(name)}), ${quote(name)}, hex(${quote(name)}) ${from}`,
      )
      .raw()
      .all()
      .map(([type, value, hex]) => (type === "text" ? `t${hex.toLowerCase()}` : cellText(value))),
  );
  return (columns[0] ?? []).map((_, row) => ({
    rowid: rowids?.[row] ?? null,
    values: columns.map((column) => column[row] ?? ""),
  }));
}

describe.skipIf(files.length === 0)("of the corpus", () => {
  test.each(sound)("%s is read as it is", async (name) => {
    const sample = await openSample(join(corpus, name));
    expect(sample.schema.encoding).toBe("UTF-8");
    for (const table of sample.schema.tables) {
      const rows = readRows(sample, table.name);
      // Not toEqual: a difference of 50,000 rows is not worth the minutes of printing it.
      const expected = independently(sample, table);
      expect([table.name, rows.length]).toEqual([table.name, expected.length]);
      const wrong = rows.findIndex(
        (row, at) => row.rowid !== expected[at]!.rowid || row.values.join() !== expected[at]!.values.join(),
      );
      expect([table.name, wrong]).toEqual([table.name, -1]);
    }
  });

  test.each(sound)("%s is the same by its pages, whole and in slices", async (name) => {
    const { source, schema } = await openSample(join(corpus, name));
    for (const table of schema.tables) expectSame(source, schema, table, 20_000);
  });

  test.each(sound)("%s has the orphans that SQLite's own check finds", async (name) => {
    const sample = await openSample(join(corpus, name));
    for (const table of sample.schema.tables) {
      const found = new Map(
        [...findOrphans(sample.source, sample.schema, table)]
          .filter((each) => each !== null)
          .map(({ foreignKey, rows }) => [foreignKey, rows]),
      );
      const complaints = sample.source.database
        .prepare<[string], { fkid: bigint; parent: string }>(
          "SELECT fkid, parent FROM pragma_foreign_key_check(?)",
        )
        .all(table.name);
      const expected = new Map<number, number>();
      for (const { fkid, parent } of complaints) {
        // A constraint to a table that is not there has no orphans but is not carried.
        if (sample.schema.tables.some((each) => each.name === parent))
          expected.set(Number(fkid), (expected.get(Number(fkid)) ?? 0) + 1);
      }
      expect([table.name, found]).toEqual([table.name, expected]);
    }
  });

  test.each(files.filter((name) => name.startsWith("corrupt")))("%s is told as damaged", async (name) => {
    const read = async (): Promise<void> => {
      const sample = await openSample(join(corpus, name));
      for (const table of sample.schema.tables) readRows(sample, table.name);
    };
    await expect(read()).rejects.toBeInstanceOf(ToolError);
    await expect(read()).rejects.toMatchObject({
      code: expect.stringMatching(/^source-(damaged|not-a-database)$/) as string,
    });
  });
});
