/** What refuses rows in tables of others, as findings. */
import type { OrphansOfLink } from "../../import/existing/orphans.js";
import type { Refusal } from "../../import/existing/merge.js";
import type { PointingRows } from "../../import/existing/pointing.js";
import type { Finding } from "../../model/finding.js";
import type { Plan, TablePlan } from "../../model/plan.js";

export const refusalFinding = ({ source }: TablePlan, { kind, name, rows, first }: Refusal): Finding => ({
  kind: "constraint-broken",
  at: { table: source },
  name,
  constraint: kind,
  rows,
  first,
});

/** @param role for whom it is planned. */
export const pointingFinding = (
  { schema }: Pick<Plan, "schema">,
  { table, child, link, rows }: PointingRows,
  role = "",
): Finding => ({
  kind: "target-unsuited",
  at: { table: table.source },
  schema,
  target: table.target,
  reason: "referenced-by-rows",
  what: `${child} (foreign key ${link}: ${rows})`,
  role,
});

export const brokenFinding = (plan: Plan, { link, rows, first }: OrphansOfLink): Finding => ({
  kind: "constraint-broken",
  at: { table: plan.tables.find(({ target }) => target === link.table)?.source ?? link.table },
  name: link.name,
  constraint: "foreign key",
  rows,
  first,
});
