/** The proof, with what only both of the rooms know that moved the rows and that judge them: the lanes, and where tables are cut. */
import { sliceBounds } from "../../export/slice-bounds.js";
import type { Plan } from "../../model/plan.js";
import type { SourceReader, TableVerdict } from "../../model/verdict.js";
import type { Connection } from "../../target/connection/connection.js";
import type { Session } from "../../target/session.js";
import { validateTables, type ValidateOptions } from "../../validate/compare.js";
import { partsInTurn, type PartRunner } from "../../validate/part-runner.js";
import { exportSnapshot } from "../../validate/target/read-transaction.js";
import { allowing } from "./allow-unproven.js";
import { isWorker, type Lane } from "../lanes/lanes.js";
import type { RunOptions } from "../open.js";
import { pageParts, readParts } from "../reading/page-parts.js";
import { ProofProgress } from "./proof-progress.js";
import type { Reading, TableReading } from "../reading/reading.js";
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
  /** Who reads the source; default: SQLite. */
  readonly reader?: SourceReader | undefined;
}

/**
 * As validateTables.
 *
 * @throws ToolError as validateTables, and openConnection's codes.
 */
export async function prove(
  input: ProofInput,
  options: Omit<ValidateOptions, "cuts" | "runner"> & Pick<RunOptions, "allowUnproven">,
): Promise<readonly TableVerdict[]> {
  const { reading, session, plan, schema } = input;
  const readings = new Map(reading.tables.map((of) => [of.table.name, of]));
  const verdicts = await validateTables(reading.source, session, plan, schema, {
    ...options,
    cuts: (table) => cutsOf(reading, readings.get(table)),
    runner: partsOnLanes(input, options),
  });
  return allowing(await explainZones(session, plan.tables, verdicts), options.allowUnproven ?? []);
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

/** Side by side on worker threads, if there are several, and they read the source through SQLite. */
function partsOnLanes(input: ProofInput, options: ValidateOptions): PartRunner {
  const { source, lanes } = input.reading;
  const pages = input.reader === "pages" ? pageParts(input.reading) : null;
  const inTurn = partsInTurn(source, input.session, {
    ...options,
    recordsOf: (part) => {
      const records = pages?.(part) ?? null;
      return records === null
        ? null
        : { columns: records.columns, batches: () => readParts(source, records.rows) };
    },
  });
  // Rows of a transaction that is not over are seen by no other session.
  if (options.joined === true || lanes.workers === 1 || !lanes.readSource) return inTurn;
  return {
    prove: async (asked, onProof) => {
      if (asked.length === 1) return inTurn.prove(asked, onProof);
      const looking = await lookTogether(input);
      const parts = asked.map(({ part }) => part);
      const progress = new ProofProgress(input.reading, parts, options);
      const tasks = asked.map(({ part, earlier }, index) => ({
        takes: isWorker,
        run: async (lane: Lane) => {
          const counter = progress.begin(part.table);
          const records = pages?.(part) ?? null;
          onProof(index, await lane.do({ kind: "prove", part, earlier, records, counter }));
          progress.end(part.table);
          return [];
        },
      }));
      await looking(() => lanes.run(tasks)).finally(() => progress.close());
    },
    locate: async (jobs, onLocated) => {
      if (jobs.length < 2) return inTurn.locate(jobs, onLocated);
      const looking = await lookTogether(input);
      const tasks = jobs.map((job, index) => ({
        takes: isWorker,
        run: async (lane: Lane) => {
          onLocated(index, await lane.do({ kind: "locate", ...job }));
          return [];
        },
      }));
      await looking(() => lanes.run(tasks));
    },
  };
}

/** @throws ToolError where the server shares no snapshot. */
async function lookTogether({
  reading: { lanes },
  session,
  connection,
}: ProofInput): Promise<(work: () => Promise<void>) => Promise<void>> {
  const snapshot = await exportSnapshot(session);
  return (work) => lanes.looking(connection, snapshot, work);
}
