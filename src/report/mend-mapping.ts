/** What a mapping file could say to settle a finding: rules in YAML's flow style, ready to paste. */
import { booleanWordPairs, wordPairOf } from "../model/boolean-words.js";
import type { Finding, TypeOffer } from "../model/finding.js";
import type { ColumnPlace } from "../model/place.js";
import { exactPattern } from "../model/pattern.js";
import { policyKeys, type ColumnPolicy, type PolicyName } from "../model/policy.js";
import type { TimeUnit } from "../model/postgres.js";
import type { RejectCode } from "../model/reject.js";
import { likeliestUnit } from "../model/times-seen.js";

/** What is said of one column. */
export interface OfferedRule extends Omit<TypeOffer, "type"> {
  /** Null: the type stays. */
  readonly type: string | null;
}

/** `tables: { "user": { columns: { "born": { out-of-range: null } } } }`: names as JSON writes them, which YAML takes. */
export const mappingLine = ({ table, column }: ColumnPlace, rule: string): string =>
  `tables: { ${quotedKey(table)}: { columns: { ${quotedKey(column)}: { ${rule} } } } }`;

/** The pattern that names this table or column alone. */
export const quotedKey = (name: string): string => JSON.stringify(exactPattern(name));

/** `type: date, empty: null`: without braces. */
export const ruleText = ({ type, unit, policy }: Pick<OfferedRule, "type" | "unit" | "policy">): string =>
  [
    // A comma would end it.
    ...(type === null ? [] : [`type: ${type.includes(",") ? JSON.stringify(type) : type}`]),
    ...(unit === null ? [] : [`convert: ${conversions[unit]}`]),
    ...Object.entries({ ...policy } as Readonly<Record<string, string | readonly string[]>>).map(
      ([name, said]) =>
        `${policyKeys[name as PolicyName]}: ${typeof said === "string" ? said : listText(said)}`,
    ),
  ].join(", ");

/** Quoted: `yes` and `1` are no words to every reader of YAML. */
const listText = (words: readonly string[]): string =>
  `[${words.map((word) => JSON.stringify(word)).join(", ")}]`;

/** As a line of the report has it; null where no rule would settle the finding. */
export const settlingRule = (finding: Finding): string | null => {
  const offered = offeredRule(finding);
  return offered === null ? null : ruleText(offered);
};

/** The rule for the column of the finding; null where none would settle it. */
export function offeredRule(finding: Finding): OfferedRule | null {
  switch (finding.kind) {
    case "value-misfit":
    case "rows-rejected":
      return settlingReject(finding);
    case "declared-type-not-kept":
    case "length-limit-dropped":
    case "rule-not-kept":
      return finding.offer;
    case "looks-like":
      return {
        type: finding.like,
        unit: finding.unit,
        // Which of them are finer than a microsecond was not counted.
        policy: finding.unit === "nanoseconds" ? { excess: "round" } : {},
        rejected: 0,
      };
    case "time-unit-missing":
      return { type: finding.type, unit: likeliestUnit(finding.seen), policy: {}, rejected: null };
    case "time-unit-unclear":
      return {
        type: "timestamptz",
        unit: likeliestUnit(finding.seen),
        policy: {},
        rejected: null,
      };
    default:
      return null;
  }
}

export type Rejected = Extract<Finding, { kind: "value-misfit" | "rows-rejected" }>;

/** Where the target decides the type, no rule changes it. */
function settlingReject(finding: Rejected): OfferedRule | null {
  const rule = rejectRules[finding.code](finding);
  return finding.there !== null && rule !== null && rule.type !== null ? null : rule;
}

/** The type that would hold the value, where the target has the column already and has another; null where none would. */
export const settlingType = (finding: Rejected): string | null =>
  finding.there === null ? null : (rejectRules[finding.code](finding)?.type ?? null);

const ofType = (type: string): OfferedRule => ({ type, unit: null, policy: {}, rejected: 0 });
const ofPolicy = (policy: ColumnPolicy): OfferedRule => ({ type: null, unit: null, policy, rejected: 0 });

const rejectRules: Readonly<Record<RejectCode, (finding: Rejected) => OfferedRule | null>> = {
  "storage-class": ({ type }) => ofType(type === "text" ? "bytea" : "text"),
  syntax: ({ type, first, isKey }) => {
    if (!isKey && isBlank(first.value)) return ofPolicy({ empty: "null" });
    const pair = type === "boolean" ? wordPair(first.value) : null;
    if (pair !== null) return ofPolicy({ trueWords: [pair[0]], falseWords: [pair[1]] });
    return ofType(type === "text" ? "bytea" : "text");
  },
  range: ({ type, first, isKey }) => {
    if (isTime(type)) return isKey ? ofType("text") : ofPolicy({ outOfRange: "null" });
    if (type === "real" && first.storageClass === "real") return ofType("double precision");
    if (/^(smallint|integer)$/.test(type) && first.storageClass === "integer") return ofType("bigint");
    // -0.0 is no decimal number.
    return ofType(isDecimal(type) && !/^'?-0[.0]*'?$/.test(first.value) ? "numeric" : "text");
  },
  length: () => ofType("text"),
  precision: ({ type }) => {
    if (type === "date") return ofType("timestamptz");
    if (isTime(type) || type === "real" || type.startsWith("numeric(")) return ofPolicy({ excess: "round" });
    return ofType(type === "numeric" ? "text" : "numeric");
  },
  "trailing-blank": () => ofType("text"),
  offset: () => ofType("timestamptz"),
  // It stays as it is written, without a zone.
  "skipped-time": () => ofType("timestamp"),
  "doubled-time": () => ofType("timestamp"),
  label: () => null,
  nul: () => ofPolicy({ nul: "strip" }),
  "invalid-utf8": () => ofPolicy({ invalidUtf8: "replace" }),
  json: () => ofType("text"),
  "too-large": () => null,
  orphan: () => null,
};

/** The white space is spelled as examples spell it (transform/explain/describe.ts). */
const isBlank = (value: string): boolean => /^'(?: |\\u00(?:09|0a|0b|0c|0d))*'$/.test(value);

const wordPair = (value: string): (typeof booleanWordPairs)[number] | null => {
  const pair = wordPairOf(value.slice(1, -1));
  return pair === null ? null : (booleanWordPairs[pair] ?? null);
};

const isTime = (type: string): boolean => /^(date|time)/.test(type);

/** Whether what is beyond its range is a number that numeric holds. */
const isDecimal = (type: string): boolean => /^(boolean|smallint|integer|bigint|numeric\()/.test(type);

const conversions: Readonly<Record<TimeUnit, string>> = {
  seconds: "{ epoch: s }",
  milliseconds: "{ epoch: ms }",
  microseconds: "{ epoch: us }",
  nanoseconds: "{ epoch: ns }",
  julian: "julian",
  "core-data": "{ epoch: core-data }",
  webkit: "{ epoch: webkit }",
};
