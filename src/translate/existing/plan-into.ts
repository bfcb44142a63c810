/** A plan for rows that go into tables which others have made: pure, as translate() is for tables that are made. */
import type { ExistingRows, ExistingTable, QuietTrouble } from "../../model/existing.js";
import type { UnsuitedReason } from "../../model/existing-finding.js";
import type { Finding } from "../../model/finding.js";
import { nearest } from "../../model/nearest.js";
import type { KeyPlan, NotCarried, Plan, TablePlan } from "../../model/plan.js";
import type { TableProfile } from "../../model/profile.js";
import type { TargetColumn, TargetSchema, TargetTable } from "../../model/target-schema.js";
import type { ReaderPlan } from "../../model/plan.js";
import type { TranslateInput } from "../translate.js";
import { planIntoColumns } from "./into-columns.js";
import { leftToTarget } from "./left-to-target.js";
import type { MatchedTable } from "./match.js";
import { eventsOfLoad, planQuiet } from "./quiet.js";
import { planRowsThere, rightsFor } from "./rows-there.js";
import { sequencesOf } from "./sequences.js";

export interface IntoInput extends Pick<
  TranslateInput,
  | "source"
  | "schema"
  | "readers"
  | "profiles"
  | "serverVersion"
  | "mappings"
  | "sampledRows"
  | "onReject"
  | "maxRejects"
  | "onOrphans"
  | "leftOut"
> {
  /** One per table of the schema, in its order. */
  readonly matched: readonly MatchedTable<TargetColumn>[];
  readonly target: TargetSchema;
  /** Of the target's tables, by their names. */
  readonly rowsThere: ReadonlyMap<string, number>;
  /** Whether a table, by its name in the source, is let be. */
  readonly mayBeUnproven: (table: string) => boolean;
  /** What becomes of them, by the source's name of the table. */
  readonly existingRows: (table: string) => ExistingRows;
}

export function planInto(input: IntoInput): Plan {
  const { source, target, serverVersion, mappings, sampledRows, onReject, maxRejects, onOrphans } = input;
  const findings: Finding[] = [];
  const notCarried: NotCarried[] = [];
  const tables = input.matched.flatMap((matched, at): readonly TablePlan[] => {
    const planned = planTable(matched, input.readers[at]!, input.profiles[at]!, input);
    findings.push(...planned.findings);
    notCarried.push(...planned.notCarried);
    return planned.plan === null ? [] : [planned.plan];
  });
  const left = leftToTarget(input.schema, tables, input.leftOut);
  const loaded = tables.map((table) => table.target);
  const existingOf = (table: TablePlan): ExistingTable => table.existing ?? nothingThere;
  const isStaged = tables.map(existingOf).some(({ rows, rowsThere }) => rowsThere > 0 && rows !== "refuse");
  const { troubles, ...quiet } = planQuiet(target, loaded, (name) =>
    eventsOfLoad(existingOf(tables.find((table) => table.target === name)!)),
  );
  if (isStaged) findings.push(...tables.flatMap((table) => stagedTroubles(table, target)));
  findings.push(...troubles.flatMap((trouble) => troubleFindings(trouble, tables, target)));
  findings.push(...left.findings);
  if (input.matched.length === 0) findings.push({ kind: "nothing-to-move", at: { table: null } });
  return {
    formatVersion: 1,
    source,
    schema: target.schema,
    serverVersion,
    trial: "untried",
    mappings,
    sampledRows,
    onReject,
    maxRejects,
    onOrphans,
    orphanKeys: [],
    tables,
    views: [],
    triggers: [],
    notCarried: [...notCarried, ...left.notCarried],
    findings,
    existing: {
      strategy: isStaged ? "staged" : "direct",
      ...quiet,
      sequences: sequencesOf(tables, input.matched, input.profiles, target.tables),
    },
  };
}

const nothingThere: ExistingTable = { rows: "refuse", rowsThere: 0, key: null, filled: [] };

interface PlannedTable {
  /** Null: it is not loaded. */
  readonly plan: TablePlan | null;
  readonly findings: readonly Finding[];
  readonly notCarried: readonly NotCarried[];
}

function planTable(
  matched: MatchedTable<TargetColumn>,
  reader: ReaderPlan,
  profile: TableProfile,
  { target: schema, rowsThere, existingRows, mayBeUnproven }: IntoInput,
): PlannedTable {
  const { table, match } = matched;
  const at = { table: table.name };
  const blocked = (finding: Finding): PlannedTable => ({ plan: null, findings: [finding], notCarried: [] });
  if (match.kind === "ambiguous")
    return blocked({ kind: "match-ambiguous", at, column: null, candidates: match.candidates });
  const there = schema.tables.find(({ name }) => name === matched.target);
  if (match.kind === "missing" || there === undefined) {
    const other = schema.tables.find(({ name, kind }) => name === matched.target && !isTable(kind));
    if (other !== undefined) return blocked(unsuited(matched, schema, kindReason(other), null));
    const reason = "the target has no such table; it has no rows";
    const { name, sql } = table;
    if (profile.rows === 0)
      return { plan: null, findings: [], notCarried: [{ type: "table", name, table: name, sql, reason }] };
    const names = schema.tables.filter(({ kind }) => isTable(kind)).map(({ name: each }) => each);
    return blocked({
      kind: "not-in-target",
      at,
      column: null,
      values: profile.rows,
      target: null,
      nearest: nearest(name, names),
    });
  }
  const planned = planIntoColumns(matched, there, profile, schema, mayBeUnproven(table.name));
  const asked = { rows: existingRows(table.name), rowsThere: rowsThere.get(there.name) ?? 0 };
  const { key, findings } = planRowsThere(there, {
    ...asked,
    source: table.name,
    schema: schema.schema,
    loaded: planned.columns.map((column) => column.target),
  });
  return {
    plan: {
      source: table.name,
      target: there.name,
      rows: profile.rows,
      rejected: 0,
      rejects: [],
      changes: [],
      withoutRowid: table.withoutRowid,
      ...(table.virtual === undefined ? {} : { storage: table.virtual.storage }),
      reader,
      columns: planned.columns,
      ...keysOf(
        there,
        planned.columns.map((column) => column.target),
      ),
      indexes: [],
      foreignKeys: [],
      checks: [],
      comment: null,
      existing: { ...asked, key, filled: planned.filled },
    },
    findings: [...tableTroubles(matched, there, schema), ...findings, ...planned.findings],
    notCarried: planned.notCarried,
  };
}

/** What can be neither kept quiet nor ordered around. */
const troubleFindings = (
  { reason, tables, names }: QuietTrouble,
  planned: readonly TablePlan[],
  { schema, role }: TargetSchema,
): readonly Finding[] =>
  planned.flatMap(({ source, target }) =>
    tables.includes(target)
      ? [
          {
            kind: "target-unsuited",
            at: { table: source },
            schema,
            target,
            reason,
            what: names.join(", "),
            role,
          },
        ]
      : [],
  );

const isTable = (kind: TargetTable["kind"]): boolean => kind === "table" || kind === "partitioned";

const kindReason = ({ kind }: TargetTable) => (kind === "foreign table" ? "foreign-table" : "view");

const unsuited = (
  { table, target }: MatchedTable<TargetColumn>,
  { schema, role }: TargetSchema,
  reason: Extract<Finding, { kind: "target-unsuited" }>["reason"],
  what: string | null,
): Finding => ({ kind: "target-unsuited", at: { table: table.name }, schema, target, reason, what, role });

/** What COPY, or the proof, cannot do there. */
function tableTroubles(
  matched: MatchedTable<TargetColumn>,
  { rowSecurity, hasChildren, rights }: TargetTable,
  schema: TargetSchema,
): readonly Finding[] {
  const lacking = (["SELECT", "INSERT"] as const).filter((right) => !rights.includes(right));
  return [
    ...(rowSecurity ? [unsuited(matched, schema, "row-security", null)] : []),
    ...(hasChildren ? [unsuited(matched, schema, "inheritance", null)] : []),
    ...(lacking.length > 0 ? [unsuited(matched, schema, "rights", lacking.join(", "))] : []),
  ];
}

/** What INSERT meets and COPY does not, and what keeps others from writing until the rows are brought over. */
function stagedTroubles({ source, target, existing }: TablePlan, schema: TargetSchema): readonly Finding[] {
  const there = schema.tables.find(({ name }) => name === target);
  if (there === undefined || existing === undefined) return [];
  const { rows, rowsThere } = existing;
  const lacking = rightsFor(rowsThere > 0 ? rows : "skip", there.rights);
  const trouble = (reason: UnsuitedReason, what: string | null): Finding => ({
    kind: "target-unsuited",
    at: { table: source },
    schema: schema.schema,
    target,
    reason,
    what,
    role: schema.role,
  });
  return [
    ...(there.hasRules ? [trouble("rules", null)] : []),
    ...(lacking.length > 0 ? [trouble("rights", lacking.join(", "))] : []),
  ];
}

/** What tells rows apart, as far as all of it is loaded. */
function keysOf({ keys }: TargetTable, loaded: readonly string[]): Pick<TablePlan, "primaryKey" | "uniques"> {
  const whole = keys.flatMap(({ kind, name, columns }): readonly (KeyPlan & { readonly kind: string })[] =>
    columns !== null && columns.every((column) => loaded.includes(column)) ? [{ kind, name, columns }] : [],
  );
  const planOf = ({ name, columns }: KeyPlan): KeyPlan => ({ name, columns });
  const primary = whole.find(({ kind }) => kind === "primary key");
  return {
    primaryKey: primary === undefined ? null : planOf(primary),
    uniques: whole.filter(({ kind }) => kind === "unique").map(planOf),
  };
}
