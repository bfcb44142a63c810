/** What becomes of rows that are there: what was asked for, and whether it can be. */
import { givesRowsUp, type ArbiterKey, type ExistingRows } from "../../model/existing.js";
import type { Finding } from "../../model/finding.js";
import type { TargetTable, TableRight } from "../../model/target-schema.js";
import { arbiterOf, isArbiter } from "./arbiter.js";

export interface RowsThere {
  readonly key: ArbiterKey | null;
  readonly findings: readonly Finding[];
}

export interface RowsAsked {
  /** Of the source. */
  readonly source: string;
  readonly schema: string;
  readonly rows: ExistingRows;
  readonly rowsThere: number;
  /** Columns of the target that are filled from the source. */
  readonly loaded: readonly string[];
}

export function planRowsThere(target: TargetTable, asked: RowsAsked): RowsThere {
  const { source, schema, rows, rowsThere, loaded } = asked;
  const at = { table: source };
  const { name } = target;
  if (rowsThere === 0) return { key: null, findings: [] };
  if (rows === "refuse")
    return { key: null, findings: [{ kind: "rows-there", at, schema, target: name, rows: rowsThere }] };
  const givenUp: readonly Finding[] =
    givesRowsUp(asked) && rows !== "skip"
      ? [{ kind: "rows-given-up", at, target: name, by: rows, rows: rowsThere }]
      : [];
  if (rows === "truncate") return { key: null, findings: givenUp };
  const key = arbiterOf(target, loaded);
  return isArbiter(key)
    ? { key, findings: givenUp }
    : { key: null, findings: [{ kind: "no-usable-key", at, target: name, wanted: rows, ...key }] };
}

/**
 * What the role must be allowed beside SELECT and INSERT, which every load needs; any of `anyOf` lets it keep others from writing
 * meanwhile (PostgreSQL documentation, LOCK).
 */
export function rightsFor(rows: ExistingRows, rights: readonly TableRight[]): readonly TableRight[] {
  const wanted: readonly TableRight[] =
    rows === "truncate" ? ["DELETE", "TRUNCATE"] : rows === "update" ? ["UPDATE"] : [];
  const anyOf: readonly TableRight[] = ["UPDATE", "DELETE", "TRUNCATE"];
  const lacking = wanted.filter((right) => !rights.includes(right));
  return wanted.length === 0 && !anyOf.some((right) => rights.includes(right)) ? ["UPDATE"] : lacking;
}
