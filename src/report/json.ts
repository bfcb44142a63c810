/**
 * The one JSON document of `--json`, described by schemas/report.schema.json: scripts depend on it.
 * Every key is always there; what is not known is null. 64-bit numbers stay decimal text.
 */
import type { CertificateUse } from "../model/certificate.js";
import type { MergedRows } from "../model/existing.js";
import type { Finding, FindingKind, Severity } from "../model/finding.js";
import { findingInfo } from "../model/finding.js";
import type { RunRecord } from "../model/history.js";
import type { UsedMapping } from "../model/mapping.js";
import type {
  MigrationOutcome,
  StatusOutcome,
  TableStatus,
  TargetPlace,
  ValidationOutcome,
} from "../model/outcome.js";
import type { ObjectFault } from "../model/object-fault.js";
import type { NotCarried, Plan } from "../model/plan.js";
import { validationVerdict } from "../model/proof.js";
import type { ScriptRecord, StepOutcome } from "../model/script.js";
import type { KeptProof } from "../model/sitting.js";
import type { UndoFacts, UndoOutcome } from "../model/undo.js";
import {
  unprovenVerdict,
  type ColumnAggregates,
  type MethodChoice,
  type SourceReader,
  type TableDifferences,
  type TableVerdict,
  type VerdictKind,
} from "../model/verdict.js";
import { findingPage, wordsOf } from "./finding-words.js";
import { withSeverity } from "./findings-text.js";
import { verdictOf } from "./proof.js";
import { historyStatus, migrationStatus, type ReportStatus } from "./report-status.js";

interface ReportJson {
  readonly status: ReportStatus;
  readonly tables: readonly TableJson[];
  readonly findings: readonly FindingJson[];
  readonly notCarried: readonly NotCarried[];
  /** null where no command got as far as to be timed. */
  readonly elapsedSeconds: number | null;
}

export interface TableJson {
  readonly source: string;
  readonly target: string;
  /** Rows of the source; null where they were not counted. */
  readonly rows: number | null;
  /** Rows that this run wrote: 0 for plan and validate. */
  readonly copied: number;
  readonly rejected: number;
  readonly status: TableStatus;
  readonly verdict: VerdictKind;
  /** True where it is `unproven` because somebody asked for that; a plan is such a wish. */
  readonly asked: boolean;
  /** Why it is not `identical`. */
  readonly reason: string | null;
  /** What the validator counted and digested. */
  readonly sourceRows: number | null;
  readonly targetRows: number | null;
  readonly sourceDigest: string | null;
  readonly targetDigest: string | null;
  /** Who read the source; null where nobody did. */
  readonly reader: SourceReader | null;
  /** How the target's rows were hashed; null where they were not. */
  readonly method: MethodChoice | null;
  /** The rows that differ, all of them counted and the first ones listed; null where none were looked for. */
  readonly differences: TableDifferences | null;
  /** Columns of the target that nothing of the source was held against. */
  readonly notCompared: readonly string[];
  /** What both databases computed by themselves and were compared by; null where they were not. */
  readonly aggregates: readonly ColumnAggregates[] | null;
  /** What a staged run did with rows that were there and rows that came; else null. */
  readonly existing: MergedRows | null;
}

export interface FindingJson {
  readonly kind: FindingKind;
  readonly severity: Severity;
  readonly at: Finding["at"];
  readonly message: string;
  readonly mend: string | null;
  /** From the package's root. */
  readonly page: string;
  /** True where it alone makes the exit code 1, though the rows are there. */
  readonly answersNo: boolean;
  /** What the finding of this kind holds besides. */
  readonly facts: Readonly<Record<string, unknown>>;
}

export interface PlanJson extends ReportJson {
  readonly plan: Plan;
}

export interface MigrationJson extends ReportJson {
  readonly objects: readonly ObjectFault[];
  readonly target: TargetPlace;
  readonly run: number | null;
  readonly steps: readonly StepOutcome[];
  readonly validated: boolean;
}

export interface ValidationJson extends ReportJson {
  /** What does not hold beyond the rows. */
  readonly objects: readonly ObjectFault[];
  readonly target: TargetPlace;
  readonly planFrom: ValidationOutcome["planFrom"];
  /** Those that the plan goes by. */
  readonly mappings: readonly UsedMapping[];
  /** The certificate that the target was held against; null: the source was. */
  readonly certificate: CertificateUse | null;
  /** What was kept of the proof by --resume; null without it. */
  readonly keptProof: KeptProof | null;
}

export interface StatusJson extends ReportJson {
  readonly target: TargetPlace;
  /** The newest first. */
  readonly runs: readonly RunRecord[];
  readonly steps: readonly Omit<ScriptRecord, "step">[];
}

export interface UndoJson extends ReportJson {
  readonly target: TargetPlace;
  readonly undo: UndoFacts;
}

/** A ToolError's facts; this room knows no errors. */
export interface ErrorFacts {
  readonly code: string;
  readonly message: string;
  readonly hint: string | null;
}

export interface ErrorJson extends ReportJson {
  readonly error: ErrorFacts;
}

export const planJson = (plan: Plan, elapsedSeconds: number | null = null): PlanJson => ({
  status: withSeverity(plan.findings, "blocks").length > 0 ? "blocked" : "planned",
  tables: [
    ...plan.tables.map(({ source, target, rows }) => ({
      ...tableJson(notTried(source, target, "only planned")),
      rows,
    })),
    ...leftOut(plan.notCarried),
  ],
  findings: plan.findings.map(findingJson),
  notCarried: plan.notCarried.map(withInstead),
  elapsedSeconds,
  plan: { ...plan, notCarried: plan.notCarried.map(withInstead) },
});

export const migrationJson = (outcome: MigrationOutcome): MigrationJson => ({
  status: migrationStatus(outcome),
  tables: [
    ...outcome.tables.map((table) => ({
      ...tableJson(verdictOf(outcome, table)),
      rows: table.rows,
      copied: table.copied,
      rejected: table.rejected,
      status: table.status,
      existing: table.merged ?? null,
    })),
    ...leftOut(outcome.notCarried),
  ],
  findings: outcome.findings.map(findingJson),
  notCarried: outcome.notCarried.map(withInstead),
  elapsedSeconds: outcome.elapsedSeconds,
  target: outcome.target,
  objects: outcome.objects,
  run: outcome.run,
  steps: outcome.steps,
  validated: outcome.validated,
});

export const validationJson = (outcome: ValidationOutcome): ValidationJson => ({
  status: validationVerdict(outcome),
  tables: outcome.verdicts.map(tableJson),
  findings: outcome.findings.map(findingJson),
  notCarried: [],
  elapsedSeconds: outcome.elapsedSeconds,
  target: outcome.target,
  objects: outcome.objects,
  planFrom: outcome.planFrom,
  mappings: outcome.mappings,
  certificate: outcome.certificate,
  keptProof: outcome.keptProof,
});

export const statusJson = ({ runs, steps, target, elapsedSeconds }: StatusOutcome): StatusJson => ({
  status: historyStatus(runs, steps),
  tables: [],
  findings: [],
  notCarried: [],
  elapsedSeconds,
  target,
  runs,
  steps: steps.map(recordJson),
});

function recordJson(record: ScriptRecord): Omit<ScriptRecord, "step"> {
  const { phase, folder, name, run, checksum, status, started, milliseconds, error, accepted } = record;
  return { phase, folder, name, run, checksum, status, started, milliseconds, error, accepted };
}

export const undoJson = ({ status, target, elapsedSeconds, ...undo }: UndoOutcome): UndoJson => ({
  status,
  tables: [],
  findings: [],
  notCarried: [],
  elapsedSeconds,
  target,
  undo,
});

export const errorJson = (
  { code, message, hint }: ErrorFacts,
  elapsedSeconds: number | null = null,
): ErrorJson => ({
  status: "failed",
  tables: [],
  findings: [],
  notCarried: [],
  elapsedSeconds,
  error: { code, message, hint },
});

const withInstead = (line: NotCarried): NotCarried => ({ ...line, instead: line.instead ?? null });

const tableJson = (verdict: TableVerdict): TableJson => ({
  source: verdict.source,
  target: verdict.target,
  rows: verdict.sourceRows,
  copied: 0,
  rejected: verdict.rejected,
  status: "not-run",
  verdict: verdict.verdict,
  asked: verdict.asked,
  reason: verdict.reason,
  sourceRows: verdict.sourceRows,
  targetRows: verdict.targetRows,
  sourceDigest: verdict.sourceDigest,
  targetDigest: verdict.targetDigest,
  reader: verdict.reader,
  method: verdict.method,
  differences: verdict.differences,
  notCompared: verdict.notCompared,
  aggregates: verdict.aggregates,
  existing: null,
});

/** Tables that somebody asked to leave out; only those are tables among what is not carried. */
const leftOut = (notCarried: readonly NotCarried[]): readonly TableJson[] =>
  notCarried.flatMap(({ type, name, reason }) =>
    type === "table" ? [tableJson(notTried(name, name, reason))] : [],
  );

const notTried = (source: string, target: string, reason: string): TableVerdict =>
  unprovenVerdict({ source, target }, reason, { asked: true });

const findingJson = (finding: Finding): FindingJson => {
  const { kind, at, ...facts } = finding;
  const { what: message, mend } = wordsOf(finding);
  return { kind, ...findingInfo[kind], at, message, mend, page: findingPage(kind), facts };
};
