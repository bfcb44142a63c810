/** The columns of a table in the plan: which, by what names, of what types; all but their defaults. */
import type { Finding, RuleNotKept } from "../../model/finding.js";
import { sameName } from "../../model/identifier.js";
import type { ColumnPlan, IdentityPlan, NotCarried } from "../../model/plan.js";
import type { ColumnPolicy } from "../../model/policy.js";
import { typeWords, type PgType } from "../../model/postgres.js";
import type { ColumnProfile, TableProfile } from "../../model/profile.js";
import {
  columnsWithValues,
  type SqliteColumn,
  type SqliteTable,
  type TextEncoding,
} from "../../model/sqlite.js";
import { decideColumnType } from "./column-type.js";
import { looksLike } from "./looks-like.js";
import { largestOf } from "./identity-range.js";
import { virtualColumn } from "./virtual-column.js";
import { notProvable } from "../limits/longest-value.js";
import { columnNames, nameChange, wish, type NameBook } from "../names.js";
import { isOfColumn } from "../rules/rules-not-kept.js";
import { skippedWords, type Rules, type Said } from "../rules/rules.js";

export interface DraftedColumns {
  readonly columns: readonly ColumnPlan[];
  /** Target names of those whose type a mapping decided. */
  readonly ruled: ReadonlySet<string>;
  readonly findings: readonly Finding[];
  readonly skipped: readonly NotCarried[];
}

/** Columns but for their defaults. */
export function draftColumns(
  table: SqliteTable,
  target: string,
  profile: TableProfile,
  relations: NameBook,
  rules: Rules,
  rulesNotKept: readonly RuleNotKept[],
  encoding: TextEncoding,
): DraftedColumns {
  const skipped: NotCarried[] = [];
  const ruled = new Set<string>();
  const findings: Finding[] = [];
  const stored = columnsWithValues(table);
  const chosen = table.columns.flatMap((column) => {
    const choice = rules.column(table, column);
    // A virtual column has no values, and so no counts of them.
    const counts = profile.columns[stored.indexOf(column)] ?? null;
    if (choice.skip === null) return [{ column, choice, counts }];
    skipped.push(columnSkipped(table, column, choice.skip));
    return [];
  });
  const wanted = chosen.map(({ column, choice }) => wish(column.name, rules.names, choice.rename));
  const names = columnNames(wanted);
  const columns = chosen.map(({ column, choice, counts }, index): ColumnPlan => {
    const name = names[index]!;
    if (counts === null) {
      findings.push(...nameChange(table.name, "column", wanted[index]!, name));
      return virtualColumn(column, name);
    }
    const notKept = rulesNotKept.find((each) => isOfColumn(each, table.name, column.name));
    const decision = decideColumnType(table, column, counts, choice, notKept ?? null);
    if (decision.rule !== null) ruled.add(name);
    const isKey = table.rowidAlias === column.name;
    const identity =
      isKey && isWhole(decision.type)
        ? identityOf(table, counts, decision.type, relations.take(`${target}_${name}`, "_seq"))
        : null;
    findings.push(
      ...nameChange(table.name, "column", wanted[index]!, name),
      ...decision.findings,
      ...(decision.rule === null && decision.type.modifiers.length === 0
        ? looksLike(
            { table: table.name, column: column.name },
            decision.type,
            counts,
            isKey || pointsAtKey(table, column),
          )
        : []),
      ...notProvable({ table: table.name, column: column.name }, counts, encoding),
      ...identityFindings(table, column, decision.type, identity),
      ...(choice.policy.nullAs === undefined ? nullFindings(table, column, counts) : []),
    );
    const hasNulls = counts.nulls > 0 && choice.policy.nullAs === undefined;
    return {
      source: column.name,
      declaredType: column.declaredType,
      target: name,
      type: decision.type,
      unit: decision.unit,
      decode: decision.rule === null ? null : choice.decode,
      zone: decision.zone,
      policy: table.primaryKey.includes(column.name) ? keyPolicy(choice.policy) : choice.policy,
      rule: decision.rule,
      notNull: (column.notNull || isKey) && !hasNulls,
      defaultSql: null,
      generated: null,
      comment: null,
      identity,
      because: decision.because,
    };
  });
  return { columns, ruled, findings, skipped };
}

const pointsAtKey = (table: SqliteTable, { name }: SqliteColumn): boolean =>
  table.foreignKeys.some(({ childColumns }) => childColumns.some((child) => sameName(child, name)));

/** A primary key takes no NULL: the row is rejected instead, or the whole table would lose its key for it. */
export const keyPolicy = (policy: ColumnPolicy): ColumnPolicy =>
  Object.fromEntries(Object.entries(policy).filter(([name]) => name !== "outOfRange" && name !== "empty"));

/** PostgreSQL documentation, 5.3 "Identity Columns". */
const isWhole = ({ name }: PgType): boolean => name === "bigint" || name === "integer" || name === "smallint";

const columnSkipped = (table: SqliteTable, column: SqliteColumn, skip: Said<true>): NotCarried => ({
  type: "column",
  name: `${table.name}.${column.name}`,
  table: table.name,
  sql: `${column.name} ${column.declaredType}`.trim(),
  reason: skippedWords(skip),
});

/** The next value is one more than anything that was ever used (sqlite.org/autoinc.html). */
function identityOf(table: SqliteTable, counts: ColumnProfile, type: PgType, sequence: string): IdentityPlan {
  const used = [0n, BigInt(table.sequence ?? 0), BigInt(counts.integers.largest ?? 0)];
  const largest = used.reduce((a, b) => (a > b ? a : b));
  return { sequence, next: largest >= largestOf(type) ? null : (largest + 1n).toString() };
}

const identityFindings = (
  table: SqliteTable,
  column: SqliteColumn,
  type: PgType,
  identity: IdentityPlan | null,
): readonly Finding[] =>
  identity?.next === null
    ? [
        {
          kind: "identity-exhausted",
          at: { table: table.name, column: column.name },
          type: typeWords(type),
          largest: largestOf(type).toString(),
        },
      ]
    : [];

const nullFindings = (table: SqliteTable, column: SqliteColumn, counts: ColumnProfile): readonly Finding[] =>
  column.notNull && counts.nulls > 0
    ? [
        {
          kind: "null-in-not-null",
          at: { table: table.name, column: column.name },
          rows: counts.nulls,
          first: counts.examples.null ?? null,
          policy: null,
        },
      ]
    : [];
