/** CHECK constraints (sqlite.org/lang_createtable.html, section 3.7): on both sides NULL is no violation. */
import type { Finding } from "../../model/finding.js";
import { quote } from "../../model/identifier.js";
import type { CheckPlan, ColumnPlan, NotCarried } from "../../model/plan.js";
import type { SqliteTable } from "../../model/sqlite.js";
import { givenNameChange, targetOf, type GivenName, type NameBook } from "../names.js";
import { translateCondition } from "../sql/expression.js";
import { parseExpression } from "../sql/ddl/parse-expression.js";
import { scopeOf, type ScopeTable } from "../sql/scope.js";
import type { CheckDeclaration, TableDeclaration } from "../sql/ddl/table-declaration.js";
import { translated, type Translation } from "../sql/untranslatable.js";

export interface ChecksInput {
  readonly table: SqliteTable;
  readonly declaration: TableDeclaration;
  /** The table's name in the target. */
  readonly target: string;
  readonly columns: readonly ColumnPlan[];
  readonly scope: ScopeTable;
  /** The names of the table's constraints. */
  readonly constraints: NameBook;
  /** Those that people gave, one for each check. */
  readonly given: readonly (GivenName | null)[];
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
  for (const [index, check] of input.declaration.checks.entries()) {
    const made = conditionOf(check, input.scope);
    if (!made.ok) {
      notCarried.push({ ...lineOf(check, input.table, made.reason), instead: made.instead ?? null });
      continue;
    }
    const given = input.given[index] ?? null;
    findings.push(...givenNameChange(input.table.name, "constraint", given));
    checks.push({ name: given?.name ?? ownName(check, input), sql: made.value, sourceSql: check.sql });
  }
  return { checks, findings, notCarried };
}

function conditionOf({ sql }: CheckDeclaration, scope: ScopeTable): Translation<string> {
  const parsed = parseExpression(sql);
  if (parsed === null) return { ok: false, reason: "its expression could not be parsed" };
  const { expr, text } = parsed;
  return translated(
    text,
    () => translateCondition(expr, { text, scope: scopeOf([scope]), queries: null, onRounding: null }).sql,
  );
}

/** Much as PostgreSQL names them itself. */
const ownName = ({ column }: CheckDeclaration, { target, columns, constraints }: ChecksInput): string =>
  constraints.take(column === null ? target : `${target}_${targetOf(column, columns)}`, "_check");

const lineOf = ({ name, column, sql }: CheckDeclaration, table: SqliteTable, reason: string): NotCarried => ({
  type: "check",
  name: name ?? (column === null ? table.name : `${table.name}.${column}`),
  table: table.name,
  sql: `${name === null ? "" : `CONSTRAINT ${quote(name)} `}CHECK (${sql})`,
  reason,
});
