/** What columns without case are made of: the extension citext, or a collation of ICU. */
import { quote, quoteLiteral, quoteQualified } from "../../model/identifier.js";
import { icuLocale } from "../../model/nocase.js";
import type { ColumnPlan, Plan } from "../../model/plan.js";
import { citextSchema } from "../columns/caseless.js";

type Tables = Pick<Plan, "tables">;

const columnsOf = ({ tables }: Tables): readonly ColumnPlan[] => tables.flatMap(({ columns }) => columns);

export const usesCitext = (plan: Tables): boolean =>
  columnsOf(plan).some(({ type }) => type.name === "citext");

/** The name of the collation that the plan makes; null: it makes none. */
export const madeCollation = (plan: Tables): string | null =>
  columnsOf(plan).find(({ collation }) => collation?.schema === null)?.collation?.name ?? null;

/**
 * Before the tables. The extension is made where it stays, and stays whatever becomes of the run: somebody else may have begun
 * to use it.
 *
 * @param schema where the tables are made, which is not where they end.
 */
export const caselessSql = (schema: string, plan: Tables): readonly string[] => {
  const collation = madeCollation(plan);
  return [
    ...(usesCitext(plan) ? [`CREATE EXTENSION IF NOT EXISTS citext WITH SCHEMA ${quote(citextSchema)}`] : []),
    ...(collation === null
      ? []
      : [
          `CREATE COLLATION ${quoteQualified(schema, collation)} ` +
            `(provider = icu, locale = ${quoteLiteral(icuLocale)}, deterministic = false)`,
        ]),
  ];
};

/** With the tables (documentation, ALTER COLLATION). */
export const moveCollationSql = (from: string, to: string, plan: Tables): readonly string[] => {
  const collation = madeCollation(plan);
  return collation === null
    ? []
    : [`ALTER COLLATION ${quoteQualified(from, collation)} SET SCHEMA ${quote(to)}`];
};

/** As it stands behind the type of a column; nothing for most. @param schema where the tables are. */
export const collateSql = (schema: string, { collation }: ColumnPlan): string =>
  collation === undefined ? "" : ` COLLATE ${quoteQualified(collation.schema ?? schema, collation.name)}`;
