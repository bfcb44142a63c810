/** The rules in a file's data, whatever else is wrong with it, each with its path. */
import type { z } from "zod";
import type { Path } from "./complaint.js";
import { columnRule, tableRule, type ColumnRuleFile, type TableRuleFile } from "./schema.js";

interface RuleIn<Rule> {
  readonly path: Path;
  readonly rule: Rule;
}

export interface RulesIn {
  readonly tables: readonly RuleIn<TableRuleFile>[];
  /** For columns by their names, for declared types, for all values. */
  readonly columns: readonly RuleIn<ColumnRuleFile>[];
}

/** Keys that are wrong by their own shape are left out: they must not hide what is wrong with the others. */
export function rulesIn(value: unknown): RulesIn {
  const tables = entries(value, [], "tables");
  const columns = [
    ...entries(value, [], "types"),
    { path: ["values"], rule: keyOf(value, "values") },
    ...tables.flatMap(({ path, rule }) => [
      ...entries(rule, path, "columns"),
      ...entries(rule, path, "types"),
    ]),
  ];
  return {
    tables: tables.map(({ path, rule }) => ({ path, rule: rightKeys(rule, tableRule.shape) })),
    columns: columns.map(({ path, rule }) => ({ path, rule: rightKeys(rule, columnRule.shape) })),
  };
}

const rightKeys = (rule: unknown, shape: Readonly<Record<string, z.ZodType>>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(shape).flatMap(([key, schema]) => {
      const said = keyOf(rule, key);
      return said !== undefined && schema.safeParse(said).success ? [[key, said]] : [];
    }),
  );

const entries = (value: unknown, path: Path, key: string): readonly RuleIn<unknown>[] =>
  Object.entries(keyOf(value, key) ?? {}).map(([name, rule]) => ({
    path: [...path, key, name],
    rule: rule as unknown,
  }));

const keyOf = (value: unknown, key: string): unknown =>
  typeof value === "object" && value !== null ? (value as Record<string, unknown>)[key] : undefined;
