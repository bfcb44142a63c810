/**
 * One run of a plan into tables that are there: rows go in slice by slice, each in a transaction of its own, and are seen at once. So
 * what would refuse them is looked for before the first write; and where the answer is no all the same, the run's own rows are
 * taken out again, by their transactions (docs/decisions/into-existing.md).
 */
import { findOrphans, type OrphansOfLink } from "../../import/existing/orphans.js";
import { putBack } from "../../import/existing/put-back.js";
import { quietSql } from "../../import/existing/quiet.js";
import { advanceSequences } from "../../import/existing/sequences.js";
import { setAside } from "../../import/existing/set-aside.js";
import { refuseFilled } from "../../import/existing/still-empty.js";
import { runStatement } from "../../import/finish.js";
import { inOneTransaction } from "../../import/place.js";
import { durableCommitSql } from "../../import/load-settings.js";
import type { ExistingPlan } from "../../model/existing.js";
import type { Finding } from "../../model/finding.js";
import { quoteQualified } from "../../model/identifier.js";
import type { TableOutcome } from "../../model/outcome.js";
import type { OnProgress } from "../../model/progress.js";
import { toolVersion } from "../../model/version.js";
import { noticeDeathSql } from "../../target/history/held-runs.js";
import { readSetAside } from "../../target/history/set-aside.js";
import { readLoads } from "../../target/history/run-marks.js";
import { beginRun, endRunSql } from "../../target/history/runs.js";
import { stoppable } from "../../target/stoppable-session.js";
import { faultsBeyondRows } from "../../validate/beyond/beyond.js";
import { throwIfInterrupted } from "../pause.js";
import { prove } from "../prove.js";
import { RowLoad } from "../row-load.js";
import { RowProgress } from "../row-progress.js";
import type { RunInput, RunResult } from "../run.js";
import { areProven, notAsked } from "../run-end.js";
import { RunSteps } from "../run-steps.js";
import { abandonLoad, refuseLoad } from "./abandon.js";
import { togetherTask, type TableLoad } from "./together.js";
import { usedUpFindings } from "./used-up.js";

export interface DirectInput extends Omit<RunInput, "schemaExists"> {
  readonly existing: ExistingPlan;
}

/** One that has begun. */
export interface LoadingRun extends DirectInput {
  readonly run: number;
  readonly steps: RunSteps;
}

/** @throws ToolError the codes of both sides, `value-misfit`, `interrupted`; what it says of the run's rows is true. */
export async function executeDirect(input: DirectInput): Promise<RunResult> {
  const { session, plan, options } = input;
  const { signal } = options;
  const cancel = (): void => void session.cancel();
  signal?.addEventListener("abort", cancel);
  try {
    await session.query(noticeDeathSql).catch(() => []);
    const begun = { plan, toolVersion, strategy: "direct" } as const;
    const run = await beginRun(stoppable(session, signal), begun).catch((error: unknown) => {
      throwIfInterrupted(signal);
      throw error;
    });
    const loading: LoadingRun = { ...input, run, steps: new RunSteps() };
    return await loadAndProve(loading).catch(async (error: unknown) => {
      throw await abandonLoad(loading, error);
    });
  } finally {
    signal?.removeEventListener("abort", cancel);
  }
}

async function loadAndProve(loading: LoadingRun): Promise<RunResult> {
  const { session, plan, existing, reading, connection, run, steps, validate, options } = loading;
  const empty = plan.tables.filter((table) => table.existing?.rowsThere === 0);
  await refuseFilled(
    session,
    plan.schema,
    empty.map(({ target }) => target),
  );
  await setAside(session, run, existing.setAside);
  const tables = await steps.during("build", plan.schema, () => loadGroups(loading));
  const orphans = await orphansOf(loading);
  const verdicts =
    validate && orphans.length === 0
      ? await steps.during("prove", plan.schema, () =>
          prove({ reading, session, connection, plan, schema: plan.schema }, { ...options, run }),
        )
      : plan.tables.map(notAsked);
  const proof = { verdicts, objects: [], validated: validate };
  const findings = [...plan.findings, ...orphans.map((broken) => brokenFinding(loading, broken))];
  if (orphans.length > 0 || (validate && !areProven(verdicts))) {
    await refuseLoad(loading, orphans.length > 0 ? "rows point at no row" : "the proof failed");
    return { status: "refused", run, tables, findings, notCarried: plan.notCarried, ...proof };
  }
  const stillAway = await readSetAside(session, run);
  const onWait = (message: string): void => options.onProgress?.({ kind: "says", message });
  const broken = await putBack(session, stillAway, { signal: options.signal, onWait });
  const [first] = broken;
  if (first !== undefined)
    throw new Error(`${first.record.name} was proven, and is refused: ${first.message}`);
  const sequences = await advanceSequences(session, run, plan.schema, existing.sequences);
  for (const { target } of plan.tables)
    await runStatement(session, `ANALYZE ${quoteQualified(plan.schema, target)}`, `analyze table ${target}`);
  const faults = validate
    ? await faultsBeyondRows(session, plan, { isKnown: true, signal: options.signal })
    : [];
  // What is off or NOT VALID was so before: what we set aside is back as it was.
  const objects = faults.filter(({ kind }) => kind !== "not-validated");
  await steps.write(session, run);
  await inOneTransaction(
    session,
    [...durableCommitSql, endRunSql(run, loading.stepsAreLeft === true ? "incomplete" : "done")],
    "close the run",
  );
  return {
    status: "migrated",
    run,
    tables,
    findings: [...findings, ...usedUpFindings(plan, sequences)],
    notCarried: plan.notCarried,
    ...proof,
    objects,
  };
}

/** Group after group; the tables of one side by side. */
async function loadGroups(loading: LoadingRun): Promise<readonly TableOutcome[]> {
  const { reading, plan, existing, connection, run, steps, options } = loading;
  const { onProgress, signal } = options;
  const rows = plan.tables.reduce((sum, table) => sum + table.rows, 0);
  onProgress?.({ kind: "phase", phase: "copy", tables: plan.tables.length, rows });
  const counted = plan.tables.map((table) => ({ name: table.source, total: () => table.rows }));
  const begins = quietSql(existing.quiet);
  const progress = new RowProgress("copy", counted, reading.lanes.counters, onProgress);
  const loads = plan.tables.map(
    (table, counter) =>
      new RowLoad({
        reading: reading.tables[counter]!,
        table,
        run,
        schema: plan.schema,
        createSql: null,
        begins,
        orphans: null,
        counter,
        progress,
        steps,
        whenCopied: () => [],
      }),
  );
  try {
    await reading.lanes.connect(
      connection,
      reading.tables.some(({ reader }) => reader.by === "sqlite"),
    );
    const loadOf = (name: string): TableLoad => {
      const at = plan.tables.findIndex(({ target }) => target === name);
      return { load: loads[at]!, reading: reading.tables[at]! };
    };
    for (const { tables, together } of existing.groups) {
      throwIfInterrupted(signal);
      const some = tables.map(loadOf);
      if (together) tellQueue(some, onProgress);
      // The biggest first: what is left at the end should be small.
      const tasks = together
        ? [togetherTask(some, reading, begins)]
        : some.sort((a, b) => b.load.bytes - a.load.bytes).flatMap(({ load }) => load.tasks());
      await reading.lanes.run(tasks);
    }
  } finally {
    progress.end();
  }
  return loads.map((load) => load.outcome());
}

/** The server keeps a note of each row whose foreign key it has yet to check. */
const longQueue = 10_000_000;

function tellQueue(tables: readonly TableLoad[], onProgress: OnProgress | undefined): void {
  const rows = tables.reduce((sum, { load }) => sum + load.outcome().rows, 0);
  if (rows < longQueue) return;
  const names = tables.map(({ load }) => load.outcome().target).join(", ");
  const message = `foreign keys among ${names} stay in place: the server keeps ${rows} rows in mind until it has checked them`;
  onProgress?.({ kind: "says", message });
}

/** Of the foreign keys that the server did not check row by row. */
async function orphansOf({ session, plan, existing, run }: LoadingRun): Promise<readonly OrphansOfLink[]> {
  const links = existing.links.filter(({ staysInPlace }) => !staysInPlace);
  if (links.length === 0) return [];
  const loads = await readLoads(session, run);
  return findOrphans(session, links, {
    // One that was not valid says nothing of rows that were there.
    xminsOf: ({ table, isValid }) =>
      isValid ? null : loads.filter((load) => load.table === table).map(({ xmin }) => xmin),
    lockParents: existing.quiet === "replica" && plan.tables.length > 0,
  });
}

const brokenFinding = ({ plan }: LoadingRun, { link, rows, first }: OrphansOfLink): Finding => ({
  kind: "constraint-broken",
  at: { table: plan.tables.find(({ target }) => target === link.table)?.source ?? link.table },
  name: link.name,
  constraint: "foreign key",
  rows,
  first,
});
