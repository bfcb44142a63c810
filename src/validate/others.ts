/** Rows of the target that others wrote while a run went on: they are nothing of what is proven. */
import { quoteQualified } from "../model/identifier.js";
import type { TablePlan } from "../model/plan.js";
import type { TableVerdict } from "../model/verdict.js";
import type { Session } from "../target/session.js";
import { targetError } from "../target/target-error.js";

export interface OthersOptions {
  /** By which transactions the run wrote rows of a table, as their `xmin` says. */
  readonly xminsOf: (table: TablePlan) => readonly string[];
  /** Told of each table that others wrote into. */
  readonly onOthers: (table: TablePlan, rows: number) => void;
}

/**
 * How many rows of the table others wrote, where that is all by which the sides differ: no row is missing, none is changed, and as many are too
 * many as no transaction of the run wrote. In the transaction in which the rows were compared.
 *
 * @returns null where it is not all.
 * @throws ToolError targetError's codes.
 */
export async function othersAlone(
  session: Session,
  schema: string,
  table: TablePlan,
  { verdict, differences }: TableVerdict,
  xmins: readonly string[],
): Promise<number | null> {
  if (verdict !== "different" || differences === null) return null;
  const { missing, changed, extra } = differences;
  if (missing > 0 || changed > 0 || extra === 0) return null;
  try {
    const [row] = await session.query(
      `SELECT count(*) AS rows FROM ${quoteQualified(schema, table.target)} WHERE xmin <> ALL ($1::xid[])`,
      [`{${xmins.join(",")}}`],
    );
    return Number(row?.["rows"]) === extra ? extra : null;
  } catch (error) {
    throw targetError(error, `count the rows of ${table.target} that others wrote`);
  }
}
