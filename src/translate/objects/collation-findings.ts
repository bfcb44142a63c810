/** What a collation of a column means for queries: PostgreSQL's column compares by bytes, only its indexes know the collation. */
import type { Finding } from "../../model/finding.js";
import { isCaseless } from "../../model/nocase.js";
import type { ColumnPlan } from "../../model/plan.js";
import type { SqliteTable } from "../../model/sqlite.js";
import { collationNamed, declaredCollation } from "../sql/collation.js";
import type { TableDeclaration } from "../sql/ddl/table-declaration.js";
import { kindOf } from "../sql/table-scope.js";

export const collationFindings = (
  table: SqliteTable,
  columns: readonly ColumnPlan[],
  { collations }: Pick<TableDeclaration, "collations">,
): readonly Finding[] =>
  columns.flatMap((column): readonly Finding[] => {
    const collation = collationNamed(declaredCollation(collations, column.source));
    if ((collation !== "NOCASE" && collation !== "RTRIM") || kindOf(column.type) !== "text") return [];
    if (isCaseless(column)) return [];
    return [
      {
        kind: "collation-in-indexes",
        at: { table: table.name, column: column.source },
        collation,
        target: column.target,
      },
    ];
  });
