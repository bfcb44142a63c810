/**
 * Whether the rejected rows of a run stand in the target's sqlift.rejected_rows whole: neither more nor fewer than those of
 * the source that do not convert, each with the very bytes of its values.
 */
import { quote } from "../model/identifier.js";
import type { TablePlan } from "../model/plan.js";
import type { PgType } from "../model/postgres.js";
import { rejectedRowsColumns, type RejectedRowsColumn } from "../model/rejected-rows.js";
import type { Session, TextRow } from "../target/session.js";
import { sameDigest } from "./multiset-sum.js";
import { mostNamed, type NamedReject, type SourceRejects } from "./source/rejected-sum.js";
import { canonicalRowsSql, digestSql, type DigestColumn } from "./target/canonical-sql.js";

export interface Quarantine {
  /** That stand there for the run and the table. */
  readonly rows: number;
  /** How they are not those of the source; null where they are. */
  readonly difference: string | null;
}

const relation = "sqlift.rejected_rows";

/** `key`, `code` and `reason` are words for people. */
const proven: readonly RejectedRowsColumn["name"][] = [
  "rowid",
  "column_name",
  "columns",
  "classes",
  "values",
];

/** As rejected-sum.ts writes them. */
const columns: readonly DigestColumn[] = rejectedRowsColumns.filter(({ name }) => proven.includes(name));

/** What the self-test has to have seen. */
export const quarantineTypes: readonly PgType[] = columns.map(({ type }) => type);

/**
 * Compares the rows that `run` rejected of a table with those of the source that do not convert, inside a transaction of
 * read-transaction.ts.
 *
 * @param exists whether a table of the source has a row of this rowid
 * @returns the sentence that says why they cannot be read, with what would help.
 * @throws what the session throws.
 */
export const compareQuarantine = async (
  session: Session,
  run: number,
  table: TablePlan,
  source: SourceRejects,
  exists: (rowid: bigint) => boolean,
): Promise<Quarantine | string> => {
  const access = await accessOf(session);
  return access === "missing"
    ? { rows: 0, difference: missingWords(source.digest.rows) }
    : access === "readable"
      ? await compareKept(session, run, table, source, exists)
      : access.refusal;
};

type Access = "readable" | "missing" | { readonly refusal: string };

/** Every role may read the catalog: what is not in it is not there. */
const accessOf = async (session: Session): Promise<Access> => {
  const [seen] = await session.query(
    `SELECT current_user AS role, has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT') AS readable
     FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
     WHERE n.nspname = 'sqlift' AND c.relname = 'rejected_rows' AND c.relkind = 'r'`,
  );
  if (seen === undefined) {
    return "missing";
  }
  const role = quote(seen["role"] ?? "");
  return seen["readable"] === "t"
    ? "readable"
    : {
        refusal: `role ${role} may not read ${relation}: GRANT USAGE ON SCHEMA sqlift TO ${role}; GRANT SELECT ON ${relation} TO ${role};`,
      };
};

/** Its rows were kept nowhere else. */
const missingWords = (rejected: bigint): string | null =>
  rejected === 0n
    ? null
    : `the target has no table ${relation} any more: ${
        rejected === 1n ? "1 rejected row is" : `${rejected} rejected rows are`
      } in the source alone`;

const compareKept = async (
  session: Session,
  run: number,
  table: TablePlan,
  source: SourceRejects,
  exists: (rowid: bigint) => boolean,
): Promise<Quarantine> => {
  const parameters = [String(run), table.source];
  const fields = columns.map(({ name }) =>
    name === "rowid" && !source.withRowids ? "NULL::bigint AS rowid" : quote(name),
  );
  const kept = `(SELECT key, ${fields.join(", ")} FROM ${relation} WHERE run = $1::bigint AND table_name = $2::text)`;
  const [summed] = await session.query(digestSql(kept, columns), parameters);
  const digest = {
    rows: BigInt(summed?.["rows"] ?? 0),
    lane0: BigInt(summed?.["lane0"] ?? 0),
    lane1: BigInt(summed?.["lane1"] ?? 0),
    unhashed: 0n,
  };
  const rows = Number(digest.rows);
  if (sameDigest(digest, source.digest)) {
    return { rows, difference: null };
  }
  if (source.rows === null || rows > mostNamed) {
    const numbers = `it has ${rows}, and ${source.digest.rows} of the source do not convert`;
    return { rows, difference: `${relation} does not hold the rejected rows as they are: ${numbers}` };
  }
  const found = await session.query(placesSql(kept), parameters);
  return { rows, difference: `${relation} ${differenceWords(found, source.rows, exists).join(", and ")}` };
};

/** Which row each is, and what rejected-sum.ts knows it by. */
const placesSql = (kept: string): string => {
  const fields = columns.map(({ name }) => `t.${quote(name)}`).join(", ");
  return `SELECT t.rowid, t.key, substr(encode(sha256(r.bytes), 'hex'), 1, 32) AS hash
    FROM ${kept} AS t CROSS JOIN LATERAL (${canonicalRowsSql(`(SELECT ${fields})`, columns)}) AS r
    ORDER BY t.rowid, t.key COLLATE "C"`;
};

const differenceWords = (
  found: readonly TextRow[],
  source: readonly NamedReject[],
  exists: (rowid: bigint) => boolean,
): readonly string[] => {
  const missing = new Map<string, NamedReject[]>();
  for (const reject of source) {
    missing.set(reject.hash, [...(missing.get(reject.hash) ?? []), reject]);
  }
  const extra = found.filter((row) => missing.get(row["hash"] ?? "")?.pop() === undefined);
  const lacked = [...missing.values()].flat();
  const changed = extra.filter(
    ({ rowid }) => rowid !== null && lacked.some((reject) => reject.rowid === rowid),
  );
  const changedIds = new Set(changed.map(({ rowid }) => rowid));
  return [
    firstOf(changed, (row) => `has ${place(row)} otherwise than the source`),
    firstOf(
      lacked.filter(({ rowid }) => rowid === null || !changedIds.has(rowid)),
      ({ words }) => `lacks a row that does not convert: ${words}`,
    ),
    firstOf(
      extra.filter((row) => !changed.includes(row)),
      (row) => `has ${place(row)}, ${extraWords(row, source, exists)}`,
    ),
  ].filter((words) => words !== null);
};

const firstOf = <T>(all: readonly T[], words: (first: T) => string): string | null => {
  const [first] = all;
  if (first === undefined) {
    return null;
  }
  return all.length === 1 ? words(first) : `${words(first)} (and ${all.length - 1} more)`;
};

const place = (row: TextRow): string =>
  typeof row["rowid"] === "string" ? `rowid ${row["rowid"]}` : `a row of key ${row["key"] ?? "NULL"}`;

const extraWords = (
  { rowid = null }: TextRow,
  source: readonly NamedReject[],
  exists: (rowid: bigint) => boolean,
): string => {
  if (rowid === null) {
    return "which is none of the rows that do not convert";
  }
  if (source.some((reject) => reject.rowid === rowid)) {
    return "more than once";
  }
  return exists(BigInt(rowid)) ? "though that row converts" : "which the source does not have";
};
