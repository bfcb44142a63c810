/** Plans of real SQLite databases, made in memory by the same steps as the pipeline takes. */
import Database from "better-sqlite3";
import { introspect } from "../../src/export/introspect.js";
import { findOrphans } from "../../src/export/orphans.js";
import { readRecords, recordColumns } from "../../src/export/sqlite-records.js";
import type { Finding, FindingKind } from "../../src/model/finding.js";
import type { Mapping } from "../../src/model/mapping.js";
import type { OnOrphans } from "../../src/model/orphans.js";
import type { ColumnPlan, Plan, ReaderPlan, TablePlan } from "../../src/model/plan.js";
import type { Meaning, TableProfile } from "../../src/model/profile.js";
import type { Rehearsal } from "../../src/model/rehearsal.js";
import type { MaxRejects, OnReject } from "../../src/model/reject.js";
import type { SqliteSchema, SqliteTable } from "../../src/model/sqlite.js";
import { keyIndexes } from "../../src/pipeline/reading/key-indexes.js";
import type { Source } from "../../src/source/source.js";
import { TableClassifier } from "../../src/transform/classify/classify.js";
import { withFullTextTables } from "../../src/translate/objects/full-text-tables.js";
import { chooseTables } from "../../src/translate/rules/choose-tables.js";
import { TableRehearsal } from "../../src/transform/rejects/rehearse.js";
import { Rules } from "../../src/translate/rules/rules.js";
import { asRehearsed, needsRehearsal, settleRejects } from "../../src/translate/settle-rejects.js";
import { meaningsOf, translate } from "../../src/translate/translate.js";

/** SQL, or what fills a database through its connection. */
export type Content = string | ((database: Database.Database) => void);

/** Makes a database in memory, with foreign keys not enforced, as SQLite has it unasked. */
export function openMemory(content: Content): Database.Database {
  const database = new Database(":memory:");
  database.pragma("foreign_keys = OFF");
  if (typeof content === "string") database.exec(content);
  else content(database);
  return database;
}

/** A database as the export room wants it. */
export const sourceOf = (database: Database.Database): Source => ({
  path: ":memory:",
  file: "memory.db",
  bytes: 0,
  location: { file: ":memory:", device: "0", inode: "0" },
  database: database.defaultSafeIntegers(true),
  reads: "original",
  pages: null,
  isShared: false,
  fingerprint: "",
  close: () => undefined,
});

const noRules = new Rules([]);

type Meanings = (table: SqliteTable) => readonly { readonly name: string; readonly meaning: Meaning }[];

export const readersOf = (schema: SqliteSchema): readonly ReaderPlan[] =>
  schema.tables.map(() => ({ by: "sqlite", because: "a test reads it" }));

export const profilesOf = (
  source: Source,
  schema: SqliteSchema,
  meanings: Meanings = (table) => meaningsOf(table, noRules),
): readonly TableProfile[] =>
  schema.tables.map((table) => {
    const request = { table: table.name, columns: meanings(table), keyIndexes: keyIndexes(table) };
    const classifier = new TableClassifier(request);
    for (const batch of readRecords(source, table, schema.encoding)) classifier.add(batch);
    return classifier.profile();
  });

/** What is done with rows that do not fit, and for which server, as the pipeline's options. */
export interface PlanChoices {
  readonly onReject?: OnReject;
  readonly maxRejects?: MaxRejects | null;
  readonly serverVersion?: number;
  readonly onOrphans?: OnOrphans;
  readonly fullText?: "skip" | "tsvector";
  /** Stands for values that no test can hold. */
  readonly changeProfile?: (profile: TableProfile) => TableProfile;
}

/** @param mappings the later ones count more. */
export function planOf(content: Content, mappings: readonly Mapping[] = [], choices: PlanChoices = {}): Plan {
  const database = openMemory(content);
  try {
    return planOfDatabase(database, mappings, choices);
  } finally {
    database.close();
  }
}

export function planOfDatabase(
  database: Database.Database,
  mappings: readonly Mapping[] = [],
  {
    onReject = "fail",
    maxRejects = null,
    serverVersion = 18,
    onOrphans = "not-valid",
    fullText = "skip",
    changeProfile = (profile) => profile,
  }: PlanChoices = {},
): Plan {
  const source = sourceOf(database);
  const rules = new Rules(mappings);
  const { schema, skipped } = chooseTables(withFullTextTables(introspect(source)), rules);
  const meanings = (table: SqliteTable) => meaningsOf(table, rules);
  const profiles = profilesOf(source, schema, meanings).map(changeProfile);
  const plan = translate({
    source: { file: source.file, bytes: 0, encoding: schema.encoding, fingerprint: "" },
    schema,
    readers: readersOf(schema),
    profiles,
    orphans: schema.tables.flatMap((table) =>
      [...findOrphans(source, schema, table)].filter((each) => each !== null),
    ),
    targetSchema: "public",
    serverVersion,
    rules,
    rulesNotKept: [],
    mappings: [],
    sampledRows: null,
    onReject,
    maxRejects,
    onOrphans,
    fullText,
    leftOut: skipped.map(({ name }) => name),
  });
  const settled = settleRejects(plan, rehearsalsOf(source, schema, plan, profiles));
  return { ...settled, notCarried: [...skipped, ...settled.notCarried] };
}

const rehearsalsOf = (
  source: Source,
  schema: SqliteSchema,
  plan: Plan,
  profiles: readonly TableProfile[],
): readonly Rehearsal[] =>
  plan.tables.flatMap((table, index) => {
    if (!needsRehearsal(table, profiles[index]!)) return [];
    const read = schema.tables[index]!;
    const columns = recordColumns(read);
    const rehearsal = new TableRehearsal({
      table: asRehearsed(table),
      recordColumns: columns,
      keyIndexes: keyIndexes(read),
    });
    for (const batch of readRecords(source, read, schema.encoding)) rehearsal.add(batch);
    return [rehearsal.rehearsal()];
  });

export function tableOf(plan: Plan, source: string): TablePlan {
  const table = plan.tables.find((each) => each.source === source);
  if (table === undefined) throw new Error(`The plan has no table ${source}.`);
  return table;
}

export function columnOf(plan: Plan, table: string, source: string): ColumnPlan {
  const column = tableOf(plan, table).columns.find((each) => each.source === source);
  if (column === undefined) throw new Error(`The plan has no column ${table}.${source}.`);
  return column;
}

/** The findings of one kind. */
export const findingsOf = <Kind extends FindingKind>(
  plan: Plan,
  kind: Kind,
): readonly Extract<Finding, { kind: Kind }>[] =>
  plan.findings.filter((each): each is Extract<Finding, { kind: Kind }> => each.kind === kind);

/** `check t.a` ... : what is not carried, in short. */
export const notCarriedOf = (plan: Plan): readonly string[] =>
  plan.notCarried.map(({ type, name }) => `${type} ${name}`);
