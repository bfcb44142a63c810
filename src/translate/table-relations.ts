/** Planned tables as what a SELECT can read. */
import { foldName } from "../model/identifier.js";
import type { TablePlan } from "../model/plan.js";
import type { TableDraft } from "./foreign-key-link.js";
import { tableRelation, type Relation } from "./sql/relations.js";
import { parseTableDeclaration } from "./sql/table-declaration.js";

/**
 * By folded name in the source.
 *
 * @param tables one per draft, in their order, with what was settled since
 */
export const tableRelations = (
  drafts: readonly Pick<TableDraft, "source" | "profile">[],
  tables: readonly TablePlan[],
): ReadonlyMap<string, Relation> =>
  new Map(
    drafts.map(({ source, profile }, index) => {
      const plan = tables[index]!;
      return [
        foldName(source.name),
        tableRelation({ source, plan, profile, collations: collationsOf(source.sql) }, plan),
      ];
    }),
  );

const collationsOf = (sql: string): ReadonlyMap<string, string> =>
  parseTableDeclaration(sql)?.collations ?? new Map<string, string>();
