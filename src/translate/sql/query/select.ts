/**
 * A SELECT of SQLite as one of PostgreSQL that gives the same rows, in the same order where ORDER BY says one
 * (sqlite.org/lang_select.html, lang_with.html).
 */
import type { Environment, Query, TranslateSelect } from "./environment.js";
import { isOneAtMost, limitLines } from "./limit.js";
import { ordered } from "./order-by.js";
import { contextIn } from "./queries.js";
import type { Relations } from "./relations.js";
import { scopeOf, type Scope } from "../scope.js";
import { translateBody } from "./select-body.js";
import { shownRows } from "./shown.js";
import { worst } from "../typed.js";
import { withClause } from "./with.js";

/** @throws Untranslatable */
export const translateSelect: TranslateSelect = (select, around, use) => {
  const clause = select.with === undefined ? null : withClause(select.with, around);
  const environment = clause?.environment ?? around;
  const body = translateBody(select, environment, use);
  const sorted = select.orderBy === undefined ? body.lines : ordered(body, select.orderBy);
  const limit =
    select.limit === undefined
      ? []
      : limitLines(select.limit, contextIn(environment, scopeOf([], environment.outer)));
  const lines = [...(clause?.lines() ?? []), ...sorted, ...limit];
  return {
    ...(use === "view" ? shownRows(lines, body.columns) : { lines, columns: body.columns }),
    volatility: worst([body, ...(clause === null ? [] : [{ volatility: clause.volatility() }])]),
    hasOneRow: body.hasOneRow || (select.limit !== undefined && isOneAtMost(select.limit)),
    isOrdered: select.orderBy !== undefined,
  } satisfies Query;
};

/** What is around a statement. */
export interface Surroundings {
  /** The text that it was parsed from. */
  readonly text: string;
  readonly relations: Relations;
  /** Names that it can use beside its own, as NEW and OLD of a trigger; null: none. */
  readonly outer?: Scope | null;
  /** Told of every relation of the target that is read. */
  readonly onUse?: (target: string) => void;
  /** Told of what rounds doubles by their decimal digits, as it is written. */
  readonly onRounding: (construct: string) => void;
}

export const environmentOf = ({
  text,
  relations,
  outer = null,
  onUse = () => undefined,
  onRounding,
}: Surroundings): Environment => ({
  text,
  relations,
  withs: [],
  outer,
  taken: new Set(),
  onUse,
  onRounding,
  translate: translateSelect,
});
