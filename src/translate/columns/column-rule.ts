/** The type of a column that a mapping speaks of: a person's word counts whatever the values are, a built-in rule as long as all of them agree. */
import type { Finding, RuleNotKept } from "../../model/finding.js";
import type { ColumnPlace } from "../../model/place.js";
import type { RulePlace } from "../../model/mapping.js";
import { isInstant, pgType, typeWords, type PgType, type TimeUnit } from "../../model/postgres.js";
import type { ColumnProfile } from "../../model/profile.js";
import { likeliestUnit } from "../../model/times-seen.js";
import { decideUnit } from "./decide-unit.js";
import { misfits } from "./fit.js";
import { saidWords, type ColumnChoice } from "../rules/rules.js";
import { offerOf } from "./type-offer.js";

/** `because` for people; `gave-way`: the rule is a built-in one that the values speak against. */
export type RuledType =
  | {
      readonly kind: "kept";
      readonly type: PgType;
      readonly unit: TimeUnit | null;
      /** Null where a policy decided, not a rule for the type. */
      readonly rule: RulePlace | null;
      readonly because: string;
      readonly findings: readonly Finding[];
    }
  | { readonly kind: "gave-way"; readonly finding: RuleNotKept };

/**
 * @param profile of what the rule's type holds; of the declared meaning where the rule gave way before.
 * @param isKey whether the column belongs to the primary key.
 * @param notKept what was found against a built-in rule before; null: nothing, or not yet.
 * @returns null where the mappings say nothing of the type.
 */
export function ruledType(
  at: ColumnPlace,
  choice: ColumnChoice,
  profile: ColumnProfile,
  isKey: boolean,
  notKept: RuleNotKept | null,
): RuledType | null {
  // Somebody's own word on such texts counts more than a built-in one on the type, which would not hold them.
  const mayBeBytes = choice.type === null || choice.type.isBuiltIn;
  if (mayBeBytes && choice.bytesIfInvalid && profile.texts.invalidUtf8 > 0) return asBytes;
  if (choice.type === null) return null;
  if (notKept !== null) return { kind: "gave-way", finding: notKept };
  const { value: type, place, isBuiltIn } = choice.type;
  const own = decideUnit(profile);
  const ownUnit = own.kind === "unit" && !isBuiltIn ? own.unit : null;
  // A built-in rule that names no unit is about texts: numbers beside them are a no.
  const unit = isInstant(type) ? (choice.unit ?? ownUnit) : null;
  if (isBuiltIn) {
    // Where the counts cannot tell, encoding the rows will.
    const against = misfits(type, unit, profile) ?? 0;
    const isOtherUnit = choice.unit !== null && own.kind === "unit" && own.unit !== choice.unit;
    if (against > 0 || isOtherUnit) {
      // Of a person's rule that names no unit the numbers' own is taken.
      const asked = own.kind === "unclear" ? likeliestUnit(own.seen) : own.kind === "unit" ? own.unit : null;
      const offer = offerOf(type, choice.unit ?? asked, profile, isKey);
      const isCounted = !isOtherUnit && own.kind !== "unclear";
      return {
        kind: "gave-way",
        finding: {
          kind: "rule-not-kept",
          at,
          rule: place,
          offer: isCounted ? offer : { ...offer, rejected: null },
          values: against,
          first: profile.examples.misfit ?? null,
        },
      };
    }
  }
  const isUnclear = isInstant(type) && unit === null && own.kind === "unclear";
  return {
    kind: "kept",
    type,
    unit,
    rule: place,
    because: saidWords(choice.type),
    findings: isUnclear
      ? [{ kind: "time-unit-missing", at, type: typeWords(type), rule: place, seen: own.seen }]
      : [],
  };
}

const asBytes: RuledType = {
  kind: "kept",
  type: pgType("bytea"),
  unit: null,
  rule: null,
  because: "invalid-utf8: bytea; it holds text that is no UTF-8",
  findings: [],
};
