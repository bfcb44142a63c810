/** Tables whose virtual columns SQLite computes, because PostgreSQL cannot: from then on they are read with their values. */
import { computeRecords } from "../../export/computed-records.js";
import { namedTrouble, refusalOf } from "../../export/computed-trouble.js";
import { quote } from "../../model/identifier.js";
import type { SqliteColumn, SqliteTable } from "../../model/sqlite.js";
import { ExpressionError } from "../../source/confined-rows.js";
import type { RunOptions } from "../open.js";
import type { Reading, TableReading } from "./reading.js";

type ComputingOptions = Pick<RunOptions, "signal" | "tempDirectory" | "onProgress">;

/**
 * @param wanted table -> virtual columns of it.
 * @param mostRows of each table; null: all.
 * @returns the reading with these columns `computed`, or with the reason why SQLite does not know what they mean.
 * @throws ToolError `source-expression` where a row has no value or takes too long; the source codes, `interrupted`.
 */
export async function withComputed(
  reading: Reading,
  wanted: ReadonlyMap<string, readonly string[]>,
  mostRows: number | null,
  options: ComputingOptions,
): Promise<Reading> {
  const tables: TableReading[] = [];
  for (const each of reading.tables) {
    const names = wanted.get(each.table.name);
    tables.push(names === undefined ? each : await computedReading(reading, each, names, mostRows, options));
  }
  return { ...reading, tables, schema: { ...reading.schema, tables: tables.map(({ table }) => table) } };
}

async function computedReading(
  { source, schema, computed }: Reading,
  before: TableReading,
  names: readonly string[],
  mostRows: number | null,
  { signal, tempDirectory, onProgress }: ComputingOptions,
): Promise<TableReading> {
  const columns: SqliteColumn[] = [];
  // Asked for all of them first: each question is a process.
  const areKnown = (await refusalOf(source, before.table, names, { signal })) === null;
  for (const column of before.table.columns) {
    const refusal =
      !areKnown && names.includes(column.name)
        ? await refusalOf(source, before.table, [column.name], { signal })
        : null;
    columns.push(
      !names.includes(column.name)
        ? column
        : refusal === null
          ? { ...column, generated: "computed" }
          : { ...column, notComputed: refusal },
    );
  }
  const table: SqliteTable = { ...before.table, columns };
  const done = columns.flatMap(({ name, generated }) => (generated === "computed" ? [quote(name)] : []));
  if (done.length === 0) return { ...before, table };
  const what = done.length === 1 ? `virtual column ${done[0]!}` : `virtual columns ${done.join(", ")}`;
  onProgress?.({ kind: "says", message: `computing ${what} of table ${quote(table.name)}` });
  try {
    const records = await computeRecords(source, table, schema.encoding, { signal, tempDirectory, mostRows });
    computed.keep(records);
    const rows = { by: "sqlite", table, encoding: schema.encoding, mostRows, computed: records } as const;
    const because = `SQLite computes ${what}, which PostgreSQL cannot`;
    return { table, reader: { by: "sqlite", because }, parts: [{ rows, bytes: 0 }], bytes: 0 };
  } catch (error) {
    if (error instanceof ExpressionError) throw await namedTrouble(source, table, error, { signal });
    throw error;
  }
}
