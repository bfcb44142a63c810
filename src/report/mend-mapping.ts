/** The line of a mapping file that would settle a finding, ready to paste. YAML's flow style: names as JSON writes them. */
import type { ColumnPlace } from "../model/finding.js";
import type { RejectCode } from "../model/reject.js";

/** `tables: { "user": { columns: { "born": { out-of-range: null } } } }` */
export const mappingLine = ({ table, column }: ColumnPlace, rule: string): string =>
  `tables: { ${JSON.stringify(table)}: { columns: { ${JSON.stringify(column)}: { ${rule} } } } }`;

/** What a rule could say of rejected values; null where no rule helps. */
export const ruleFor = (code: RejectCode, type: string): string | null => rules[code](type);

const rules: Readonly<Record<RejectCode, (type: string) => string | null>> = {
  "storage-class": (type) => `type: ${type === "text" ? "bytea" : "text"}`,
  syntax: (type) => (isTime(type) ? "out-of-range: null" : "type: text"),
  range: (type) => (isTime(type) ? "out-of-range: null" : "type: numeric"),
  length: () => "type: text",
  precision: () => "excess: round",
  "trailing-blank": () => "type: text",
  offset: () => "type: timestamptz",
  label: () => null,
  nul: () => "nul: strip",
  "invalid-utf8": () => "invalid-utf8: replace",
  json: () => "type: text",
  "too-large": () => null,
};

const isTime = (type: string): boolean => /^(date|time)/.test(type);
