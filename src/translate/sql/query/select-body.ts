/** What ORDER BY and LIMIT are put to: one SELECT, or several joined by UNION and its kin (sqlite.org/lang_select.html, section 3). */
import type { CompoundOperator, Select } from "sqlite3-parser";
import { unify, type Unified } from "../branch.js";
import { sqlNull } from "../convert.js";
import type { Environment, QueryUse } from "./environment.js";
import { requirePlainEquality } from "./equality.js";
import { inParentheses, type Lines } from "./layout.js";
import { shownPlace } from "./shown.js";
import { asColumn } from "./result-column.js";
import { translateCore, type Core, type CoreResult } from "./select-core.js";
import { binary, worst, type Collation, type Typed, type Volatility } from "../typed.js";
import { typeOfKind } from "./type-of-kind.js";
import { Untranslatable } from "../untranslatable.js";

export interface Body {
  readonly lines: Lines;
  readonly columns: readonly CoreResult[];
  /** One, or those of a compound from left to right. */
  readonly arms: readonly Core[];
  readonly hasOneRow: boolean;
  readonly volatility: Volatility;
}

/** @throws Untranslatable */
export function translateBody(select: Select, environment: Environment, use: QueryUse): Body {
  const first = translateCore(select.select, environment);
  const compounds = select.compounds ?? [];
  if (compounds.length === 0) return single(first, use);
  const arms = [first, ...compounds.map((compound) => translateCore(compound.select, environment))];
  return joinArms(
    arms,
    compounds.map(({ operator }) => operator),
    use === "rows" ? ({ sql }) => sql : asColumn,
  );
}

function single(core: Core, use: QueryUse): Body {
  const columns = use === "view" && core.isRowByRow ? core.results.map(shownPlace) : core.results;
  return {
    lines: core.render(columns.map(({ typed }) => (use === "rows" ? typed.sql : asColumn(typed)))),
    columns,
    arms: [core],
    hasOneRow: core.hasOneRow,
    volatility: core.volatility,
  };
}

/**
 * @param operators one less than arms
 * @param sqlOf how a value is written in the arms
 * @throws Untranslatable
 */
export function joinArms(
  arms: readonly Core[],
  operators: readonly CompoundOperator[],
  sqlOf: (typed: Typed) => string,
): Body {
  const [first] = arms;
  if (arms.some(({ results }) => results.length !== first!.results.length))
    throw new Untranslatable("a compound of SELECTs with different numbers of columns");
  const unified = first!.results.map((_, at) => unify(arms.map(({ results }) => results[at]!.typed)));
  const columns = first!.results.map((result, at) => ({ ...result, typed: typedOf(result, unified[at]!) }));
  if (operators.some((operator) => operator !== "UnionAll"))
    for (const [at, { typed }] of columns.entries())
      requirePlainEquality({ ...typed, collation: sortingCollation(arms, at) }, "UNION, INTERSECT or EXCEPT");
  const rendered = arms.map((arm, index) =>
    arm.render(unified.map(({ kind, values, known }) => armSql(values[index]!, kind, known, sqlOf))),
  );
  return {
    lines: chained(rendered, operators),
    columns,
    arms,
    hasOneRow: false,
    volatility: worst(arms),
  };
}

const typedOf = ({ typed }: CoreResult, { kind, known }: Unified): Typed => ({
  ...typed,
  ...known,
  kind,
  constant: null,
  moment: null,
  joined: null,
  json: null,
});

/** The first arm where it is a column, or names one, decides (src/select.c, multiSelectCollSeq). */
export const sortingCollation = (arms: readonly Core[], at: number): Collation =>
  arms.map(({ results }) => results[at]!.typed.collation).find(({ from }) => from !== "none") ?? binary;

/** Types are settled from arm to arm in PostgreSQL, and two bare NULLs are a text. */
const armSql = (
  value: Typed,
  kind: Typed["kind"],
  known: Pick<Typed, "column">,
  sqlOf: (typed: Typed) => string,
): string => {
  if (value.sql !== sqlNull.sql || kind === "null") return sqlOf(value);
  const type = typeOfKind(kind, known.column);
  return type === null ? value.sql : `NULL::${type}`;
};

const words = { Union: "UNION", UnionAll: "UNION ALL", Except: "EXCEPT", Intersect: "INTERSECT" } as const;

/** From left to right; PostgreSQL would do INTERSECT first. */
function chained(arms: readonly Lines[], operators: readonly CompoundOperator[]): Lines {
  let lines = arms[0]!;
  let isLoose = false;
  for (const [index, operator] of operators.entries()) {
    const left = operator === "Intersect" && isLoose ? inParentheses(lines) : lines;
    if (left !== lines) isLoose = false;
    if (operator !== "Intersect") isLoose = true;
    lines = [...left, words[operator], ...arms[index + 1]!];
  }
  return lines;
}
