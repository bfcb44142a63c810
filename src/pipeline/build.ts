/** Builds the planned tables in a schema of the run: bare tables, data, then keys, indexes and foreign keys. */
import { ToolError } from "../errors.js";
import { runStatement } from "../import/finish.js";
import { prepareForLoad } from "../import/load-settings.js";
import { quote } from "../model/identifier.js";
import type { TableOutcome } from "../model/outcome.js";
import type { Plan, TablePlan } from "../model/plan.js";
import type { Source } from "../source/source.js";
import type { Session } from "../target/session.js";
import { createTableSql } from "../translate/ddl.js";
import { finishPlan } from "../translate/finish-plan.js";
import { finishTables, type Answers } from "./finish.js";
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

export interface Built extends Answers {
  readonly tables: readonly TableOutcome[];
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
  const { onProgress, signal } = input.options;
  onProgress?.({ kind: "phase", phase: "keys", tables: plan.tables.length, rows: null });
  const answers = await finishTables(input.session, finishPlan(input.targetSchema, plan), signal);
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
