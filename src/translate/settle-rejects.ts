/**
 * What encoding the rows told, put into the plan: which rows are rejected, what policies change, and whether the run may
 * go on with that (docs/decisions/rejects.md).
 */
import type { Finding } from "../model/finding.js";
import { copiedColumns, type ColumnPlan, type Plan, type TablePlan } from "../model/plan.js";
import { isInstant, typeWords } from "../model/postgres.js";
import type { PolicyChange } from "../model/policy.js";
import type { ColumnProfile, TableProfile } from "../model/profile.js";
import type { Rehearsal } from "../model/rehearsal.js";
import type { MaxRejects, RejectCount } from "../model/reject.js";
import { decideUnit } from "./columns/decide-unit.js";
import { misfits } from "./columns/fit.js";

/** Whether only encoding the rows tells which of them are rejected and what policies change; else all fit as they are. */
export const needsRehearsal = (table: TablePlan, profile: TableProfile): boolean =>
  copiedColumns(table).some((column) => {
    const counts = profile.columns.find((each) => each.column === column.source);
    return counts === undefined || !isKnownToFit(column, counts);
  });

/**
 * The table to rehearse: without NOT NULL where a policy may put NULL, for there the policy decides. What it really
 * does to a column settles whether NOT NULL stays.
 */
export const asRehearsed = (table: TablePlan): TablePlan => ({
  ...table,
  columns: table.columns.map((column) => (mayBecomeNull(column) ? { ...column, notNull: false } : column)),
});

const mayBecomeNull = ({ policy }: ColumnPlan): boolean =>
  policy.empty !== undefined || policy.outOfRange !== undefined;

/** The table as it is planned when it has been rehearsed so: a column gives up NOT NULL for NULLs that really go in. */
export const asSettled = (table: TablePlan, rehearsal: Rehearsal): TablePlan => ({
  ...table,
  columns: table.columns.map((column) =>
    nullsMade(column, rehearsal).length > 0 ? { ...column, notNull: false } : column,
  ),
});

/**
 * Whether the rehearsal took values for NULL that will be none, because NOT NULL stays: they are of rejected rows, which
 * the table as settled may reject for another column; or of a text that stands for NULL, which is counted as that alone.
 */
export const needsAnotherRehearsal = (table: TablePlan, rehearsal: Rehearsal): boolean =>
  asSettled(table, rehearsal).columns.some(
    (column) =>
      column.notNull &&
      mayBecomeNull(column) &&
      (rehearsal.rejected > 0 || column.policy.nullAs !== undefined),
  );

const nullsMade = (column: ColumnPlan, { changes }: Rehearsal): readonly PolicyChange[] =>
  changes.filter(
    (change) =>
      change.column === column.source && (change.policy === "outOfRange" || change.policy === "empty"),
  );

/** PostgreSQL's values stay below 1 GB; transform/fields/field.ts has the exact number, which is not asked for here. */
const nearlyTooLong = 1_000_000_000;

function isKnownToFit(column: ColumnPlan, counts: ColumnProfile): boolean {
  const { type, unit, decode, zone, policy } = column;
  const { texts, blobs, nulls, integers, reals } = counts;
  if (policy.nullAs !== undefined && nulls > 0) return false;
  if (decode !== null && texts.count > 0) return false;
  // Which of them the zone skips, or has twice, was not counted.
  if (zone !== null && texts.zoneless > 0) return false;
  if (misfits(type, unit, counts) !== 0) return false;
  // For the counts they are text as any other.
  if (type.name !== "bytea" && texts.withNul + texts.invalidUtf8 > 0) return false;
  if (Math.max(texts.longestBytes, blobs.longestBytes) > nearlyTooLong) return false;
  return !isInstant(type) || integers.count + reals.count === 0 || countsAs(unit, counts);
}

/** Where a rule names another unit than the numbers do, the counts say nothing of how far they reach. */
function countsAs(unit: ColumnPlan["unit"], counts: ColumnProfile): boolean {
  const own = decideUnit(counts);
  return own.kind === "unit" && own.unit === unit;
}

/**
 * @param rehearsals of the tables that need one, in any order.
 * @returns the plan with what they tell, and its findings.
 */
export function settleRejects(plan: Plan, rehearsals: readonly Rehearsal[]): Plan {
  const findings: Finding[] = [];
  const tables = plan.tables.map((table): TablePlan => {
    const rehearsal = rehearsals.find((each) => each.table === table.source);
    if (rehearsal === undefined) return table;
    const { rejected, rejects, changes } = rehearsal;
    findings.push(...nullFindings(table, rehearsal), ...rejectFindings(plan, table, rehearsal));
    for (const change of changes) {
      const { column, policy, values, first, became } = change;
      findings.push({
        kind: "policy-applied",
        at: { table: table.source, column },
        policy,
        values,
        first,
        became,
      });
    }
    return { ...asSettled(table, rehearsal), rejected, rejects, changes };
  });
  findings.push(...tooManyFindings(plan, tables));
  return { ...plan, tables, findings: [...plan.findings, ...findings] };
}

/** Columns that lose NOT NULL. Those of a primary key have no policy that makes NULL (draft-columns.ts). */
const nullFindings = (table: TablePlan, rehearsal: Rehearsal): readonly Finding[] =>
  table.columns
    .filter(({ notNull }) => notNull)
    .flatMap((column) =>
      nullsMade(column, rehearsal).map(({ policy, values, first }): Finding => ({
        kind: "null-in-not-null",
        at: { table: table.source, column: column.source },
        rows: values,
        first,
        policy,
      })),
    );

function rejectFindings(plan: Plan, table: TablePlan, { counts }: Rehearsal): readonly Finding[] {
  const undecided = new Set(
    plan.findings.flatMap((finding) =>
      finding.kind === "time-unit-missing" && finding.at.table === table.source ? [finding.at.column] : [],
    ),
  );
  return counts.flatMap((count): readonly Finding[] => {
    // None of its numbers has a type yet, and that is said.
    if (undecided.has(count.column)) return [];
    const at = { table: table.source, column: count.column };
    if (count.code === "orphan") {
      const { value: first, reason } = count.first;
      return [{ kind: "orphans-rejected", at, rows: count.rows, first, reason }];
    }
    const column = table.columns.find(({ source }) => source === count.column);
    return [
      {
        kind: plan.onReject === "quarantine" && isKeepable(count) ? "rows-rejected" : "value-misfit",
        at,
        isKey: column !== undefined && (table.primaryKey?.columns.includes(column.target) ?? false),
        type: column === undefined ? "" : typeWords(column.type),
        there:
          column === undefined || plan.existing === undefined
            ? null
            : { schema: plan.schema, table: table.target, column: column.target },
        code: count.code,
        rows: count.rows,
        first: count.first.value,
        reason: count.first.reason,
      },
    ];
  });
}

/** What is beyond the size of any value of PostgreSQL cannot be kept there whole. */
const isKeepable = ({ code }: RejectCount): boolean => code !== "too-large";

function tooManyFindings(plan: Plan, tables: readonly TablePlan[]): readonly Finding[] {
  const { onReject, onOrphans, maxRejects } = plan;
  if (maxRejects === null || (onReject === "fail" && onOrphans !== "quarantine")) return [];
  const all = {
    rows: tables.reduce((sum, { rows }) => sum + rows, 0),
    rejected: tables.reduce((sum, { rejected }) => sum + rejected, 0),
  };
  const asked =
    "rows" in maxRejects
      ? [{ at: { table: null }, ...all }]
      : tables.map(({ source, rows, rejected }) => ({ at: { table: source }, rows, rejected }));
  return asked
    .filter((each) => isTooMany(each, maxRejects))
    .map((each) => ({ kind: "too-many-rejects", ...each, limit: maxRejects }));
}

/** Exactly at the limit is within it. */
const isTooMany = (
  { rows, rejected }: { readonly rows: number; readonly rejected: number },
  limit: MaxRejects,
): boolean => ("rows" in limit ? rejected > limit.rows : rejected * 100 > limit.percent * rows);
