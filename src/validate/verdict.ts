/** From what was read of both sides to one of four answers. Only rows that were all found the same are `identical`, under policy or not. */
import type { TablePlan } from "../model/plan.js";
import { policyKeys, type PolicyName } from "../model/policy.js";
import { typeWords } from "../model/postgres.js";
import type { TableVerdict } from "../model/verdict.js";
import { digestText, sameDigest, type MultisetDigest } from "./multiset-sum.js";
import type { Quarantine } from "./quarantine.js";
import type { SourceDigest } from "./source/digest.js";

/** A side that was read, or the sentence that says why it could not be. */
export type Side<T> =
  { readonly read: T; readonly unread: null } | { readonly read: null; readonly unread: string };

export interface TargetDigest {
  /** Null where the table is not there. */
  readonly rows: number | null;
  /** Null where the table is not the one that the plan describes. */
  readonly digest: MultisetDigest | null;
  /** What is missing or of another type; null where all is as planned. */
  readonly departure: string | null;
}

/**
 * `source.read` and `target.read` may say themselves that a table is missing or a value does not convert.
 *
 * @param quarantine what stands of the table's rejected rows; null where every row has to stand in the table.
 */
export const judge = (
  table: TablePlan,
  source: Side<SourceDigest>,
  target: Side<TargetDigest>,
  quarantine: Side<Quarantine> | null = null,
): TableVerdict => {
  const differences = differencesOf(source.read, target.read, quarantine);
  const unread = [source.unread, target.unread, quarantine?.unread ?? null, uncompared(table)].filter(
    (reason) => reason !== null,
  );
  const policies = policyWords(source.read, quarantine);
  const verdict =
    differences.length > 0
      ? "different"
      : unread.length > 0
        ? "unproven"
        : policies.length > 0
          ? "identical-under-policy"
          : "identical";
  const reasons = verdict === "identical-under-policy" ? policies : [...differences, ...unread];
  const isWhole = source.read?.misfits === null || quarantine !== null;
  return {
    source: table.source,
    target: table.target,
    verdict,
    sourceRows: source.read?.rows ?? null,
    targetRows: target.read?.rows ?? null,
    rejected: quarantine?.read?.difference === null ? quarantine.read.rows : 0,
    // Of a part of the rows it would be no digest of the table.
    sourceDigest: isWhole ? textOf(source.read) : null,
    targetDigest: textOf(target.read),
    reason: verdict === "identical" ? null : [...new Set(reasons)].join("; "),
    asked: false,
    reader: source.read?.reader ?? null,
    method: null,
    differences: null,
    notCompared: [],
    aggregates: null,
  };
};

/** The verdict on a table of which neither side was read. */
export const unproven = (table: TablePlan, reason: string): TableVerdict =>
  judge(table, { read: null, unread: reason }, { read: null, unread: reason });

/** Which columns were compared no further than whether there is a value; null without any. */
const uncompared = ({ target, columns }: TablePlan): string | null => {
  const names = columns.flatMap(({ target: name, type }) =>
    type.name === "other" ? [`${target}.${name} is ${typeWords(type)}`] : [],
  );
  return names.length === 0
    ? null
    : `the target's ${names.length === 1 ? "column" : "columns"} ${names.join(", ")}, which cannot be compared`;
};

const textOf = (side: SourceDigest | TargetDigest | null): string | null =>
  side === null || side.digest === null ? null : digestText(side.digest);

const differencesOf = (
  source: SourceDigest | null,
  target: TargetDigest | null,
  quarantine: Side<Quarantine> | null,
): readonly string[] =>
  [
    target?.departure ?? null,
    quarantine === null ? misfitReason(source) : (quarantine.read?.difference ?? null),
    countReason(source, target, quarantine),
    contentReason(source, target, quarantine),
  ].filter((reason) => reason !== null);

const misfitReason = (source: SourceDigest | null): string | null => {
  if (source === null || source.misfits === null) {
    return null;
  }
  const { rows, first } = source.misfits;
  return `${rows === 1 ? "a row of the source does" : `${rows} rows of the source do`} not convert: ${first}`;
};

/** Rows of the source = rows of the target + rejected rows. */
const countReason = (
  source: SourceDigest | null,
  target: TargetDigest | null,
  quarantine: Side<Quarantine> | null,
): string | null => {
  if (source === null || target === null || target.rows === null || quarantine?.read === null) {
    return null;
  }
  const rejected = quarantine?.read.rows ?? 0;
  if (source.rows === target.rows + rejected) {
    return null;
  }
  const more = quarantine === null ? "" : `, and ${rejected} rejected`;
  return `the source has ${rowsWords(source.rows)}, the target has ${target.rows}${more}`;
};

/** Of the rows that convert. */
const contentReason = (
  source: SourceDigest | null,
  target: TargetDigest | null,
  quarantine: Side<Quarantine> | null,
): string | null => {
  if (source === null || target === null || target.rows === null || target.digest === null) {
    return null;
  }
  const misfits = source.misfits?.rows ?? 0;
  if ((misfits > 0 && quarantine === null) || sameDigest(source.digest, target.digest)) {
    return null;
  }
  const converting = source.rows - misfits;
  if (quarantine === null || converting === target.rows) {
    return converting === target.rows
      ? `both sides have ${rowsWords(converting)}, but not the same values in them`
      : null;
  }
  return `${rowsWords(converting)} of the source ${converting === 1 ? "converts" : "convert"}, the target has ${target.rows}`;
};

/** What was asked for and done, of a table in which all else agrees. */
export const policyWords = (
  source: SourceDigest | null,
  quarantine: Side<Quarantine> | null,
): readonly string[] => {
  const changes = Object.entries(policyKeys).flatMap(([policy, name]) => {
    const values = source?.changes.get(policy as PolicyName) ?? 0;
    return values === 0 ? [] : [`${values} by ${name}`];
  });
  const rejected = quarantine?.read?.rows ?? 0;
  return [
    ...(changes.length === 0 ? [] : [`values changed as was asked: ${changes.join(", ")}`]),
    ...(rejected === 0 ? [] : [`${rowsWords(rejected)} rejected, whole in sqlift.rejected_rows`]),
  ];
};

const rowsWords = (rows: number): string => (rows === 1 ? "1 row" : `${rows} rows`);
