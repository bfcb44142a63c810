/** What `sqlift plan` prints: every table and column, what was found, what stays behind, and what migrate would do. */
import type { ForeignKeyPlan, IndexPlan, IndexTermPlan, KeyPlan, Plan, TablePlan } from "../model/plan.js";
import { columnCells } from "./column-text.js";
import { visible } from "./display-width.js";
import { existingLines, filledLines } from "./existing-text.js";
import { blockingWords, findingLines, notCarriedLines, withSeverity } from "./findings-text.js";
import { counted, grouped, sizeWords, totalRows } from "./number-words.js";
import { listWords, nameCells, nameWords } from "./place-words.js";
import type { Style } from "./style.js";
import { tableLines } from "./table-layout.js";

export const planText = (plan: Plan, style: Style): string =>
  [
    header(plan, style),
    ...(plan.existing === undefined ? [trialLine(plan, style)] : existingLines(plan, style)),
    ...mappingLines(plan, style),
    ...sampleLines(plan, style),
    ...plan.tables.flatMap((table) => ["", ...tableBlock(table, style)]),
    ...objectLines(plan),
    ...findingLines(plan.findings, "blocks", style),
    ...findingLines(plan.findings, "warns", style),
    ...findingLines(plan.findings, "notes", style),
    ...notCarriedLines(plan.notCarried, style),
    "",
    conclusion(plan, style),
    "",
  ].join("\n");

const header = ({ source, schema, tables }: Plan, style: Style): string =>
  `${style.bold(`Plan for ${visible(source.file)}`)} (${sizeWords(source.bytes)}, ${source.encoding}): ` +
  `${counted(tables.length, "table")}, ${counted(totalRows(tables), "row")}, into schema ${visible(nameWords(schema))}`;

const trialLine = ({ serverVersion, trial }: Plan, style: Style): string =>
  style.dim(
    `  for PostgreSQL ${serverVersion}, ` +
      (trial === "tried"
        ? "which has tried all of its SQL"
        : "which has not tried its SQL yet: migrate lets it, and plan TARGET --trial"),
  );

/** Which mappings count, and why. */
const mappingLines = ({ mappings }: Plan, style: Style): readonly string[] =>
  mappings.map(({ name, because }) => style.dim(visible(`  mapping ${name}: ${because}`)));

const sampleLines = ({ sampledRows }: Plan, style: Style): readonly string[] =>
  sampledRows === null
    ? []
    : [
        style.yellow(
          `  a sample: about ${counted(sampledRows, "row")} of each table were read, and no orphans looked for; the others may hold anything`,
        ),
      ];

const tableBlock = (table: TablePlan, style: Style): readonly string[] => [
  `${style.bold(visible(nameCells(table).join(" ").trimEnd()))}  ${counted(table.rows, "row")}${rejectedWords(table)}${readerWords(table)}`,
  ...tableLines(
    table.columns.map((column) => columnCells(column, table, style)),
    "  ",
  ),
  ...filledLines(table, style),
  // Those of a table that is there already are its own.
  ...(table.existing === undefined ? tableLines(constraintRows(table), "  ") : []),
];

/** Views and triggers, which are made at the very end. */
const objectLines = ({ views, triggers }: Plan): readonly string[] =>
  views.length + triggers.length === 0
    ? []
    : [
        "",
        ...tableLines([
          ...views.map((view) => ["view", ...nameCells(view), `(${listWords(view.columns)})`]),
          ...triggers.map((trigger) => [
            "trigger",
            ...nameCells(trigger),
            `${trigger.timing} on ${nameWords(trigger.table)}`,
          ]),
        ]),
      ];

const rejectedWords = ({ rejected }: TablePlan): string =>
  rejected === 0 ? "" : `, ${grouped(rejected)} rejected`;

/** Pages are the rule; the exception is slower, and said. */
const readerWords = ({ reader }: TablePlan): string =>
  reader.by === "pages" ? "" : `, read through SQLite: ${visible(reader.because)}`;

const constraintRows = ({ primaryKey, uniques, indexes, checks, foreignKeys }: TablePlan) => [
  ...(primaryKey === null ? [] : [keyRow("primary key", primaryKey)]),
  ...uniques.map((key) => keyRow("unique", key)),
  ...indexes.map(indexRow),
  ...checks.map(({ name, sql }) => ["check", name, sql]),
  ...foreignKeys.map(foreignKeyRow),
];

const keyRow = (word: string, { name, columns }: KeyPlan): readonly string[] => [
  word,
  name,
  `(${listWords(columns)})`,
];

const termWords = ({ sql, column, descending }: IndexTermPlan): string =>
  (column === null ? sql : nameWords(column)) + (descending ? " desc" : "");

const indexRow = ({ name, unique, method, terms, where }: IndexPlan): readonly string[] => [
  unique ? "unique index" : "index",
  name,
  `${method === undefined ? "" : `${method} `}(${terms.map(termWords).join(", ")})${where === null ? "" : ` where ${where}`}`,
];

const foreignKeyRow = (key: ForeignKeyPlan): readonly string[] => [
  "foreign key",
  key.name,
  [
    `(${listWords(key.columns)}) -> ${nameWords(key.parentTable)} (${listWords(key.parentColumns)})`,
    ...action("on update", key.onUpdate),
    ...action("on delete", key.onDelete),
    ...(key.deferrable === "no" ? [] : [`deferrable initially ${key.deferrable}`]),
    ...(key.orphans === 0 ? [] : [`NOT VALID: ${counted(key.orphans, "row")} without a parent`]),
  ].join(", "),
];

const action = (event: string, what: string): readonly string[] =>
  what.toUpperCase() === "NO ACTION" ? [] : [`${event} ${what.toLowerCase()}`];

const conclusion = ({ tables, findings, sampledRows }: Plan, style: Style): string => {
  const blocking = withSeverity(findings, "blocks").length;
  if (blocking > 0) return style.bold(style.red(`${blockingWords(blocking)}: migrate would write nothing`));
  if (sampledRows !== null) return "nothing that was read blocks; without --sample every value is read";
  const rejected = totalRejected(tables);
  const apart = rejected === 0 ? "" : `, and keep ${counted(rejected, "row")} apart in sqlift.rejected_rows`;
  return `${style.bold(style.green("nothing blocks"))}: migrate would copy ${counted(totalRows(tables) - rejected, "row")} into ${counted(tables.length, "table")}${apart}`;
};

const totalRejected = (tables: readonly TablePlan[]): number =>
  tables.reduce((sum, { rejected }) => sum + rejected, 0);
