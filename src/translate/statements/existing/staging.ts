/** A table that takes the rows of another one, with none of its constraints. */
import { quote, quoteQualified } from "../../../model/identifier.js";
import type { RelationName, TargetColumn } from "../../../model/target-schema.js";

/**
 * With the types, lengths and collations of the target, but nothing that refuses a row: of a domain only what is below it. Not logged: it is
 * there to be looked at, and goes again.
 *
 * @param columns those that are loaded.
 */
export const stagingSql = (
  staging: RelationName,
  target: RelationName,
  columns: readonly Pick<TargetColumn, "column" | "type" | "domain">[],
): string => {
  const terms = columns.map(({ column, type, domain }) =>
    domain === null ? quote(column) : `${quote(column)}::${type} AS ${quote(column)}`,
  );
  return (
    `CREATE UNLOGGED TABLE ${quoteQualified(staging.schema, staging.name)} AS ` +
    `SELECT ${terms.join(", ")} FROM ${quoteQualified(target.schema, target.name)} WITH NO DATA`
  );
};
