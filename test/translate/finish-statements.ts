import type { Plan } from "../../src/model/plan.js";
import { finishPlan } from "../../src/translate/statements/finish-plan.js";

/** Everything after the data, in an order that one session can run. */
export function finishStatements(schema: string, plan: Plan): readonly string[] {
  const finishes = finishPlan(schema, plan);
  const keys = finishes.flatMap(({ foreignKeys }) => foreignKeys);
  const checks = finishes.flatMap((finish) => finish.checks);
  return [
    ...finishes.flatMap(({ indexes, closingSql }) => [
      ...indexes.map(({ buildSql }) => buildSql),
      ...indexes.flatMap(({ attachSql }) => (attachSql === null ? [] : [attachSql])),
      ...closingSql,
    ]),
    ...checks.flatMap(({ addSql, validateSql }) => [addSql, validateSql]),
    ...keys.map(({ addSql }) => addSql),
    ...keys.flatMap(({ validateSql, orphansSql }) =>
      validateSql === null ? [orphansSql] : [validateSql, orphansSql],
    ),
  ];
}
