/**
 * The canonical form of a column: what a value of the source must look like once it stands in the target.
 * It is derived here a second time, from the documents and not from the code that loads (docs/decisions/validation.md);
 * target-sql.ts brings the target's values into the same form.
 */
import type { ColumnPlan } from "../model/plan.js";
import { jsonbField } from "./canonical-json.js";
import type { CanonicalField } from "./canonical-field.js";
import { comparedName } from "./compared-type.js";
import { bigintField, booleanField, doubleField, numericField } from "./canonical-number.js";
import { byteaField, textField, uuidField } from "./canonical-text.js";
import { dateField, timeField, timestampField } from "./canonical-time.js";

/** What of a column its canonical form depends on. */
export type ColumnForm = Pick<ColumnPlan, "type" | "unit">;

/** How source values of the column become fields of canonical rows. */
export const canonicalField = ({ type, unit }: ColumnForm): CanonicalField => {
  const [first = null, second = 0] = type.modifiers;
  switch (comparedName(type)) {
    case "boolean":
      return booleanField;
    case "bigint":
      return bigintField;
    case "double precision":
      return doubleField;
    case "numeric":
      return numericField(first, second);
    case "text":
      return textField(null);
    case "character varying":
      return textField(first);
    case "bytea":
      return byteaField;
    case "uuid":
      return uuidField;
    case "jsonb":
      return jsonbField;
    case "date":
      return dateField(unit);
    case "time without time zone":
      return timeField(unit);
    case "timestamp with time zone":
      return timestampField(unit);
  }
};
