/** A file's data, which was checked before, as the `Mapping` that the rest of the program speaks of. */
import { createHash } from "node:crypto";
import {
  withSingleBlanks,
  type ColumnRule,
  type Mapping,
  type PolicyRule,
  type Recognition,
  type RulePlace,
  type TableRule,
} from "../model/mapping.js";
import { pgType, type PgType } from "../model/postgres.js";
import type { Path } from "./complaint.js";
import { decodeOf, typesOf, unitOf } from "./conversion.js";
import type { ColumnRuleFile, MappingFile, TableRuleFile } from "./schema.js";
import { readType } from "./type-words.js";

export interface Origin {
  /** What the mapping is called where the file does not say. */
  readonly name: string;
  readonly isBuiltIn: boolean;
  readonly place: (path: Path) => RulePlace;
}

export function buildMapping(file: MappingFile, origin: Origin): Mapping {
  const columnRules = (
    rules: Readonly<Record<string, ColumnRuleFile | null>> | null | undefined,
    path: Path,
    patternOf = (key: string): string => key,
  ): readonly ColumnRule[] =>
    Object.entries(rules ?? {}).map(([key, rule]) =>
      columnRule(patternOf(key), rule ?? {}, origin.place([...path, key])),
    );
  const tableRule = (pattern: string, rule: TableRuleFile): TableRule => {
    const path = ["tables", pattern];
    return {
      pattern,
      place: origin.place(path),
      because: rule.because ?? null,
      skip: rule.skip ?? null,
      rename: rule.rename ?? null,
      existingRows: rule["existing-rows"],
      seed: rule.seed,
      columns: columnRules(rule.columns, [...path, "columns"]),
      types: columnRules(rule.types, [...path, "types"], withSingleBlanks),
    };
  };
  return {
    name: file.name ?? origin.name,
    isBuiltIn: origin.isBuiltIn,
    // The order of keys counts, as that of rules does.
    checksum: createHash("sha256").update(JSON.stringify(file)).digest("hex"),
    because: file.because ?? null,
    recognise: file.recognise === undefined ? null : recognition(file.recognise),
    names: file.names ?? null,
    tables: Object.entries(file.tables ?? {}).map(([pattern, rule]) => tableRule(pattern, rule ?? {})),
    types: columnRules(file.types, ["types"], withSingleBlanks),
    values: file.values ? columnRule("*", file.values, origin.place(["values"])) : null,
  };
}

const recognition = ({ tables = [], columns = {} }: NonNullable<MappingFile["recognise"]>): Recognition => ({
  tables,
  columns: Object.entries(columns).flatMap(([table, names]) => names.map((column) => ({ table, column }))),
});

const columnRule = (pattern: string, rule: ColumnRuleFile, place: RulePlace): ColumnRule => ({
  pattern,
  place,
  because: rule.because ?? null,
  skip: rule.skip ?? null,
  rename: rule.rename ?? null,
  type: typeOf(rule),
  unit: rule.convert === undefined ? null : unitOf(rule.convert),
  decode: rule.convert === undefined ? null : decodeOf(rule.convert),
  zone: rule.zone ?? null,
  nocase: rule.nocase,
  policy: policyOf(rule),
});

function typeOf({ type, convert }: ColumnRuleFile): PgType | null {
  if (type === undefined) return convert === undefined ? null : pgType(typesOf(convert)[0]);
  const read = readType(type);
  if (read.kind === "refused") throw new Error(`A mapping was not checked: ${read.because}.`);
  return read.type;
}

function policyOf(rule: ColumnRuleFile): PolicyRule {
  const orNull = (policy: "reject" | "null" | null | undefined) => (policy === null ? "null" : policy);
  const policy = {
    nul: rule.nul,
    invalidUtf8: rule["invalid-utf8"],
    outOfRange: orNull(rule["out-of-range"]),
    empty: orNull(rule.empty),
    excess: rule.excess,
    trueWords: rule.true,
    falseWords: rule.false,
    nullAs: rule["null-as"],
  };
  return Object.fromEntries(Object.entries(policy).filter(([, said]) => said !== undefined));
}
