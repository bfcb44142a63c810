/** A value that is put into a column: SQLite applies the column's affinity, PostgreSQL wants the column's type. */
import type { ColumnPlan } from "../../model/plan.js";
import { typeSql } from "../../model/postgres.js";
import type { Affinity, StorageClass } from "../../model/sqlite.js";
import { integerOf, literalTyped, textOf } from "./convert.js";
import { storedLiteral } from "./affinity.js";
import { momentAs } from "./compare-moments.js";
import { kindOf } from "./table-scope.js";
import { atom, kindWords, operand, recast, type Kind, type Typed } from "./typed.js";
import { Untranslatable } from "./untranslatable.js";

/**
 * @param affinity the column's, in SQLite
 * @throws Untranslatable where the column would hold another value than in SQLite, or one that its type does not take.
 */
export function assigned(
  value: Typed,
  column: Pick<ColumnPlan, "type" | "unit" | "source">,
  affinity: Affinity,
): Typed {
  const kind = kindOf(column.type);
  if (value.kind === "null") return value;
  const given = value.constant === null ? value : literalOf(value, affinity);
  const fitting = asKind(given, kind, column);
  if (fitting === null)
    throw new Untranslatable(
      `${kindWords[given.kind]} for a column of type ${typeSql(column.type)}: ${given.sql}`,
    );
  const held = { ...fitting, affinity, stored: storedUnder(affinity, fitting) };
  return column.type.modifiers.length === 0 ? held : limited(held, column);
}

/** Under NUMERIC a whole REAL becomes an INTEGER, and nobody knows which are. */
function storedUnder(affinity: Affinity, { kind, stored }: Typed): StorageClass | null {
  const isNumber = kind === "integer" || kind === "real" || kind === "numeric";
  if (!isNumber || affinity === "BLOB" || affinity === "TEXT") return stored;
  if (affinity === "REAL") return "real";
  return stored === "integer" ? "integer" : null;
}

function literalOf(value: Typed, affinity: Affinity): Typed {
  const stored =
    value.constant === null || value.constant.kind === "now" ? null : storedLiteral(value.constant, affinity);
  return stored === null ? value : literalTyped(stored);
}

/** null: not without changing it. */
function asKind(
  value: Typed,
  kind: Kind,
  column: Pick<ColumnPlan, "type" | "unit" | "source">,
): Typed | null {
  if (value.kind === kind) return kind === "text" ? textOf(value) : value;
  switch (kind) {
    case "integer":
      if (value.kind === "boolean") return recast(value, "integer", "int::bigint");
      return null;
    case "real":
      return value.kind === "integer" || value.kind === "boolean"
        ? recast(integerOf(value), "real", "double precision")
        : value.kind === "numeric"
          ? recast(value, "real", "double precision")
          : null;
    case "numeric":
      return value.kind === "integer" ? recast(value, "numeric", "numeric") : null;
    case "boolean":
      return value.constant?.kind === "integer" && /^[01]$/.test(value.constant.digits)
        ? atom("boolean", value.constant.digits === "1" ? "true" : "false", [])
        : null;
    case "text":
      return textOf(value);
    case "jsonb":
    case "json":
    case "uuid":
      return value.kind === "text" ? recast(textOf(value), kind, kind) : null;
    case "timestamptz":
    case "timestamp":
    case "date": {
      const facts = { name: column.source, type: column.type, unit: column.unit, truth: null };
      const target = atom(kind, "", [], { stored: column.unit === null ? "text" : "integer", column: facts });
      const sql = value.moment === null ? null : momentAs(target, value.moment);
      return sql === null ? null : atom(kind, sql, [value]);
    }
    default:
      return null;
  }
}

/** varchar(n) and numeric(p,s): an assignment is an error beyond the limit, or rounds. */
function limited(value: Typed, { type }: Pick<ColumnPlan, "type">): Typed {
  if (type.name === "character varying") return value;
  if (type.name === "numeric" && value.kind === "integer") return value;
  throw new Untranslatable(
    `a computed value for a column of type ${typeSql(type)}, which PostgreSQL would round or fill up: ${operand(value)}`,
  );
}
