/** validate: finds out what to compare, compares, and says what came of it. */
import { resolve } from "node:path";
import { ToolError } from "../errors.js";
import { introspect } from "../export/introspect.js";
import type { ValidationOutcome } from "../model/outcome.js";
import type { ObjectFault } from "../model/object-fault.js";
import type { ProofMethod, SourceReader } from "../model/verdict.js";
import { withFullTextTables } from "../translate/objects/full-text-tables.js";
import { restoreSql } from "../translate/statements/restore.js";
import { faultsBeyondRows } from "../validate/beyond/beyond.js";
import { refuseCertificateFile, writeCertificate } from "../validate/certificate/file.js";
import { readCertificate } from "../validate/certificate/read.js";
import type { Resumption } from "../validate/resume/resumption.js";
import { withCancelling } from "./cancelling.js";
import { certificateOf } from "./proof/certify.js";
import { checkCertificate } from "./proof/check.js";
import { openTargetFor, plannedTarget, withSource, type RunOptions } from "./open.js";
import { throwIfInterrupted } from "./pause.js";
import { allowing, refuseUnknown } from "./proof/allow-unproven.js";
import { prove } from "./proof/prove.js";
import { allowOthers } from "./existing/others.js";
import { findQuestion } from "./proof/question.js";
import { withReading } from "./reading/reading.js";
import { withResumption, type ResumingOptions } from "./proof/resuming.js";
import { selectionOf } from "./planning/selection.js";

export { readCertificate };

export interface ValidationOptions extends RunOptions, ResumingOptions {
  /** How many rows that differ are listed of a table, at least 0; all are counted. Default: 1,000. */
  readonly maxDifferences?: number | undefined;
  /** Who reads the source; default: SQLite itself, which shares no code with the loader. */
  readonly reader?: SourceReader | undefined;
  /** Where the target's rows are hashed; default: where it is measured to be cheaper, or as in earlier sittings. */
  readonly method?: ProofMethod | undefined;
  /** Where a certificate is written, also of an answer that is no; there must be no such file yet. Default: nowhere. */
  readonly certificate?: string | undefined;
}

/**
 * Compares a SQLite file, or what a certificate says of one, with a database; changes neither, and makes none.
 *
 * @param sourcePath of a SQLite file or a certificate, which is known by what is in it.
 * @param targetSpec a postgres:// URL or `embedded:DIR`.
 * @throws ToolError the codes of both sides, `usage` (also for a table that is included or may stay unproven and is not
 *   there, and for a certificate that cannot be written), `certificate-invalid`, `resume-invalid`, `interrupted`.
 */
export async function validate(
  sourcePath: string,
  targetSpec: string,
  options: ValidationOptions = {},
): Promise<ValidationOutcome> {
  const allowUnproven = options.allowUnproven ?? [];
  const made = readCertificate(sourcePath);
  if (made !== null) {
    refuseForCertificate(options);
    refuseUnknown(
      allowUnproven,
      made.tables.map((table) => table.source),
    );
    const checked = await checkCertificate(sourcePath, made, targetSpec, options);
    return { ...checked, verdicts: allowing(checked.verdicts, allowUnproven) };
  }
  if (options.certificate !== undefined) refuseCertificateFile(options.certificate);
  refuseSharedFile(options);
  return withResumption(options, (resumption) => validateFile(sourcePath, targetSpec, options, resumption));
}

async function validateFile(
  sourcePath: string,
  targetSpec: string,
  options: ValidationOptions,
  resumption: Resumption | undefined,
): Promise<ValidationOutcome> {
  const started = new Date();
  const startedAt = performance.now();
  const allowUnproven = options.allowUnproven ?? [];
  return withSource(sourcePath, options, true, async (source, readers) => {
    const described = withFullTextTables(introspect(source));
    const names = described.tables.map(({ name }) => name);
    const selection = selectionOf(options, names, source.file);
    const target = await openTargetFor(targetSpec, options, true);
    try {
      const session = await target.open();
      const place = plannedTarget(options, target);
      const question = await withCancelling(session, options.signal, (asking) =>
        findQuestion(source, described, selection, asking, place, options),
      );
      const { plan, run } = question;
      const planned = new Set(plan.tables.map((table) => table.source));
      refuseUnknown(allowUnproven, [...planned, ...question.verdicts.map((verdict) => verdict.source)]);
      const tables = described.tables.filter(({ name }) => planned.has(name));
      let snapshot: string | null = null;
      let jobs = 1;
      const compared = await withReading(
        source,
        { ...described, tables },
        { ...options, readers },
        (reading) => {
          jobs = reading.lanes.workers;
          return prove(
            {
              reading,
              session,
              connection: target.connection,
              plan,
              schema: plan.schema,
              reader: options.reader,
            },
            {
              ...options,
              run,
              resumption,
              // What is kept of a part must stand by itself.
              digests: options.certificate !== undefined || options.resume !== undefined,
              onSnapshot: (name) => (snapshot = name),
            },
          );
        },
      );
      const objects = await withCancelling(session, options.signal, (looking) =>
        faultsBeyondRows(looking, plan, {
          // What a run has made has to be there; the tables of an application are its own to change.
          isKnown: run !== null && plan.existing === undefined,
          restoreSql: (object) => restoreSql(plan, object),
          signal: options.signal,
        }),
      );
      // A certificate says what the target has; who checks it knows nothing of rows that may be there besides.
      const told = options.certificate === undefined ? allowOthers(plan, compared) : compared;
      const allowed = plan.tables.flatMap(({ source: name, target: table }) =>
        allowUnproven.includes(name) ? [table] : [],
      );
      const outcome: ValidationOutcome = {
        objects: objects.map((fault) => allowingFault(fault, allowed)),
        verdicts: allowing([...told, ...question.verdicts], allowUnproven),
        planFrom: question.planFrom,
        mappings: plan.mappings,
        certificate: null,
        keptProof: null,
        findings: question.findings,
        target: target.place,
        elapsedSeconds: (performance.now() - startedAt) / 1000,
      };
      if (options.certificate !== undefined) {
        const facts = { outcome, source, plan, run, jobs, snapshot, started };
        throwIfInterrupted(options.signal);
        writeCertificate(options.certificate, certificateOf(facts));
      }
      const isUnproven = compared.some(({ verdict }) => verdict === "unproven");
      return { ...outcome, keptProof: resumption?.end(isUnproven) ?? null };
    } finally {
      await target.close();
    }
  });
}

/** @throws ToolError `usage` for what takes the source. */
function refuseForCertificate(options: ValidationOptions): void {
  const { certificate, maxDifferences, reader, resume, mappings = [] } = options;
  const given = {
    "--certificate": certificate,
    "--max-differences": maxDifferences,
    "--reader": reader,
    "--resume": resume,
    "--mapping": mappings[0],
  };
  const [option] = Object.entries(given).flatMap(([name, value]) => (value === undefined ? [] : [name]));
  if (option !== undefined)
    throw new ToolError(
      "usage",
      `${option} takes the source: a certificate tells neither its rows nor more than it says already.`,
      `Leave ${option} out, or name the SQLite file.`,
    );
}

/** @throws ToolError `usage` where one file is to hold two things. */
function refuseSharedFile({ certificate, resume }: ValidationOptions): void {
  if (certificate !== undefined && resume !== undefined && resolve(certificate) === resolve(resume))
    throw new ToolError("usage", "--certificate and --resume name the same file.", "Name two.");
}

const allowingFault = (fault: ObjectFault, tables: readonly string[]): ObjectFault =>
  fault.answer === "unproven" && fault.table !== null && tables.includes(fault.table)
    ? { ...fault, answer: "listed" }
    : fault;
