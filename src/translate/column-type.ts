/**
 * The type of a column, by evidence: the declared type's meaning if every value converts, else the narrowest
 * type that holds them all. Each decision comes with its reason and its findings.
 */
import type { Finding, ColumnPlace, RuleNotKept } from "../model/finding.js";
import type { RulePlace } from "../model/mapping.js";
import type { ColumnProfile, Example, Meaning } from "../model/profile.js";
import { isInstant, pgType, typeWords, type PgType, type TimeUnit } from "../model/postgres.js";
import { readDeclaredType, type DeclaredType } from "./declared-type.js";
import { misfits, valueCount } from "./fit.js";
import { decideUnit, type UnitDecision } from "./decide-unit.js";
import type { SqliteColumn } from "../model/sqlite.js";
import { inZone } from "./column-zone.js";
import { ruledType } from "./column-rule.js";
import type { ColumnChoice } from "./rules.js";

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
  table: string,
  column: SqliteColumn,
  profile: ColumnProfile,
  choice: ColumnChoice,
  notKept: RuleNotKept | null,
): TypeDecision {
  const at: ColumnPlace = { table, column: column.name };
  const ruled = ruledType(at, choice, profile, notKept);
  if (ruled?.kind === "kept") {
    const { type, unit, because, rule } = ruled;
    const findings = [...ruled.findings, ...convertedFindings(at, type, profile)];
    return inZone(at, column, { type, unit, rule, because, findings }, choice.zone, profile);
  }
  const decided = decideByEvidence(at, column, profile);
  const findings = [...(ruled === null ? [] : [ruled.finding]), ...decided.findings];
  return inZone(at, column, { ...decided, rule: null, findings }, choice.zone, profile);
}

type EvidentType = Omit<TypeDecision, "rule" | "zone">;

function decideByEvidence(at: ColumnPlace, column: SqliteColumn, profile: ColumnProfile): EvidentType {
  const declared = readDeclaredType(column.declaredType, column.affinity);
  const unit = decideUnit(profile);
  const kept = candidates(declared).find((type) => misfits(type, unitOf(unit), profile) === 0);
  return kept === undefined
    ? byValues(at, column, declared, unit, profile)
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
      ...(widened ? [lengthLimitDropped(at, column, declared.meaning, profile)] : []),
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
  const numbers = profile.integers.count + profile.reals.count;
  const asTimes =
    unit === null
      ? ""
      : `, ${numbers} numbers as ${unit === "julian" ? "Julian days" : `${unit} since 1970`}`;
  return `declared ${column.declaredType}, all ${count} values fit${how}${asTimes}`;
}

const lengthLimitDropped = (
  at: ColumnPlace,
  column: SqliteColumn,
  meaning: Meaning,
  profile: ColumnProfile,
): Finding => ({
  kind: "length-limit-dropped",
  at,
  declared: column.declaredType,
  longest: meaning === "text" ? profile.texts.longestCharacters : profile.wholeDigits + profile.scaleDigits,
});

/** The narrowest type that holds every value, by storage classes alone. */
function byValues(
  at: ColumnPlace,
  column: SqliteColumn,
  declared: DeclaredType,
  unit: UnitDecision,
  profile: ColumnProfile,
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
    : {
        kind: "declared-type-not-kept",
        at,
        declared: column.declaredType,
        type: typeWords(type),
        values: declaredMisfits(declared, unit, profile),
        first: profile.examples.misfit ?? null,
      };
  return {
    type,
    unit: null,
    because: `declared ${column.declaredType}, but ${unitUnclear ? "the unit of its numbers is unclear" : "not every value fits"}; ${classWords(profile)}`,
    findings: [refusal, ...convertedFindings(at, type, profile)],
  };
}

const declaredMisfits = (declared: DeclaredType, unit: UnitDecision, profile: ColumnProfile): number =>
  Math.min(
    ...candidates(declared).map((type) => misfits(type, unitOf(unit), profile) ?? valueCount(profile)),
  );

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

/** Which storage classes a type holds as what they are; the others are converted, and that is said. */
function convertedFindings(at: ColumnPlace, type: PgType, profile: ColumnProfile): readonly Finding[] {
  const { integers, reals, texts, blobs, examples } = profile;
  const converted = (from: string, values: number, first: Example | undefined): readonly Finding[] =>
    values === 0
      ? []
      : [{ kind: "values-converted", at, from, type: typeWords(type), values, first: first ?? null }];
  switch (type.name) {
    case "text":
    case "character varying":
    case "character":
    case "citext":
    case "enum":
      return [
        ...converted("INTEGER", integers.count, examples.integer),
        ...converted("REAL", reals.count, examples.real),
        ...converted("BLOB", blobs.utf8, examples.blob),
      ];
    case "bytea":
      return converted("TEXT", texts.count, examples.text);
    case "smallint":
    case "integer":
    case "bigint":
      return [
        ...converted("REAL", reals.count, examples.real),
        ...converted("TEXT", texts.count, examples.text),
      ];
    case "real":
    case "double precision":
    case "numeric":
      return converted("TEXT", texts.count, examples.text);
    case "json":
    case "jsonb":
      return converted("BLOB", blobs.count, examples.blob);
    case "boolean":
    case "uuid":
    case "date":
    case "time without time zone":
    case "timestamp without time zone":
    case "timestamp with time zone":
    case "inet":
    case "cidr":
    case "macaddr":
    case "array":
    case "other":
      return [];
  }
}
