/**
 * The canonical form of a column with what a mapping asks for: a NULL's stand-in, bytes spelled as text, and policies for
 * values that have no place in the column's type as they are (docs/decisions/validation.md, "Policies"). A policy changes nothing that fits,
 * and nothing that does not fit afterwards.
 */
import type { ColumnPlan } from "../../model/plan.js";
import type { PolicyName } from "../../model/policy.js";
import { excessField } from "./excess.js";
import { isBlank, repairText, wordTest } from "./text.js";
import { canonicalField, type ColumnForm } from "../canonical/column-form.js";
import { bytesOf, isNumber, type CanonicalField, type Misfit, type SourceValue } from "../canonical/field.js";
import { isNoInstant, isNoTime } from "../canonical/time.js";
import { decodedField } from "./decode.js";
import type { CanonicalOid, RowBytes } from "../canonical/row-bytes.js";

export interface PlannedField {
  readonly oid: CanonicalOid;
  /**
   * Writes a value as the next field, or writes nothing and says why it does not convert as it is.
   *
   * @param changes takes the names of the policies that changed the value; of a value that is not written they mean nothing.
   */
  readonly write: (
    value: SourceValue | null,
    isText: boolean,
    out: RowBytes,
    changes: PolicyName[],
  ) => Misfit | null;
}

/** What of a column its planned form depends on. */
export type PlannedForm = ColumnForm & Pick<ColumnPlan, "decode" | "policy" | "notNull">;

export const plannedField = (column: PlannedForm): PlannedField => {
  const { nullAs } = column.policy;
  const exact = exactField(column);
  const amend = amendment(column);
  const write: PlannedField["write"] = (value, isText, out, changes) => {
    if (value === null) {
      return out.writeNull(exact.oid);
    }
    const misfit = exact.write(value, isText, out);
    return misfit === null || amend(value, isText, out, changes) ? null : misfit;
  };
  if (nullAs === undefined) {
    return { oid: exact.oid, write };
  }
  const standIn = Buffer.from(nullAs, "utf8");
  return {
    oid: exact.oid,
    write: (value, isText, out, changes) => {
      if (value !== null) {
        return write(value, isText, out, changes);
      }
      changes.push("nullAs");
      return write(standIn, true, out, []);
    },
  };
};

const exactField = (column: PlannedForm): CanonicalField => {
  const field = canonicalField(column);
  return column.decode === null ? field : decodedField(column.decode, field);
};

/** Writes the value that policies make of one that does not fit, or nothing and says false. */
type Amend = (value: SourceValue, isText: boolean, out: RowBytes, changes: PolicyName[]) => boolean;

/** Text is repaired first, and what follows is tried on what that leaves; the first step after which it fits is the last. */
const amendment = (column: PlannedForm): Amend => {
  const { policy } = column;
  if (Object.keys(policy).length === 0) {
    return () => false;
  }
  const exact = exactField(column);
  const step = lastStep(column);
  return (given, isText, out, changes) => {
    const value = isNumber(given) ? given : bytesOf(given);
    const repaired = isText && Buffer.isBuffer(value) ? repairText(value, policy, changes) : null;
    if (repaired !== null && exact.write(repaired, true, out) === null) {
      return true;
    }
    const last = step(repaired ?? value, isText, out);
    if (last !== null) {
      changes.push(last);
    }
    return last !== null;
  };
};

/** Writes the value by one policy and returns its name, or writes nothing and returns null. */
const lastStep = (
  column: PlannedForm,
): ((value: SourceValue, isText: boolean, out: RowBytes) => PolicyName | null) => {
  const { policy, type } = column;
  const { oid } = canonicalField(column);
  const isTrue = wordTest(type.name === "boolean" ? policy.trueWords : []);
  const isFalse = wordTest(type.name === "boolean" ? policy.falseWords : []);
  const isNull = nullTest(column);
  const excess = policy.excess === undefined ? null : excessField(column, policy.excess);
  return (value, isText, out) => {
    const truth = isTrue(value, isText);
    if (truth || isFalse(value, isText)) {
      out.writeBoolean(truth);
      return truth ? "trueWords" : "falseWords";
    }
    const asNull = isNull(value, isText);
    if (asNull !== null) {
      out.writeNull(oid);
      return asNull;
    }
    return excess?.write(value, isText, out) === null ? "excess" : null;
  };
};

/** Which policy makes the value NULL. A column that takes no NULL has none such. */
const nullTest = ({
  type,
  unit,
  clock = null,
  policy,
  notNull,
}: PlannedForm): ((value: SourceValue, isText: boolean) => "empty" | "outOfRange" | null) => {
  const isTextual = textualKinds.has(type.name);
  const isInstant = instantKinds.has(type.name);
  const reckoning = { unit, clock: type.name === "timestamp with time zone" ? clock : null };
  return (value, isText) => {
    if (notNull) {
      return null;
    }
    if (policy.empty !== undefined && !isTextual && isText && Buffer.isBuffer(value) && isBlank(value)) {
      return "empty";
    }
    if (policy.outOfRange === undefined) {
      return null;
    }
    const isNone = isInstant
      ? isNoInstant(value, isText, reckoning)
      : type.name === "time without time zone" && isNoTime(value, isText);
    return isNone ? "outOfRange" : null;
  };
};

type Kinds = ReadonlySet<PlannedForm["type"]["name"]>;

/** In which blanks are a value, or may be one. */
const textualKinds: Kinds = new Set([
  "text",
  "character varying",
  "character",
  "citext",
  "enum",
  "bytea",
  "other",
]);

const instantKinds: Kinds = new Set(["date", "timestamp without time zone", "timestamp with time zone"]);
