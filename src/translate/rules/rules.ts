/**
 * What the mappings say of a table and its columns, folded into one answer each, property by property: a later mapping
 * counts more than an earlier one; within one, an exact column more than a pattern, that more than the table's rules
 * for declared types, those more than the file's, and `values` least; an exact table counts more than a pattern.
 */
import type { ExistingRows } from "../../model/existing.js";
import {
  withSingleBlanks,
  type ColumnRule,
  type Mapping,
  type NameStyle,
  type PolicyRule,
  type RulePlace,
  type TableRule,
} from "../../model/mapping.js";
import type { Nocase } from "../../model/nocase.js";
import type { ColumnPolicy } from "../../model/policy.js";
import type { PgType, TimeUnit } from "../../model/postgres.js";
import type { SqliteColumn, SqliteTable } from "../../model/sqlite.js";
import { isExact, matcherOf, type Matches } from "../../model/pattern.js";

export interface TableChoice {
  readonly skip: Said<true> | null;
  readonly rename: string | null;
  /** What becomes of rows that are there; null: nobody says. */
  readonly existingRows: ExistingRows | null;
  /** What tells rows apart that the application makes itself; null where nobody says that, or what becomes of rows there is said later. */
  readonly seed: Said<readonly string[]> | null;
}

export interface ColumnChoice {
  readonly skip: Said<true> | null;
  readonly rename: string | null;
  readonly type: Said<PgType> | null;
  readonly unit: TimeUnit | null;
  readonly decode: "hex" | "base64" | null;
  readonly zone: Said<string> | null;
  /** What becomes of it where it is declared COLLATE NOCASE. */
  readonly nocase: Nocase;
  readonly policy: ColumnPolicy;
  /** Where a text is no UTF-8, the column becomes bytea. */
  readonly bytesIfInvalid: boolean;
}

/** What a rule says, and which one. */
export interface Said<T> {
  readonly value: T;
  readonly place: RulePlace;
  /** Null where nobody gave a reason. */
  readonly because: string | null;
  /** It gives way where a value speaks against it. */
  readonly isBuiltIn: boolean;
}

/** `mapping django`, `my.yaml:12`. */
export const placeWords = ({ mapping, line }: RulePlace): string =>
  line === null ? `mapping ${mapping}` : `${mapping}:${line}`;

/** `skipped by mapping django: sessions can be made anew`. */
export const skippedWords = (skip: Said<true>): string => `skipped by ${saidWords(skip)}`;

/** `mapping django: Django writes it so`. */
export const saidWords = ({ place, because }: Said<unknown>): string =>
  `${placeWords(place)}${because === null ? "" : `: ${because}`}`;

export class Rules {
  readonly #mappings: readonly ReadyMapping[];

  /** @param mappings the later ones count more. */
  constructor(mappings: readonly Mapping[]) {
    this.#mappings = mappings.map(readyMapping);
  }

  /** How names are spelled that no rule gives. */
  get names(): NameStyle {
    return this.#mappings.findLast(({ mapping }) => mapping.names !== null)?.mapping.names ?? "keep";
  }

  table(name: string): TableChoice {
    const rules = this.#mappings.flatMap(({ mapping, tables }) =>
      fitting(tables, name).map(({ rule }) => ({ mapping, rule })),
    );
    const skip = rules.findLast(({ rule }) => rule.skip !== null);
    const seed = rules.findLast(({ rule }) => rule.seed !== undefined || rule.existingRows !== undefined);
    return {
      skip: skip?.rule.skip === true ? said<true>(skip.mapping, skip.rule, true) : null,
      rename: rules.findLast(({ rule }) => rule.rename !== null)?.rule.rename ?? null,
      seed: seed?.rule.seed === undefined ? null : said(seed.mapping, seed.rule, seed.rule.seed),
      existingRows: rules.findLast(({ rule }) => rule.existingRows !== undefined)?.rule.existingRows ?? null,
    };
  }

  column(table: SqliteTable, column: SqliteColumn): ColumnChoice {
    const rules = this.#mappings.flatMap((ready) =>
      columnRules(ready, table, column).map((rule) => ({ mapping: ready.mapping, rule })),
    );
    const last = (key: keyof ColumnRule): (typeof rules)[number] | undefined =>
      rules.findLast(({ rule }) => rule[key] !== null);
    const skip = last("skip");
    const type = last("type");
    // A mapping that nobody asked for changes no value.
    const asked = rules.filter(({ mapping }) => !mapping.isBuiltIn);
    const policy = lastWords(asked.map(({ rule }) => rule.policy));
    const zone = asked.findLast(({ rule }) => rule.zone !== null);
    return {
      skip: skip?.rule.skip === true ? said<true>(skip.mapping, skip.rule, true) : null,
      rename: last("rename")?.rule.rename ?? null,
      type:
        type?.rule.type === undefined || type.rule.type === null
          ? null
          : said(type.mapping, type.rule, type.rule.type),
      // What it is read from belongs to the type: another rule's type takes no part of it.
      unit: type?.rule.unit ?? null,
      decode: type?.rule.decode ?? null,
      zone:
        zone?.rule.zone === undefined || zone.rule.zone === null
          ? null
          : said(zone.mapping, zone.rule, zone.rule.zone),
      nocase: asked.findLast(({ rule }) => rule.nocase !== undefined)?.rule.nocase ?? "index",
      policy: policyOf(policy),
      bytesIfInvalid: policy.invalidUtf8 === "bytea",
    };
  }
}

const said = <T>(mapping: Mapping, rule: ColumnRule | TableRule, value: T): Said<T> => ({
  value,
  place: rule.place,
  because: rule.because ?? mapping.because,
  isBuiltIn: mapping.isBuiltIn,
});

/** A rule with its pattern made ready, once for all tables and columns that are held against it. */
interface Ready<R> {
  readonly rule: R;
  readonly fits: Matches;
}

interface ReadyTable extends Ready<TableRule> {
  readonly columns: readonly Ready<ColumnRule>[];
  readonly types: readonly Ready<ColumnRule>[];
}

/** Rules that count more come later. */
interface ReadyMapping {
  readonly mapping: Mapping;
  readonly tables: readonly ReadyTable[];
  readonly types: readonly Ready<ColumnRule>[];
}

const readyMapping = (mapping: Mapping): ReadyMapping => ({
  mapping,
  tables: readyRules(mapping.tables).map((ready) => ({
    ...ready,
    columns: readyRules(ready.rule.columns),
    types: readyRules(ready.rule.types),
  })),
  types: readyRules(mapping.types),
});

const readyRules = <R extends { readonly pattern: string }>(rules: readonly R[]): readonly Ready<R>[] =>
  exactLast(rules).map((rule) => ({ rule, fits: matcherOf(rule.pattern) }));

const fitting = <T extends { readonly fits: Matches }>(rules: readonly T[], name: string): readonly T[] =>
  rules.filter(({ fits }) => fits(name));

function columnRules(
  { mapping, tables, types }: ReadyMapping,
  table: SqliteTable,
  column: SqliteColumn,
): readonly ColumnRule[] {
  const ofTable = fitting(tables, table.name);
  const declared = declaredWords(column);
  const ready = [
    ...fitting(types, declared),
    ...ofTable.flatMap((rule) => fitting(rule.types, declared)),
    ...ofTable.flatMap((rule) => fitting(rule.columns, column.name)),
  ];
  return [...(mapping.values === null ? [] : [mapping.values]), ...ready.map(({ rule }) => rule)];
}

/** A declared type as patterns of it are matched: its white space as single blanks. */
export const declaredWords = ({ declaredType }: SqliteColumn): string => withSingleBlanks(declaredType);

/** In the file's order but for this. */
const exactLast = <R extends { readonly pattern: string }>(rules: readonly R[]): readonly R[] => [
  ...rules.filter(({ pattern }) => !isExact(pattern)),
  ...rules.filter(({ pattern }) => isExact(pattern)),
];

/** The last word on each. */
const lastWords = (rules: readonly PolicyRule[]): PolicyRule => Object.assign({}, ...rules) as PolicyRule;

/** What happens unasked is no policy, and bytes are a type. */
const policyOf = (rule: PolicyRule): ColumnPolicy =>
  Object.fromEntries(Object.entries(rule).filter(([, value]) => value !== "reject" && value !== "bytea"));
