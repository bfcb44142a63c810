/**
 * What the rows told of entries that are too long for a B-tree, put into the plan (docs/decisions/limits.md): a hash index, a
 * unique index over digests, or nothing stands where the key or index was.
 */
import type { Finding } from "../model/finding.js";
import { isCaseless } from "../model/nocase.js";
import type { ForeignKeyPlan, IndexPlan, NotCarried, Plan, TablePlan } from "../model/plan.js";
import { pgType } from "../model/postgres.js";
import type { RowPlace } from "../model/record.js";
import { digestTerm } from "./limits/digest-term.js";
import { entryBytes, largestEntry } from "./limits/entry-size.js";
import type { DoubtfulEntries } from "./limits/long-entries.js";
import { keysOf, sameSet } from "./objects/foreign-key-link.js";
import { finishPlan } from "./statements/finish-plan.js";

/** A key or index that a B-tree does not take. */
export interface LongEntries extends DoubtfulEntries {
  /** Of the longest entry. */
  readonly bytes: number;
  readonly at: RowPlace;
}

export function settleEntries(plan: Plan, all: readonly LongEntries[]): Plan {
  if (all.length === 0) return plan;
  const settled = all.map((entries) => settledEntries(plan, entries));
  const parents = plan.tables.map((table) =>
    settled
      .filter(({ entries }) => entries.table.target === table.target)
      .reduce((made, { entries, instead }) => withInstead(made, entries, instead), table),
  );
  const lost = parents.flatMap((child) =>
    child.foreignKeys.filter((key) => !hasParentKey(key, parents)).map((key) => ({ child, key })),
  );
  const isLost = (key: ForeignKeyPlan): boolean => lost.some((each) => each.key === key);
  return {
    ...plan,
    tables: parents.map((table) => ({
      ...table,
      foreignKeys: table.foreignKeys.filter((key) => !isLost(key)),
    })),
    notCarried: [
      ...plan.notCarried,
      ...settled.flatMap(({ notCarried }) => notCarried),
      ...lost.map(({ child, key }) => foreignKeyLine(plan, child, key)),
    ],
    findings: [
      ...plan.findings.filter((finding) => !lost.some(({ child, key }) => areOrphansOf(finding, child, key))),
      ...settled.flatMap(({ findings }) => findings),
    ],
  };
}

interface SettledEntries {
  readonly entries: LongEntries;
  readonly instead: IndexPlan | null;
  readonly findings: readonly Finding[];
  readonly notCarried: readonly NotCarried[];
}

function settledEntries(plan: Plan, entries: LongEntries): SettledEntries {
  const { table, kind, name, bytes, at } = entries;
  const columns = entries.columns.map(({ source }) => source);
  const index = table.indexes.find((each) => kind === "index" && each.name === name);
  const isUnique = kind !== "index" || index?.unique === true;
  const instead = isUnique ? overDigests(entries, index) : hashed(index);
  const place = { table: table.source };
  const stands = instead === null ? "none" : isUnique ? "unique index over digests" : "hash index";
  const found: Finding = {
    kind: "index-entry-too-large",
    at: place,
    piece: kind,
    name,
    columns,
    bytes,
    row: at,
    stands,
  };
  // PostgreSQL's words, as if it had been asked.
  const message = `index row size ${bytes} exceeds btree version 4 maximum ${largestEntry} for index "${name}"`;
  const notMade: Finding = {
    kind: "key-not-made",
    at: place,
    name,
    columns: entries.terms.map((term) => term.column ?? term.sql),
    cause: "entry-too-large",
    message,
  };
  const isKept = instead !== null && kind !== "primary key";
  return {
    entries,
    instead,
    findings: isUnique && !isKept ? [found, notMade] : [found],
    notCarried:
      stands === "hash index"
        ? []
        : [
            {
              type: kind === "index" && isUnique ? "unique" : kind,
              name,
              table: table.source,
              sql: finalSql(plan, entries),
              reason: `its longest entry has ${bytes} bytes, a B-tree takes ${largestEntry}${instead === null ? "" : "; a unique index over digests stands for it"}`,
            },
          ],
  };
}

/** It finds what is equal, which is most of what an index on long values is for. A hash index has one column, and no order. */
function hashed(index: IndexPlan | undefined): IndexPlan | null {
  const [term, ...others] = index?.terms ?? [];
  if (index === undefined || term === undefined || others.length > 0) return null;
  return { ...index, method: "hash", terms: [{ ...term, descending: false }] };
}

/** Of every text and bytea, also of those that are short so far: no row that comes later is refused for its length. */
function overDigests(
  { name, terms, columns, longest }: LongEntries,
  index: IndexPlan | undefined,
): IndexPlan | null {
  // Equal texts of a column without case have unequal bytes.
  const digests = terms.map((term, at) =>
    term.column !== null && isCaseless(columns[at]!) ? term : digestTerm(term, columns[at]!.type),
  );
  const types = columns.map(({ type }, at) => (digests[at] === terms[at] ? type : digestType));
  const sizes = longest.map((bytes, at) => (digests[at] === terms[at] ? bytes : digestBytes));
  const bytes = entryBytes(types, sizes);
  if (bytes === null || bytes > largestEntry) return null;
  return { name, unique: true, terms: digests, where: index?.where ?? null };
}

const digestType = pgType("bytea");
const digestBytes = 32;

/** A primary key's columns stay NOT NULL. */
function withInstead(table: TablePlan, { kind, name }: LongEntries, instead: IndexPlan | null): TablePlan {
  const made = instead === null ? [] : [instead];
  if (kind === "index")
    return { ...table, indexes: table.indexes.flatMap((index) => (index.name === name ? made : [index])) };
  const indexes = [...made, ...table.indexes];
  if (kind === "unique")
    return { ...table, indexes, uniques: table.uniques.filter((key) => key.name !== name) };
  const ofKey = table.primaryKey?.columns ?? [];
  const columns = table.columns.map((column) =>
    ofKey.includes(column.target) ? { ...column, notNull: true } : column,
  );
  return { ...table, indexes, columns, primaryKey: null };
}

const hasParentKey = (
  { parentTable, parentColumns }: ForeignKeyPlan,
  tables: readonly TablePlan[],
): boolean =>
  tables.some(
    (table) => table.target === parentTable && keysOf(table).some((key) => sameSet(key, parentColumns)),
  );

const finalSql = (plan: Plan, { table, kind, name }: LongEntries): string | null =>
  finishPlan(plan.schema, { ...plan, tables: [table] })
    .flatMap(({ indexes }) => indexes)
    .find((step) => step.kind === kind && step.name === name)?.finalSql ?? null;

const foreignKeyLine = (plan: Plan, child: TablePlan, key: ForeignKeyPlan): NotCarried => ({
  type: "foreign key",
  name: `${child.source} (${sourcesOf(child, key).join(", ")})`,
  table: child.source,
  sql:
    finishPlan(plan.schema, { ...plan, tables: [child] })
      .flatMap(({ foreignKeys }) => foreignKeys)
      .find(({ name }) => name === key.name)?.finalSql ?? null,
  reason: `the key of ${key.parentTable} that it points at has entries too long for a B-tree, and PostgreSQL wants one there`,
});

const sourcesOf = ({ columns }: TablePlan, key: ForeignKeyPlan): readonly string[] =>
  key.columns.map((name) => columns.find(({ target }) => target === name)?.source ?? name);

/** Without the foreign key nothing is asked of them. */
const areOrphansOf = (finding: Finding, child: TablePlan, key: ForeignKeyPlan): boolean =>
  (finding.kind === "orphan-rows" || finding.kind === "orphans-refused") &&
  finding.at.table === child.source &&
  finding.columns.join("\0").toLowerCase() === sourcesOf(child, key).join("\0").toLowerCase();
