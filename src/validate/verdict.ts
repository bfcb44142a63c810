/** From what was read of both sides to one of three answers. Only two digests that agree are `identical`. */
import type { TablePlan } from "../model/plan.js";
import { typeWords } from "../model/postgres.js";
import type { TableVerdict } from "../model/verdict.js";
import { digestText, sameDigest } from "./multiset-sum.js";
import type { SourceDigest } from "./source-digest.js";
import type { TargetDigest } from "./target-digest.js";

/** A side that was read, or the sentence that says why it could not be. */
export type Side<T> =
  { readonly read: T; readonly unread: null } | { readonly read: null; readonly unread: string };

/** `source.read` and `target.read` may say themselves that a table is missing or a value does not convert. */
export const judge = (
  table: TablePlan,
  source: Side<SourceDigest>,
  target: Side<TargetDigest>,
): TableVerdict => {
  const differences = differencesOf(source.read, target.read);
  const unread = [source.unread, target.unread, uncompared(table)].filter((reason) => reason !== null);
  const verdict = differences.length > 0 ? "different" : unread.length > 0 ? "unproven" : "identical";
  const reasons = [...differences, ...unread];
  return {
    source: table.source,
    target: table.target,
    verdict,
    sourceRows: source.read?.rows ?? null,
    targetRows: target.read?.rows ?? null,
    rejected: 0,
    sourceDigest: textOf(source.read),
    targetDigest: textOf(target.read),
    reason: verdict === "identical" ? null : [...new Set(reasons)].join("; "),
    asked: false,
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

const differencesOf = (source: SourceDigest | null, target: TargetDigest | null): readonly string[] =>
  [target?.departure ?? null, misfitReason(source), contentReason(source, target)].filter(
    (reason) => reason !== null,
  );

const misfitReason = (source: SourceDigest | null): string | null => {
  if (source === null || source.misfits === null) {
    return null;
  }
  const { rows, first } = source.misfits;
  return `${rows === 1 ? "a row of the source does" : `${rows} rows of the source do`} not convert: ${first}`;
};

const contentReason = (source: SourceDigest | null, target: TargetDigest | null): string | null => {
  if (source === null || target === null || target.rows === null) {
    return null;
  }
  if (source.rows !== target.rows) {
    return `the source has ${rowsWords(source.rows)}, the target has ${target.rows}`;
  }
  return source.digest === null || target.digest === null || sameDigest(source.digest, target.digest)
    ? null
    : `both sides have ${rowsWords(source.rows)}, but not the same values in them`;
};

const rowsWords = (rows: number): string => (rows === 1 ? "1 row" : `${rows} rows`);
