/** Planned tables as what a SELECT can read. */
import { foldName } from "../../model/identifier.js";
import type { TablePlan } from "../../model/plan.js";
import type { TableDraft } from "./foreign-key-link.js";
import { tableRelation, type Relation } from "../sql/query/relations.js";
import type { WritableTable } from "../sql/trigger/surroundings.js";

/**
 * By folded name in the source.
 *
 * @param tables one per draft, in their order, with what was settled since
 */
export const tableRelations = (
  drafts: readonly Pick<TableDraft, "source" | "profile" | "declaration">[],
  tables: readonly TablePlan[],
): ReadonlyMap<string, Relation> =>
  new Map(
    drafts.map(({ source, profile, declaration }, index) => {
      const plan = tables[index]!;
      const collations = declaration?.collations ?? new Map<string, string>();
      return [foldName(source.name), tableRelation({ source, plan, profile, collations }, plan)];
    }),
  );

/** What triggers may write: the same tables with their columns as planned. */
export const writableTables = (
  drafts: readonly Pick<TableDraft, "source">[],
  tables: readonly TablePlan[],
  relations: ReadonlyMap<string, Relation>,
): ReadonlyMap<string, WritableTable> =>
  new Map(
    drafts.flatMap(({ source }, index) => {
      const name = foldName(source.name);
      const relation = relations.get(name);
      return relation === undefined ? [] : [[name, { source, plan: tables[index]!, relation }] as const];
    }),
  );
