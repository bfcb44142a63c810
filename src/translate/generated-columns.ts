/**
 * Generated columns (sqlite.org/gencol.html). PostgreSQL lets none depend on another one, so what it depends on is written
 * out; and computes with immutable functions alone (documentation, 5.4).
 */
import { foldName, sameName } from "../model/identifier.js";
import type { ColumnPlan, NotCarried } from "../model/plan.js";
import type { PgType } from "../model/postgres.js";
import type { SqliteColumn, SqliteTable } from "../model/sqlite.js";
import { assigned } from "./sql/assign.js";
import { translateExpression } from "./sql/expression.js";
import { parseExpression } from "./sql/parse-expression.js";
import { scopeOf, type ScopeColumn, type ScopeTable } from "./sql/scope.js";
import type { TableDeclaration } from "./sql/table-declaration.js";
import { kindWords, operand, type Typed } from "./sql/typed.js";
import { translated, Untranslatable, type Translation } from "./sql/untranslatable.js";
import { virtualTypes } from "./virtual-column.js";

export interface GeneratedInput {
  readonly table: SqliteTable;
  readonly declaration: TableDeclaration | null;
  /** Virtual ones as well. */
  readonly columns: readonly ColumnPlan[];
  /** The names of the table's columns. */
  readonly scope: ScopeTable;
  /** Whether a column can be virtual in the target: not before PostgreSQL 18, and not where an index or a key has it. */
  readonly canBeVirtual: (column: ColumnPlan) => boolean;
}

export interface GeneratedColumns {
  readonly columns: readonly ColumnPlan[];
  readonly notCarried: readonly NotCarried[];
}

/**
 * A stored one that PostgreSQL cannot compute stays a plain column with its values; a virtual one has none in the file, and
 * goes.
 */
export function translateGenerated(input: GeneratedInput): GeneratedColumns {
  const notCarried: NotCarried[] = [];
  const expressions = new Expressions(input);
  const columns = input.columns.flatMap((planned): readonly ColumnPlan[] => {
    const column = input.table.columns.find((each) => each.name === planned.source);
    if (column === undefined || column.generated === "no") return [planned];
    const computed = computedColumn(planned, column, expressions, input);
    if (computed.ok) return [computed.value];
    notCarried.push(lineOf(input, column, computed.reason));
    return column.generated === "stored" ? [planned] : [];
  });
  return { columns, notCarried };
}

function computedColumn(
  planned: ColumnPlan,
  column: SqliteColumn,
  expressions: Expressions,
  { declaration, canBeVirtual }: GeneratedInput,
): Translation<ColumnPlan> {
  const sourceSql = expressionOf(declaration, column) ?? "";
  return translated(sourceSql, () => {
    const { type, value } = expressions.assigned(column, planned);
    if (value.volatility !== "immutable")
      throw new Untranslatable(
        "what computes it depends on more than the row (PostgreSQL has it as not immutable)",
      );
    const sourceKind = column.generated === "stored" ? "stored" : "virtual";
    const kind = sourceKind === "virtual" && canBeVirtual(planned) ? "virtual" : "stored";
    return { ...planned, type, defaultSql: null, generated: { sql: value.sql, kind, sourceKind, sourceSql } };
  });
}

const expressionOf = (declaration: TableDeclaration | null, { name }: SqliteColumn): string | null =>
  declaration?.generated.get(foldName(name)) ?? null;

/** The value of each generated column by itself; SQLite takes no circles. */
class Expressions {
  readonly #input: GeneratedInput;
  readonly #scope: ScopeTable;

  constructor(input: GeneratedInput) {
    this.#input = input;
    const { table, scope } = input;
    this.#scope = { ...scope, columns: scope.columns.map((each) => this.#writtenOut(each, table)) };
  }

  /** @throws Untranslatable */
  value(column: SqliteColumn): Typed {
    const sql = expressionOf(this.#input.declaration, column);
    const parsed = sql === null ? null : parseExpression(sql);
    if (parsed === null) throw new Untranslatable("its expression could not be parsed");
    return translateExpression(parsed.expr, {
      text: parsed.text,
      scope: scopeOf([this.#scope]),
      queries: null,
    });
  }

  /**
   * The value as the column holds it, and the column's type.
   *
   * @throws Untranslatable
   */
  assigned(column: SqliteColumn, planned: ColumnPlan): { readonly type: PgType; readonly value: Typed } {
    const value = this.value(column);
    const types = column.generated === "stored" ? [planned.type] : virtualTypes(column, value.kind);
    let refusal: unknown = new Untranslatable(
      `${kindWords[value.kind]} for a column declared ${column.declaredType}`,
    );
    for (const type of types) {
      try {
        return { type, value: assigned(value, { ...planned, type }, column.affinity) };
      } catch (error) {
        refusal = error;
      }
    }
    throw refusal;
  }

  /** Asked for only where another one names it. */
  #writtenOut({ name, typed }: ScopeColumn, table: SqliteTable): ScopeColumn {
    const column = table.columns.find((each) => sameName(each.name, name));
    const planned = this.#input.columns.find((each) => each.source === column?.name);
    if (column === undefined || planned === undefined || column.generated === "no") return { name, typed };
    const value = (): Typed => {
      const made = this.assigned(column, planned).value;
      const { affinity, collation } = typed;
      return { ...made, sql: operand(made), isAtom: true, affinity, collation, constant: null };
    };
    return {
      name,
      get typed() {
        return value();
      },
    };
  }
}

const lineOf = ({ table, declaration }: GeneratedInput, column: SqliteColumn, why: string): NotCarried => {
  const sql = expressionOf(declaration, column);
  return {
    type: "generated column",
    name: `${table.name}.${column.name}`,
    table: table.name,
    sql: sql === null ? null : `AS (${sql})`,
    reason:
      column.generated === "stored"
        ? `${why}; its values are carried as a plain column`
        : `${why}; a virtual column has no values of its own`,
  };
};
