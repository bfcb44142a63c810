/** Values that fit only once a policy of their column has changed them. */
import type { ColumnPlan } from "../model/plan.js";
import { encoderFor } from "./choose-field.js";
import type { EncodeField } from "./field.js";
import type { PolicyCounts } from "./policy-counts.js";

export function amendingEncoder(column: ColumnPlan, changes: PolicyCounts | null): EncodeField {
  void changes;
  return encoderFor(column);
}
