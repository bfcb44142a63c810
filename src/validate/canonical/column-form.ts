/**
 * The canonical form of a column: what a value of the source must look like once it stands in the target.
 * It is derived here a second time, from the documents and not from the code that loads (docs/decisions/validation.md);
 * canonical-sql.ts brings the target's values into the same form.
 */
import type { ColumnPlan } from "../../model/plan.js";
import { arrayField } from "./array.js";
import { isNumber, type CanonicalField } from "./field.js";
import { jsonbField } from "./json.js";
import { jsonField } from "./json-text.js";
import { cidrField, inetField, macaddrField } from "./network.js";
import { booleanField, doubleField, integerField, numericField, realField } from "./number.js";
import { byteaField, characterField, enumField, textField, uuidField } from "./text.js";
import { dateField, timeField, timestampField, timestamptzField } from "./time.js";
import type { LocalClock } from "./local-clock.js";
import { oids } from "./row-bytes.js";
import { textProblem } from "./utf8.js";

/** What of a column its canonical form depends on. */
export interface ColumnForm extends Pick<ColumnPlan, "type" | "unit"> {
  /** Of whose local times texts without an offset are; without one they are UTC. */
  readonly clock?: LocalClock | null;
}

/** How source values of the column become fields of canonical rows. */
export const canonicalField = ({ type, unit, clock = null }: ColumnForm): CanonicalField => {
  const [first = null, second = 0] = type.modifiers;
  switch (type.name) {
    case "boolean":
      return booleanField;
    case "smallint":
      return integerField(16);
    case "integer":
      return integerField(32);
    case "bigint":
      return integerField(64);
    case "real":
      return realField;
    case "double precision":
      return doubleField;
    case "numeric":
      return numericField(first, second);
    case "text":
    case "citext":
      return textField(null);
    case "character varying":
      return textField(first);
    case "character":
      return characterField(first ?? 1);
    case "enum":
      return enumField(type.labels);
    case "bytea":
      return byteaField;
    case "uuid":
      return uuidField;
    case "json":
      return jsonField;
    case "jsonb":
      return jsonbField;
    case "date":
      return dateField(unit);
    case "time without time zone":
      return timeField(first);
    case "timestamp without time zone":
      return timestampField(unit, first);
    case "timestamp with time zone":
      return timestamptzField({ unit, clock }, first);
    case "inet":
      return inetField;
    case "cidr":
      return cidrField;
    case "macaddr":
      return macaddrField;
    case "array":
      return arrayField(type.element, canonicalField({ type: type.element, unit, clock }));
    case "other":
      return presenceField;
  }
};

/** Of a type that cannot be compared at least where values are, of any text; verdict.ts never calls that identical. */
const presenceField: CanonicalField = {
  oid: oids.boolean,
  write: (value, _isText, out) => {
    const problem = isNumber(value) ? null : textProblem(value);
    if (problem !== null) {
      return problem;
    }
    out.writeBoolean(true);
    return null;
  },
};
