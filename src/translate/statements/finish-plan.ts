/**
 * What comes after the data, as plain data for whoever schedules it. Tables are made bare and filled; then
 *
 * 1. as soon as a table's data is in, its indexes are built, those of keys too: CREATE INDEX takes a SHARE lock, so all of
 *    one table and of all tables may run side by side;
 * 2. when those of a table are there, its constraints take over their indexes, which is short but locks the table, and
 *    its closing statements run;
 * 3. when all tables are that far, checks and foreign keys are added NOT VALID, one after another, for a foreign key locks
 *    two tables; then they are validated, those of one table one after another, those of several tables side by side.
 */
import { quote, quoteQualified } from "../../model/identifier.js";
import {
  columnTerm,
  type CheckPlan,
  type ForeignKeyPlan,
  type IndexPlan,
  type KeyPlan,
  type Plan,
  type TablePlan,
} from "../../model/plan.js";
import { commentSql, identitySql } from "./ddl.js";

/** What is made after the data. */
export interface FinishStep {
  readonly kind: "primary key" | "unique" | "index" | "check" | "foreign key";
  readonly name: string;
  readonly columns: readonly string[];
  /** Whether two equal rows could come in without it. */
  readonly guardsUniqueness: boolean;
  /** As a person would write it where the table stands in the end. */
  readonly finalSql: string;
}

export interface IndexStep extends FinishStep {
  readonly buildSql: string;
  /** Makes the constraint of a key out of its index; null for an index that is only that. */
  readonly attachSql: string | null;
  /** Removes the index again, for a constraint that was refused. */
  readonly dropSql: string;
}

export interface ForeignKeyStep extends FinishStep {
  /** NOT VALID at first. */
  readonly addSql: string;
  /** null where it has to stay NOT VALID, because rows break it. */
  readonly validateSql: string | null;
  /** How many rows break it, `rows`, and the values of the first few, `first`. */
  readonly orphansSql: string;
  readonly parentTable: string;
}

export interface CheckStep extends FinishStep {
  /** NOT VALID at first. */
  readonly addSql: string;
  readonly validateSql: string;
  readonly dropSql: string;
  /** The expression that no row may make false. */
  readonly sql: string;
}

/** Everything after the data of one table. */
export interface TableFinish {
  readonly table: TablePlan;
  /** In the order in which the plan has them: primary key, unique constraints, indexes. */
  readonly indexes: readonly IndexStep[];
  /** Identity values, comments and the planner's statistics; ANALYZE waits for an index that is being built. */
  readonly closingSql: readonly string[];
  readonly checks: readonly CheckStep[];
  readonly foreignKeys: readonly ForeignKeyStep[];
}

/** @param schema where the tables stand now, which is not where they end. */
export const finishPlan = (schema: string, plan: Plan): readonly TableFinish[] =>
  plan.tables.map((table) => {
    const at: Place = { schema, finalSchema: plan.schema, table };
    return {
      table,
      indexes: [
        ...(table.primaryKey === null ? [] : [keyStep(at, table.primaryKey, "primary key")]),
        ...table.uniques.map((key) => keyStep(at, key, "unique")),
        ...table.indexes.map((index) => indexStep(at, index)),
      ],
      closingSql: [
        ...identitySql(schema, table),
        ...commentSql(schema, table),
        `ANALYZE ${quoteQualified(schema, table.target)}`,
      ],
      checks: table.checks.map((check) => checkStep(at, check)),
      foreignKeys: table.foreignKeys.map((key) => foreignKeyStep(at, key)),
    };
  });

interface Place {
  readonly schema: string;
  readonly finalSchema: string;
  readonly table: TablePlan;
}

const list = (names: readonly string[]): string => names.map(quote).join(", ");

const addConstraint = (schema: string, table: TablePlan, name: string, what: string): string =>
  `ALTER TABLE ${quoteQualified(schema, table.target)} ADD CONSTRAINT ${quote(name)} ${what}`;

const createIndex = (schema: string, table: TablePlan, index: IndexPlan): string =>
  `CREATE ${index.unique ? "UNIQUE " : ""}INDEX ${quote(index.name)} ON ${quoteQualified(schema, table.target)} ` +
  `${index.method === undefined ? "" : `USING ${index.method} `}(${index.terms.map((term) => term.sql + (term.descending ? " DESC" : "")).join(", ")})` +
  (index.where === null ? "" : ` WHERE ${index.where}`);

function keyStep(
  { schema, finalSchema, table }: Place,
  key: KeyPlan,
  kind: "primary key" | "unique",
): IndexStep {
  const terms = key.columns.map((column) => columnTerm(column));
  const words = kind.toUpperCase();
  return {
    kind,
    name: key.name,
    columns: key.columns,
    guardsUniqueness: true,
    finalSql: addConstraint(finalSchema, table, key.name, `${words} (${list(key.columns)})`),
    buildSql: createIndex(schema, table, { name: key.name, unique: true, terms, where: null }),
    attachSql: addConstraint(schema, table, key.name, `${words} USING INDEX ${quote(key.name)}`),
    dropSql: dropIndex(schema, key.name),
  };
}

const indexStep = ({ schema, finalSchema, table }: Place, index: IndexPlan): IndexStep => ({
  kind: "index",
  name: index.name,
  columns: index.terms.map((term) => term.column ?? term.sql),
  guardsUniqueness: index.unique,
  finalSql: createIndex(finalSchema, table, index),
  buildSql: createIndex(schema, table, index),
  attachSql: null,
  dropSql: dropIndex(schema, index.name),
});

const dropIndex = (schema: string, name: string): string => `DROP INDEX ${quoteQualified(schema, name)}`;

function checkStep({ schema, finalSchema, table }: Place, { name, sql }: CheckPlan): CheckStep {
  const alter = `ALTER TABLE ${quoteQualified(schema, table.target)}`;
  return {
    kind: "check",
    name,
    columns: [],
    guardsUniqueness: false,
    finalSql: addConstraint(finalSchema, table, name, `CHECK (${sql})`),
    addSql: `${addConstraint(schema, table, name, `CHECK (${sql})`)} NOT VALID`,
    validateSql: `${alter} VALIDATE CONSTRAINT ${quote(name)}`,
    dropSql: `${alter} DROP CONSTRAINT ${quote(name)}`,
    sql,
  };
}

function foreignKeyStep({ schema, finalSchema, table }: Place, key: ForeignKeyPlan): ForeignKeyStep {
  const child = quoteQualified(schema, table.target);
  const parent = quoteQualified(schema, key.parentTable);
  return {
    kind: "foreign key",
    name: key.name,
    columns: key.columns,
    guardsUniqueness: false,
    finalSql: addConstraint(finalSchema, table, key.name, references(finalSchema, key)),
    addSql: `${addConstraint(schema, table, key.name, references(schema, key))} NOT VALID`,
    validateSql: key.orphans > 0 ? null : `ALTER TABLE ${child} VALIDATE CONSTRAINT ${quote(key.name)}`,
    orphansSql: orphansSql(child, parent, table, key),
    parentTable: key.parentTable,
  };
}

function references(schema: string, key: ForeignKeyPlan): string {
  const deferral = { no: "", immediate: " DEFERRABLE", deferred: " DEFERRABLE INITIALLY DEFERRED" };
  return (
    `FOREIGN KEY (${list(key.columns)}) REFERENCES ${quoteQualified(schema, key.parentTable)} (${list(key.parentColumns)}) ` +
    `ON UPDATE ${key.onUpdate} ON DELETE ${key.onDelete}${deferral[key.deferrable]}`
  );
}

/** MATCH SIMPLE: a row with a NULL in its key points nowhere and breaks nothing. */
function orphansSql(child: string, parent: string, table: TablePlan, key: ForeignKeyPlan): string {
  const present = key.columns.map((name) => `c.${quote(name)} IS NOT NULL`).join(" AND ");
  const equal = key.columns
    .map((name, index) => `p.${quote(key.parentColumns[index]!)} ${equals(table, name)} c.${quote(name)}`)
    .join(" AND ");
  const values = key.columns.map((name) => `c.${quote(name)}::text`).join(", ");
  return (
    `WITH orphan AS (SELECT concat_ws(', ', ${values}) AS words FROM ${child} AS c WHERE ${present} ` +
    `AND NOT EXISTS (SELECT 1 FROM ${parent} AS p WHERE ${equal})) ` +
    `SELECT (SELECT count(*) FROM orphan) AS rows, (SELECT jsonb_agg(words) FROM (SELECT words FROM orphan LIMIT 10) AS few) AS first`
  );
}

/** That of citext is found by the search path, which does not lead to it; texts would be compared instead. */
function equals({ columns }: TablePlan, name: string): string {
  const type = columns.find(({ target }) => target === name)?.type;
  return type?.name === "citext" ? `OPERATOR(${type.sql.slice(0, type.sql.lastIndexOf("."))}.=)` : "=";
}
