/** validate with a certificate: whether the target is as it was when that was made. The source is not needed. */
import type { Certificate, CertificateUse, CertifiedTable } from "../../model/certificate.js";
import type { Finding } from "../../model/finding.js";
import type { ValidationOutcome } from "../../model/outcome.js";
import { unprovenVerdict, type TableVerdict } from "../../model/verdict.js";
import { leftOutBy } from "../../translate/rules/choose-tables.js";
import { checkTables, type CheckOptions } from "../../validate/certificate/check.js";
import { openTargetFor, plannedTarget, type RunOptions } from "../open.js";
import { refuseNothingLeft, selectionOf } from "../planning/selection.js";

/**
 * @param path of the certificate, for the report.
 * @throws ToolError the target's codes, `usage` where no table is selected, `interrupted`.
 */
export async function checkCertificate(
  path: string,
  certificate: Certificate,
  targetSpec: string,
  options: RunOptions & CheckOptions,
): Promise<ValidationOutcome> {
  const started = performance.now();
  const { tables, leftOut } = selectedTables(certificate, options);
  const target = await openTargetFor(targetSpec, options, true);
  try {
    const schema = plannedTarget(options, target).schema ?? certificate.target.schema;
    const session = await target.open();
    const compared = await checkTables(session, { ...certificate, tables }, schema, options);
    const verdicts = [...compared, ...leftOut];
    const nothing: readonly Finding[] = [{ kind: "nothing-to-move", at: { table: null } }];
    return {
      verdicts,
      // Of what a certificate says of no table, only that can be true.
      findings: certificate.tables.length === 0 && certificate.status === "identical" ? nothing : [],
      objects: [],
      planFrom: "certificate",
      mappings: [],
      certificate: useOf(path, { ...certificate, tables }, verdicts),
      keptProof: null,
      target: target.place,
      elapsedSeconds: (performance.now() - started) / 1000,
    };
  } finally {
    await target.close();
  }
}

interface SelectedTables {
  readonly tables: readonly CertifiedTable[];
  readonly leftOut: readonly TableVerdict[];
}

/** By the names that they have in the source. */
function selectedTables({ tables, source: { file } }: Certificate, options: RunOptions): SelectedTables {
  const names = tables.map(({ source }) => source);
  const selection = selectionOf(options, names, file);
  const chosen = tables.filter(({ source }) => leftOutBy(selection, source) === null);
  refuseNothingLeft(selection, chosen.length, tables.length, file);
  const leftOut = tables.flatMap((table) => {
    const reason = leftOutBy(selection, table.source);
    return reason === null ? [] : [unprovenVerdict(table, reason, { asked: true })];
  });
  return { tables: chosen, leftOut };
}

function useOf(
  path: string,
  { finished, tool, source, status, tables }: Certificate,
  verdicts: readonly TableVerdict[],
): CertificateUse {
  const rejected = tables.reduce((sum, table) => sum + table.rejected, 0);
  const left = tables.flatMap(({ target, notCompared }) => notCompared.map((name) => `${target}.${name}`));
  return {
    path,
    finished,
    toolVersion: tool.version,
    sourceFile: source.file,
    status,
    checked: verdicts.some(({ targetDigest }) => targetDigest !== null)
      ? ["whether the tables have the rows that they had when the certificate was made, by count and digest"]
      : [],
    notChecked: [
      `${source.file}: whether it still is what it was then (${source.fingerprint})`,
      "which rows differ: that takes the source",
      "next values, indexes and constraints",
      ...(rejected === 0 ? [] : ["the rejected rows in sqlift.rejected_rows"]),
      ...(left.length === 0 ? [] : [`columns that were not compared then: ${left.join(", ")}`]),
    ],
  };
}
