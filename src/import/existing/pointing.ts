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
 * Sentences: what others' rows have come to by what this transaction did. Nothing checks them where foreign keys are quiet, and where they
 * are not, some change rows by themselves.
 *
 * @throws what the session throws.
 */
export async function findHarm(session: Session, plan: Plan): Promise<readonly string[]> {
  const links = await readLinksInto(
    session,
    plan.tables.map((table) => sqlOf(plan, table)),
  );
  const harm: string[] = [];
  for (const link of links.filter(({ own, parent }) => own === null && isTouched(plan.tables[parent]!))) {
    const parent = sqlOf(plan, plan.tables[link.parent]!);
    if (plan.existing?.quiet === "replica") harm.push(...(await orphanWords(session, parent, link)));
    else if ((await countWritten(session, link.child)).written > 0)
      harm.push(`Foreign key ${link.name} would change rows of ${link.child}.`);
  }
  return harm;
}

const isTouched = ({ existing }: TablePlan): boolean =>
  existing !== undefined && existing.rowsThere > 0 && existing.rows !== "skip";

async function orphanWords(session: Session, parent: string, link: LinkInto): Promise<readonly string[]> {
  const { name, child, columns, pointsSql, isPeriod, isValid } = link;
  if (!isValid) return [];
  if (isPeriod) return [`Whether rows of ${child} hold to foreign key ${name} cannot be asked.`];
  const isAsked = columns.map((column) => `c.${quote(column)} IS NOT NULL`).join(" AND ");
  const [row] = await session.query(
    `SELECT count(*) AS rows FROM ${child} AS c WHERE ${isAsked} AND NOT EXISTS (SELECT FROM ${parent} AS p WHERE ${pointsSql})`,
  );
  const rows = Number(row?.["rows"]);
  return rows === 0 ? [] : [`Rows of ${child} would point at nothing (foreign key ${name}): ${rows}.`];
}
