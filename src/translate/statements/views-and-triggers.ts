/**
 * Views and triggers as statements. They are made when all tables stand in their place: views read one another and the
 * tables, and triggers would fire while rows come in. Their SQL names relations alone, so the plan's schema comes first
 * in the search path: before pg_catalog, for a table may be called as one of its relations is.
 */
import { quote, quoteQualified } from "../../model/identifier.js";
import type { Plan, TriggerPlan, ViewPlan } from "../../model/plan.js";

/** A view, or a trigger with its function: made whole or not at all. */
export interface ObjectStep {
  readonly kind: "view" | "trigger";
  /** In the source. */
  readonly name: string;
  /** Source name of the relation that a trigger stands on; null for views. */
  readonly table: string | null;
  readonly statements: readonly string[];
  /** What stands there then by itself: a trigger goes with its table, its function does not. */
  readonly made: { readonly kind: "view" | "function"; readonly name: string };
}

/** @param schema where they stand, and all that they name. */
export const objectSteps = (
  schema: string,
  { tables, views, triggers }: Pick<Plan, "tables" | "views" | "triggers">,
): readonly ObjectStep[] => {
  const sources = new Map([...tables, ...views].map(({ source, target }) => [target, source]));
  return [
    ...views.map((view): ObjectStep => ({
      kind: "view",
      name: view.source,
      table: null,
      statements: [createViewSql(schema, view)],
      made: { kind: "view", name: view.target },
    })),
    ...triggers.map((trigger): ObjectStep => ({
      kind: "trigger",
      name: trigger.source,
      table: sources.get(trigger.table) ?? trigger.table,
      statements: createTriggerStatements(schema, trigger),
      made: { kind: "function", name: trigger.functionName },
    })),
  ];
};

/** For the transaction that makes them. */
export const searchPathSql = (schema: string): string => `SET LOCAL search_path = ${searchPath(schema)}`;

const searchPath = (schema: string): string => `${quote(schema)}, pg_catalog, pg_temp`;

export const createViewSql = (schema: string, { target, columns, sql }: ViewPlan): string =>
  `CREATE VIEW ${quoteQualified(schema, target)} (${columns.map(quote).join(", ")}) AS ${sql}`;

/** The trigger and, before it, its function. */
export const createTriggerStatements = (
  schema: string,
  trigger: TriggerPlan,
  create: "CREATE FUNCTION" | "CREATE OR REPLACE FUNCTION" = "CREATE FUNCTION",
): readonly string[] => [`${create} ${functionSql(schema, trigger)}`, createTriggerSql(schema, trigger)];

/** It takes its search path along, for whoever fires the trigger has another one. */
const functionSql = (schema: string, { functionName, functionSql: body }: TriggerPlan): string => {
  const tag = dollarTag(body);
  return (
    `${quoteQualified(schema, functionName)}() RETURNS trigger LANGUAGE plpgsql ` +
    `SET search_path = ${searchPath(schema)} AS ${tag}\n${body}\n${tag}`
  );
};

const createTriggerSql = (
  schema: string,
  { target, table, functionName, timing, when }: TriggerPlan,
): string =>
  `CREATE TRIGGER ${quote(target)} ${timing} ON ${quoteQualified(schema, table)} FOR EACH ROW ` +
  `${when === null ? "" : `WHEN (${when}) `}EXECUTE FUNCTION ${quoteQualified(schema, functionName)}()`;

/** PostgreSQL documentation, 4.1.2.4 "Dollar-Quoted String Constants": one that the body does not hold. */
function dollarTag(body: string): string {
  for (let number = 0; ; number += 1) {
    const tag = number === 0 ? "$$" : `$b${number}$`;
    if (!body.includes(tag)) return tag;
  }
}
