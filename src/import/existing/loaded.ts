/** What a run has loaded into tables of others, and whether it can be told from what others wrote (docs/decisions/history.md, "Undo"). */
import type { UndoTable } from "../../model/undo.js";
import { readLoads } from "../../target/history/run-marks.js";
import type { Session } from "../../target/session.js";
import { bookRefusals, inspectTable } from "../undo/loaded-rows.js";
import { findReferences, type LoadedRows } from "./references.js";

export interface LoadedFacts {
  readonly tables: readonly UndoTable[];
  /** Sentences: why they cannot be taken out. */
  readonly refusals: readonly string[];
  /** Those that are there. */
  readonly rows: readonly LoadedRows[];
  /** Whether a foreign key with PERIOD points at them. */
  readonly isUntold: boolean;
}

/** Reads only. @param schema where the run's tables are. @throws what the session throws. */
export async function inspectLoaded(session: Session, run: number, schema: string): Promise<LoadedFacts> {
  const loads = await readLoads(session, run);
  const names = [...new Set(loads.map(({ table }) => table))];
  const there = await session.query(
    `SELECT c.relname AS name, format('%I.%I', n.nspname, c.relname) AS identity
       FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname = $1 AND c.relkind IN ('r', 'p') AND c.relname IN (SELECT jsonb_array_elements_text($2))`,
    [schema, JSON.stringify(names)],
  );
  const identities = new Map(there.map((row) => [row["name"], row["identity"] ?? ""]));
  const tables: UndoTable[] = [];
  for (const name of names)
    tables.push(await inspectTable(session, name, identities.get(name) ?? null, loads));
  const rows = tables.flatMap(({ name, made }) =>
    name === null
      ? []
      : [
          {
            name,
            xmins: [...new Set(loads.filter(({ table }) => table === made).map(({ xmin }) => xmin))],
          },
        ],
  );
  const changed = [...bookRefusals(loads), ...tables.flatMap(tableRefusals)];
  // Where the run's rows cannot be told, neither can who points at them.
  if (changed.length > 0) return { tables, refusals: changed, rows, isUntold: false };
  const { found, isUntold, unread } = await findReferences(session, rows);
  const refusals = [
    ...found.map(
      ({ child, constraint, parent, rows: count }) =>
        `Table ${child}: rows that others wrote and that point at the run's rows of ${parent} (foreign key ${constraint}): ${count}.`,
    ),
    ...unread.map(
      (child) => `Table ${child} may point at the run's rows, and this role does not see all that is in it.`,
    ),
  ];
  return { tables, refusals, rows, isUntold };
}

function tableRefusals({ name, made, loaded, there }: UndoTable): readonly string[] {
  if (loaded === there) return [];
  return name === null
    ? [`Table ${made}, into which the run loaded ${loaded} rows, is gone.`]
    : [`Table ${name}: of the ${loaded} rows that the run loaded, as it loaded them, are there: ${there}.`];
}
