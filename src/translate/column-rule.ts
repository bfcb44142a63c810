/** The type of a column that a mapping speaks of: a person's word counts whatever the values are, a built-in rule as long as all of them agree. */
import type { ColumnPlace, Finding } from "../model/finding.js";
import type { RulePlace } from "../model/mapping.js";
import { isInstant, pgType, typeWords, type PgType, type TimeUnit } from "../model/postgres.js";
import type { ColumnProfile, Example } from "../model/profile.js";
import type { RejectCount } from "../model/reject.js";
import { decideUnit } from "./decide-unit.js";
import { misfits } from "./fit.js";
import type { ColumnChoice, Said } from "./rules.js";

/** `because` for people; `gaveWay`: the rule is a built-in one that the values speak against. */
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
  | { readonly kind: "gave-way"; readonly finding: Finding };

/**
 * @param refuted the rows that a built-in rule would have rejected, where encoding them has told.
 * @returns null where the mappings say nothing of the type.
 */
export function ruledType(
  at: ColumnPlace,
  choice: ColumnChoice,
  profile: ColumnProfile,
  refuted: RejectCount | null,
): RuledType | null {
  if (choice.type === null) return choice.bytesIfInvalid && profile.texts.invalidUtf8 > 0 ? asBytes : null;
  const { value: type, place, isBuiltIn } = choice.type;
  const own = decideUnit(profile);
  const ownUnit = own.kind === "unit" && !isBuiltIn ? own.unit : null;
  // A built-in rule that names no unit is about texts: numbers beside them are a no.
  const unit = isInstant(type) ? (choice.unit ?? ownUnit) : null;
  if (isBuiltIn) {
    // Where the counts cannot tell, encoding the rows will.
    const against = refuted?.rows ?? misfits(type, unit, profile) ?? 0;
    const isOtherUnit = choice.unit !== null && own.kind === "unit" && own.unit !== choice.unit;
    const first = refuted?.first.value ?? profile.examples.misfit ?? null;
    if (against > 0 || isOtherUnit) return gaveWay(at, choice.type, unit, against, first);
  }
  const isUnclear = isInstant(type) && unit === null && own.kind === "unclear";
  return {
    kind: "kept",
    type,
    unit,
    rule: place,
    because: becauseOf(choice.type),
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

function gaveWay(
  at: ColumnPlace,
  { value: type, place }: Said<PgType>,
  unit: TimeUnit | null,
  values: number,
  first: Example | null,
): RuledType {
  const wanted = unit === null ? typeWords(type) : `${typeWords(type)} from ${unit}`;
  return { kind: "gave-way", finding: { kind: "rule-not-kept", at, rule: place, wanted, values, first } };
}

const becauseOf = ({ place, because }: Said<PgType>): string =>
  `${placeWords(place)}${because === null ? "" : `: ${because}`}`;

/** `mapping django`, `my.yaml:12`. */
export const placeWords = ({ mapping, line }: RulePlace): string =>
  line === null ? `mapping ${mapping}` : `${mapping}:${line}`;
