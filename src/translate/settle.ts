/** What a trial told, put into the plan: refused pieces leave it, and are listed with PostgreSQL's words. Pure. */
import type { Finding } from "../model/finding.js";
import { keyRefusalOf, type Piece, type Refusal } from "../model/piece.js";
import type { ColumnPlan, NotCarried, Plan, TablePlan } from "../model/plan.js";
import { instead } from "./instead.js";
import { finishPlan, type FinishStep } from "./statements/finish-plan.js";
import { objectSteps } from "./statements/views-and-triggers.js";

/** @param refusals those of the plan's pieces (pieces.ts) that PostgreSQL does not take. */
export function settle(plan: Plan, refusals: readonly Refusal[]): Plan {
  const refused = new Map(refusals.map((refusal) => [keyOf(refusal.piece), refusal]));
  const isTaken = (kind: Piece["kind"], table: string | null, name: string): boolean =>
    !refused.has(keyOf({ kind, table, name }));
  const lines = refusals.map((refusal) => refusedLine(plan, explained(plan, refusal, refusals)));
  return {
    ...plan,
    trial: "tried",
    tables: plan.tables.map((table) => withoutRefused(table, isTaken)),
    views: plan.views.filter(({ target }) => isTaken("view", null, target)),
    triggers: plan.triggers.filter(({ table, target }) => isTaken("trigger", table, target)),
    notCarried: [...plan.notCarried, ...lines.map(({ notCarried }) => notCarried)],
    findings: [...plan.findings, ...lines.map(({ finding }) => finding)],
  };
}

/** No NUL is in any name. */
const keyOf = ({ kind, table, name }: Pick<Piece, "kind" | "table" | "name">): string =>
  [kind, table ?? "", name].join("\0");

type IsTaken = (kind: Piece["kind"], table: string | null, name: string) => boolean;

function withoutRefused(table: TablePlan, isTaken: IsTaken): TablePlan {
  const { target, primaryKey } = table;
  const taken = <T extends { readonly name: string }>(kind: Piece["kind"], all: readonly T[]): readonly T[] =>
    all.filter(({ name }) => isTaken(kind, target, name));
  return {
    ...table,
    columns: table.columns.flatMap((column) => settledColumn(column, target, isTaken)),
    primaryKey: primaryKey === null ? null : (taken("primary key", [primaryKey])[0] ?? null),
    uniques: taken("unique", table.uniques),
    indexes: taken("index", table.indexes),
    checks: taken("check", table.checks),
    foreignKeys: taken("foreign key", table.foreignKeys),
  };
}

function settledColumn(column: ColumnPlan, table: string, isTaken: IsTaken): readonly ColumnPlan[] {
  const settled = isTaken("default", table, column.target) ? column : { ...column, defaultSql: null };
  if (column.generated === null || isTaken("generated column", table, column.target)) return [settled];
  // Without values of its own there is nothing that a plain column could hold.
  return column.generated.sourceKind === "stored" ? [{ ...settled, generated: null }] : [];
}

/** PostgreSQL documentation, appendix A. */
const undefinedColumn = "42703";

/** What names a column that went before it: the column is what has to be mended. */
function explained(plan: Plan, refusal: Refusal, refusals: readonly Refusal[]): Refusal {
  if (refusal.sqlState !== undefinedColumn) return refusal;
  const { table } = refusal.piece;
  const lost = refusals.filter(
    ({ piece }) =>
      piece.kind === "generated column" &&
      (piece.table === table || refusal.piece.uses.includes(piece.table ?? "")) &&
      refusal.message.includes(piece.name),
  );
  if (lost.length === 0) return refusal;
  const names = lost.map(({ piece }) => wordsOf(plan, piece).name).join(", ");
  return { ...refusal, message: `${refusal.message}; ${names} is not carried over itself` };
}

interface RefusedLine {
  readonly notCarried: NotCarried;
  readonly finding: Finding;
}

function refusedLine(plan: Plan, { piece, message, sqlState }: Refusal): RefusedLine {
  const { kind } = piece;
  const words = wordsOf(plan, piece);
  const table = [...plan.tables, ...plan.views].find(({ target }) => target === piece.table)?.source ?? null;
  const finding: Finding =
    words.lostColumns !== null && table !== null
      ? {
          kind: "key-not-made",
          at: { table },
          name: piece.name,
          columns: words.lostColumns,
          cause: keyRefusalOf(sqlState),
          message,
        }
      : { kind: "piece-refused", at: { table }, piece: kind, name: words.name, sql: words.tried, message };
  return {
    finding,
    notCarried: {
      type: kind,
      name: words.name,
      table,
      sql: words.sql,
      reason: words.reason(message),
      instead: wayOf(words, piece, sqlState),
    },
  };
}

/** A key without its rows of the same values, or what was tried. */
const wayOf = ({ lostColumns, tried }: PieceWords, { table }: Piece, sqlState: string): string =>
  lostColumns !== null && table !== null && keyRefusalOf(sqlState) === "duplicates"
    ? instead.duplicates(table, lostColumns, tried)
    : instead.refused(tried);

interface PieceWords {
  /** As it is called in lists of what is not carried. */
  readonly name: string;
  /** SQLite's, where it is known. */
  readonly sql: string;
  /** PostgreSQL's. */
  readonly tried: string;
  /** Of what does not keep equal rows out any more; null for all else. */
  readonly lostColumns: readonly string[] | null;
  readonly reason: (message: string) => string;
}

const plainReason = (message: string): string => `PostgreSQL does not take it: ${message}`;

function wordsOf(plan: Plan, piece: Piece): PieceWords {
  const { kind, name } = piece;
  if (kind === "view" || kind === "trigger") {
    const object = objectOf(plan, piece);
    const [step] = objectSteps(plan.schema, {
      ...plan,
      views: kind === "view" ? plan.views.filter((view) => view === object) : [],
      triggers: kind === "trigger" ? plan.triggers.filter((trigger) => trigger === object) : [],
    });
    const tried = step?.statements.join(";\n") ?? "";
    const { source, sourceSql } = object ?? { source: name, sourceSql: tried };
    return { name: source, sql: sourceSql, tried, lostColumns: null, reason: plainReason };
  }
  const table = plan.tables.find(({ target }) => target === piece.table);
  const column = table?.columns.find(({ target }) => target === name);
  if (kind === "default") {
    const sql = `DEFAULT ${column?.defaultSql ?? ""}`;
    return { name: columnName(table, column), sql, tried: sql, lostColumns: null, reason: plainReason };
  }
  if (kind === "generated column") return generatedWords(table, column);
  const check = kind === "check" ? table?.checks.find((each) => each.name === name) : undefined;
  const step = stepOf(plan, piece);
  const tried = step?.finalSql ?? "";
  return {
    name,
    sql: check === undefined ? tried : `CHECK (${check.sourceSql})`,
    tried,
    lostColumns: step?.guardsUniqueness === true ? step.columns : null,
    reason: plainReason,
  };
}

const whatIsLeft = {
  stored: "its values are carried as a plain column",
  virtual: "a virtual column has no values of its own",
  none: "the text is there, without a column to search it by",
} as const;

function generatedWords(table: TablePlan | undefined, column: ColumnPlan | undefined): PieceWords {
  const { sql = "", sourceSql = "", sourceKind = "virtual" } = column?.generated ?? {};
  return {
    name: columnName(table, column),
    sql: `AS (${sourceSql})`,
    tried: `GENERATED ALWAYS AS (${sql})`,
    lostColumns: null,
    reason: (message) => `${plainReason(message)}; ${whatIsLeft[sourceKind]}`,
  };
}

const objectOf = ({ views, triggers }: Plan, { kind, table, name }: Piece) =>
  kind === "view"
    ? views.find(({ target }) => target === name)
    : triggers.find((trigger) => trigger.target === name && trigger.table === table);

const columnName = (table: TablePlan | undefined, column: ColumnPlan | undefined): string =>
  `${table?.source ?? ""}.${column?.source ?? ""}`;

const stepOf = (plan: Plan, { kind, table, name }: Piece): FinishStep | undefined =>
  finishPlan(plan.schema, { ...plan, tables: plan.tables.filter(({ target }) => target === table) })
    .flatMap(({ indexes, checks, foreignKeys }): readonly FinishStep[] => [
      ...indexes,
      ...checks,
      ...foreignKeys,
    ])
    .find((step) => step.kind === kind && step.name === name);
