/** Makes what comes after the data, and tells what PostgreSQL does not take. */
import { attachKey, runStatement, runStep } from "../import/finish.js";
import type { Finding } from "../model/finding.js";
import { quote } from "../model/identifier.js";
import type { NotCarried, TablePlan } from "../model/plan.js";
import type { Session } from "../target/session.js";
import type { FinishStep, ForeignKeyStep, TableFinish } from "../translate/finish-plan.js";
import { throwIfInterrupted } from "./pause.js";

/** What only the data and the server together could tell. */
export interface Answers {
  readonly findings: Finding[];
  readonly notCarried: NotCarried[];
}

/** @throws ToolError the target's codes, `interrupted`. */
export async function finishTables(
  session: Session,
  finishes: readonly TableFinish[],
  signal: AbortSignal | undefined,
): Promise<Answers> {
  const answers: Answers = { findings: [], notCarried: [] };
  for (const finish of finishes) await finishTable(session, finish, answers, signal);
  for (const { table, foreignKeys } of finishes) {
    for (const key of foreignKeys) {
      throwIfInterrupted(signal);
      await makeForeignKey(session, table, key, answers);
    }
  }
  return answers;
}

async function finishTable(
  session: Session,
  { table, indexes, closingSql }: TableFinish,
  answers: Answers,
  signal: AbortSignal | undefined,
): Promise<void> {
  for (const index of indexes) {
    throwIfInterrupted(signal);
    const doing = makeWords(table, index);
    const built = await runStep(session, index.buildSql, doing);
    const result = built.status === "made" ? await attachKey(session, index, doing) : built;
    if (result.status === "refused") refusedStep(table, index, result.message, answers);
  }
  for (const sql of closingSql) {
    throwIfInterrupted(signal);
    await runStatement(session, sql, `set identity values and statistics of table ${quote(table.target)}`);
  }
}

async function makeForeignKey(
  session: Session,
  table: TablePlan,
  key: ForeignKeyStep,
  answers: Answers,
): Promise<void> {
  const doing = makeWords(table, key);
  const added = await runStep(session, key.addSql, doing);
  if (added.status === "refused") {
    refusedStep(table, key, added.message, answers);
    return;
  }
  if (key.validateSql === null) return;
  const proven = await runStep(session, key.validateSql, doing);
  if (proven.status === "refused") answers.findings.push(await orphanFinding(session, table, key));
}

const makeWords = (table: TablePlan, step: FinishStep): string =>
  `make ${step.kind} ${quote(step.name)} of table ${quote(table.target)}`;

/** A key that PostgreSQL does not take: the data stays, and the answer of the run is no where uniqueness is lost. */
function refusedStep(
  table: TablePlan,
  step: FinishStep,
  message: string,
  { findings, notCarried }: Answers,
): void {
  const { kind, name, columns, finalSql } = step;
  if (step.guardsUniqueness)
    findings.push({ kind: "key-not-made", at: { table: table.source }, name, columns, message });
  notCarried.push({ type: kind, name, table: table.source, sql: finalSql, reason: message });
}

/** Rows without a parent that SQLite's own comparison did not see. */
async function orphanFinding(session: Session, table: TablePlan, key: ForeignKeyStep): Promise<Finding> {
  const [row] = await runStatement(session, key.orphansSql, `count the orphans of ${quote(key.name)}`);
  return {
    kind: "orphan-rows",
    at: { table: table.source },
    columns: key.columns,
    parentTable: key.parentTable,
    rows: Number(row?.["rows"] ?? 0),
    first: (JSON.parse(row?.["first"] ?? "[]") as string[]).map((values) => `(${values})`),
  };
}
