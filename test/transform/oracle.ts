/** PostgreSQL as the judge: what arrives after a COPY of our bytes, and what its own input makes of a text. */
import { copySlice } from "../../src/import/copy.js";
import { isInstant, typeSql, type PgType, type PgTypeName, type TimeUnit } from "../../src/model/postgres.js";
import type { TablePlan } from "../../src/model/plan.js";
import type { RecordBatch } from "../../src/model/record.js";
import { openTarget } from "../../src/target/connection/connect.js";
import type { TextRow } from "../../src/target/session.js";
import { encoderFor } from "../../src/transform/fields/choose-field.js";
import { copyFormat, type CopyFormat } from "../../src/transform/encode/copy-format.js";
import { encodeTextRows } from "../../src/transform/encode/encode-text-rows.js";
import { encodeRecords } from "../../src/transform/encode/encode.js";
import { PolicyCounts } from "../../src/transform/encode/policy-counts.js";
import { createDatabase } from "../database.js";
import { moodType } from "./cells.js";
import { accepts, asType, batchOf, columnPlan, tablePlan, type Value } from "./values.js";

export interface Oracle {
  /** Each value as the server prints it once it has arrived; null where the encoder refused it. */
  copied(
    type: PgTypeName | PgType,
    unit: TimeUnit | null,
    values: readonly Value[],
    format?: CopyFormat,
  ): Promise<readonly (string | null)[]>;
  /** Copies the values into a table (n bigint, v type), n counting them from 0, and runs `sql` on it. */
  copy(
    type: PgTypeName | PgType,
    unit: TimeUnit | null,
    values: readonly Value[],
    sql: (table: string) => string,
    /** The type's own unless told. */
    format?: CopyFormat,
  ): Promise<readonly TextRow[]>;
  /**
   * What the server's own input makes of each spelling, printed; null where it refuses, where a modifier would
   * round or cut, and for null. `@123` is the time 123 microseconds after 2000.
   */
  read(type: PgTypeName | PgType, spellings: readonly (string | null)[]): Promise<readonly (string | null)[]>;
  query(sql: string, parameters?: readonly string[]): Promise<readonly TextRow[]>;
  remove(): Promise<void>;
}

export async function openOracle(): Promise<Oracle> {
  const database = await createDatabase();
  const target = await openTarget(database.url, { environment: {} });
  const session = await target.open();
  const labels = moodType.labels.map((label) => `'${label.replaceAll("'", "''")}'`);
  await session.query(`CREATE TYPE ${moodType.sql} AS ENUM (${labels.join(", ")})`);
  await session.query("CREATE EXTENSION citext SCHEMA public");
  let tables = 0;
  const readable = new Set<string>();
  const copy: Oracle["copy"] = async (type, unit, values, sql, wanted) => {
    const name = `copied_${(tables += 1)}`;
    await session.query(`CREATE UNLOGGED TABLE public.${name} (n bigint, v ${typeSql(asType(type))})`);
    const plan = tablePlan(name, [columnPlan("n", "bigint"), columnPlan("v", type, unit)]);
    // Apart, for a batch with a misfit goes another way.
    const rows = values.map((value, index) => [BigInt(index), value]);
    const fits = ([, value]: readonly Value[]): boolean => value === null || accepts(type, unit, value!);
    const batches = [rows.filter(fits), rows.filter((row) => !fits(row))].map((each) => batchOf(each));
    const options = { onMisfit: () => undefined, profiled: false };
    const format = wanted ?? copyFormat(plan);
    const chunks =
      format === "binary" ? encodeRecords(plan, ["n", "v"], batches, options) : textRows(plan, batches);
    const slice = {
      schema: "public",
      table: plan,
      format,
      createSql: null,
      begins: [],
      mark: null,
      chunks,
    } as const;
    await copySlice(session, { ...slice, signal: undefined });
    const copied = await session.query(sql(`public.${name}`));
    await session.query(`DROP TABLE public.${name}`);
    return copied;
  };
  return {
    copied: async (type, unit, values, format) => {
      const sql = (table: string): string => `SELECT n, v::text AS v FROM ${table}`;
      const rows = await copy(type, unit, values, sql, format);
      const found = new Map(rows.map((row) => [Number(row["n"]), row["v"] ?? null]));
      return values.map((_value, index) => found.get(index) ?? null);
    },
    copy,
    read: async (type, spellings) => {
      const wanted = asType(type);
      const name = `public.read_${typeSql(wanted).replaceAll(/\W/g, "_")}`;
      if (!readable.has(name)) await session.query(readFunction(name, wanted));
      readable.add(name);
      const rows = await session.query(
        `SELECT ${name}(e) AS v FROM jsonb_array_elements_text($1::jsonb) WITH ORDINALITY AS x(e, n) ORDER BY n`,
        [JSON.stringify(spellings)],
      );
      return rows.map((row) => row["v"] ?? null);
    },
    query: (sql, parameters) => session.query(sql, parameters),
    remove: async () => {
      await target.close();
      await database.drop();
    },
  };
}

/** Tables whose types all have a binary form too are never asked for text but here. */
function* textRows(table: TablePlan, batches: readonly RecordBatch[]): Generator<Buffer> {
  const changes = new PolicyCounts([]);
  const fields = table.columns.map((column, index) => ({
    column,
    index,
    encode: encoderFor(column),
    takesNulls: false,
  }));
  for (const batch of batches) yield* encodeTextRows(fields, batch, changes, () => undefined);
}

/** A function that reads a text as `type` and gives NULL for a refusal (pg_input_is_valid came with 16). */
function readFunction(name: string, type: PgType): string {
  const sql = typeSql(type);
  const bare = type.name;
  const time = isInstant(type)
    ? `IF e LIKE '@%' THEN
           t := '2000-01-01'::timestamptz + (substr(e, 2) || ' microseconds')::interval;
           RETURN CASE WHEN '${bare}' = 'date' AND t <> date_trunc('day', t) THEN NULL ELSE t::${bare}::text END;
         END IF;`
    : "";
  // A cast to a type with a modifier cuts and rounds without a word.
  const exact =
    bare === "character"
      ? `IF length(e) > ${type.modifiers[0] ?? 1} THEN RETURN NULL; END IF;`
      : type.modifiers.length > 0
        ? `IF e::${sql}::text::${bare} <> e::${bare} THEN RETURN NULL; END IF;`
        : "";
  return `CREATE FUNCTION ${name}(e text) RETURNS text LANGUAGE plpgsql AS
    $$ DECLARE t timestamptz;
    BEGIN ${time} ${exact} RETURN e::${sql}::text;
    EXCEPTION WHEN OTHERS THEN RETURN NULL; END $$`;
}
