/** What a certificate and the target of today say together. Nothing becomes better by this check than the certificate says. */
import type { CertifiedTable } from "../../model/certificate.js";
import type { MethodChoice, TableVerdict } from "../../model/verdict.js";
import type { Side } from "../verdict.js";

export interface FoundTable {
  /** Null where the table is not there. */
  readonly rows: number | null;
  /** Null where the table is not the one that was certified. */
  readonly digest: string | null;
  readonly departure: string | null;
  readonly notCompared: readonly string[];
}

/** @param found null where the certificate has no digest to compare with, so that nothing was read. */
export const judgeAgain = (
  table: CertifiedTable,
  found: Side<FoundTable> | null,
  method: MethodChoice,
): TableVerdict => {
  const { source, target, sourceRows, sourceDigest, rejected } = table;
  const now = found?.read ?? null;
  const verdict = (kind: TableVerdict["verdict"], reason: string | null): TableVerdict => ({
    source,
    target,
    verdict: kind,
    sourceRows,
    targetRows: now?.rows ?? null,
    rejected: kind.startsWith("identical") ? rejected : 0,
    sourceDigest,
    targetDigest: now?.digest ?? null,
    reason,
    asked: kind === "unproven" && table.verdict === "unproven" && table.asked,
    reader: null,
    method: now?.digest === null || now === null ? null : method,
    differences: null,
    notCompared: now?.notCompared ?? [],
    aggregates: null,
  });
  const then = `${table.verdict} when the certificate was made${table.reason === null ? "" : `: ${table.reason}`}`;
  if (table.verdict === "unproven" || found === null) {
    return verdict(table.verdict === "different" ? "different" : "unproven", then);
  }
  if (now === null) {
    return verdict("unproven", found.unread);
  }
  const change = changeOf(table, now);
  if (table.verdict !== "different") {
    return change === null ? verdict(table.verdict, table.reason) : verdict("different", change);
  }
  if (change === null) {
    return verdict("different", `it is as it was then: ${then}`);
  }
  // Whether it was mended, or merely bent in another way, only the source can tell.
  return sourceDigest !== null && now.digest !== null && now.digest !== sourceDigest
    ? verdict("different", `${change}, and still has other rows than the source had: ${then}`)
    : verdict("unproven", `${change}; ${then}; validate it against the source`);
};

/** What is no longer as it was; null where all is. */
const changeOf = (table: CertifiedTable, { rows, digest, departure }: FoundTable): string | null => {
  if (departure !== null) {
    return `${departure}, as it had when the certificate was made`;
  }
  if (digest === table.targetDigest) {
    return null;
  }
  return rows === table.targetRows
    ? `it has ${rowsWords(table.targetRows)} as when the certificate was made, but not the same values in them`
    : `it had ${rowsWords(table.targetRows)} when the certificate was made, and has ${rows ?? "none"} now`;
};

const rowsWords = (rows: number | null): string => (rows === 1 ? "1 row" : `${rows ?? "no"} rows`);
