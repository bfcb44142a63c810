/** What the parts of a table say together. */
import type { PolicyName } from "../model/policy.js";
import { addDigests, noRows, type MultisetDigest } from "./multiset-sum.js";
import type { PartProof } from "./part.js";
import type { SourceDigest } from "./source/digest.js";
import { mostNamed, type SourceRejects } from "./source/rejected-sum.js";
import type { Side } from "./verdict.js";

/** @param parts at least one, in row order. */
export const mergeSource = (parts: readonly PartProof[]): Side<SourceDigest> => {
  const read: SourceDigest[] = [];
  for (const { source } of parts) {
    if (source.read === null) {
      return source;
    }
    read.push(source.read);
  }
  return { read: read.reduce(addSources), unread: null };
};

const addSources = (one: SourceDigest, other: SourceDigest): SourceDigest => ({
  // The one that says less.
  reader: one.reader === other.reader ? one.reader : "pages",
  rows: one.rows + other.rows,
  digest: addDigests(one.digest, other.digest),
  misfits:
    one.misfits === null || other.misfits === null
      ? (one.misfits ?? other.misfits)
      : { rows: one.misfits.rows + other.misfits.rows, first: one.misfits.first },
  changes: addChanges(one.changes, other.changes),
  rejects: one.rejects === null || other.rejects === null ? null : addRejects(one.rejects, other.rejects),
});

const addChanges = (
  one: SourceDigest["changes"],
  other: SourceDigest["changes"],
): ReadonlyMap<PolicyName, number> => {
  const sum = new Map(one);
  for (const [policy, values] of other) {
    sum.set(policy, (sum.get(policy) ?? 0) + values);
  }
  return sum;
};

const addRejects = (one: SourceRejects, other: SourceRejects): SourceRejects => {
  const named = one.rows === null || other.rows === null ? null : [...one.rows, ...other.rows];
  return {
    digest: addDigests(one.digest, other.digest),
    withRowids: one.withRowids,
    rows: named === null || named.length > mostNamed ? null : named,
  };
};

export const mergeTarget = (parts: readonly PartProof[]): Side<MultisetDigest> => {
  let sum = noRows;
  for (const { target } of parts) {
    if (target.read === null) {
      return target;
    }
    sum = addDigests(sum, target.read);
  }
  return { read: sum, unread: null };
};
