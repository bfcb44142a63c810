/** Rows of staging tables go into tables of others: counted before, and refused with their keys where they cannot. */
import { quote, quoteQualified } from "../../model/identifier.js";
import type { RelationName } from "../../model/target-schema.js";
import { readComparedKeys, type ComparedKey } from "../../target/existing/key-operators.js";
import type { Session, TextRow } from "../../target/session.js";
import type { BrokenRows } from "../broken-rows.js";
import { rowWordsSql } from "../row-words.js";
import { changedIdentitySql, countsSql, mergeSql, sameKeySql, type Merge } from "./merge-sql.js";
import { findViolations } from "./violations.js";

export interface MergeCounts {
  /** Rows of staging whose key is not there. */
  readonly inserted: number;
  /** Rows whose key is there, with other values. */
  readonly changed: number;
  readonly same: number;
}

/** Rows that a constraint or a column of the target does not take. */
export interface Refusal extends BrokenRows {
  readonly kind: "check" | "unique" | "identity";
  readonly name: string;
}

const mostNamed = 10;

/** @throws what the session throws. */
export async function countMerge(session: Session, merge: Merge): Promise<MergeCounts> {
  const [row] = await session.query(countsSql(merge));
  return {
    inserted: Number(row?.["inserted"]),
    changed: Number(row?.["changed"]),
    same: Number(row?.["same"]),
  };
}

/** @returns how many rows of the target it wrote. @throws what the session throws. */
export async function writeMerge(session: Session, merge: Merge): Promise<number> {
  const [row] = await session.query(mergeSql(merge));
  return Number(row?.["rows"]);
}

/** Rows of staging that have one key: which of them should be there, nobody says. @throws what the session throws. */
export async function findDuplicates(session: Session, merge: Merge): Promise<readonly Refusal[]> {
  if (merge.arbiter === null) return [];
  const { key } = merge.arbiter;
  const terms = key.terms.map(({ column, collation }) => `s.${quote(column)}${collation}`).join(", ");
  return refusals(
    session,
    { kind: "unique", name: key.name },
    {
      from: `FROM (SELECT *, count(*) OVER (PARTITION BY ${terms}) AS "how many" FROM ${sqlOf(merge.staging)} AS s) AS s WHERE "how many" > 1`,
      key: columnsOf(key),
    },
  );
}

/** Rows whose number only PostgreSQL may give, and would have to change. @throws what the session throws. */
export async function findChangedIdentities(session: Session, merge: Merge): Promise<readonly Refusal[]> {
  const from = changedIdentitySql(merge);
  if (from === null || merge.arbiter === null) return [];
  const names = merge.columns.flatMap(({ column, identity }) => (identity === "always" ? [column] : []));
  return refusals(
    session,
    { kind: "identity", name: names.join(", ") },
    {
      from,
      key: [...columnsOf(merge.arbiter.key), ...names],
    },
  );
}

/**
 * Why the server has refused the rows: what breaks a constraint of the target among themselves, and what collides with a row there of
 * another key.
 *
 * @returns nothing where no query tells it.
 * @throws ToolError targetError's codes; what the session throws.
 */
export async function explainRefusal(session: Session, merge: Merge): Promise<readonly Refusal[]> {
  const { arbiter, target, staging } = merge;
  const among = (await findViolations(session, target, staging, "staged")).map(
    ({ kind, ...broken }): Refusal => ({ ...broken, kind: kind === "check" ? "check" : "unique" }),
  );
  if (arbiter === null) return among;
  const loaded = merge.columns.map(({ column }) => column);
  const found: Refusal[] = [];
  for (const key of await readComparedKeys(session, target)) {
    if (key.name === arbiter.key.name || !columnsOf(key).every((column) => loaded.includes(column))) continue;
    const isThere = `EXISTS (SELECT FROM ${sqlOf(target)} AS t WHERE ${sameKeySql(arbiter.key)})`;
    const from = `FROM ${sqlOf(staging)} AS s WHERE ${merge.rows === "skip" ? `NOT ${isThere} AND ` : ""}EXISTS (
      SELECT FROM ${sqlOf(target)} AS t WHERE ${sameKeySql(key)} AND NOT (${sameKeySql(arbiter.key)}))`;
    const columns = [...columnsOf(arbiter.key), ...columnsOf(key)];
    found.push(...(await refusals(session, { kind: "unique", name: key.name }, { from, key: columns })));
  }
  return [...among, ...found];
}

/**
 * All rows go. Where a foreign key of the catalogs comes from elsewhere TRUNCATE refuses, whatever rows there are (PostgreSQL
 * documentation, TRUNCATE), so they are deleted.
 *
 * @throws what the session throws.
 */
export async function removeAll(session: Session, tables: readonly RelationName[]): Promise<void> {
  const names = tables.map(sqlOf);
  const rows = await session.query(
    `SELECT root.name, EXISTS (
        SELECT FROM pg_constraint k WHERE k.contype = 'f' AND k.confrelid IN (SELECT relid FROM pg_partition_tree(root.name::regclass)
            UNION SELECT root.name::regclass)
          AND NOT EXISTS (SELECT FROM jsonb_array_elements_text($1) AS w (name)
            WHERE k.conrelid = w.name::regclass OR k.conrelid IN (SELECT relid FROM pg_partition_tree(w.name::regclass)))) AS is_held
       FROM jsonb_array_elements_text($1) AS root (name)`,
    [JSON.stringify(names)],
  );
  const of = (isHeld: boolean): readonly string[] =>
    rows.filter((row) => (row["is_held"] === "t") === isHeld).map((row) => row["name"] ?? "");
  // One list: those that are held may be pointed at by the others.
  if (of(true).length === 0) {
    if (names.length > 0) await session.query(`TRUNCATE ${names.join(", ")}`);
    return;
  }
  const removals = names.map((name, at) => `removed_${at} AS (DELETE FROM ${name})`);
  await session.query(`WITH ${removals.join(", ")} SELECT`);
}

/** What this transaction has written there, as rows say it themselves, and how many there are. @throws what the session throws. */
export async function countWritten(
  session: Session,
  /** SQL of its name. */
  table: string,
): Promise<{ readonly rows: number; readonly written: number }> {
  const [row] = await session.query(
    `SELECT count(*) AS rows, count(*) FILTER (WHERE xmin = pg_current_xact_id()::xid) AS written FROM ${table}`,
  );
  return { rows: Number(row?.["rows"]), written: Number(row?.["written"]) };
}

const sqlOf = ({ schema, name }: RelationName): string => quoteQualified(schema, name);

const columnsOf = ({ terms }: ComparedKey): readonly string[] => terms.map(({ column }) => column);

async function refusals(
  session: Session,
  what: Pick<Refusal, "kind" | "name">,
  { from, key }: { readonly from: string; readonly key: readonly string[] },
): Promise<readonly Refusal[]> {
  const [count] = await session.query(`SELECT count(*) AS rows ${from}`);
  const rows = Number(count?.["rows"]);
  if (rows === 0) return [];
  const first = await session.query(`SELECT ${rowWordsSql(key, "s.")} AS words ${from} LIMIT ${mostNamed}`);
  return [{ ...what, rows, first: first.map((row: TextRow) => row["words"] ?? "") }];
}
