/** What a type's modifier does not hold, rounded or cut: canonical fields of the value that is left. */
import type { ColumnPolicy } from "../../model/policy.js";
import type { ColumnForm } from "../canonical/column-form.js";
import type { CanonicalField } from "../canonical/field.js";
import { roundedNumericField, roundedRealField } from "../canonical/number.js";
import { cutCharacterField, cutTextField } from "../canonical/text.js";
import { timeField, timestampField, timestamptzField, type Rounding } from "../canonical/time.js";

/** The field of a column that rounds or cuts; null for a type that has nothing to cut. Round and cut are one for text and real. */
export const excessField = (
  { type, unit, clock = null }: ColumnForm,
  excess: NonNullable<ColumnPolicy["excess"]>,
): CanonicalField | null => {
  const [first = null, second = 0] = type.modifiers;
  switch (type.name) {
    case "character varying":
      return first === null ? null : cutTextField(first);
    case "character":
      return cutCharacterField(first ?? 1);
    case "numeric":
      return first === null || second < 0 ? null : roundedNumericField(first, second, excess);
    case "real":
      return roundedRealField;
    case "time without time zone":
      return timeField(first, roundings[excess]);
    case "timestamp without time zone":
      return timestampField(unit, first, roundings[excess]);
    case "timestamp with time zone":
      return timestamptzField({ unit, clock }, first, roundings[excess]);
    default:
      return null;
  }
};

/** In one step from all digits there are, as PostgreSQL does from microseconds: halves away from 2000-01-01 (AdjustTimestampForTypmod). */
const round: Rounding = ({ microseconds, finer }, precision) => {
  const step = 10n ** BigInt(6 - precision);
  const rest = restOf(microseconds, step);
  const down = microseconds - rest;
  // Finer digits count as parts of a microsecond, as many as there are.
  const scale = 10n ** BigInt(finer.length);
  const twice = 2n * (rest * scale + BigInt(finer === "" ? "0" : finer));
  const half = step * scale;
  const isUp = twice === half ? microseconds >= 0n : twice > half;
  return isUp ? down + step : down;
};

/** Digits are left off, which is always the earlier time. */
const truncate: Rounding = ({ microseconds }, precision) =>
  microseconds - restOf(microseconds, 10n ** BigInt(6 - precision));

const restOf = (value: bigint, step: bigint): bigint => ((value % step) + step) % step;

const roundings: Readonly<Record<NonNullable<ColumnPolicy["excess"]>, Rounding>> = { round, truncate };
