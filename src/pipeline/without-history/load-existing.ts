/** A run into tables that are there, and empty, as one transaction. */
import { lockedByLoad } from "../../import/existing/locks.js";
import { findOwnOrphans } from "../../import/existing/orphans.js";
import { quietSql } from "../../import/existing/quiet.js";
import { restartSequences } from "../../import/existing/restart-sequences.js";
import { restoreSequences } from "../../import/existing/sequences.js";
import { putBackItems, setAsideHere } from "../../import/existing/set-aside.js";
import { refuseFilled } from "../../import/existing/still-empty.js";
import { quoteQualified } from "../../model/identifier.js";
import type { SequenceRecord } from "../../target/history/sequences.js";
import { faultsAfter } from "../existing/faults-after.js";
import type { DirectInput } from "../existing/loading-run.js";
import { brokenFinding } from "../existing/refusal-findings.js";
import { usedUpFindings } from "../existing/used-up.js";
import { prove } from "../proof/prove.js";
import { nothingDone } from "../run/blocked.js";
import { areProven, notAsked } from "../run/run-end.js";
import type { RunResult } from "../run/run-result.js";
import { allOrNothing, Refused } from "./all-or-nothing.js";
import { loadHere } from "./load-here.js";

/** @throws ToolError the codes of both sides, `value-misfit`, `interrupted`; what it says of the rows is true. */
export async function loadExistingAtOnce(input: DirectInput): Promise<RunResult> {
  const { session, plan, existing, options } = input;
  let set: readonly SequenceRecord[] = [];
  return allOrNothing({
    session,
    options,
    locks: {
      relations: lockedByLoad(plan, existing),
      // Others may read all the while, unless a foreign key or trigger is away.
      mode: existing.setAside.length > 0 ? "ACCESS EXCLUSIVE" : "EXCLUSIVE",
    },
    work: (here) => loadAndProve({ ...input, session: here }, (records) => (set = records)),
    onRolledBack: async () => {
      // What setval has done stays when all else is rolled back.
      if (set.length > 0) await restoreSequences(session, set).catch(() => undefined);
    },
  });
}

async function loadAndProve(
  input: DirectInput,
  onSet: (records: readonly SequenceRecord[]) => void,
): Promise<RunResult> {
  const { session, plan, existing, reading, connection, validate, options } = input;
  const { quiet, setAside } = existing;
  const { notCarried } = plan;
  await refuseFilled(
    session,
    plan.schema,
    plan.tables.map(({ target }) => target),
  );
  await setAsideHere(session, setAside);
  for (const sql of quietSql(quiet)) await session.query(sql);
  const tables = await loadHere(
    input,
    existing.groups.flatMap((group) => group.tables),
  );
  const orphans = await findOwnOrphans(session, existing);
  if (quiet === "replica") await session.query("SET LOCAL session_replication_role TO DEFAULT");
  if (orphans.length > 0) {
    const broken = orphans.map((each) => brokenFinding(plan, each));
    throw new Refused({ status: "refused", run: null, ...nothingDone(plan, broken) });
  }
  const verdicts = validate
    ? await prove(
        { reading, session, connection, plan, schema: plan.schema },
        { ...options, run: null, joined: true },
      )
    : plan.tables.map(notAsked);
  const proof = { verdicts, objects: [], validated: validate };
  const { findings } = plan;
  if (validate && !areProven(verdicts))
    throw new Refused({ status: "refused", run: null, tables, findings, notCarried, ...proof });
  await putBackItems(session, setAside);
  for (const { target } of plan.tables) await session.query(`ANALYZE ${quoteQualified(plan.schema, target)}`);
  const sequences = await restartSequences(session, plan.schema, existing.sequences, onSet);
  const objects = validate ? await faultsAfter(session, plan, { joined: true, signal: options.signal }) : [];
  return {
    status: "migrated",
    run: null,
    tables,
    findings: [...findings, ...usedUpFindings(plan, sequences)],
    notCarried,
    ...proof,
    objects,
  };
}
