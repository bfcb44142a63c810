/**
 * The tables of schema `sqlift`, in which a target keeps what was done in it (docs/decisions/history.md). Those that are missing
 * are made by the first run that needs them.
 */
import { quote } from "../../model/identifier.js";
import { typeSql } from "../../model/postgres.js";
import { rejectedRowsColumns } from "../../model/rejected-rows.js";

/** The schema of sqlift's own tables in the target. */
export const historySchema = "sqlift";

/** The schema in which a run builds its tables before they are proven. */
export const runSchema = (run: number): string => `sqlift_run_${run}`;

/** Grows when a table changes in a way that an older build would misread. */
export const historyVersion = 1;

export interface HistoryTable {
  readonly name: string;
  readonly columns: readonly { readonly name: string; readonly definition: string }[];
  /** More of CREATE TABLE, and what comes after it. */
  readonly constraint: string | null;
  readonly then: readonly string[];
  /** What a run does with it. */
  readonly rights: readonly ("SELECT" | "INSERT" | "UPDATE" | "DELETE")[];
}

const columnsOf = (definitions: string): HistoryTable["columns"] =>
  definitions
    .trim()
    .split(/,\n\s*/)
    .map((line) => ({ name: line.split(" ")[0] ?? "", definition: line }));

const runs: HistoryTable = {
  name: "runs",
  columns: columnsOf(`
    run bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    started timestamptz NOT NULL DEFAULT now(),
    finished timestamptz,
    status text NOT NULL,
    message text,
    tool_version text NOT NULL,
    source_file text NOT NULL,
    source_fingerprint text NOT NULL,
    target_schema text NOT NULL,
    strategy text NOT NULL,
    role text NOT NULL DEFAULT current_user,
    not_undoable text,
    mappings jsonb NOT NULL,
    plan_checksum text NOT NULL,
    plan jsonb NOT NULL`),
  constraint: null,
  then: [`COMMENT ON TABLE ${historySchema}.runs IS 'sqlift run history, version ${historyVersion}'`],
  rights: ["SELECT", "INSERT", "UPDATE"],
};

/** Of scripts too (scripts.ts): those have a checksum, and may come before any run. */
const steps: HistoryTable = {
  name: "steps",
  columns: columnsOf(`
    step bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    run bigint,
    phase text NOT NULL,
    name text NOT NULL,
    folder text,
    checksum text,
    started timestamptz,
    duration_ms bigint,
    success boolean,
    error text,
    rows bigint,
    accepted timestamptz`),
  constraint: null,
  then: [`CREATE INDEX ON ${historySchema}.steps (run)`],
  rights: ["SELECT", "INSERT", "UPDATE"],
};

/** Written in the transaction of the rows; never changed: the `xmin` of its own rows has to be the `xid` in them. */
const loads: HistoryTable = {
  name: "loads",
  columns: columnsOf(`
    run bigint NOT NULL,
    table_name text NOT NULL,
    slice integer NOT NULL,
    rows bigint NOT NULL,
    xid xid8 NOT NULL DEFAULT pg_catalog.pg_current_xact_id()`),
  constraint: "PRIMARY KEY (run, table_name, slice)",
  then: [],
  rights: ["SELECT", "INSERT"],
};

const made: HistoryTable = {
  name: "made",
  columns: columnsOf(`
    run bigint NOT NULL,
    kind text NOT NULL,
    name text NOT NULL,
    object oid NOT NULL`),
  constraint: "PRIMARY KEY (run, kind, object)",
  then: [],
  rights: ["SELECT", "INSERT"],
};

/** Written before anything is away, and read by whoever finds it so; `back`: it was seen in its place again. */
const setAside: HistoryTable = {
  name: "set_aside",
  columns: columnsOf(`
    run bigint NOT NULL,
    number integer NOT NULL,
    kind text NOT NULL,
    schema_name text NOT NULL,
    table_name text NOT NULL,
    name text NOT NULL,
    parent jsonb,
    definition text NOT NULL,
    back_sql jsonb NOT NULL,
    validate_sql text,
    back timestamptz`),
  constraint: "PRIMARY KEY (run, number)",
  then: [],
  rights: ["SELECT", "INSERT", "UPDATE"],
};

/** Where sequences of the target stood before a run set them: `setval` is not undone with its transaction. */
const sequences: HistoryTable = {
  name: "sequences",
  columns: columnsOf(`
    run bigint NOT NULL,
    schema_name text NOT NULL,
    name text NOT NULL,
    before_value bigint NOT NULL,
    before_called boolean NOT NULL,
    set_value bigint NOT NULL`),
  constraint: "PRIMARY KEY (run, schema_name, name)",
  then: [],
  rights: ["SELECT", "INSERT"],
};

const rejectedRows: HistoryTable = {
  name: "rejected_rows",
  columns: rejectedRowsColumns.map(({ name, type, notNull }) => ({
    name,
    definition: `${quote(name)} ${typeSql(type)}${notNull ? " NOT NULL" : ""}`,
  })),
  constraint: null,
  then: [`CREATE INDEX ON ${historySchema}.rejected_rows (run, table_name)`],
  rights: ["SELECT", "INSERT", "DELETE"],
};

export const historyTables: readonly HistoryTable[] = [
  runs,
  steps,
  loads,
  made,
  setAside,
  sequences,
  rejectedRows,
];

/** @returns the statements that make it. */
export const createHistoryTableSql = ({
  name,
  columns,
  constraint,
  then,
}: HistoryTable): readonly string[] => {
  const lines = [
    ...columns.map(({ definition }) => definition),
    ...(constraint === null ? [] : [constraint]),
  ];
  return [`CREATE TABLE ${historySchema}.${name} (\n  ${lines.join(",\n  ")})`, ...then];
};
