/** Whether texts without an offset are UTC, which is said, or local times of a zone, because a mapping says so. */
import type { ColumnPlace } from "../../model/place.js";
import { isZoned } from "../../model/postgres.js";
import type { ColumnProfile } from "../../model/profile.js";
import type { SqliteColumn } from "../../model/sqlite.js";
import type { TypeDecision } from "./type-decision.js";
import { placeWords, type Said } from "../rules/rules.js";

type Unzoned = Omit<TypeDecision, "zone">;

/**
 * The decision with its zone: none where the type holds no instants. A date is none: it stays as it is written.
 *
 * @param said what the mappings say of the column's zone; null: nothing.
 */
export function inZone(
  at: ColumnPlace,
  column: SqliteColumn,
  decision: Unzoned,
  said: Said<string> | null,
  { texts }: ColumnProfile,
): TypeDecision {
  if (!isZoned(decision.type)) return { ...decision, zone: null };
  if (said !== null) {
    const zone = said.value === "UTC" ? null : said.value;
    return { ...decision, zone, because: becauseOf(column, decision, said) };
  }
  return texts.zoneless === 0 || decision.type.name === "array"
    ? { ...decision, zone: null }
    : {
        ...decision,
        zone: null,
        findings: [...decision.findings, { kind: "zoneless-as-utc", at, values: texts.zoneless }],
      };
}

/** Of a column without a rule not that all values fit: that is for the zone to say. */
function becauseOf(
  { declaredType }: SqliteColumn,
  { because, rule }: Unzoned,
  { value, place, because: why }: Said<string>,
): string {
  const isOneRule = rule !== null && placeWords(rule) === placeWords(place);
  const by = isOneRule ? "" : `, as ${placeWords(place)} says${why === null ? "" : ` (${why})`}`;
  const times = value === "UTC" ? "UTC" : `local times of ${value}`;
  return `${rule === null ? `declared ${declaredType}` : because}; times without an offset are ${times}${by}`;
}
