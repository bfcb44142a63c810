/** The proof, with what only both of the rooms know that moved the rows and that judge them: the lanes, and where tables are cut. */
import { sliceBounds } from "../export/slice-bounds.js";
import type { Plan } from "../model/plan.js";
import type { TableVerdict } from "../model/verdict.js";
import type { Connection } from "../target/connection.js";
import type { Session } from "../target/session.js";
import { validateTables, type ValidateOptions } from "../validate/compare.js";
import { partsInTurn, type PartRunner } from "../validate/part-runner.js";
import { attempt, exportSnapshot } from "../validate/target/read-transaction.js";
import { isWorker } from "./load.js";
import type { Reading, TableReading } from "./reading.js";
import { RowProgress } from "./row-progress.js";
import { explainZones } from "./zone-rules.js";

export interface ProofInput {
  /** With all tables of the plan that the source has. */
  readonly reading: Reading;
  /** Idle. */
  readonly session: Session;
  /** For the lanes' own sessions. */
  readonly connection: Connection;
  readonly plan: Plan;
  /** Where the target's tables stand. */
  readonly schema: string;
}

/**
 * As validateTables.
 *
 * @throws ToolError as validateTables, and openConnection's codes.
 */
export async function prove(
  input: ProofInput,
  options: Pick<ValidateOptions, "run" | "onProgress" | "signal">,
): Promise<readonly TableVerdict[]> {
  const { reading, session, plan, schema } = input;
  const readings = new Map(reading.tables.map((of) => [of.table.name, of]));
  const verdicts = await validateTables(reading.source, session, plan, schema, {
    ...options,
    cuts: (table) => cutsOf(reading, readings.get(table)),
    runner: partsOnLanes(input, options),
  });
  return explainZones(session, plan.tables, verdicts);
}

function cutsOf({ source }: Reading, table: TableReading | undefined): readonly bigint[] {
  const slices = (table?.parts ?? []).flatMap(({ rows }) => (rows.by === "pages" ? [rows] : []));
  const [first] = slices;
  if (source.pages === null || first === undefined || slices.length === 1) return [];
  return sliceBounds(
    source.pages,
    first.layout,
    first.rowPages,
    slices.map(({ slice }) => slice),
  );
}

/** Side by side on worker threads, if there are several, and they may open the source. */
const partsOnLanes =
  ({ reading, session, connection }: ProofInput, options: ValidateOptions): PartRunner =>
  async (parts, onProof) => {
    const { source, lanes, tables } = reading;
    const inTurn = partsInTurn(source, session, options);
    if (lanes.workers === 1 || parts.length === 1 || source.sharedPath === null)
      return inTurn(parts, onProof);
    const snapshot = await attempt(session, () => exportSnapshot(session));
    if (!snapshot.ok) return inTurn(parts, onProof);
    const counters = new Map(tables.map(({ table }, counter) => [table.name, counter]));
    const totals = new Map(parts.map(({ table }) => [table.source, table.rows]));
    const counted = tables.map(({ table: { name } }) => ({ name, total: () => totals.get(name) ?? null }));
    const progress = new RowProgress("validate", counted, lanes.counters, options.onProgress);
    const left = new Map<string, number>();
    for (const { table } of parts) left.set(table.source, (left.get(table.source) ?? 0) + 1);
    const tasks = parts.map((part, index) => ({
      takes: isWorker,
      run: async (lane: Parameters<typeof isWorker>[0]) => {
        const { source: name } = part.table;
        const counter = counters.get(name) ?? 0;
        progress.begin(counter);
        onProof(index, await lane.do({ kind: "prove", part, counter }));
        left.set(name, left.get(name)! - 1);
        if (left.get(name) === 0) progress.done(counter, Number(lanes.counters[counter]));
        return [];
      },
    }));
    try {
      await lanes.looking(connection, snapshot.value, () => lanes.run(tasks));
    } finally {
      progress.end();
    }
  };
