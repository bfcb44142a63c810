/**
 * A table refused a row, and the server named one. When the run's rows are out again, those of that table go into one that refuses nothing,
 * and are asked by the constraints which of them they break.
 */
import { findOrphans } from "../../import/existing/orphans.js";
import { findViolations, type Violation } from "../../import/existing/violations.js";
import { dropSchemaSql } from "../../import/place.js";
import type { ExistingLink } from "../../model/existing.js";
import type { Finding } from "../../model/finding.js";
import { quote, quoteQualified } from "../../model/identifier.js";
import { copiedColumns, type TablePlan } from "../../model/plan.js";
import type { TargetSchema } from "../../model/target-schema.js";
import { dropRejectedSql } from "../../target/history/rejected-rows.js";
import { endRunSql } from "../../target/history/runs.js";
import { runSchema } from "../../target/history/schema.js";
import type { Session } from "../../target/session.js";
import { stagingSql } from "../../translate/statements/existing/staging.js";
import { Lanes } from "../lanes/lanes.js";
import type { RunResult } from "../run/run-result.js";
import { alsoSaying } from "../run/run-end.js";
import { RunSteps } from "../run/run-steps.js";
import { abandonLoad, leftHint, nothingRemains, refusedResult, takeOut } from "./abandon.js";
import type { LoadingRun } from "./loading-run.js";
import type { RefusedRow } from "./load-groups.js";
import { loadStaging } from "./load-staging.js";
import { brokenFinding } from "./refusal-findings.js";

/**
 * @returns what is broken, with the keys of rows.
 * @throws ToolError what the server said of one row, where a query cannot tell more (exclusion constraints; a role that may make no
 *   tables); as abandonLoad.
 */
export async function refuseRow(loading: LoadingRun, refused: RefusedRow): Promise<RunResult> {
  const { session, run, plan, options } = loading;
  let refusals: readonly string[];
  try {
    refusals = await takeOut(loading, null);
  } catch {
    throw await abandonLoad(loading, refused);
  }
  if (refusals.length > 0) throw alsoSaying(refused, [...refusals, leftHint(loading)].join("\n"));
  const suspects = plan.tables.filter(({ target }) => refused.tables.includes(target));
  options.onProgress?.({
    kind: "says",
    message: `looking which rows ${refused.tables.join(", ")} refuses`,
  });
  // What the server said of one row is known in any case.
  const findings = await diagnose(loading, suspects).catch(() => []);
  await session.query(endRunSql(run, "refused", refused.message));
  if (findings.length === 0) throw alsoSaying(refused, nothingRemains);
  return refusedResult(loading, findings);
}

async function diagnose(loading: LoadingRun, suspects: readonly TablePlan[]): Promise<readonly Finding[]> {
  const { session, plan, existing, run } = loading;
  const staging = runSchema(run);
  const inPlace = existing.links
    .filter(({ staysInPlace, table }) => staysInPlace && suspects.some(({ target }) => target === table))
    // Rows of a partition are staged with those of its table.
    .map((link) => ({ ...link, parentTable: rootOf(loading.target, link) }));
  const isParent = ({ target }: TablePlan): boolean =>
    inPlace.some(({ parentSchema, parentTable }) => parentSchema === plan.schema && parentTable === target);
  const staged = plan.tables.filter((table) => suspects.includes(table) || isParent(table));
  try {
    await session.query(`CREATE SCHEMA ${quote(staging)}`);
    await stageRows(loading, staged, staging);
    const findings: Finding[] = [];
    for (const table of suspects) {
      const { source, target: name } = table;
      const of = { schema: staging, name };
      const broken = await findViolations(session, { schema: plan.schema, name }, of);
      findings.push(...broken.map((violation) => violationFinding(source, violation)));
      await addKey(session, of, table);
    }
    const asStaged = inPlace.map((link) => ({
      ...link,
      relation: { schema: staging, name: link.table },
      parentSchema: staged.some((table) => isParent(table) && table.target === link.parentTable)
        ? staging
        : link.parentSchema,
    }));
    const orphans = await findOrphans(session, asStaged, { xminsOf: () => null, lockParents: false });
    return [...findings, ...orphans.map((each) => brokenFinding(plan, each))];
  } finally {
    await session.query(dropSchemaSql(staging));
    await session.query(dropRejectedSql(run));
  }
}

const rootOf = ({ tables }: TargetSchema, { table, name, parentTable }: ExistingLink): string =>
  tables.find((each) => each.name === table)?.links.find((link) => link.name === name)?.parentRoot ??
  parentTable;

/** By which a row is named; where it breaks the key itself, it is named already. */
async function addKey(
  session: Session,
  { schema, name }: { readonly schema: string; readonly name: string },
  { primaryKey }: TablePlan,
): Promise<void> {
  if (primaryKey === null) return;
  const columns = primaryKey.columns.map(quote).join(", ");
  await session
    .query(`ALTER TABLE ${quoteQualified(schema, name)} ADD PRIMARY KEY (${columns})`)
    .catch(() => []);
}

async function stageRows(
  { reading, plan, target, session, connection, run, options }: LoadingRun,
  tables: readonly TablePlan[],
  staging: string,
): Promise<void> {
  for (const table of tables) {
    const there = target.tables.find(({ name }) => name === table.target)!;
    const loaded = copiedColumns(table).map((column) => column.target);
    const columns = there.columns.filter(({ column }) => loaded.includes(column));
    const [into, from] = [staging, plan.schema].map((schema) => ({ schema, name: table.target }));
    await session.query(stagingSql(into!, from!, columns));
  }
  const { jobs, signal } = options;
  // Those of the load have been stopped for good.
  const lanes = new Lanes(reading.source, tables.length, { jobs, signal });
  const readings = tables.map((table) => reading.tables[plan.tables.indexOf(table)]!);
  try {
    const steps = new RunSteps();
    await loadStaging({ lanes, connection, tables, readings, run, steps, onProgress: undefined }, staging);
  } finally {
    await lanes.close();
  }
}

const violationFinding = (table: string, { kind, name, rows, first }: Violation): Finding => ({
  kind: "constraint-broken",
  at: { table },
  name,
  constraint: kind === "primary key" ? "unique" : kind,
  rows,
  first,
});
