/** The type of a column, with its reason. */
import type { Finding } from "../../model/finding.js";
import type { RulePlace } from "../../model/mapping.js";
import type { PgType, TimeUnit } from "../../model/postgres.js";

export interface TypeDecision {
  readonly type: PgType;
  readonly unit: TimeUnit | null;
  /** As in a plan's column. */
  readonly zone: string | null;
  /** What of a mapping decided, if anything did: nothing else may change the type then. */
  readonly rule: RulePlace | null;
  readonly because: string;
  readonly findings: readonly Finding[];
}
