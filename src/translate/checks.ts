/** CHECK constraints (sqlite.org/lang_createtable.html, section 3.7): on both sides NULL is no violation. */
import type { Finding } from "../model/finding.js";
import { quote } from "../model/identifier.js";
import type { CheckPlan, NotCarried } from "../model/plan.js";
import type { SqliteTable } from "../model/sqlite.js";
import { nameChange, type NameBook } from "./names.js";
import { translateCondition } from "./sql/expression.js";
import { parseExpression } from "./sql/parse-expression.js";
import { scopeOf, type ScopeTable } from "./sql/scope.js";
import type { CheckDeclaration, TableDeclaration } from "./sql/table-declaration.js";
import { translated, type Translation } from "./sql/untranslatable.js";

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
  readonly findings: readonly Finding[];
  readonly notCarried: readonly NotCarried[];
}

export function translateChecks(input: ChecksInput): Checks {
  const checks: CheckPlan[] = [];
  const findings: Finding[] = [];
  const notCarried: NotCarried[] = [];
  // People's own names come first.
  const named = input.declaration.checks.map((check) =>
    check.name === null ? null : input.constraints.take(check.name),
  );
  for (const [index, check] of input.declaration.checks.entries()) {
    const made = conditionOf(check, input.scope);
    if (!made.ok) {
      notCarried.push(lineOf(check, input.table, made.reason));
      continue;
    }
    const name = named[index] ?? ownName(check, input);
    if (check.name !== null) findings.push(...nameChange(input.table.name, "constraint", check.name, name));
    checks.push({ name, sql: made.value, sourceSql: check.sql });
  }
  return { checks, findings, notCarried };
}

function conditionOf({ sql }: CheckDeclaration, scope: ScopeTable): Translation<string> {
  const parsed = parseExpression(sql);
  if (parsed === null) return { ok: false, reason: "its expression could not be parsed" };
  const { expr, text } = parsed;
  return translated(
    text,
    () => translateCondition(expr, { text, scope: scopeOf([scope]), queries: null }).sql,
  );
}

/** Much as PostgreSQL names them itself. */
const ownName = ({ column }: CheckDeclaration, { target, constraints }: ChecksInput): string =>
  constraints.take(column === null ? target : `${target}_${column}`, "_check");

const lineOf = ({ name, column, sql }: CheckDeclaration, table: SqliteTable, reason: string): NotCarried => ({
  type: "check",
  name: name ?? (column === null ? table.name : `${table.name}.${column}`),
  table: table.name,
  sql: `${name === null ? "" : `CONSTRAINT ${quote(name)} `}CHECK (${sql})`,
  reason,
});
