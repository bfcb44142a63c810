/**
 * What undoing a run would take away, and whether that is the run's alone: a row is, where its `xmin` is that of a transaction in
 * the books of the run (docs/decisions/history.md, "Undo").
 */
import { isInPlace, type RunRecord } from "../../model/history.js";
import type { UndoFacts, UndoTable } from "../../model/undo.js";
import { countRejected, readLoads, readMade, type MadeObject } from "../../target/history/run-marks.js";
import { runSchema } from "../../target/history/schema.js";
import { scriptsOfRun } from "../../target/history/scripts.js";
import type { Session } from "../../target/session.js";
import { targetError } from "../../target/target-error.js";
import { bookRefusals, inspectTable } from "./loaded-rows.js";

export interface Removal {
  readonly facts: UndoFacts;
  /** What is there of what the run made. */
  readonly objects: readonly (MadeObject & { readonly identity: string })[];
}

/** Reads only. @throws ToolError targetError's codes. */
export async function inspectRun(session: Session, run: RunRecord): Promise<Removal> {
  try {
    const made = await readMade(session, run.run);
    const objects = made.flatMap((each) =>
      each.identity === null ? [] : [{ ...each, identity: each.identity }],
    );
    const loads = await readLoads(session, run.run);
    const wasPlaced = isInPlace(run);
    const tables: UndoTable[] = [];
    for (const each of made)
      if (each.kind === "table") tables.push(await inspectTable(session, each.made, each.identity, loads));
    const dropped = objects.filter(({ kind }) => kind !== "table");
    return {
      objects,
      facts: {
        run,
        tables,
        drops: [
          ...dropped.map(({ kind, identity }) => `${kind} ${identity}`),
          ...(run.leftSchema ? [`schema ${runSchema(run.run)} with all that is in it`] : []),
        ],
        comesBack: [],
        broken: [],
        scripts: await scriptsOfRun(session, run.run),
        rejectedRows: await countRejected(session, run.run),
        refusals: [
          ...refusalsOf(run),
          ...(wasPlaced ? [...bookRefusals(loads), ...tables.flatMap(tableRefusals)] : []),
        ],
      },
    };
  } catch (error) {
    throw targetError(error, `look at what run ${run.run} has left`);
  }
}

/** What the run itself says. */
export function refusalsOf(record: RunRecord): readonly string[] {
  const { run, status, isCutOff, notUndoable, strategy } = record;
  // What a staged run gives up is there until it ends.
  if (notUndoable !== null && (strategy !== "staged" || isInPlace(record)))
    return [`Run ${run} cannot be undone: ${notUndoable}.`];
  if (status === "running" && !isCutOff) return [`Run ${run} is under way.`];
  if (status === "undone") return [`Run ${run} is undone already.`];
  return status === "refused" || status === "interrupted"
    ? [`Nothing of run ${run} is there: it was ${status}.`]
    : [];
}

function tableRefusals({ name, loaded, there, others }: UndoTable): readonly string[] {
  if (name === null || (there === loaded && others === 0)) return [];
  const written = others === 0 ? "" : `; rows that others wrote or changed: ${others}`;
  return [
    `Table ${name}: of the ${loaded} rows that the run loaded, as it loaded them, are there: ${there}${written}.`,
  ];
}
