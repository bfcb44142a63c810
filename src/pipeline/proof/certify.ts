/** Puts a certificate together: what was compared, how, and what came of it. */
import type { Certificate, CertifiedTable } from "../../model/certificate.js";
import type { ValidationOutcome } from "../../model/outcome.js";
import { comparedColumns, type Plan } from "../../model/plan.js";
import { validationVerdict } from "../../model/proof.js";
import type { TableVerdict } from "../../model/verdict.js";
import { toolVersion } from "../../model/version.js";
import type { Source } from "../../source/source.js";
import { canonicalForm } from "../../validate/canonical/version.js";
import { seal } from "../../validate/certificate/seal.js";

export interface CertifiedFacts {
  readonly outcome: ValidationOutcome;
  readonly source: Source;
  readonly plan: Plan;
  readonly run: number | null;
  /** Threads and connections at most. */
  readonly jobs: number;
  /** In which all rows of the target were read; null where none were. */
  readonly snapshot: string | null;
  readonly started: Date;
}

export function certificateOf(facts: CertifiedFacts): Certificate {
  const { outcome, source, plan, run, jobs, snapshot, started } = facts;
  const { file, bytes, fingerprint } = source;
  const { words, serverVersion } = outcome.target;
  return seal({
    format: "sqlift-certificate",
    formatVersion: 1,
    tool: { name: "sqlift", version: toolVersion },
    canonicalForm,
    status: validationVerdict(outcome),
    started: started.toISOString(),
    finished: new Date().toISOString(),
    source: { file, bytes, fingerprint },
    target: { words, serverVersion, schema: plan.schema, snapshot },
    planFrom: run === null ? "target-columns" : "run-history",
    run,
    jobs,
    tables: outcome.verdicts.map((verdict) => certifiedTable(verdict, plan)),
    objects: outcome.objects,
  });
}

function certifiedTable(verdict: TableVerdict, { tables }: Plan): CertifiedTable {
  const planned = tables.find(({ source }) => source === verdict.source);
  const columns = (planned === undefined ? [] : comparedColumns(planned)).map(
    ({ source, target, type, unit, zone, decode, policy }) => ({
      source,
      target,
      type,
      unit,
      zone,
      decode,
      policy,
    }),
  );
  const { source, target, sourceRows, targetRows, rejected, sourceDigest, targetDigest } = verdict;
  const { reason, asked, reader, method, differences, notCompared } = verdict;
  return {
    source,
    target,
    columns,
    notCompared,
    verdict: verdict.verdict,
    asked,
    reason,
    sourceRows,
    targetRows,
    rejected,
    sourceDigest,
    targetDigest,
    reader,
    method,
    differences:
      differences === null
        ? null
        : { missing: differences.missing, extra: differences.extra, changed: differences.changed },
  };
}
