/** Takes away what a run made, in one transaction, after another look under locks. */
import type { RunRecord } from "../../model/history.js";
import type { UndoFacts } from "../../model/undo.js";
import { dropRejectedSql } from "../../target/history/rejected-rows.js";
import type { MadeKind } from "../../target/history/made.js";
import { undoneSql } from "../../target/history/runs.js";
import { runSchema } from "../../target/history/schema.js";
import { recordSteps } from "../../target/history/steps.js";
import { dependentsOf } from "../../target/server-answer.js";
import type { Session } from "../../target/session.js";
import { targetError } from "../../target/target-error.js";
import { dropSchemaSql, dropTables } from "../place.js";
import { inspectRun, type Removal } from "./facts.js";

/**
 * @returns what was taken away; with refusals nothing was: it is not the run's alone any more, or something of others depends on it.
 * @throws ToolError targetError's codes; nothing has changed then but that tables are gone that nobody has ever seen.
 */
export async function removeRun(session: Session, run: RunRecord): Promise<UndoFacts> {
  const started = performance.now();
  // Too many, maybe, for the locks of one transaction.
  if (run.leftSchema) await dropTables(session, runSchema(run.run));
  let facts: UndoFacts | null = null;
  try {
    await session.query("BEGIN");
    const removal = await lockedRemoval(session, run);
    facts = removal.facts;
    if (facts.refusals.length > 0) {
      await session.query("ROLLBACK");
      return facts;
    }
    for (const sql of dropsSql(removal)) await session.query(sql);
    const kept = await dropSchemas(session, removal);
    if (run.leftSchema) await session.query(dropSchemaSql(runSchema(run.run)));
    await session.query(dropRejectedSql(run.run));
    await recordSteps(session, run.run, [undoStep(performance.now() - started)]);
    await session.query(undoneSql(run.run));
    await session.query("COMMIT");
    return { ...facts, drops: facts.drops.filter((words) => !kept.includes(words)) };
  } catch (error) {
    await session.query("ROLLBACK").catch(() => []);
    const dependents = dependentsOf(error);
    if (dependents === null || facts === null) throw targetError(error, `undo run ${run.run}`);
    return { ...facts, refusals: dependents.map((words) => `Others depend on it: ${words}.`) };
  }
}

const undoStep = (milliseconds: number) =>
  ({
    phase: "undo",
    name: "all that the run made",
    milliseconds,
    startedMillisecondsAgo: milliseconds,
    error: null,
    rows: null,
  }) as const;

async function lockedRemoval(session: Session, run: RunRecord): Promise<Removal> {
  const tables = namesOf(await inspectRun(session, run), "table");
  if (tables.length > 0) await session.query(`LOCK TABLE ${tables.join(", ")} IN ACCESS EXCLUSIVE MODE`);
  return inspectRun(session, run);
}

const namesOf = ({ objects }: Removal, kind: MadeKind): readonly string[] =>
  objects.filter((each) => each.kind === kind).map(({ identity }) => identity);

/** One statement a kind, as far as there is one: what stands in each other's way goes together, what others made stops it. */
function dropsSql(removal: Removal): readonly string[] {
  const drop = (kind: MadeKind): readonly string[] => {
    const names = namesOf(removal, kind);
    return names.length === 0 ? [] : [`DROP ${kind.toUpperCase()} ${names.join(", ")} RESTRICT`];
  };
  const collations = namesOf(removal, "collation").map((name) => `DROP COLLATION ${name} RESTRICT`);
  return [...drop("view"), ...drop("table"), ...drop("function"), ...collations];
}

/** @returns those that stay, for something of others is in them. */
async function dropSchemas(session: Session, removal: Removal): Promise<readonly string[]> {
  const kept: string[] = [];
  for (const name of namesOf(removal, "schema")) {
    await session.query("SAVEPOINT schema");
    try {
      await session.query(`DROP SCHEMA ${name} RESTRICT`);
    } catch (error) {
      if (dependentsOf(error) === null) throw error;
      await session.query("ROLLBACK TO SAVEPOINT schema");
      kept.push(`schema ${name}`);
    }
  }
  return kept;
}
