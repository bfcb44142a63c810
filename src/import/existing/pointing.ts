/** Rows of others that point at rows of a table whose rows go, or change. */
import { quote, quoteQualified } from "../../model/identifier.js";
import type { ExistingPlan } from "../../model/existing.js";
import type { Plan, TablePlan } from "../../model/plan.js";
import type { Session } from "../../target/session.js";
import { targetError } from "../../target/target-error.js";
import { countWritten } from "./merge.js";
import { readLinksInto, type LinkInto } from "./references.js";

/** Rows that would be left pointing at nothing, or would be taken along. */
export interface PointingRows {
  /** Whose rows go. */
  readonly table: TablePlan;
  /** SQL of the table that points. */
  readonly child: string;
  readonly link: string;
  readonly rows: number;
}

const sqlOf = ({ schema }: Plan, { target }: TablePlan): string => quoteQualified(schema, target);

const isEmptied = ({ existing }: TablePlan): boolean =>
  existing?.rows === "truncate" && existing.rowsThere > 0;

/**
 * Of tables that the run does not load; and of those that it loads without emptying them, where the server goes on checking the foreign
 * key.
 *
 * @throws ToolError targetError's codes.
 */
export async function findPointingRows(session: Session, plan: Plan): Promise<readonly PointingRows[]> {
  const { tables, existing } = plan;
  if (existing === undefined || !tables.some(isEmptied)) return [];
  try {
    const links = await readLinksInto(
      session,
      tables.map((table) => sqlOf(plan, table)),
    );
    const found: PointingRows[] = [];
    for (const { name, child, own, pointsSql, parent } of links) {
      const table = tables[parent]!;
      const from = own === null ? null : tables[own]!;
      if (!isEmptied(table) || (from !== null && (isEmptied(from) || !stays(existing, from, name)))) continue;
      const [row] = await session.query(
        `SELECT count(*) AS rows FROM ${child} AS c WHERE EXISTS (SELECT FROM ${sqlOf(plan, table)} AS p WHERE ${pointsSql})`,
      );
      const rows = Number(row?.["rows"]);
      if (rows > 0) found.push({ table, child, link: name, rows });
    }
    return found;
  } catch (error) {
    throw targetError(error, "look for rows that point at those that are to go");
  }
}

const stays = ({ links }: ExistingPlan, table: TablePlan, name: string): boolean =>
  links.some((link) => link.table === table.target && link.name === name && link.staysInPlace);

/**
 * Rows of tables outside the run that this transaction has left pointing at nothing, or has changed: nothing checks foreign keys that are
 * quiet, and one that is not may change rows by itself. `table` is the one that they point at.
 *
 * @throws what the session throws.
 */
export async function findHarm(session: Session, plan: Plan): Promise<readonly PointingRows[]> {
  const links = await readLinksInto(
    session,
    plan.tables.map((table) => sqlOf(plan, table)),
  );
  const harm: PointingRows[] = [];
  for (const link of links.filter(({ own }) => own === null)) {
    const table = plan.tables[link.parent]!;
    if (!isTouched(table)) continue;
    const rows =
      plan.existing?.quiet === "replica"
        ? await countOrphans(session, sqlOf(plan, table), link)
        : (await countWritten(session, link.child)).written;
    if (rows > 0) harm.push({ table, child: link.child, link: link.name, rows });
  }
  return harm;
}

const isTouched = ({ existing }: TablePlan): boolean =>
  existing !== undefined && existing.rowsThere > 0 && existing.rows !== "skip";

/** One that was not valid says nothing of rows that were there. Of PERIOD no query tells: all that may point there count. */
async function countOrphans(
  session: Session,
  parent: string,
  { child, columns, pointsSql, isPeriod, isValid }: LinkInto,
): Promise<number> {
  if (!isValid) return 0;
  const isAsked = columns.map((column) => `c.${quote(column)} IS NOT NULL`).join(" AND ");
  const isLost = isPeriod ? "" : ` AND NOT EXISTS (SELECT FROM ${parent} AS p WHERE ${pointsSql})`;
  const [row] = await session.query(`SELECT count(*) AS rows FROM ${child} AS c WHERE ${isAsked}${isLost}`);
  return Number(row?.["rows"]);
}
