/**
 * A plan for tables that are already in the target, whoever made them: only what is needed to compare. The columns' types there
 * decide, their lengths and precisions too.
 */
import type { Finding } from "../../model/finding.js";
import type { UsedMapping } from "../../model/mapping.js";
import type { ColumnPlan, KeyPlan, Plan, PlanSource, ReaderPlan, TablePlan } from "../../model/plan.js";
import type { Meaning, TableProfile } from "../../model/profile.js";
import { timesSeenWords } from "../../model/times-seen.js";
import { unprovenVerdict, type TableVerdict } from "../../model/verdict.js";
import { meaningOf } from "../columns/existing-type.js";
import { Rules } from "../rules/rules.js";
import { meaningsOf } from "../translate.js";
import { comparedType, isUnclear, planExistingColumn } from "./column.js";
import type { MatchedTable, Matching } from "./match.js";

export interface ExistingInput {
  readonly source: PlanSource;
  readonly matching: Matching;
  /** One per table of the matching, in its order; and so the profiles. */
  readonly readers: readonly ReaderPlan[];
  readonly profiles: readonly TableProfile[];
  /** Those that the matching goes by. */
  readonly mappings: readonly UsedMapping[];
  readonly targetSchema: string;
  /** Major. */
  readonly serverVersion: number;
}

export interface ExistingPlan {
  readonly plan: Plan;
  /** Tables that cannot be compared, or are not to be, and why. */
  readonly verdicts: readonly TableVerdict[];
  readonly findings: readonly Finding[];
}

const noRules = new Rules([]);

/** What each record column is compared as; where the target has none, or none is compared, what its declaration means. */
export const existingMeanings = ({
  table,
  columns,
}: MatchedTable): readonly { readonly name: string; readonly meaning: Meaning }[] =>
  meaningsOf(table, noRules).map(({ name, meaning }, at) => {
    const matched = columns.find(({ place }) => place === at);
    const isThere = matched !== undefined && matched.there !== null;
    return { name, meaning: isThere ? meaningOf(comparedType(matched)) : meaning };
  });

export function planForExisting(input: ExistingInput): ExistingPlan {
  const verdicts: TableVerdict[] = [];
  const { source, matching, mappings, targetSchema: schema } = input;
  const findings: Finding[] =
    matching.tables.length + matching.leftOut.length === 0
      ? [{ kind: "nothing-to-move", at: { table: null } }]
      : [];
  const tables = matching.tables.flatMap((matched, index): readonly TablePlan[] => {
    const profile = input.profiles[index]!;
    const planned = existingTable(matched, input.readers[index]!, profile);
    if (typeof planned === "string") {
      const { table, target } = matched;
      const names = { source: table.name, target };
      verdicts.push(unprovenVerdict(names, planned, { sourceRows: profile.rows, asked: false }));
      return [];
    }
    findings.push(...planned.findings);
    return [planned.plan];
  });
  for (const { table, reason } of matching.leftOut)
    verdicts.push(unprovenVerdict({ source: table.name, target: table.name }, reason, { asked: true }));
  const plan: Plan = {
    formatVersion: 1,
    source,
    schema,
    serverVersion: input.serverVersion,
    trial: "untried",
    mappings,
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
  { table, target, isThere, match, columns }: MatchedTable,
  reader: ReaderPlan,
  profile: TableProfile,
): { readonly plan: TablePlan; readonly findings: readonly Finding[] } | string {
  if (match.kind === "ambiguous") return ambiguousWords(`table ${table.name}`, match.candidates);
  const planned: ColumnPlan[] = [];
  const findings: Finding[] = [];
  for (const matched of columns) {
    const { name } = matched.column;
    if (matched.match.kind === "ambiguous") return ambiguousWords(`column ${name}`, matched.match.candidates);
    if (isThere && matched.there === null)
      return `the target's table has no column ${matched.target}${name === matched.target ? "" : `, as the mappings call ${name}`}`;
    const column = planExistingColumn(table, matched, profile.columns[matched.place]!);
    if (isUnclear(column))
      return `column ${name}: the unit of its numbers is unclear (${timesSeenWords(column.unclear)})`;
    planned.push(column.plan);
    findings.push(...column.findings);
  }
  const plan: TablePlan = {
    source: table.name,
    target,
    rows: profile.rows,
    rejected: 0,
    rejects: [],
    changes: [],
    withoutRowid: table.withoutRowid,
    ...(table.virtual === undefined ? {} : { storage: table.virtual.storage }),
    reader,
    columns: planned,
    primaryKey: keyOf(target, table.primaryKey, planned),
    uniques: [],
    indexes: [],
    foreignKeys: [],
    checks: [],
    comment: null,
  };
  return { plan, findings };
}

const ambiguousWords = (what: string, candidates: readonly string[]): string =>
  `${what}: the target has ${candidates.join(", ")}, and which is meant nobody says`;

/** What tells rows apart that differ; null where not all of the key is compared. Nobody asks whether the target has such a key. */
function keyOf(target: string, key: readonly string[], columns: readonly ColumnPlan[]): KeyPlan | null {
  const names = key.flatMap((name) => columns.find(({ source }) => source === name)?.target ?? []);
  return names.length === 0 || names.length < key.length ? null : { name: `${target}_pkey`, columns: names };
}
