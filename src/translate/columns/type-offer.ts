/** What a mapping could say so that a column gets a type that not all of its values fit, by the counts of its profile. */
import { booleanWordPairs } from "../../model/boolean-words.js";
import type { TypeOffer } from "../../model/finding.js";
import type { ColumnPolicy } from "../../model/policy.js";
import { isInstant, isTimeType, typeWords, type PgType, type TimeUnit } from "../../model/postgres.js";
import type { ColumnProfile, MisfitCounts } from "../../model/profile.js";
import { misfits } from "./fit.js";

/**
 * @param unit of the column's numbers; null where they are no times.
 * @param isKey whether the column belongs to the primary key, where no policy puts NULL.
 */
export function offerOf(
  type: PgType,
  unit: TimeUnit | null,
  profile: ColumnProfile,
  isKey: boolean,
): TypeOffer {
  const { policy, helped } = policiesFor(type, profile.misfits, isKey);
  const against = misfits(type, unit, profile);
  return {
    type: typeWords(type),
    unit: isInstant(type) ? unit : null,
    policy,
    rejected: against === null ? null : against - helped,
  };
}

interface Help {
  readonly policy: ColumnPolicy;
  /** How many values fit by it. */
  readonly helped: number;
}

function policiesFor(type: PgType, counts: MisfitCounts | null, isKey: boolean): Help {
  const policy: { -readonly [K in keyof ColumnPolicy]: ColumnPolicy[K] } = {};
  let helped = 0;
  if (counts === null) return { policy, helped };
  const { blank, outOfRange, finer, words, wordPairs } = counts;
  if (blank > 0 && !isKey && !holdsBlanks(type)) {
    policy.empty = "null";
    helped += blank;
  }
  if (outOfRange > 0 && !isKey && isTimeType(type)) {
    policy.outOfRange = "null";
    helped += outOfRange;
  }
  // A date keeps no time of day, however it is rounded.
  if (finer > 0 && isTimeType(type) && type.name !== "date") {
    policy.excess = "round";
    helped += finer;
  }
  if (words > 0 && type.name === "boolean") {
    const pairs = wordPairs.map((pair) => booleanWordPairs[pair]!);
    policy.trueWords = pairs.map(([isTrue]) => isTrue);
    policy.falseWords = pairs.map(([, isFalse]) => isFalse);
    helped += words;
  }
  return { policy, helped };
}

const holdsBlanks = ({ name }: PgType): boolean =>
  name === "text" || name === "character varying" || name === "character" || name === "bytea";

/** With the limit that the declaration names and not all values keep: texts are cut, numbers rounded. */
export function limitOffer(type: PgType, profile: ColumnProfile): TypeOffer {
  const isText = type.name === "character varying";
  const [precision = 0, scale = 0] = type.modifiers;
  // Rounding up may take one digit more before the point.
  const isCertain = isText || (profile.reals.infinite === 0 && profile.wholeDigits < precision - scale);
  return {
    type: typeWords(type),
    unit: null,
    policy: { excess: isText ? "truncate" : "round" },
    rejected: isCertain ? 0 : null,
  };
}
