/** What PostgreSQL answered to the steps after the data, and what that means. */
import { runStatement, type StepResult } from "../import/finish.js";
import type { Finding, KeyRefusal } from "../model/finding.js";
import { quote } from "../model/identifier.js";
import type { NotCarried, TablePlan } from "../model/plan.js";
import type { ServerAnswer } from "../target/server-answer.js";
import type { Session } from "../target/session.js";
import type { FinishStep, ForeignKeyStep, TableFinish } from "../translate/finish-plan.js";

/** What only the data and the server together could tell. */
export interface Answers {
  readonly findings: readonly Finding[];
  readonly notCarried: readonly NotCarried[];
}

export const makeWords = (table: TablePlan, step: FinishStep): string =>
  `make ${step.kind} ${quote(step.name)} of table ${quote(table.target)}`;

/** The steps that the server refused, as they come in. */
export class Refusals {
  readonly #notMade = new Map<FinishStep, ServerAnswer>();
  readonly #notValid = new Set<ForeignKeyStep>();

  /** @returns whether the step was made. */
  noteMade(step: FinishStep, result: StepResult): boolean {
    if (result.status === "refused") this.#notMade.set(step, result);
    return result.status === "made";
  }

  noteValid(key: ForeignKeyStep, result: StepResult): void {
    if (result.status === "refused") this.#notValid.add(key);
  }

  wasMade(step: FinishStep): boolean {
    return !this.#notMade.has(step);
  }

  /**
   * In the plan's order, whatever the order in which the answers came.
   *
   * @throws ToolError targetError's codes.
   */
  async answers(session: Session, finishes: readonly TableFinish[]): Promise<Answers> {
    const findings: Finding[] = [];
    const notCarried: NotCarried[] = [];
    const refuse = (table: TablePlan, step: FinishStep): void => {
      const answer = this.#notMade.get(step);
      if (answer === undefined) return;
      if (step.guardsUniqueness) findings.push(keyNotMade(table, step, answer));
      notCarried.push(notCarriedStep(table, step, answer.message));
    };
    for (const { table, indexes } of finishes) for (const index of indexes) refuse(table, index);
    for (const { table, foreignKeys } of finishes) {
      for (const key of foreignKeys) {
        refuse(table, key);
        if (this.#notValid.has(key)) {
          const parent = finishes.find((each) => each.table.target === key.parentTable)?.table;
          findings.push(await orphanFinding(session, table, key, parent?.rejected ?? 0));
        }
      }
    }
    return { findings, notCarried };
  }
}

/** A key that PostgreSQL does not take: the data stays, and the answer of the run is no where uniqueness is lost. */
const keyNotMade = (
  table: TablePlan,
  { name, columns }: FinishStep,
  { message, sqlState }: ServerAnswer,
): Finding => ({
  kind: "key-not-made",
  at: { table: table.source },
  name,
  columns,
  cause: causes[sqlState] ?? "other",
  message,
});

/** PostgreSQL documentation, appendix A: unique_violation, program_limit_exceeded (of an index row), too_many_columns. */
const causes: Readonly<Record<string, KeyRefusal>> = {
  "23505": "duplicates",
  "54000": "entry-too-large",
  "54011": "too-many-columns",
};

const notCarriedStep = (
  table: TablePlan,
  { kind, name, finalSql }: FinishStep,
  reason: string,
): NotCarried => ({ type: kind, name, table: table.source, sql: finalSql, reason });

/** Rows without a parent that SQLite's own comparison did not see. */
async function orphanFinding(
  session: Session,
  table: TablePlan,
  key: ForeignKeyStep,
  rejectedParents: number,
): Promise<Finding> {
  const [row] = await runStatement(session, key.orphansSql, `count the orphans of ${quote(key.name)}`);
  return {
    kind: "orphan-rows",
    at: { table: table.source },
    columns: key.columns,
    parentTable: key.parentTable,
    rows: Number(row?.["rows"] ?? 0),
    first: (JSON.parse(row?.["first"] ?? "[]") as string[]).map((values) => `(${values})`),
    foundIn: "target",
    rejectedParents,
  };
}
