/**
 * A plan taken apart for its trial: bare tables, and what is put on them piece by piece, by the very statements that a run
 * makes them with. Columns that PostgreSQL computes come later than the others, which their expressions name.
 */
import { quote, quoteQualified } from "../../model/identifier.js";
import type { BareTable, Candidates, Piece } from "../../model/piece.js";
import { copiedColumns, type ColumnPlan, type Plan, type TablePlan } from "../../model/plan.js";
import { typeSql } from "../../model/postgres.js";
import { caselessSql, collateSql } from "./caseless.js";
import { generatedSql } from "./ddl.js";
import { finishPlan, type FinishStep, type TableFinish } from "./finish-plan.js";
import { createTriggerStatements, createViewSql, searchPathSql } from "./views-and-triggers.js";

/** @param schema of the trial. */
export function candidatesOf(schema: string, plan: Plan): Candidates {
  const finishes = finishPlan(schema, plan);
  return {
    before: caselessSql(schema, plan),
    tables: finishes.map((finish) => bareTable(schema, finish)),
    pieces: [
      ...finishes.flatMap((finish) => tablePieces(schema, finish)),
      ...finishes.flatMap(foreignKeyPieces),
      ...plan.views.map((view): Piece => ({
        kind: "view",
        table: null,
        name: view.target,
        uses: view.uses,
        statements: [searchPathSql(schema), createViewSql(schema, view)],
        otherwise: [],
      })),
      ...plan.triggers.map((trigger): Piece => ({
        kind: "trigger",
        table: trigger.table,
        name: trigger.target,
        uses: [trigger.table],
        statements: [searchPathSql(schema), ...createTriggerStatements(schema, trigger)],
        otherwise: [],
      })),
    ],
  };
}

/** No NOT NULL, no identity: nothing that a row of defaults alone would break. */
function bareTable(schema: string, { table, indexes }: TableFinish): BareTable {
  const columns = copiedColumns(table).map((column) => plainColumn(schema, column));
  const createSql = `CREATE TABLE ${quoteQualified(schema, table.target)} (${columns.join(", ")})`;
  return { name: table.target, createSql, indexes: indexes.length };
}

const plainColumn = (schema: string, column: ColumnPlan): string =>
  `${quote(column.target)} ${typeSql(column.type)}${collateSql(schema, column)}`;

function tablePieces(schema: string, { table, checks, indexes }: TableFinish): readonly Piece[] {
  const name = quoteQualified(schema, table.target);
  const pieceOf = (step: FinishStep, statements: readonly string[]): Piece => ({
    ...ofTable(table, step.kind, step.name),
    statements,
  });
  return [
    ...table.columns.flatMap((column) => defaultPieces(name, table, column)),
    ...table.columns.flatMap((column) => generatedPieces(schema, table, column)),
    ...checks.map((check) => pieceOf(check, [check.addSql])),
    ...indexes.map((index) =>
      pieceOf(index, [index.buildSql, ...(index.attachSql === null ? [] : [index.attachSql])]),
    ),
  ];
}

const ofTable = ({ target }: TablePlan, kind: Piece["kind"], name: string) => ({
  kind,
  table: target,
  name,
  uses: [target],
  otherwise: [],
});

/** Not only whether it is taken: whether a row can get it. */
function defaultPieces(name: string, table: TablePlan, { target, defaultSql }: ColumnPlan): readonly Piece[] {
  if (defaultSql === null) return [];
  const column = quote(target);
  const statements = [
    `ALTER TABLE ${name} ALTER COLUMN ${column} SET DEFAULT ${defaultSql}`,
    "SAVEPOINT value",
    `INSERT INTO ${name} (${column}) VALUES (DEFAULT)`,
    // A publication of all tables lets nobody delete from one without a key.
    "ROLLBACK TO SAVEPOINT value",
    "RELEASE SAVEPOINT value",
  ];
  return [{ ...ofTable(table, "default", target), statements }];
}

/** Where the file has its values, a plain column stands for one that is refused. */
function generatedPieces(schema: string, table: TablePlan, column: ColumnPlan): readonly Piece[] {
  if (column.generated === null) return [];
  const add = `ALTER TABLE ${quoteQualified(schema, table.target)} ADD COLUMN ${plainColumn(schema, column)}`;
  const statements = [`${add} ${generatedSql(column.generated)}${column.notNull ? " NOT NULL" : ""}`];
  const otherwise = column.generated.sourceKind === "stored" ? [add] : [];
  return [{ ...ofTable(table, "generated column", column.target), statements, otherwise }];
}

const foreignKeyPieces = ({ table, foreignKeys }: TableFinish): readonly Piece[] =>
  foreignKeys.map((key) => ({
    ...ofTable(table, "foreign key", key.name),
    uses: [table.target, key.parentTable],
    statements: [key.addSql],
  }));
