/** Sequences of existing tables are set behind the rows that were loaded: forward only, and what they were is in the history. */
import { ToolError } from "../../errors.js";
import type { ExistingSequence } from "../../model/existing.js";
import { quote, quoteLiteral, quoteQualified } from "../../model/identifier.js";
import type { RelationName, SequenceName } from "../../model/target-schema.js";
import { recordSequences, type SequenceRecord } from "../../target/history/sequences.js";
import type { Session } from "../../target/session.js";
import { targetError } from "../../target/target-error.js";
import { durableCommitSql } from "../load-settings.js";

export interface SequenceOutcome {
  readonly sequence: ExistingSequence;
  /** `kept`: what it gives next is free. `used-up`: it was set, and gives nothing more that each of its columns holds. */
  readonly status: "set" | "kept" | "used-up";
  /** The last number that it can give, and its columns can hold, decimal. */
  readonly last: string;
}

/**
 * Before a run: what would be missing at its end.
 *
 * @throws ToolError `target-rights` with every GRANT that is missing; targetError's codes.
 */
export async function checkSequenceRights(
  session: Session,
  sequences: readonly SequenceName[],
): Promise<void> {
  try {
    const rows = await session.query(
      `SELECT current_user AS role, s.schema, s.name, has_schema_privilege(n.oid, 'USAGE') AS may_enter
         FROM jsonb_to_recordset($1) AS s (schema text, name text)
           JOIN pg_namespace n ON n.nspname = s.schema JOIN pg_class q ON q.relnamespace = n.oid AND q.relname = s.name
        WHERE NOT (has_schema_privilege(n.oid, 'USAGE') AND has_sequence_privilege(q.oid, 'SELECT')
          AND has_sequence_privilege(q.oid, 'UPDATE'))`,
      [JSON.stringify(sequences.map(({ schema, name }) => ({ schema, name })))],
    );
    if (rows.length === 0) return;
    const role = quote(rows[0]?.["role"] ?? "");
    const schemas = rows.filter((row) => row["may_enter"] !== "t").map((row) => row["schema"] ?? "");
    const names = rows.map((row) => quoteQualified(row["schema"] ?? "", row["name"] ?? ""));
    throw new ToolError(
      "target-rights",
      `Role ${role} may not set the sequences that give new rows their numbers: ${names.join(", ")}.`,
      [
        ...[...new Set(schemas)].map((schema) => `GRANT USAGE ON SCHEMA ${quote(schema)} TO ${role};`),
        `GRANT SELECT, UPDATE ON SEQUENCE ${names.join(", ")} TO ${role};`,
      ].join(" "),
    );
  } catch (error) {
    throw targetError(error, "look at the sequences of the target");
  }
}

/**
 * Sets those that would give a number again which a row has, or which the source has used. `setval` counts at once, whatever becomes of its
 * transaction: what they were is on the disk before.
 *
 * @param schema of the tables.
 * @throws ToolError targetError's codes.
 */
export async function advanceSequences(
  session: Session,
  run: number,
  schema: string,
  sequences: readonly ExistingSequence[],
): Promise<readonly SequenceOutcome[]> {
  try {
    const { outcomes, records } = await lookAtAll(session, schema, sequences);
    if (records.length > 0) {
      await session.query("BEGIN");
      for (const sql of durableCommitSql) await session.query(sql);
      await recordSequences(session, run, records);
      await session.query("COMMIT");
    }
    for (const record of records) await session.query(setSql(record, record.set, "true"));
    return outcomes;
  } catch (error) {
    await session.query("ROLLBACK").catch(() => []);
    throw targetError(error, "set the sequences of the target");
  }
}

/**
 * The same at the end of a transaction that may yet be rolled back: then what was set is set back by restoreSequences; one that is cut off
 * leaves numbers out, and nothing more.
 *
 * @param onSet told before the first is set.
 * @throws what the session throws.
 */
export async function advanceSequencesHere(
  session: Session,
  run: number,
  schema: string,
  sequences: readonly ExistingSequence[],
  onSet: (records: readonly SequenceRecord[]) => void,
): Promise<readonly SequenceOutcome[]> {
  const { outcomes, records } = await lookAtAll(session, schema, sequences);
  await recordSequences(session, run, records);
  onSet(records);
  for (const record of records) await session.query(setSql(record, record.set, "true"));
  return outcomes;
}

/** @throws what the session throws. */
export async function lookAtAll(
  session: Session,
  schema: string,
  sequences: readonly ExistingSequence[],
): Promise<{ readonly outcomes: readonly SequenceOutcome[]; readonly records: readonly SequenceRecord[] }> {
  const outcomes: SequenceOutcome[] = [];
  const records: SequenceRecord[] = [];
  for (const sequence of sequences) {
    const { record, ...looked } = await look(session, schema, sequence);
    outcomes.push({ sequence, ...looked });
    if (record !== null) records.push(record);
  }
  return { outcomes, records };
}

/**
 * After the rows have gone. One that has given numbers since is left.
 *
 * @throws ToolError targetError's codes.
 */
export async function restoreSequences(session: Session, records: readonly SequenceRecord[]): Promise<void> {
  try {
    for (const record of records) {
      const there = await session.query(
        `SELECT FROM pg_class q JOIN pg_namespace n ON n.oid = q.relnamespace WHERE n.nspname = $1 AND q.relname = $2 AND q.relkind = 'S'`,
        [record.schema, record.name],
      );
      if (there.length === 0) continue;
      const isAsSet = `last_value = ${record.set} AND is_called`;
      await session.query(
        `${setSql(record, record.before, String(record.wasCalled))} FROM ${sqlOf(record)} WHERE ${isAsSet}`,
      );
    }
  } catch (error) {
    throw targetError(error, "set sequences back");
  }
}

const sqlOf = ({ schema, name }: RelationName): string => quoteQualified(schema, name);

export const setSql = (sequence: RelationName, value: string, isCalled: string): string =>
  `SELECT setval(${quoteLiteral(sqlOf(sequence))}::regclass, ${value}, ${isCalled})`;

async function look(
  session: Session,
  schema: string,
  sequence: ExistingSequence,
): Promise<Pick<SequenceOutcome, "status" | "last"> & { readonly record: SequenceRecord | null }> {
  const [row] = await session.query(
    `SELECT s.last_value, s.is_called, q.seqincrement AS step, q.seqmin AS least, q.seqmax AS greatest, q.seqcycle AS cycles
       FROM ${sqlOf(sequence)} AS s, pg_sequence AS q WHERE q.seqrelid = ${quoteLiteral(sqlOf(sequence))}::regclass`,
  );
  const step = BigInt(row?.["step"] ?? 1);
  const last = BigInt(row?.["last_value"] ?? 0);
  const wasCalled = row?.["is_called"] === "t";
  // As if it went up: of one that goes down all is seen in a mirror.
  const sign = step > 0n ? 1n : -1n;
  const own = sign * BigInt((step > 0n ? row?.["greatest"] : row?.["least"]) ?? 0);
  const held = await columnsEnd(session, schema, sequence, sign);
  const end = held !== null && held < own ? held : own;
  const next = sign * (wasCalled ? last + step : last);
  const used = [sequence.used, ...(await extremes(session, schema, sequence, sign))].flatMap((text) =>
    text === null ? [] : [sign * BigInt(text)],
  );
  const want = used.reduce<bigint | null>((most, each) => (most === null || each > most ? each : most), null);
  const isBeyond = want !== null && want + sign * step > end;
  // One that goes round does so at its own end: what its column cannot hold is no turning point.
  const goesRound = row?.["cycles"] === "t" && end === own;
  if (want === null || want < next || next > own || (isBeyond && goesRound))
    return { status: "kept", last: String(sign * end), record: null };
  const set = String(sign * (want > own ? own : want));
  const { schema: stands, name } = sequence;
  return {
    status: isBeyond ? "used-up" : "set",
    last: String(sign * end),
    record: { schema: stands, name, before: String(last), wasCalled, set },
  };
}

/**
 * The last number that all its columns hold, in the mirror of `sign`; null: none of them is of a whole number's type, domains seen
 * through (PostgreSQL documentation, 8.1.1 "Integer Types").
 */
async function columnsEnd(
  session: Session,
  schema: string,
  { columns }: ExistingSequence,
  sign: bigint,
): Promise<bigint | null> {
  const rows = await session.query(
    `WITH RECURSIVE below AS (
       SELECT a.atttypid AS type FROM jsonb_to_recordset($2) AS w ("table" text, "column" text)
         JOIN pg_namespace n ON n.nspname = $1 JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = w.table
         JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = w.column
       UNION SELECT t.typbasetype FROM below JOIN pg_type t ON t.oid = below.type AND t.typtype = 'd')
     SELECT min(t.typlen) AS bytes FROM below JOIN pg_type t ON t.oid = below.type
      WHERE t.oid IN ('int2'::regtype, 'int4'::regtype, 'int8'::regtype)`,
    [schema, JSON.stringify(columns.map(({ table, column }) => ({ table, column })))],
  );
  const bytes = rows[0]?.["bytes"] ?? null;
  if (bytes === null) return null;
  const values = 2n ** (8n * BigInt(bytes) - 1n);
  return sign > 0n ? values - 1n : values;
}

async function extremes(
  session: Session,
  schema: string,
  { columns }: ExistingSequence,
  sign: bigint,
): Promise<readonly (string | null)[]> {
  const found: (string | null)[] = [];
  for (const { table, column } of columns) {
    const [row] = await session.query(
      `SELECT extreme::text, pg_typeof(extreme) IN ('int2'::regtype, 'int4'::regtype, 'int8'::regtype) AS is_number
         FROM (SELECT ${sign > 0n ? "max" : "min"}(${quote(column)}) AS extreme FROM ${quoteQualified(schema, table)}) AS seen`,
    );
    // A default may take numbers into a text, where the largest says nothing.
    if (row?.["is_number"] === "t") found.push(row["extreme"] ?? null);
  }
  return found;
}
