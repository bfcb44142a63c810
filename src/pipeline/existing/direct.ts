/**
 * One run of a plan into tables that are there: rows go in slice by slice, each in a transaction of its own, and are seen at once. So
 * what would refuse them is looked for before the first write; and where the answer is no all the same, the run's own rows are
 * taken out again, by their transactions (docs/decisions/into-existing.md).
 */
import { proveEarlier } from "../../import/existing/earlier-runs.js";
import { findOrphans, type OrphansOfLink } from "../../import/existing/orphans.js";
import { putBack } from "../../import/existing/put-back.js";
import { advanceSequences } from "../../import/existing/sequences.js";
import { setAside } from "../../import/existing/set-aside.js";
import { refuseFilled } from "../../import/existing/still-empty.js";
import { runStatement } from "../../import/finish.js";
import { inOneTransaction } from "../../import/place.js";
import { durableCommitSql } from "../../import/load-settings.js";
import type { Finding } from "../../model/finding.js";
import { quoteQualified } from "../../model/identifier.js";
import { toolVersion } from "../../model/version.js";
import { noticeDeathSql } from "../../target/history/held-runs.js";
import { readSetAside } from "../../target/history/set-aside.js";
import { readLoads, type LoadRecord } from "../../target/history/run-marks.js";
import { beginRun, endRunSql } from "../../target/history/runs.js";
import { stoppable } from "../../target/stoppable-session.js";
import type { OthersOptions } from "../../validate/others.js";
import { throwIfInterrupted } from "../pause.js";
import { prove } from "../proof/prove.js";
import type { RunResult } from "../run/run-result.js";
import { areProven, notAsked } from "../run/run-end.js";
import { RunSteps } from "../run/run-steps.js";
import { abandonLoad, refuseLoad, refusedResult } from "./abandon.js";
import { refuseRow } from "./diagnose.js";
import { earlierFindings } from "./earlier-findings.js";
import { faultsAfter } from "./faults-after.js";
import { loadGroups, RefusedRow } from "./load-groups.js";
import type { DirectInput, LoadingRun } from "./loading-run.js";
import { brokenFinding } from "./refusal-findings.js";
import { usedUpFindings } from "./used-up.js";

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
      if (error instanceof RefusedRow && signal?.aborted !== true) return refuseRow(loading, error);
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
  if (orphans.length > 0) {
    await refuseLoad(loading, "rows point at no row");
    return refusedResult(
      loading,
      orphans.map((broken) => brokenFinding(plan, broken)),
    );
  }
  const findings: Finding[] = [...plan.findings];
  const others = othersIn(await readLoads(session, run), findings);
  const verdicts = validate
    ? await steps.during("prove", plan.schema, () =>
        prove({ reading, session, connection, plan, schema: plan.schema }, { ...options, run, others }),
      )
    : plan.tables.map(notAsked);
  const proof = { verdicts, objects: [], validated: validate };
  if (validate && !areProven(verdicts)) {
    await refuseLoad(loading, "the proof failed");
    return { status: "refused", run, tables, findings, notCarried: plan.notCarried, ...proof };
  }
  const stillAway = await readSetAside(session, run);
  const says = (message: string): void => options.onProgress?.({ kind: "says", message });
  const broken = await putBack(session, stillAway, { signal: options.signal, onWait: says });
  const [first] = broken;
  if (first !== undefined)
    throw new Error(`${first.record.name} was proven, and is refused: ${first.message}`);
  const earlier = await proveEarlier(session, run, plan.schema, { signal: options.signal, onWait: says });
  const sequences = await advanceSequences(session, run, plan.schema, existing.sequences);
  for (const { target } of plan.tables)
    await runStatement(session, `ANALYZE ${quoteQualified(plan.schema, target)}`, `analyze table ${target}`);
  const objects = validate ? await faultsAfter(session, plan, { signal: options.signal }) : [];
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
    findings: [...findings, ...earlierFindings(earlier), ...usedUpFindings(plan, sequences)],
    notCarried: plan.notCarried,
    ...proof,
    objects,
  };
}

/** Nobody keeps others from writing into tables that are theirs as well. @param findings where it is told of them. */
const othersIn = (loads: readonly LoadRecord[], findings: Finding[]): OthersOptions => ({
  xminsOf: ({ target }) => loads.filter(({ table }) => table === target).map(({ xmin }) => xmin),
  onOthers: ({ source, target }, rows) => {
    findings.push({ kind: "rows-by-others", at: { table: source }, target, rows });
  },
});

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
