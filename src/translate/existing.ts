/**
 * A plan for tables that are already in the target, whoever made them: only what is needed to compare. Tables and
 * columns are matched by their exact names; the column's type there decides, its length and precision too.
 */
import type { Finding } from "../model/finding.js";
import type { ColumnPlan, Plan, PlanSource, ReaderPlan, TablePlan } from "../model/plan.js";
import { isInstant, pgType } from "../model/postgres.js";
import type { Meaning, TableProfile } from "../model/profile.js";
import type { SqliteSchema, SqliteTable } from "../model/sqlite.js";
import { timesSeenWords } from "../model/times-seen.js";
import { unprovenVerdict, type TableVerdict } from "../model/verdict.js";
import { meaningsOf } from "./translate.js";
import { decideUnit } from "./columns/decide-unit.js";
import { Rules } from "./rules/rules.js";
import { existingType, meaningOf, type ExistingColumn } from "./columns/existing-type.js";

export interface ExistingInput {
  readonly source: PlanSource;
  readonly schema: SqliteSchema;
  /** One per table of the schema, in its order; and so the profiles. */
  readonly readers: readonly ReaderPlan[];
  readonly profiles: readonly TableProfile[];
  readonly columns: readonly ExistingColumn[];
  readonly targetSchema: string;
  /** Major. */
  readonly serverVersion: number;
}

export interface ExistingPlan {
  readonly plan: Plan;
  /** Tables that cannot be compared, and why. */
  readonly verdicts: readonly TableVerdict[];
  readonly findings: readonly Finding[];
}

const existingColumn = (
  columns: readonly ExistingColumn[],
  table: string,
  name: string,
): ExistingColumn | undefined => columns.find((column) => column.table === table && column.column === name);

/** The target's columns decide. */
const noRules = new Rules([]);

/** What each column is compared as; where the target has none, what its declaration means. */
export const existingMeanings = (
  table: SqliteTable,
  columns: readonly ExistingColumn[],
): readonly { readonly name: string; readonly meaning: Meaning }[] =>
  meaningsOf(table, noRules).map(({ name, meaning }) => {
    const there = existingColumn(columns, table.name, name);
    return { name, meaning: there === undefined ? meaning : meaningOf(existingType(there)) };
  });

export function planForExisting(input: ExistingInput): ExistingPlan {
  const verdicts: TableVerdict[] = [];
  const tables = input.schema.tables.flatMap((table, index): TablePlan[] => {
    const profile = input.profiles[index]!;
    const planned = existingTable(table, input.readers[index]!, profile, input.columns);
    if (typeof planned !== "string") return [planned];
    verdicts.push(unproven(table.name, profile.rows, planned));
    return [];
  });
  const findings: readonly Finding[] =
    input.schema.tables.length === 0 ? [{ kind: "nothing-to-move", at: { table: null } }] : [];
  const { source, targetSchema: schema } = input;
  const plan: Plan = {
    formatVersion: 1,
    source,
    schema,
    serverVersion: input.serverVersion,
    trial: "untried",
    mappings: [],
    sampledRows: null,
    onReject: "fail",
    maxRejects: null,
    onOrphans: "not-valid",
    orphanKeys: [],
    tables,
    views: [],
    triggers: [],
    notCarried: [],
    findings,
  };
  return { plan, verdicts, findings };
}

/** The plan of a table, or why it cannot be compared. A table that is missing is planned: validate calls it different. */
function existingTable(
  table: SqliteTable,
  reader: ReaderPlan,
  profile: TableProfile,
  columns: readonly ExistingColumn[],
): TablePlan | string {
  const isThere = columns.some((column) => column.table === table.name);
  const planned: ColumnPlan[] = [];
  for (const [index, { name }] of meaningsOf(table, noRules).entries()) {
    const there = existingColumn(columns, table.name, name);
    if (isThere && there === undefined) return `the target's table has no column ${name}`;
    const type = there === undefined ? pgType("text") : existingType(there);
    const unit = decideUnit(profile.columns[index]!);
    if (isInstant(type) && unit.kind === "unclear")
      return `column ${name}: the unit of its numbers is unclear (${timesSeenWords(unit.seen)})`;
    planned.push({
      source: name,
      declaredType: table.columns.find((column) => column.name === name)?.declaredType ?? "",
      target: name,
      type,
      unit: isInstant(type) && unit.kind === "unit" ? unit.unit : null,
      decode: null,
      zone: null,
      policy: {},
      rule: null,
      notNull: false,
      defaultSql: null,
      identity: null,
      generated: null,
      comment: null,
      because: there === undefined ? "not in the target" : `${there.type} in the target`,
    });
  }
  return {
    source: table.name,
    target: table.name,
    rows: profile.rows,
    rejected: 0,
    rejects: [],
    changes: [],
    withoutRowid: table.withoutRowid,
    ...(table.virtual === undefined ? {} : { storage: table.virtual.storage }),
    reader,
    columns: planned,
    primaryKey: null,
    uniques: [],
    indexes: [],
    foreignKeys: [],
    checks: [],
    comment: null,
  };
}

const unproven = (table: string, rows: number, reason: string): TableVerdict =>
  unprovenVerdict({ source: table, target: table }, reason, { sourceRows: rows, asked: false });
