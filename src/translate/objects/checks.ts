/** CHECK constraints (sqlite.org/lang_createtable.html, section 3.7): on both sides NULL is no violation. */
import type { Finding } from "../../model/finding.js";
import { quote } from "../../model/identifier.js";
import type { NameStyle } from "../../model/mapping.js";
import type { CheckPlan, ColumnPlan, NotCarried } from "../../model/plan.js";
import type { SqliteTable } from "../../model/sqlite.js";
import { nameChange, targetOf, wish, type NameBook, type Wish } from "../names.js";
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
  /** Of names that people gave. */
  readonly style: NameStyle;
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
  const wishes = input.declaration.checks.map(({ name }) => (name === null ? null : wish(name, input.style)));
  const named = takeNamed(wishes, input.constraints);
  for (const [index, check] of input.declaration.checks.entries()) {
    const made = conditionOf(check, input.scope);
    if (!made.ok) {
      notCarried.push(lineOf(check, input.table, made.reason));
      continue;
    }
    const name = named[index] ?? ownName(check, input);
    const wanted = wishes[index] ?? null;
    if (wanted !== null) findings.push(...nameChange(input.table.name, "constraint", wanted, name));
    checks.push({ name, sql: made.value, sourceSql: check.sql });
  }
  return { checks, findings, notCarried };
}

/** One for each wish. */
function takeNamed(wishes: readonly (Wish | null)[], constraints: NameBook): readonly (string | null)[] {
  const taken = constraints.takeAll(wishes.filter((each) => each !== null));
  let next = 0;
  return wishes.map((each) => (each === null ? null : taken[next++]!));
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
const ownName = ({ column }: CheckDeclaration, { target, columns, constraints }: ChecksInput): string =>
  constraints.take(column === null ? target : `${target}_${targetOf(column, columns)}`, "_check");

const lineOf = ({ name, column, sql }: CheckDeclaration, table: SqliteTable, reason: string): NotCarried => ({
  type: "check",
  name: name ?? (column === null ? table.name : `${table.name}.${column}`),
  table: table.name,
  sql: `${name === null ? "" : `CONSTRAINT ${quote(name)} `}CHECK (${sql})`,
  reason,
});
