/**
 * Generated columns (sqlite.org/gencol.html). PostgreSQL lets none depend on another one, so what it depends on is written
 * out; and computes with immutable functions alone (documentation, 5.4).
 */
import { foldName, sameName } from "../../model/identifier.js";
import type { ColumnPlan, NotCarried } from "../../model/plan.js";
import { pgType, type PgType } from "../../model/postgres.js";
import type { SqliteColumn, SqliteTable } from "../../model/sqlite.js";
import { assigned } from "../sql/assign.js";
import { translateExpression } from "../sql/expression.js";
import { parseExpression } from "../sql/ddl/parse-expression.js";
import { scopeOf, type ScopeColumn, type ScopeTable } from "../sql/scope.js";
import type { TableDeclaration } from "../sql/ddl/table-declaration.js";
import { instead } from "../instead.js";
import { kindWords, operand, type Kind, type Typed } from "../sql/typed.js";
import { translated, Untranslatable, type Translation } from "../sql/untranslatable.js";
import { virtualTypes } from "../columns/virtual-column.js";

export interface GeneratedInput {
  readonly table: SqliteTable;
  readonly declaration: TableDeclaration | null;
  /** Virtual ones as well. */
  /** The table's name in the target. */
  readonly target: string;
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
 * One that PostgreSQL cannot compute stays a plain column with its values. Those of a virtual one are not in the file: it
 * goes, until SQLite has computed them (`virtualWithoutValues`).
 */
export function translateGenerated(input: GeneratedInput): GeneratedColumns {
  const notCarried: NotCarried[] = [];
  const expressions = { stored: new Expressions(input, true), virtual: new Expressions(input, false) };
  const columns = input.columns.flatMap((planned): readonly ColumnPlan[] => {
    const column = input.table.columns.find((each) => each.name === planned.source);
    if (column === undefined || column.generated === "no") return [planned];
    const computed = computedColumn(
      planned,
      column,
      expressions[column.generated === "stored" ? "stored" : "virtual"],
      input,
    );
    if (computed.ok) return [computed.value];
    const byHand = column.generated === "virtual" ? instead.computedByView : instead.computed;
    notCarried.push({
      ...lineOf(input, column, computed.reason),
      instead: computed.instead ?? byHand(input.target, planned.target),
    });
    return column.generated === "virtual" ? [] : [planned];
  });
  return { columns, notCarried };
}

function computedColumn(
  planned: ColumnPlan,
  column: SqliteColumn,
  expressions: Expressions,
  { declaration, canBeVirtual }: GeneratedInput,
): Translation<ColumnPlan> {
  const sourceSql = expressionOf(declaration, column);
  const parsed = sourceSql === null ? null : parseExpression(sourceSql);
  if (sourceSql === null || parsed === null)
    return { ok: false, reason: "its expression could not be parsed" };
  return translated(parsed.text, () => {
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

/** What computes each generated column, without the others; SQLite takes no circles. */
class Expressions {
  readonly #input: GeneratedInput;
  readonly #scope: ScopeTable;
  /** By the column's name: each is computed once, however many name it. */
  readonly #made = new Map<string, Assigned>();

  /** @param mustAgree with values that SQLite has stored, computed from what its columns hold. */
  constructor(input: GeneratedInput, mustAgree: boolean) {
    this.#input = input;
    const { scope } = input;
    this.#scope = { ...scope, columns: scope.columns.map((each) => this.#writtenOut(each, mustAgree)) };
  }

  /**
   * The value as the column holds it, and the column's type.
   *
   * @throws Untranslatable
   */
  assigned(column: SqliteColumn, planned: ColumnPlan): Assigned {
    const made = this.#made.get(column.name) ?? this.#assign(column, planned);
    this.#made.set(column.name, made);
    return made;
  }

  #assign(column: SqliteColumn, planned: ColumnPlan): Assigned {
    const value = this.#value(column);
    // One that names another twice, and that one another, grows to twice the length with each.
    if (value.sql.length > mostCharacters)
      throw new Untranslatable(`written out it is longer than ${mostCharacters} characters`);
    const types =
      column.generated === "stored" ? storedTypes(planned, value.kind) : virtualTypes(column, value.kind);
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

  /** @throws Untranslatable */
  #value(column: SqliteColumn): Typed {
    const sql = expressionOf(this.#input.declaration, column);
    const parsed = sql === null ? null : parseExpression(sql);
    if (parsed === null) throw new Untranslatable(`${column.name}, whose expression could not be parsed`);
    const { expr, text } = parsed;
    return translateExpression(expr, {
      text,
      scope: scopeOf([this.#scope]),
      queries: null,
      onRounding: null,
    });
  }

  /** Asked for only where another one names it. */
  #writtenOut(known: ScopeColumn, mustAgree: boolean): ScopeColumn {
    const { name } = known;
    const column = this.#input.table.columns.find((each) => sameName(each.name, name));
    const planned = this.#input.columns.find((each) => each.source === column?.name);
    if (column === undefined || planned === undefined) return known;
    const isComputed = column.generated !== "no";
    const isChanged = mustAgree && changesValues(planned);
    if (!isComputed && !isChanged) return known;
    const value = (): Typed => {
      if (!isComputed) throw new Untranslatable(`${name}, in which a policy may change values`);
      const { collation } = known.typed;
      const made = this.assigned(column, planned).value;
      return { ...made, sql: operand(made), isAtom: true, collation, constant: null };
    };
    return {
      name,
      get typed() {
        return value();
      },
    };
  }
}

/** Words for true and false change nothing. */
const changesValues = ({ policy }: ColumnPlan): boolean =>
  Object.keys(policy).some((name) => name !== "trueWords" && name !== "falseWords");

interface Assigned {
  readonly type: PgType;
  readonly value: Typed;
}

const mostCharacters = 100_000;

/** Decimals are reckoned as doubles on both sides, and a decimal cannot hold each of these. */
const storedTypes = ({ type, rule }: ColumnPlan, kind: Kind): readonly PgType[] =>
  rule === null && type.name === "numeric" && kind === "real" ? [type, pgType("double precision")] : [type];

const lineOf = ({ table, declaration }: GeneratedInput, column: SqliteColumn, why: string): NotCarried => {
  const sql = expressionOf(declaration, column);
  return {
    type: "generated column",
    name: `${table.name}.${column.name}`,
    table: table.name,
    sql: sql === null ? null : `AS (${sql})`,
    reason: `${why}; ${whatIsLeft(column)}`,
  };
};

const whatIsLeft = ({ generated, notComputed }: SqliteColumn): string =>
  generated !== "virtual"
    ? "its values are carried as a plain column"
    : notComputed === undefined
      ? "a virtual column has no values of its own"
      : `nor can its values be had from SQLite here: ${notComputed}`;
