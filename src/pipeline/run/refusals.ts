/** What PostgreSQL answered to the steps after the data, and what that means. */
import { findBrokenRows } from "../../import/broken-rows.js";
import { runStatement, type StepResult } from "../../import/finish.js";
import type { Finding } from "../../model/finding.js";
import { quote } from "../../model/identifier.js";
import { keyRefusalOf } from "../../model/piece.js";
import type { NotCarried, TablePlan } from "../../model/plan.js";
import type { ServerAnswer } from "../../target/server-answer.js";
import type { Session } from "../../target/session.js";
import type {
  CheckStep,
  FinishStep,
  ForeignKeyStep,
  TableFinish,
} from "../../translate/statements/finish-plan.js";
import type { ObjectStep } from "../../translate/statements/views-and-triggers.js";

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
  readonly #notValid = new Map<FinishStep, ServerAnswer>();

  /** @returns whether the step was made. */
  noteMade(step: FinishStep, result: StepResult): boolean {
    if (result.status === "refused") this.#notMade.set(step, result);
    return result.status === "made";
  }

  noteValid(step: CheckStep | ForeignKeyStep, result: StepResult): void {
    if (result.status === "refused") this.#notValid.set(step, result);
  }

  wasMade(step: FinishStep): boolean {
    return !this.#notMade.has(step);
  }

  /**
   * In the plan's order, whatever the order in which the answers came.
   *
   * @param schema where the tables stand now.
   * @throws ToolError targetError's codes.
   */
  async answers(session: Session, schema: string, finishes: readonly TableFinish[]): Promise<Answers> {
    const answers: Answers[] = [];
    for (const { table, indexes } of finishes)
      for (const index of indexes) answers.push(this.#refused(table, index));
    for (const { table, checks, foreignKeys } of finishes) {
      for (const check of checks) {
        answers.push(this.#refused(table, check));
        const answer = this.#notValid.get(check);
        if (answer !== undefined) answers.push(await notValidCheck(session, schema, table, check, answer));
      }
      for (const key of foreignKeys) {
        answers.push(this.#refused(table, key));
        if (this.#notValid.has(key))
          answers.push({
            findings: [await orphanFinding(session, table, key, rejectedOf(finishes, key.parentTable))],
            notCarried: [],
          });
      }
    }
    return {
      findings: answers.flatMap(({ findings }) => findings),
      notCarried: answers.flatMap(({ notCarried }) => notCarried),
    };
  }

  #refused(table: TablePlan, step: FinishStep): Answers {
    const answer = this.#notMade.get(step);
    return answer === undefined ? { findings: [], notCarried: [] } : refusedStep(table, step, answer);
  }
}

/** What PostgreSQL does not take: the data stays, and the answer of the run is no where uniqueness is lost. */
function refusedStep(table: TablePlan, step: FinishStep, { message, sqlState }: ServerAnswer): Answers {
  const { kind, name, columns, finalSql: sql } = step;
  const at = { table: table.source };
  const finding: Finding = step.guardsUniqueness
    ? { kind: "key-not-made", at, name, columns, cause: keyRefusalOf(sqlState), message }
    : { kind: "piece-refused", at, piece: kind, name, sql, message };
  return {
    findings: [finding],
    notCarried: [{ type: kind, name, table: table.source, sql, reason: message }],
  };
}

const rejectedOf = (finishes: readonly TableFinish[], target: string): number =>
  finishes.find(({ table }) => table.target === target)?.table.rejected ?? 0;

/**
 * A check that rows break stays as it is, NOT VALID. One that cannot even be computed for them would refuse every
 * change of such a row, which SQLite does not: it goes.
 */
async function notValidCheck(
  session: Session,
  schema: string,
  table: TablePlan,
  check: CheckStep,
  answer: ServerAnswer,
): Promise<Answers> {
  const broken = await findBrokenRows(session, schema, table, check);
  if (broken === null || "message" in broken) {
    await runStatement(session, check.dropSql, `drop check ${quote(check.name)}`);
    return refusedStep(table, check, broken ?? answer);
  }
  const { name, sql } = check;
  return {
    findings: [{ kind: "check-broken", at: { table: table.source }, name, sql, ...broken }],
    notCarried: [],
  };
}

/** @param refused views and triggers, with what PostgreSQL said. */
export const refusedObjects = (refused: ReadonlyMap<ObjectStep, string>): Answers => {
  const steps = [...refused].map(([{ kind, name, table, statements }, message]) => ({
    ...{ kind, name, table, message },
    sql: statements.join(";\n"),
  }));
  return {
    findings: steps.map(({ kind, name, table, sql, message }) => ({
      kind: "piece-refused",
      at: { table },
      piece: kind,
      name,
      sql,
      message,
    })),
    notCarried: steps.map(({ kind, name, table, sql, message }) => ({
      type: kind,
      name,
      table,
      sql,
      reason: message,
    })),
  };
};

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
