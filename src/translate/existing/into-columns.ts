/**
 * The columns of a table as they are loaded into one that others made. The types there decide; no column of either side is passed
 * over: it is loaded, or blocks, or stands in what is not carried, or in what the target fills by itself.
 */
import type { FilledColumn } from "../../model/existing.js";
import type { Finding } from "../../model/finding.js";
import { nearest } from "../../model/nearest.js";
import type { ColumnPlan, NotCarried } from "../../model/plan.js";
import { typeWords } from "../../model/postgres.js";
import type { ColumnProfile, Example, TableProfile } from "../../model/profile.js";
import type { SqliteColumn } from "../../model/sqlite.js";
import type { TargetColumn, TargetSchema, TargetTable } from "../../model/target-schema.js";
import { keyPolicy } from "../columns/draft-columns.js";
import { existingType } from "../columns/existing-type.js";
import { valueCount } from "../columns/fit.js";
import { isUnclear, planExistingColumn } from "./column.js";
import type { MatchedColumn, MatchedTable } from "./match.js";

export interface IntoColumns {
  /** Those that are loaded. */
  readonly columns: readonly ColumnPlan[];
  readonly filled: readonly FilledColumn[];
  readonly findings: readonly Finding[];
  readonly notCarried: readonly NotCarried[];
}

/**
 * @param place where the table is, and for whom it is planned.
 * @param mayBeUnproven whether columns are loaded whose values no proof can tell.
 */
export function planIntoColumns(
  matched: MatchedTable<TargetColumn>,
  target: TargetTable,
  profile: TableProfile,
  place: Pick<TargetSchema, "schema" | "role">,
  mayBeUnproven: boolean,
): IntoColumns {
  const columns: ColumnPlan[] = [];
  const findings: Finding[] = [];
  const notCarried = matched.skipped.map(({ column, reason }) => columnNotCarried(matched, column, reason));
  for (const each of matched.columns) {
    const planned = planColumn(matched, each, profile.columns[each.place]!, target, {
      ...place,
      mayBeUnproven,
    });
    if ("reason" in planned) notCarried.push(columnNotCarried(matched, each.column, planned.reason));
    else {
      columns.push(...planned.columns);
      findings.push(...planned.findings);
    }
  }
  const taken = new Set(matched.columns.map((column) => column.target));
  const others = target.columns.filter(({ column }) => !taken.has(column));
  const lacking =
    profile.rows === 0 ? [] : others.filter((column) => filling(column).by === "null" && column.notNull);
  findings.push(
    ...lacking.map(({ column, type }): Finding => ({
      kind: "column-without-source",
      at: { table: matched.table.name },
      target: target.name,
      column,
      type,
    })),
  );
  return { columns, filled: others.map(filling), findings, notCarried };
}

type Planned =
  | { readonly columns: readonly ColumnPlan[]; readonly findings: readonly Finding[] }
  /** Why it is not loaded, and need not be. */
  | { readonly reason: string };

function planColumn(
  { table }: MatchedTable<TargetColumn>,
  matched: MatchedColumn<TargetColumn>,
  counts: ColumnProfile,
  target: TargetTable,
  {
    schema,
    role,
    mayBeUnproven,
  }: Pick<TargetSchema, "schema" | "role"> & { readonly mayBeUnproven: boolean },
): Planned {
  const { column, match, there } = matched;
  const at = { table: table.name };
  const { name } = column;
  const blocked = (finding: Finding): Planned => ({ columns: [], findings: [finding] });
  if (match.kind === "ambiguous")
    return blocked({ kind: "match-ambiguous", at, column: name, candidates: match.candidates });
  if (there === null) {
    const values = valueCount(counts);
    if (values === 0)
      return { reason: `the target's table ${target.name} has no such column; it holds no values` };
    const near = nearest(
      column.name,
      target.columns.map((each) => each.column),
    );
    return blocked({ kind: "not-in-target", at, column: name, values, target: target.name, nearest: near });
  }
  if (there.generated !== null) return { reason: "the target computes it" };
  if (!mayBeUnproven && existingType(there).name === "other")
    return blocked({
      kind: "target-unsuited",
      at,
      schema,
      target: target.name,
      reason: "other-type",
      what: `${there.column} ${there.type}`,
      role,
    });
  const planned = planExistingColumn(table, matched, counts);
  if (isUnclear(planned))
    return blocked({
      kind: "time-unit-missing",
      at: { ...at, column: name },
      type: typeWords(existingType(there)),
      rule: null,
      seen: planned.unclear,
    });
  const { plan } = planned;
  return {
    // NULL is no way out where the target takes none.
    columns: [
      { ...plan, notNull: there.notNull, policy: there.notNull ? keyPolicy(plan.policy) : plan.policy },
    ],
    findings: [...planned.findings, ...nullsRefused(matched, counts, there)],
  };
}

function nullsRefused(
  { column, choice }: MatchedColumn<TargetColumn>,
  { nulls, examples }: ColumnProfile,
  there: TargetColumn,
): readonly Finding[] {
  if (!there.notNull || nulls === 0 || choice.policy.nullAs !== undefined) return [];
  return [
    {
      kind: "constraint-broken",
      at: { table: there.table },
      name: there.column,
      constraint: "not null",
      rows: nulls,
      first: examples.null === undefined ? [] : [rowOf(examples.null, column.name)],
    },
  ];
}

const rowOf = ({ at: { rowid, key } }: Example, column: string): string =>
  `${rowid === null ? `key (${key?.join(", ") ?? ""})` : `rowid ${rowid}`}, ${column} = NULL`;

const columnNotCarried = (
  { table }: MatchedTable<TargetColumn>,
  column: SqliteColumn,
  reason: string,
): NotCarried => ({
  type: "column",
  name: `${table.name}.${column.name}`,
  table: table.name,
  sql: `${column.name} ${column.declaredType}`.trim(),
  reason,
});

/** What the target puts into a column that COPY is not given (documentation, COPY). */
function filling({ column, identity, generated, defaultSql }: TargetColumn): FilledColumn {
  if (generated !== null) return { column, by: "generated", sql: null };
  if (identity !== null) return { column, by: "identity", sql: null };
  return { column, by: defaultSql === null ? "null" : "default", sql: defaultSql };
}
