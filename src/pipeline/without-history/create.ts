/** A run that makes its tables where they stay, as one transaction: nobody sees them before they are filled and proven. */
import { attachKey, runStatement, runStep } from "../../import/finish.js";
import { sortMemorySql } from "../../import/load-settings.js";
import { createSchemaSql } from "../../import/place.js";
import { quote } from "../../model/identifier.js";
import { behindSavepoints } from "../../target/savepoint-session.js";
import type { Session } from "../../target/session.js";
import { caselessSql } from "../../translate/statements/caseless.js";
import { createTableSql } from "../../translate/statements/ddl.js";
import { finishPlan, type TableFinish } from "../../translate/statements/finish-plan.js";
import {
  objectSteps,
  searchPathSql,
  type ObjectStep,
} from "../../translate/statements/views-and-triggers.js";
import { prove } from "../proof/prove.js";
import type { Built } from "../run/build.js";
import { makeWords, refusedObjects, Refusals, type Answers } from "../run/refusals.js";
import { areProven, notAsked } from "../run/run-end.js";
import { brokenObjects, resultOf, type RunResult } from "../run/run-result.js";
import type { RunInput } from "../run/run.js";
import { allOrNothing, Refused } from "./all-or-nothing.js";
import { loadHere } from "./load-here.js";

/** @throws ToolError the codes of both sides, `value-misfit`, `interrupted`; what it says of the target is true. */
export const createAtOnce = (input: RunInput): Promise<RunResult> =>
  allOrNothing({
    session: input.session,
    options: input.options,
    locks: null,
    work: (here) => createAndProve({ ...input, session: here }),
  });

async function createAndProve(input: RunInput): Promise<RunResult> {
  const { reading, plan, session, connection, schemaExists, validate, options } = input;
  const { schema } = plan;
  if (!schemaExists) await runStatement(session, createSchemaSql(schema), `create schema ${quote(schema)}`);
  await runStatement(session, sortMemorySql(1, true), "give index builds more memory");
  for (const sql of caselessSql(schema, plan))
    await runStatement(session, sql, "make what columns without case need");
  for (const table of plan.tables)
    await runStatement(session, createTableSql(schema, table), `create table ${quote(table.target)}`);
  const tables = await loadHere(
    input,
    plan.tables.map(({ target }) => target),
  );
  options.onProgress?.({ kind: "phase", phase: "keys", tables: plan.tables.length, rows: null });
  const built: Built = { tables, ...(await finishTables(input)) };
  const verdicts = validate
    ? await prove({ reading, session, connection, plan, schema }, { ...options, run: null, joined: true })
    : plan.tables.map(notAsked);
  const { signal } = options;
  const objects = validate ? await brokenObjects(session, plan, { signal, joined: true }) : [];
  const proof = { verdicts, objects, validated: validate };
  if (validate && (objects.length > 0 || !areProven(verdicts)))
    throw new Refused(resultOf("refused", null, plan, [built], proof));
  return resultOf("migrated", null, plan, [built, await makeObjects(input)], proof);
}

/** As on the lanes (run/build.ts), one after another. */
async function finishTables({ plan, session }: RunInput): Promise<Answers> {
  const finishes = finishPlan(plan.schema, plan);
  const refusals = new Refusals();
  const asking = behindSavepoints(session);
  for (const finish of finishes) await closeTable(asking, finish, refusals);
  for (const { table, checks, foreignKeys } of finishes)
    for (const step of [...checks, ...foreignKeys]) {
      const doing = makeWords(table, step);
      const isMade = refusals.noteMade(step, await runStep(asking, step.addSql, doing));
      if (isMade && step.validateSql !== null)
        refusals.noteValid(step, await runStep(asking, step.validateSql, doing));
    }
  return refusals.answers(asking, plan.schema, finishes);
}

async function closeTable(session: Session, finish: TableFinish, refusals: Refusals): Promise<void> {
  const { table, indexes, closingSql } = finish;
  for (const index of indexes) {
    const doing = makeWords(table, index);
    if (refusals.noteMade(index, await runStep(session, index.buildSql, doing)))
      refusals.noteMade(index, await attachKey(session, index, doing));
  }
  for (const sql of closingSql)
    await runStatement(session, sql, `set identity values and statistics of table ${quote(table.target)}`);
}

/** Views and triggers: the proof is over, and no row comes in any more that a trigger could fire for. */
async function makeObjects({ plan, session }: RunInput): Promise<Answers> {
  const steps = objectSteps(plan.schema, plan);
  const refused = new Map<ObjectStep, string>();
  const asking = behindSavepoints(session);
  if (steps.length > 0) await runStatement(session, searchPathSql(plan.schema), "set the search path");
  for (const step of steps) {
    const result = await runStep(asking, step.statements.join("; "), `make ${step.kind} ${quote(step.name)}`);
    if (result.status === "refused") refused.set(step, result.message);
  }
  return refusedObjects(refused);
}
