/** Rules of somebody's own mapping that fit nothing in the file: misspelled, most often. */
import type { Finding } from "../../model/finding.js";
import type { Mapping, RulePlace } from "../../model/mapping.js";
import { nearest } from "../../model/nearest.js";
import type { SqliteSchema, SqliteTable } from "../../model/sqlite.js";
import { isExact, matcherOf, nameOf } from "../../model/pattern.js";
import { lostText } from "../objects/full-text-tables.js";
import { declaredWords } from "./rules.js";

interface PatternRule {
  readonly pattern: string;
  readonly place: RulePlace;
}

/** @param mappings those that come with sqlift are passed over: they are for all files of their kind. */
export const unusedRules = (schema: SqliteSchema, mappings: readonly Mapping[]): readonly Finding[] => {
  const { tables } = schema;
  const lost = schema.objects.filter((object) => lostText(object, schema) !== null);
  return mappings
    .filter(({ isBuiltIn }) => !isBuiltIn)
    .flatMap((mapping) => [
      ...unused(
        mapping.tables,
        [...tables, ...lost].map(({ name }) => name),
      ),
      ...mapping.tables.flatMap((rule) => {
        const ruled = tables.filter(({ name }) => matcherOf(rule.pattern)(name));
        // A table that is not there is told once, not with each of its columns.
        if (ruled.length === 0) return [];
        return [...unused(rule.columns, columnNames(ruled)), ...unused(rule.types, declaredTypes(ruled))];
      }),
      ...unused(mapping.types, declaredTypes(tables)),
    ]);
};

const columnNames = (tables: readonly SqliteTable[]): readonly string[] =>
  tables.flatMap(({ columns }) => columns.map(({ name }) => name));

const declaredTypes = (tables: readonly SqliteTable[]): readonly string[] =>
  tables.flatMap(({ columns }) => columns.map(declaredWords));

function unused(rules: readonly PatternRule[], names: readonly string[]): readonly Finding[] {
  const there = [...new Set(names)];
  return rules
    .filter(({ pattern }) => !there.some(matcherOf(pattern)))
    .map(({ pattern, place }) => ({
      kind: "rule-unused",
      at: { table: null },
      rule: place,
      pattern,
      nearest: isExact(pattern) ? nearest(nameOf(pattern), there) : null,
    }));
}
