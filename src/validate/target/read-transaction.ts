/**
 * One view of the target for all tables, under settings that no database or role setting can bend
 * (docs/decisions/validation.md, "The target's side").
 */
import { quoteLiteral } from "../../model/identifier.js";
import type { Session } from "../../target/session.js";
import { ToolError } from "../../errors.js";
import { targetError } from "../../target/target-error.js";

const pinnedSettings: Readonly<Record<string, string>> = {
  client_encoding: "UTF8",
  timezone: "UTC",
  datestyle: "ISO, YMD",
  intervalstyle: "iso_8601",
  extra_float_digits: "1",
  bytea_output: "hex",
  standard_conforming_strings: "on",
  // Else the word NULL in an array's text is a text.
  array_nulls: "on",
  // Else format_type quotes the names of built-in types.
  quote_all_identifiers: "off",
  // With a policy in the way the server must refuse: a subset of the rows is no proof.
  row_security: "off",
  statement_timeout: "0",
  lock_timeout: "0",
  idle_in_transaction_session_timeout: "0",
  transaction_timeout: "0",
  jit: "off",
  // OFFSET 0 keeps the hash above any Gather: workers would only carry rows about.
  max_parallel_workers_per_gather: "0",
  // The rows are read from the table, never from an index that covers it.
  enable_indexscan: "off",
  enable_indexonlyscan: "off",
  enable_bitmapscan: "off",
};

/** Sets only what this server has: transaction_timeout came with PostgreSQL 17. */
const pinSql = (): string => {
  const rows = Object.keys(pinnedSettings).map(
    (_, index) => `($${2 * index + 1}::text, $${2 * index + 2}::text)`,
  );
  return `SELECT set_config(s.name, v.value, true)
    FROM (VALUES ${rows.join(", ")}) AS v(name, value) JOIN pg_settings AS s ON lower(s.name) = v.name`;
};

/**
 * Runs `work` in one REPEATABLE READ READ ONLY transaction and ends it, whatever happens. The session must be idle.
 *
 * @param joined the session is in a transaction, whose rows are read as they are there: whoever began it has locked the tables.
 * @throws what `work` throws, or ToolError when the transaction cannot begin.
 */
export const withReadTransaction = async <T>(
  session: Session,
  work: () => Promise<T>,
  joined = false,
): Promise<T> => {
  if (joined) return withinTransaction(session, work);
  try {
    await beginReading(session);
    return await work();
  } finally {
    await endReading(session);
  }
};

/** As the transaction sees it that the session is in, which goes on afterwards as it was: settings end with the savepoint. */
const withinTransaction = async <T>(session: Session, work: () => Promise<T>): Promise<T> => {
  try {
    await session.query("SAVEPOINT sqlift_reading");
    await session.query("SET TRANSACTION READ ONLY");
    await pin(session);
  } catch (error) {
    throw targetError(error, "begin to read the target");
  }
  try {
    return await work();
  } finally {
    await session.query("ROLLBACK TO SAVEPOINT sqlift_reading").catch(() => undefined);
    await session.query("RELEASE SAVEPOINT sqlift_reading").catch(() => undefined);
  }
};

/** @throws what the session throws. */
const pin = async (session: Session): Promise<void> => {
  // First of all: nobody's own sha256() or pg_settings may answer for the built-in.
  await session.query("SELECT pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true)");
  await session.query(pinSql(), Object.entries(pinnedSettings).flat());
};

/**
 * A name by which other sessions see the very rows that this transaction sees, for as long as it lasts. Not inside `attempt`:
 * PostgreSQL exports none from behind a savepoint.
 *
 * @throws ToolError; the transaction is over then.
 */
export const exportSnapshot = async (session: Session): Promise<string> => {
  try {
    const [row] = await session.query("SELECT pg_export_snapshot() AS snapshot");
    return row?.["snapshot"] ?? "";
  } catch (error) {
    const { code, message, hint } = targetError(error, "let several sessions see the same rows");
    throw new ToolError(code, message, hint ?? "Prove it on one: --jobs 1", { cause: error });
  }
};

/** Which transactions this one sees the work of, as PostgreSQL writes it: `795:799:795`. */
export const currentSnapshot = async (session: Session): Promise<string> => {
  const [row] = await session.query("SELECT pg_current_snapshot() AS snapshot");
  return row?.["snapshot"] ?? "";
};

/** A lost connection has no transaction to end, and its error is on its way already. */
export const endReading = async (session: Session): Promise<void> => {
  await session.query("ROLLBACK").catch(() => undefined);
};

/**
 * Begins such a transaction; the session must be idle.
 *
 * @param snapshot of exportSnapshot; null: what there is now.
 * @throws ToolError when it cannot begin.
 */
export const beginReading = async (session: Session, snapshot: string | null = null): Promise<void> => {
  try {
    await session.query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    if (snapshot !== null) {
      await session.query(`SET TRANSACTION SNAPSHOT ${quoteLiteral(snapshot)}`);
    }
    await pin(session);
  } catch (error) {
    throw targetError(error, "begin to read the target");
  }
};

export type Attempt<T> =
  | { readonly ok: true; readonly value: T }
  /** The server refused; the transaction goes on. */
  | { readonly ok: false; readonly error: unknown };

/**
 * Runs `work` behind a savepoint, so that a refusal of the server leaves the transaction usable.
 *
 * @throws ToolError, e.g. `target-lost`, where the connection did not survive the error of `work`.
 */
export const attempt = async <T>(session: Session, work: () => Promise<T>): Promise<Attempt<T>> => {
  await session.query("SAVEPOINT sqlift_validate");
  try {
    const value = await work();
    await session.query("RELEASE SAVEPOINT sqlift_validate");
    return { ok: true, value };
  } catch (error) {
    try {
      await session.query("ROLLBACK TO SAVEPOINT sqlift_validate");
    } catch {
      throw targetError(error, "go on reading the target");
    }
    return { ok: false, error };
  }
};
