/** What is there of foreign keys and triggers that were set aside, or will be. */
import type { SetAsideItem } from "../../model/existing.js";
import type { Session } from "../../target/session.js";

export type NamedItem = Pick<SetAsideItem, "kind" | "schema" | "table" | "name">;

export interface ItemState {
  /** Whether what it stands on is there. */
  readonly hasTable: boolean;
  /** pg_get_constraintdef's words, or pg_trigger.tgenabled; null: it is not there. */
  readonly definition: string | null;
  /** What else is known of a foreign key: comment, the key of the parent that it uses, the triggers behind it. */
  readonly besides: string;
}

const statesSql = `
  SELECT r.oid IS NOT NULL AS has_table, coalesce(pg_get_constraintdef(k.oid), t.tgenabled::text) AS definition,
         jsonb_build_array(obj_description(k.oid, 'pg_constraint'), k.conindid, k.condeferrable, k.condeferred, (
           SELECT jsonb_agg(jsonb_build_array(b.tgrelid, b.tgfoid, b.tgtype, b.tgenabled) ORDER BY b.tgrelid, b.tgfoid, b.tgtype)
             FROM pg_trigger b WHERE b.tgconstraint = k.oid)) AS besides
    FROM jsonb_array_elements($1) WITH ORDINALITY AS i (item, place)
      LEFT JOIN pg_namespace n ON n.nspname = item->>'schema'
      LEFT JOIN pg_class r ON r.relnamespace = n.oid AND r.relname = item->>'table' AND r.relkind IN ('r', 'p')
      LEFT JOIN pg_constraint k ON item->>'kind' = 'foreign key' AND k.conrelid = r.oid AND k.contype = 'f' AND k.conname = item->>'name'
      LEFT JOIN pg_trigger t ON item->>'kind' = 'trigger' AND t.tgrelid = r.oid AND t.tgname = item->>'name'
   ORDER BY place`;

/** One for each, in their order. @throws what the session throws. */
export async function readStates(
  session: Session,
  items: readonly NamedItem[],
): Promise<readonly ItemState[]> {
  const named = items.map(({ kind, schema, table, name }) => ({ kind, schema, table, name }));
  const rows = await session.query(statesSql, [JSON.stringify(named)]);
  return rows.map((row) => ({
    hasTable: row["has_table"] === "t",
    definition: row["definition"] ?? null,
    besides: row["besides"] ?? "",
  }));
}

const isSwitchedOff = "D";

/** Whether somebody has to put it back; not where its table is gone, or a trigger itself. */
export const isAway = ({ kind }: NamedItem, { hasTable, definition }: ItemState): boolean =>
  hasTable && (kind === "trigger" ? definition === isSwitchedOff : definition === null);

const notValid = / NOT VALID$/;

/** A foreign key that stands, and was not held against the rows that are there. */
export const isUnproven = ({ kind }: NamedItem, { definition }: ItemState): boolean =>
  kind === "foreign key" && definition !== null && notValid.test(definition);

/** As it is when it has been validated. */
export const provenDefinition = (definition: string | null): string | null =>
  definition?.replace(notValid, "") ?? null;

export const itemWords = ({ kind, schema, table, name }: NamedItem): string =>
  `${kind} "${name}" of ${schema}.${table}`;
