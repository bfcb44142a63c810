/**
 * The type of a column, by evidence: the declared type's meaning if every value converts, else the narrowest
 * type that holds them all. Each decision comes with its reason and its findings.
 */
import type { Finding, RuleNotKept } from "../../model/finding.js";
import type { ColumnPlace } from "../../model/place.js";
import type { ColumnProfile } from "../../model/profile.js";
import { isInstant, pgType, typeWords, type PgType, type TimeUnit } from "../../model/postgres.js";
import { readDeclaredType, type DeclaredType } from "./declared-type.js";
import { misfits, valueCount } from "./fit.js";
import { decideUnit, type UnitDecision } from "./decide-unit.js";
import { inZone } from "./column-zone.js";
import { convertedFindings } from "./converted.js";
import type { SqliteColumn, SqliteTable } from "../../model/sqlite.js";
import { ruledType } from "./column-rule.js";
import type { ColumnChoice } from "../rules/rules.js";
import type { TypeDecision } from "./type-decision.js";
import { limitOffer, offerOf } from "./type-offer.js";

/** The longest n of varchar(n), PostgreSQL's MaxAttrSize; the largest precision of numeric, documentation 8.1.2. */
const longestVarchar = 10_485_760;
const largestPrecision = 1000;

/**
 * A mapping's rule first, then the declared meaning, then what the values are.
 *
 * @param profile of the meaning that meaningsOf gives: a rule's, or the declared one.
 * @param notKept what was found against a built-in rule before; null: nothing, or not yet.
 */
export function decideColumnType(
  table: SqliteTable,
  column: SqliteColumn,
  profile: ColumnProfile,
  choice: ColumnChoice,
  notKept: RuleNotKept | null,
): TypeDecision {
  const at: ColumnPlace = { table: table.name, column: column.name };
  const isKey = table.primaryKey.includes(column.name);
  const ruled = ruledType(at, choice, profile, isKey, notKept);
  if (ruled?.kind === "kept") {
    const { type, unit, because, rule } = ruled;
    const findings = [...ruled.findings, ...convertedFindings(at, type, profile)];
    return inZone(at, column, { type, unit, rule, because, findings }, choice.zone, profile);
  }
  const decided = decideByEvidence(at, column, profile, isKey);
  const findings = ruled === null ? decided.findings : withRule(ruled.finding, decided);
  return inZone(at, column, { ...decided, rule: null, findings }, choice.zone, profile);
}

/** The rule's finding says already what the column becomes. */
const withRule = (rule: RuleNotKept, { type, findings }: EvidentType): readonly Finding[] => [
  { ...rule, type: typeWords(type) },
  ...findings.filter(
    (finding) => finding.kind !== "declared-type-not-kept" || finding.offer.type !== rule.offer.type,
  ),
];

type EvidentType = Omit<TypeDecision, "rule" | "zone">;

function decideByEvidence(
  at: ColumnPlace,
  column: SqliteColumn,
  profile: ColumnProfile,
  isKey: boolean,
): EvidentType {
  const declared = readDeclaredType(column.declaredType, column.affinity);
  const unit = decideUnit(profile);
  const kept = candidates(declared).find((type) => misfits(type, unitOf(unit), profile) === 0);
  return kept === undefined
    ? byValues(at, column, declared, unit, profile, isKey)
    : asDeclared(at, column, declared, kept, unitOf(unit), profile);
}

const unitOf = (decision: UnitDecision): TimeUnit | null => (decision.kind === "unit" ? decision.unit : null);

/** What a meaning may become, the narrowest first. */
function candidates({ meaning, modifiers }: DeclaredType): readonly PgType[] {
  const [first, second = 0] = modifiers;
  switch (meaning) {
    case "integer":
      return [pgType("bigint")];
    case "real":
      return [pgType("double precision")];
    case "numeric": {
      const limited = first !== undefined && first > 0 && first <= largestPrecision && second <= first;
      return [...(limited ? [pgType("numeric", first, second)] : []), pgType("numeric")];
    }
    case "boolean":
      return [pgType("boolean")];
    case "text": {
      const limited = first !== undefined && first > 0 && first <= longestVarchar;
      return [...(limited ? [pgType("character varying", first)] : []), pgType("text")];
    }
    case "bytes":
      return [pgType("bytea")];
    case "json":
      return [pgType("jsonb")];
    case "uuid":
      return [pgType("uuid")];
    case "date":
      return [pgType("date"), pgType("timestamp with time zone")];
    case "time":
      return [pgType("time without time zone")];
    case "timestamp":
      return [pgType("timestamp with time zone")];
    case "any":
      return [];
  }
}

function asDeclared(
  at: ColumnPlace,
  column: SqliteColumn,
  declared: DeclaredType,
  type: PgType,
  unit: TimeUnit | null,
  profile: ColumnProfile,
): EvidentType {
  const usedUnit = isInstant(type) ? unit : null;
  const [meant = type] = candidates(declared);
  const widened = type.modifiers.length < meant.modifiers.length;
  const how = widened ? " without the limit" : type.name === meant.name ? "" : ` as ${typeWords(type)}`;
  return {
    type,
    unit: usedUnit,
    because: becauseDeclared(column, how, usedUnit, profile),
    findings: [
      ...(widened ? [lengthLimitDropped(at, column, meant, profile)] : []),
      ...convertedFindings(at, type, profile),
    ],
  };
}

/** @param how the values fit, where not as declared. */
function becauseDeclared(
  column: SqliteColumn,
  how: string,
  unit: TimeUnit | null,
  profile: ColumnProfile,
): string {
  const count = valueCount(profile);
  if (count === 0) return `declared ${column.declaredType}, no values`;
  const values = count === 1 ? "its one value fits" : `all ${count} values fit`;
  const numbers = profile.integers.count + profile.reals.count;
  const counted = unit === "julian" ? "Julian days" : `${unit ?? ""} since 1970`;
  const asTimes = unit === null ? "" : `, ${numbers} ${numbers === 1 ? "number" : "numbers"} as ${counted}`;
  return `declared ${column.declaredType}, ${values}${how}${asTimes}`;
}

const lengthLimitDropped = (
  at: ColumnPlace,
  column: SqliteColumn,
  limited: PgType,
  profile: ColumnProfile,
): Finding => ({
  kind: "length-limit-dropped",
  at,
  declared: column.declaredType,
  longest:
    limited.name === "numeric" ? profile.wholeDigits + profile.scaleDigits : profile.texts.longestCharacters,
  offer: limitOffer(limited, profile),
});

/** The narrowest type that holds every value, by storage classes alone. */
function byValues(
  at: ColumnPlace,
  column: SqliteColumn,
  declared: DeclaredType,
  unit: UnitDecision,
  profile: ColumnProfile,
  isKey: boolean,
): EvidentType {
  const type = narrowest(profile);
  const count = valueCount(profile);
  if (declared.meaning === "any") {
    const words = column.declaredType === "" ? "no declared type" : `declared ${column.declaredType}`;
    const because = count === 0 ? `${words}, no values` : `${words}; ${classWords(profile)}`;
    return {
      type,
      unit: null,
      because,
      findings: convertedFindings(at, type, profile),
    };
  }
  const isTime = declared.meaning === "timestamp" || declared.meaning === "date";
  const unitUnclear = isTime && unit.kind === "unclear";
  const refusal: Finding = unitUnclear
    ? { kind: "time-unit-unclear", at, declared: column.declaredType, type: typeWords(type), seen: unit.seen }
    : declaredTypeNotKept(
        at,
        column,
        type,
        nearestCandidate(declared, unitOf(unit), profile),
        profile,
        isKey,
      );
  return {
    type,
    unit: null,
    because: `declared ${column.declaredType}, but ${unitUnclear ? "the unit of its numbers is unclear" : "not every value fits"}; ${classWords(profile)}`,
    // That all values take the type of the odd ones is said by it.
    findings: [refusal],
  };
}

interface Candidate {
  readonly type: PgType;
  readonly unit: TimeUnit | null;
  readonly misfits: number;
}

/** What the declaration means, as far as the most values fit it. */
function nearestCandidate(declared: DeclaredType, unit: TimeUnit | null, profile: ColumnProfile): Candidate {
  const all = candidates(declared).map((type): Candidate => ({
    type,
    unit,
    misfits: misfits(type, unit, profile) ?? valueCount(profile),
  }));
  return all.reduce((nearest, each) => (each.misfits < nearest.misfits ? each : nearest));
}

const declaredTypeNotKept = (
  at: ColumnPlace,
  column: SqliteColumn,
  type: PgType,
  wanted: Candidate,
  profile: ColumnProfile,
  isKey: boolean,
): Finding => ({
  kind: "declared-type-not-kept",
  at,
  declared: column.declaredType,
  type: typeWords(type),
  offer: offerOf(wanted.type, wanted.unit, profile, isKey),
  values: wanted.misfits,
  first: profile.examples.misfit ?? null,
});

function narrowest({ integers, reals, texts, blobs }: ColumnProfile): PgType {
  if (texts.count + blobs.count === 0) {
    if (integers.count + reals.count === 0) return pgType("text");
    if (reals.count === 0) return pgType("bigint");
    if (integers.exactAsDouble === integers.count) return pgType("double precision");
    // Text alone holds integers beyond 2^53 and -0.0 side by side.
    return reals.negativeZeros === 0 ? pgType("numeric") : pgType("text");
  }
  if (blobs.count === 0) return pgType("text");
  return integers.count + reals.count === 0 ? pgType("bytea") : pgType("text");
}

function classWords({ integers, reals, texts, blobs }: ColumnProfile): string {
  const parts = [
    [integers.count, "integer"],
    [reals.count, "real"],
    [texts.count, "text"],
    [blobs.count, "blob"],
  ] as const;
  return parts.flatMap(([count, name]) => (count === 0 ? [] : [`${count} ${name}`])).join(", ");
}
