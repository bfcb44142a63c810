/** What becomes of one column, in short. */
import type { Finding } from "../../src/model/finding.js";
import type { Plan } from "../../src/model/plan.js";
import { typeWords } from "../../src/model/postgres.js";
import { timesSeenWords } from "../../src/model/times-seen.js";
import { columnOf, planOf } from "./plan-of.js";

/** The plan of a table `t` with one column `c`, holding `values` in SQLite's SQL. */
export const planFor = (declared: string, ...values: readonly string[]): Plan =>
  planOf(
    [`CREATE TABLE t (c ${declared})`, ...values.map((value) => `INSERT INTO t VALUES (${value})`)].join(";"),
  );

export interface Decision {
  readonly type: string;
  readonly unit: string | null;
  readonly findings: readonly string[];
}

/** Findings in short: `values-converted 2 REAL`. */
const short = (finding: Finding): string => {
  switch (finding.kind) {
    case "values-converted":
      return `${finding.kind} ${finding.values} ${finding.from}`;
    case "declared-type-not-kept":
    case "zoneless-as-utc":
      return `${finding.kind} ${finding.values}`;
    case "value-misfit":
      return `${finding.kind} ${finding.rows}`;
    case "length-limit-dropped":
      return `${finding.kind} ${finding.longest}`;
    case "time-unit-unclear":
      return `${finding.kind}: ${timesSeenWords(finding.seen)}`;
    default:
      return finding.kind;
  }
};

export const decisionOf = (plan: Plan): Decision => {
  const { type, unit } = columnOf(plan, "t", "c");
  // What a column looks like decides nothing; looks-like.test.ts is about that.
  const findings = plan.findings.filter(({ kind }) => kind !== "looks-like");
  return { type: typeWords(type), unit, findings: findings.map(short) };
};

export const decide = (declared: string, ...values: readonly string[]): Decision =>
  decisionOf(planFor(declared, ...values));

export const kept = (type: string, unit: string | null = null): Decision => ({ type, unit, findings: [] });
export const told = (type: string, ...findings: readonly string[]): Decision => ({
  type,
  unit: null,
  findings,
});
