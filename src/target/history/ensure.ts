/** Makes the tables of the run history that are missing, and refuses a history that this build cannot keep. */
import { ToolError } from "../../errors.js";
import { quote } from "../../model/identifier.js";
import type { Session } from "../session.js";
import { targetError } from "../target-error.js";
import {
  createHistoryTableSql,
  historySchema,
  historyTables,
  historyVersion,
  type HistoryTable,
} from "./schema.js";

/** Two first runs at once would both make the schema; the number is ours alone ("sqlift" in ASCII). */
const historyLock = "126930987345524";

/**
 * Begins a transaction in which the history is there, and nobody else makes it.
 *
 * @throws as ensureHistory; the transaction is to be rolled back then.
 */
export async function beginWithHistory(session: Session): Promise<void> {
  // Whatever the role's default: what another first run made while this one waited for the lock has to be seen.
  await session.query("BEGIN ISOLATION LEVEL READ COMMITTED");
  await session.query(`SELECT pg_advisory_xact_lock(${historyLock})`);
  await ensureHistory(session);
}

/** @throws ToolError as ensureHistory, and targetError's codes. */
export async function makeHistory(session: Session): Promise<void> {
  try {
    await beginWithHistory(session);
    await session.query("COMMIT");
  } catch (error) {
    await session.query("ROLLBACK").catch(() => []);
    throw targetError(error, "make the run history");
  }
}

/**
 * Looks before it makes: IF NOT EXISTS would want the right to make things also of a role that finds them made. In a
 * transaction that holds the history's lock.
 *
 * @throws ToolError `target-rights` with every GRANT that is missing, `target-history` for the tables of another version;
 *   what the session throws.
 */
export async function ensureHistory(session: Session): Promise<void> {
  const seen = await lookAt(session);
  if (!seen.schema) await session.query(`CREATE SCHEMA ${historySchema}`);
  refuseOtherVersion(seen);
  const missing = historyTables.filter(({ name }) => !seen.tables.has(name));
  for (const table of missing) for (const sql of createHistoryTableSql(table)) await session.query(sql);
  const lacking = historyTables.filter((table) => lacksRights(table, seen.tables.get(table.name)));
  // A role that may begin a run but not close it would find out when all is done.
  if (lacking.length > 0 || !seen.mayEnter) throw missingRights(seen.role, lacking);
}

interface SeenTable {
  readonly columns: readonly string[];
  readonly rights: readonly string[];
}

interface SeenHistory {
  readonly role: string;
  readonly schema: boolean;
  readonly mayEnter: boolean;
  /** What stands on sqlift.runs; null: nothing. */
  readonly comment: string | null;
  readonly tables: ReadonlyMap<string, SeenTable>;
}

async function lookAt(session: Session): Promise<SeenHistory> {
  const [about = {}] = await session.query(
    `SELECT current_user AS role, n.oid IS NOT NULL AS schema, coalesce(has_schema_privilege(n.oid, 'USAGE'), true) AS usage,
            (SELECT obj_description(c.oid, 'pg_class') FROM pg_class c WHERE c.relnamespace = n.oid AND c.relname = 'runs') AS comment
       FROM (VALUES ('${historySchema}'::name)) AS history (schema) LEFT JOIN pg_namespace n ON n.nspname = schema`,
  );
  const tables = await session.query(
    `SELECT c.relname AS name,
            (SELECT jsonb_agg(attname) FROM pg_attribute WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped) AS columns,
            (SELECT coalesce(jsonb_agg(r), '[]') FROM unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE']) r
              WHERE has_table_privilege(c.oid, r)) AS rights
       FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname = '${historySchema}' AND c.relkind = 'r'`,
  );
  return {
    role: about["role"] ?? "",
    schema: about["schema"] === "t",
    mayEnter: about["usage"] === "t",
    comment: about["comment"] ?? null,
    tables: new Map(
      tables.map((row) => [
        row["name"] ?? "",
        { columns: textsOf(row["columns"]), rights: textsOf(row["rights"]) },
      ]),
    ),
  };
}

const textsOf = (json: string | null | undefined): readonly string[] => JSON.parse(json ?? "[]") as string[];

function refuseOtherVersion({ comment, tables }: SeenHistory): void {
  const version = Number(/, version (\d+)$/.exec(comment ?? "")?.[1] ?? historyVersion);
  if (version > historyVersion)
    throw new ToolError(
      "target-history",
      `The run history in schema ${historySchema} is of version ${version}, and this sqlift knows ${historyVersion}.`,
      "Use the version of sqlift that wrote it, or a newer one.",
    );
  for (const { name, columns } of historyTables) {
    const seen = tables.get(name);
    const lack = columns.find((column) => seen !== undefined && !seen.columns.includes(column.name));
    if (lack !== undefined)
      throw new ToolError(
        "target-history",
        `Table ${historySchema}.${name} has no column ${lack.name}: it was made by a build before the first release, or by something else.`,
        `Put it aside: ALTER SCHEMA ${historySchema} RENAME TO ${historySchema}_old;`,
      );
  }
}

const lacksRights = ({ rights }: HistoryTable, seen: SeenTable | undefined): boolean =>
  seen !== undefined && !rights.every((right) => seen.rights.includes(right));

function missingRights(role: string, lacking: readonly HistoryTable[]): ToolError {
  const names = lacking.map(({ name }) => `${historySchema}.${name}`);
  const grants = lacking.map(
    ({ name, rights }) => `GRANT ${rights.join(", ")} ON ${historySchema}.${name} TO ${quote(role)};`,
  );
  return new ToolError(
    "target-rights",
    `Role ${quote(role)} may not write the run history${names.length === 0 ? "" : `: ${names.join(", ")}`}.`,
    [`GRANT USAGE ON SCHEMA ${historySchema} TO ${quote(role)};`, ...grants].join(" "),
  );
}
