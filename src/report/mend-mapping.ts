/** What a mapping file could say to settle a finding: rules in YAML's flow style, ready to paste. */
import type { ColumnPlace, Finding } from "../model/finding.js";
import { exactPattern } from "../model/pattern.js";
import type { TimeUnit } from "../model/postgres.js";
import type { RejectCode } from "../model/reject.js";

/** `tables: { "user": { columns: { "born": { out-of-range: null } } } }`: names as JSON writes them, which YAML takes. */
export const mappingLine = ({ table, column }: ColumnPlace, rule: string): string =>
  `tables: { ${quotedKey(table)}: { columns: { ${quotedKey(column)}: { ${rule} } } } }`;

/** The pattern that names this table or column alone. */
export const quotedKey = (name: string): string => JSON.stringify(exactPattern(name));

/** The rule for the column of the finding, without braces; null where none would settle it. */
export function settlingRule(finding: Finding): string | null {
  switch (finding.kind) {
    case "value-misfit":
    case "rows-rejected":
      return rejectRules[finding.code](finding);
    case "looks-like":
      return typeRule(finding.like, finding.unit);
    case "rule-not-kept": {
      const [type = "", unit = null] = finding.wanted.split(" from ");
      return typeRule(type, unit as TimeUnit | null);
    }
    case "time-unit-missing":
      return typeRule(finding.type, "seconds");
    case "time-unit-unclear":
      return typeRule("timestamptz", "seconds");
    default:
      return null;
  }
}

type Rejected = Extract<Finding, { kind: "value-misfit" | "rows-rejected" }>;

const rejectRules: Readonly<Record<RejectCode, (finding: Rejected) => string | null>> = {
  "storage-class": ({ type }) => `type: ${type === "text" ? "bytea" : "text"}`,
  syntax: ({ type, first }) =>
    /^' *'$/.test(first.value) ? "empty: null" : `type: ${type === "text" ? "bytea" : "text"}`,
  range: ({ type, first }) => {
    if (isTime(type)) return "out-of-range: null";
    if (type === "real" && first.storageClass === "real") return "type: double precision";
    // -0.0 is no decimal number.
    return isDecimal(type) && !/^'?-0[.0]*'?$/.test(first.value) ? "type: numeric" : "type: text";
  },
  length: () => "type: text",
  precision: ({ type }) => {
    if (type === "date") return "type: timestamptz";
    if (isTime(type) || type === "real" || type.startsWith("numeric(")) return "excess: round";
    return type === "numeric" ? "type: text" : "type: numeric";
  },
  "trailing-blank": () => "type: text",
  offset: () => "type: timestamptz",
  // It stays as it is written, without a zone.
  "skipped-time": () => "type: timestamp",
  "doubled-time": () => "type: timestamp",
  label: () => null,
  nul: () => "nul: strip",
  "invalid-utf8": () => "invalid-utf8: replace",
  json: () => "type: text",
  "too-large": () => null,
};

const isTime = (type: string): boolean => /^(date|time)/.test(type);

/** Whether what is beyond its range is a number that numeric holds. */
const isDecimal = (type: string): boolean => /^(boolean|smallint|integer|bigint|numeric\()/.test(type);

const typeRule = (type: string, unit: TimeUnit | null): string =>
  unit === null ? `type: ${type}` : `type: ${type}, convert: ${conversions[unit]}`;

const conversions: Readonly<Record<TimeUnit, string>> = {
  seconds: "{ epoch: s }",
  milliseconds: "{ epoch: ms }",
  microseconds: "{ epoch: us }",
  nanoseconds: "{ epoch: ns }",
  julian: "julian",
  "core-data": "{ epoch: core-data }",
  webkit: "{ epoch: webkit }",
};
