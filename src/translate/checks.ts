/** CHECK constraints (sqlite.org/lang_createtable.html, section 3.7): on both sides NULL is no violation. */
import { quote } from "../model/identifier.js";
import type { CheckPlan, NotCarried } from "../model/plan.js";
import type { SqliteTable } from "../model/sqlite.js";
import type { NameBook } from "./names.js";
import { translateCondition } from "./sql/expression.js";
import { parseExpression } from "./sql/parse-expression.js";
import { scopeOf, type ScopeTable } from "./sql/scope.js";
import type { CheckDeclaration, TableDeclaration } from "./sql/table-declaration.js";
import { translated, Untranslatable } from "./sql/untranslatable.js";

export interface ChecksInput {
  readonly table: SqliteTable;
  readonly declaration: TableDeclaration;
  /** The table's name in the target. */
  readonly target: string;
  readonly scope: ScopeTable;
  /** The names of the table's constraints. */
  readonly constraints: NameBook;
}

export interface Checks {
  readonly checks: readonly CheckPlan[];
  readonly notCarried: readonly NotCarried[];
}

export function translateChecks(input: ChecksInput): Checks {
  const checks: CheckPlan[] = [];
  const notCarried: NotCarried[] = [];
  // People's own names come first.
  const named = input.declaration.checks.map((check) =>
    check.name === null ? null : input.constraints.take(check.name),
  );
  for (const [index, check] of input.declaration.checks.entries()) {
    const made = translated(check.sql, () => conditionOf(check, input.scope));
    if (made.ok)
      checks.push({ name: named[index] ?? ownName(check, input), sql: made.value, sourceSql: check.sql });
    else notCarried.push(lineOf(check, input.table, made.reason));
  }
  return { checks, notCarried };
}

function conditionOf({ sql }: CheckDeclaration, scope: ScopeTable): string {
  const parsed = parseExpression(sql);
  if (parsed === null) throw new Untranslatable("its expression could not be parsed");
  return translateCondition(parsed.expr, { text: parsed.text, scope: scopeOf([scope]), queries: null }).sql;
}

/** As PostgreSQL names them itself. */
const ownName = ({ column }: CheckDeclaration, { target, constraints }: ChecksInput): string =>
  constraints.take(column === null ? target : `${target}_${column}`, "_check");

const lineOf = ({ name, column, sql }: CheckDeclaration, table: SqliteTable, reason: string): NotCarried => ({
  type: "check",
  name: name ?? (column === null ? table.name : `${table.name}.${column}`),
  table: table.name,
  sql: `${name === null ? "" : `CONSTRAINT ${quote(name)} `}CHECK (${sql})`,
  reason,
});
