/**
 * Which rows point at no row of the parent, by the foreign key's own operators and collations: what the server would find, and more of it
 * than it tells (it names one row).
 */
import type { ExistingLink, ExistingPlan } from "../../model/existing.js";
import { quote, quoteQualified } from "../../model/identifier.js";
import type { Session } from "../../target/session.js";
import { targetError } from "../../target/target-error.js";
import type { BrokenRows } from "../broken-rows.js";
import { rowWordsSql } from "../row-words.js";
import { lockTables } from "./locks.js";

export interface OrphansOfLink extends BrokenRows {
  readonly link: ExistingLink;
}

export interface OrphanLook {
  /**
   * Of which transactions the rows are asked for, as their `xmin` says; null: all rows are. A foreign key that is NOT VALID says nothing of
   * older rows.
   */
  readonly xminsOf: (link: ExistingLink) => readonly string[] | null;
  /**
   * Where nothing checks the foreign keys meanwhile: else somebody who saw none of our rows may delete one of the parent, and commit when
   * we have looked.
   */
  readonly lockParents: boolean;
}

const mostNamed = 10;

/**
 * @returns only those that are broken.
 * @throws ToolError targetError's codes.
 */
export async function findOrphans(
  session: Session,
  links: readonly ExistingLink[],
  { xminsOf, lockParents }: OrphanLook,
): Promise<readonly OrphansOfLink[]> {
  const parents = links.map(({ parentSchema, parentTable }) => ({ schema: parentSchema, name: parentTable }));
  try {
    await session.query("BEGIN ISOLATION LEVEL READ COMMITTED");
    if (lockParents) await lockTables(session, parents, "SHARE");
    return await findOrphansHere(session, links, xminsOf);
  } catch (error) {
    throw targetError(error, "look for rows whose parents are missing");
  } finally {
    // The connection may be gone; then the server rolls back by itself.
    await session.query("ROLLBACK").catch(() => []);
  }
}

/**
 * Of the foreign keys that the server has not checked row by row, in the transaction that has written the rows and holds the locks. One
 * that is NOT VALID is asked for these rows alone.
 *
 * @throws what the session throws.
 */
export async function findOwnOrphans(
  session: Session,
  { links }: Pick<ExistingPlan, "links">,
): Promise<readonly OrphansOfLink[]> {
  const [row] = await session.query("SELECT pg_current_xact_id()::xid AS xmin");
  const own = [row?.["xmin"] ?? ""];
  return findOrphansHere(
    session,
    links.filter(({ staysInPlace }) => !staysInPlace),
    ({ isValid }) => (isValid ? null : own),
  );
}

async function findOrphansHere(
  session: Session,
  links: readonly ExistingLink[],
  xminsOf: OrphanLook["xminsOf"],
): Promise<readonly OrphansOfLink[]> {
  const found: OrphansOfLink[] = [];
  for (const link of links) {
    const broken = await orphansOf(session, link, xminsOf(link));
    if (broken !== null) found.push({ link, ...broken });
  }
  return found;
}

async function orphansOf(
  session: Session,
  link: ExistingLink,
  xmins: readonly string[] | null,
): Promise<BrokenRows | null> {
  const { child, parent, key, collations } = await sidesOf(session, link);
  const columns = link.columns.map((name) => `c.${quote(name)}`);
  const equal = link.equals.map(
    (operator, at) => `p.${quote(link.parentColumns[at]!)}${collations[at]!} ${operator} ${columns[at]!}`,
  );
  const isAsked =
    link.match === "full"
      ? `NOT (${columns.map((column) => `${column} IS NULL`).join(" AND ")})`
      : columns.map((column) => `${column} IS NOT NULL`).join(" AND ");
  const orphans = `FROM ${child} AS c WHERE ${xmins === null ? "" : "c.xmin = ANY ($1::xid[]) AND "}${isAsked}
    AND NOT EXISTS (SELECT FROM ${parent} AS p WHERE ${equal.join(" AND ")})`;
  const parameters = xmins === null ? [] : [`{${xmins.join(",")}}`];
  const [count] = await session.query(`SELECT count(*) AS rows ${orphans}`, parameters);
  const rows = Number(count?.["rows"]);
  if (rows === 0) return null;
  const words = rowWordsSql([...key, ...link.columns], "c.");
  const first = await session.query(`SELECT ${words} AS words ${orphans} LIMIT ${mostNamed}`, parameters);
  return { rows, first: first.map((row) => row["words"] ?? "") };
}

interface Sides {
  /** SQL: a table's rows are its own, a partitioned one's those of its partitions. */
  readonly child: string;
  readonly parent: string;
  /** Columns of the child's primary key. */
  readonly key: readonly string[];
  /** SQL behind each column of the parent, whose collation is the foreign key's. */
  readonly collations: readonly string[];
}

async function sidesOf(session: Session, link: ExistingLink): Promise<Sides> {
  const child = quoteQualified(link.relation.schema, link.relation.name);
  const parent = quoteQualified(link.parentSchema, link.parentTable);
  const [row] = await session.query(
    `SELECT c.relkind = 'p' AS child_is_partitioned, p.relkind = 'p' AS parent_is_partitioned,
            (SELECT coalesce(jsonb_agg(a.attname ORDER BY k.place), '[]')
               FROM pg_index i CROSS JOIN unnest(i.indkey::int2[]) WITH ORDINALITY AS k (number, place)
                 JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.number
              WHERE i.indrelid = c.oid AND i.indisprimary AND k.place <= i.indnkeyatts) AS key,
            (SELECT jsonb_agg(CASE WHEN l.oid IS NULL THEN '' ELSE format(' COLLATE %I.%I', n.nspname, l.collname) END ORDER BY w.place)
               FROM jsonb_array_elements_text($3) WITH ORDINALITY AS w (name, place)
                 LEFT JOIN pg_attribute a ON a.attrelid = p.oid AND a.attname = w.name
                 LEFT JOIN pg_collation l ON l.oid = a.attcollation LEFT JOIN pg_namespace n ON n.oid = l.collnamespace) AS collations
       FROM pg_class c, pg_class p WHERE c.oid = $1::regclass AND p.oid = $2::regclass`,
    [child, parent, JSON.stringify(link.parentColumns)],
  );
  const of = (name: string, isPartitioned: boolean): string => (isPartitioned ? name : `ONLY ${name}`);
  return {
    child: of(child, row?.["child_is_partitioned"] === "t"),
    parent: of(parent, row?.["parent_is_partitioned"] === "t"),
    key: JSON.parse(row?.["key"] ?? "[]") as string[],
    collations: JSON.parse(row?.["collations"] ?? "[]") as string[],
  };
}
