/**
 * The whole DDL of a plan as a script for psql: what stands before the data, a mark where it comes, what stands after it. A
 * statement of the script makes what a run makes, where the tables stand in the end.
 */
import { quote, quoteQualified } from "../../model/identifier.js";
import { copiedColumns, type NotCarried, type Plan, type TablePlan } from "../../model/plan.js";
import { caselessSql } from "./caseless.js";
import { commentSql, createTableSql, identitySql } from "./ddl.js";
import { finishPlan, type TableFinish } from "./finish-plan.js";
import { objectSteps, searchPathSql } from "./views-and-triggers.js";

export function ddlScript(plan: Plan): string {
  const { schema, tables, notCarried } = plan;
  const finishes = finishPlan(schema, plan);
  const objects = objectSteps(schema, plan).flatMap(({ statements }) => statements);
  return [
    ...comment(header(plan)),
    "",
    "BEGIN;",
    ...statements(settings),
    "",
    ...comment("Before the data"),
    // Everybody has this one, and not everybody may make schemas.
    ...(schema === "public" ? [] : statements([`CREATE SCHEMA IF NOT EXISTS ${quote(schema)}`])),
    ...statements(caselessSql(schema, plan)),
    ...statements(tables.map((table) => createTableSql(schema, table))),
    "",
    ...comment(["The data comes here:", ...tables.map((table) => dataWords(schema, table))].join("\n")),
    "",
    ...comment("After the data"),
    ...statements([
      ...finishes.flatMap(({ indexes }) => indexes.map(({ finalSql }) => finalSql)),
      ...finishes.flatMap(({ checks }) => checks.map(({ finalSql }) => finalSql)),
      ...finishes.flatMap(foreignKeySql),
      ...tables.flatMap((table) => identitySql(schema, table)),
      ...(objects.length === 0 ? [] : [searchPathSql(schema), ...objects]),
      ...tables.flatMap((table) => commentSql(schema, table)),
    ]),
    "",
    "COMMIT;",
    "",
    ...notCarriedLines(notCarried),
  ].join("\n");
}

const header = ({ source, schema, serverVersion, trial }: Plan): string =>
  [
    `The DDL of ${source.file} for PostgreSQL ${serverVersion}, schema ${quote(schema)}, as sqlift migrate would make it;`,
    trial === "tried" ? "this server has tried it." : "no server has tried it yet.",
    "Run it with psql -v ON_ERROR_STOP=1 -f and the name of this file.",
  ].join("\n");

/** What the texts of the statements stand on. */
const settings: readonly string[] = [
  "SET LOCAL client_encoding = 'UTF8'",
  "SET LOCAL standard_conforming_strings = on",
  "SET LOCAL search_path = pg_catalog",
];

const statements = (all: readonly string[]): readonly string[] => all.map((sql) => `${sql};`);

const dataWords = (schema: string, table: TablePlan): string =>
  `${quoteQualified(schema, table.target)} (${copiedColumns(table)
    .map(({ target }) => quote(target))
    .join(", ")}): ${table.rows} rows`;

/** Those that rows break are not validated. */
const foreignKeySql = ({ table, foreignKeys }: TableFinish): readonly string[] =>
  foreignKeys.map(({ finalSql }, at) =>
    (table.foreignKeys[at]?.orphans ?? 0) > 0 ? `${finalSql} NOT VALID` : finalSql,
  );

function notCarriedLines(notCarried: readonly NotCarried[]): readonly string[] {
  if (notCarried.length === 0) return [];
  const lines = notCarried.flatMap(({ type, name, table, sql, reason, instead = null }) => [
    "",
    `${type} ${quote(name)}${table === null ? "" : ` on ${quote(table)}`}: ${reason}`,
    ...(sql === null ? [] : [sql]),
    ...(instead === null ? [] : [`instead: ${instead}`]),
  ]);
  return [...comment([`Not carried over: ${notCarried.length}`, ...lines].join("\n")), ""];
}

/**
 * Nothing in `text` can end the comment: each of its lines has a mark of its own. A line ends at what PostgreSQL and psql
 * take for its end (documentation, 4.1.5 "Comments"); a NUL would end the file for psql.
 */
const comment = (text: string): readonly string[] =>
  text
    .replaceAll("\0", "")
    .split(/\r\n|\r|\n/)
    .map((line) => `-- ${line}`.trimEnd());
