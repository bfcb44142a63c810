/** Builds the planned tables in a schema of the run: bare tables, data, then keys, indexes and foreign keys. */
import { ToolError } from "../errors.js";
import { analyze, runStatement, runStep } from "../import/finish.js";
import { prepareForLoad } from "../import/load-settings.js";
import type { Finding } from "../model/finding.js";
import { quote } from "../model/identifier.js";
import type { TableOutcome } from "../model/outcome.js";
import type { NotCarried, Plan, TablePlan } from "../model/plan.js";
import type { Source } from "../source/source.js";
import type { Session } from "../target/session.js";
import { createTableSql, finishSteps, identitySql, type FinishStep } from "../translate/ddl.js";
import { copyOneTable } from "./lane.js";
import { throwIfInterrupted } from "./pause.js";
import type { RunOptions } from "./open.js";
import type { Planned } from "./plan.js";

export interface BuildInput {
  readonly source: Source;
  readonly planned: Planned;
  readonly session: Session;
  readonly targetSchema: string;
  readonly options: RunOptions;
}

export interface Built {
  readonly tables: readonly TableOutcome[];
  /** What only the data and the server together could tell. */
  readonly findings: readonly Finding[];
  readonly notCarried: readonly NotCarried[];
}

/** @throws ToolError the codes of both sides, `value-misfit`, `interrupted`. */
export async function buildTables(input: BuildInput): Promise<Built> {
  const { plan } = input.planned;
  await prepareForLoad(input.session, 1);
  for (const table of plan.tables) {
    throwIfInterrupted(input.options.signal);
    await runStatement(
      input.session,
      createTableSql(input.targetSchema, table),
      `create table ${quote(table.target)}`,
    );
  }
  const tables = await copyTables(input, plan);
  const answers = await finishTables(input, plan);
  return { tables, ...answers };
}

async function copyTables(input: BuildInput, plan: Plan): Promise<readonly TableOutcome[]> {
  const { onProgress, signal } = input.options;
  const rows = plan.tables.reduce((sum, table) => sum + table.rows, 0);
  onProgress?.({ kind: "phase", phase: "copy", tables: plan.tables.length, rows });
  const outcomes: TableOutcome[] = [];
  for (const table of plan.tables) {
    throwIfInterrupted(signal);
    const lane = {
      source: input.source,
      schema: input.planned.schema,
      session: input.session,
      targetSchema: input.targetSchema,
      signal,
    };
    const copied = await copyOneTable(lane, table, (read) =>
      onProgress?.({ kind: "table", phase: "copy", table: table.source, rows: read, totalRows: table.rows }),
    );
    if (copied !== table.rows) throw countError(table, copied);
    onProgress?.({ kind: "table-done", phase: "copy", table: table.source, rows: copied });
    outcomes.push({ source: table.source, target: table.target, rows: table.rows, copied, status: "copied" });
  }
  return outcomes;
}

/** The source stands still while it is read; another count is a fault that must not pass for a copy. */
const countError = (table: TablePlan, copied: number): ToolError =>
  new ToolError(
    "source-changed",
    `Table ${quote(table.source)} had ${table.rows} rows when it was profiled, but ${copied} arrived in the target.`,
    "Run again; if it happens again, the source file is damaged: check it with PRAGMA integrity_check.",
  );

async function finishTables(input: BuildInput, plan: Plan): Promise<Omit<Built, "tables">> {
  const { session, targetSchema, options } = input;
  const findings: Finding[] = [];
  const notCarried: NotCarried[] = [];
  const steps = finishSteps(targetSchema, plan);
  options.onProgress?.({ kind: "phase", phase: "keys", tables: plan.tables.length, rows: null });
  for (const step of steps) {
    throwIfInterrupted(options.signal);
    const doing = `make ${step.kind} ${quote(step.name)} of table ${quote(step.table.target)}`;
    const result = await runStep(session, step, doing);
    if (result.status === "refused") refusedStep(step, result.message, findings, notCarried);
    else if (result.status === "not-valid") findings.push(await orphanFinding(session, step));
  }
  for (const table of plan.tables) {
    throwIfInterrupted(options.signal);
    for (const sql of identitySql(targetSchema, table)) {
      await runStatement(session, sql, `set the identity of table ${quote(table.target)}`);
    }
    await analyze(session, targetSchema, table);
  }
  return { findings, notCarried };
}

/** A key that PostgreSQL does not take: the data stays, and the answer of the run is no where uniqueness is lost. */
function refusedStep(step: FinishStep, message: string, findings: Finding[], notCarried: NotCarried[]): void {
  if (step.guardsUniqueness) {
    findings.push({
      kind: "key-not-made",
      at: { table: step.table.source },
      name: step.name,
      columns: step.columns,
      message,
    });
  }
  notCarried.push({
    type: step.kind,
    name: step.name,
    table: step.table.source,
    sql: step.sql,
    reason: message,
  });
}

/** Rows without a parent that SQLite's own comparison did not see. */
async function orphanFinding(session: Session, step: FinishStep): Promise<Finding> {
  const doing = `count the orphans of ${quote(step.name)}`;
  const [row] = step.orphansSql === null ? [] : await runStatement(session, step.orphansSql, doing);
  return {
    kind: "orphan-rows",
    at: { table: step.table.source },
    columns: step.columns,
    parentTable: step.parentTable ?? "",
    rows: Number(row?.["rows"] ?? 0),
    first: (JSON.parse(row?.["first"] ?? "[]") as string[]).map((values) => `(${values})`),
  };
}
