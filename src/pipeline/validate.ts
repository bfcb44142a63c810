/** validate: finds out what to compare, from the run history or from the target's columns, and compares. */
import { introspect } from "../export/introspect.js";
import type { Finding } from "../model/finding.js";
import type { ValidationOutcome } from "../model/outcome.js";
import type { Plan } from "../model/plan.js";
import type { TableVerdict } from "../model/verdict.js";
import type { Source } from "../source/source.js";
import { readColumns } from "../target/catalog.js";
import { openTarget } from "../target/connect.js";
import { lastRun } from "../target/history.js";
import type { Session } from "../target/session.js";
import { existingMeanings, planForExisting } from "../translate/existing.js";
import { validateTables } from "../validate/compare.js";
import { defaultSchema, openSourceFor, profileTables, type PlanOptions } from "./plan.js";

export interface ValidateOptions extends PlanOptions {
  /** Stands for process.env: PG* variables and the like; default: none. */
  readonly environment?: Readonly<Record<string, string | undefined>> | undefined;
}

/**
 * Compares a SQLite file with a database; changes neither.
 *
 * @throws ToolError the codes of both sides, `interrupted`.
 */
export async function validate(
  sourcePath: string,
  targetSpec: string,
  options: ValidateOptions = {},
): Promise<ValidationOutcome> {
  const started = performance.now();
  const source = await openSourceFor(sourcePath, options);
  try {
    const target = await openTarget(targetSpec, {
      environment: options.environment ?? {},
      onSays: (message) => options.onProgress?.({ kind: "says", message }),
    });
    try {
      const session = await target.open();
      const question = await findQuestion(source, session, options, options.schema ?? target.schema);
      const compared = await validateTables(source, session, question.plan, question.plan.schema, options);
      return {
        verdicts: [...compared, ...question.verdicts],
        planFrom: question.planFrom,
        findings: question.findings,
        target: target.place,
        elapsedSeconds: (performance.now() - started) / 1000,
      };
    } finally {
      await target.close();
    }
  } finally {
    source.close();
  }
}

interface Question {
  readonly plan: Plan;
  readonly planFrom: ValidationOutcome["planFrom"];
  /** Of tables that cannot be compared. */
  readonly verdicts: readonly TableVerdict[];
  readonly findings: readonly Finding[];
}

async function findQuestion(
  source: Source,
  session: Session,
  options: ValidateOptions,
  schema: string | null,
): Promise<Question> {
  const recorded = await lastRun(session, source.file);
  if (recorded !== null && (schema === null || recorded.plan.schema === schema)) {
    return { plan: recorded.plan, planFrom: "run-history", verdicts: [], findings: [] };
  }
  const described = introspect(source);
  const columns = await readColumns(session, schema ?? defaultSchema);
  const profiles = await profileTables(
    source,
    described,
    (table) => existingMeanings(table, columns),
    options,
  );
  const existing = planForExisting({
    source: {
      file: source.file,
      bytes: source.bytes,
      encoding: described.encoding,
      fingerprint: source.fingerprint,
    },
    schema: described,
    profiles,
    columns,
    targetSchema: schema ?? defaultSchema,
  });
  return { ...existing, planFrom: "target-columns" };
}
