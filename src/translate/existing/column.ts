/** What a column of the file is compared as with one that others made: the type there decides, a mapping says how it was meant. */
import type { Finding } from "../../model/finding.js";
import { heldTypes } from "../../model/held-types.js";
import type { ColumnPlan } from "../../model/plan.js";
import { isInstant, isZoned, pgType, typeWords, type PgType, type TimeUnit } from "../../model/postgres.js";
import type { ColumnProfile } from "../../model/profile.js";
import type { SqliteTable } from "../../model/sqlite.js";
import type { TimesSeen } from "../../model/times-seen.js";
import { decideUnit } from "../columns/decide-unit.js";
import { keyPolicy } from "../columns/draft-columns.js";
import { existingType } from "../columns/existing-type.js";
import { saidWords, type ColumnChoice } from "../rules/rules.js";
import type { MatchedColumn } from "./match.js";

export interface ExistingColumnPlan {
  readonly plan: ColumnPlan;
  readonly findings: readonly Finding[];
}

/**
 * What the target has. A person's rule counts for its lengths and precisions, which tell what values were cut to, and where the
 * column there holds the rule's type whole; text where the table is not there.
 */
export function comparedType({ there, choice }: Pick<MatchedColumn, "there" | "choice">): PgType {
  if (there === null) return pgType("text");
  const said = choice.type;
  const found = existingType(there);
  return said !== null && !said.isBuiltIn && holds(said.value, found) ? said.value : found;
}

/** The column there is a date or time, and what the numbers count is not beyond doubt. */
export interface UnclearUnit {
  readonly unclear: TimesSeen;
}

export const isUnclear = (planned: ExistingColumnPlan | UnclearUnit): planned is UnclearUnit =>
  "unclear" in planned;

export function planExistingColumn(
  table: SqliteTable,
  matched: MatchedColumn,
  profile: ColumnProfile,
): ExistingColumnPlan | UnclearUnit {
  const { column, target, choice, there } = matched;
  const said = choice.type;
  const type = comparedType(matched);
  const unit = unitOf(type, choice, profile);
  if (typeof unit === "object" && unit !== null) return unit;
  const isKept = said !== null && there !== null && holds(said.value, existingType(there));
  const isKey = table.primaryKey.includes(column.name);
  return {
    plan: {
      source: column.name,
      declaredType: column.declaredType,
      target,
      type,
      unit,
      decode: isKept ? choice.decode : null,
      zone: isZoned(type) && choice.zone !== null && choice.zone.value !== "UTC" ? choice.zone.value : null,
      policy: isKey ? keyPolicy(choice.policy) : choice.policy,
      rule: isKept ? said.place : null,
      notNull: false,
      defaultSql: null,
      identity: null,
      generated: null,
      comment: null,
      because:
        there === null
          ? "not in the target"
          : `${there.type} in the target${isKept ? `; ${saidWords(said)}` : ""}`,
    },
    findings:
      said === null || said.isBuiltIn || there === null || isKept
        ? []
        : [
            {
              kind: "rule-not-in-target",
              at: { table: table.name, column: column.name },
              rule: said.place,
              wanted: typeWords(said.value),
              type: typeWords(type),
            },
          ],
  };
}

/** As the validator's reading of the catalogs will find it: values alone are compared, not lengths. */
function holds(planned: PgType, found: PgType): boolean {
  if (planned.name === "array") return found.name === "array" && holds(planned.element, found.element);
  const held: readonly string[] = Object.hasOwn(heldTypes, planned.name)
    ? heldTypes[planned.name as keyof typeof heldTypes]
    : [];
  return held.includes(found.name);
}

/** A person's word first; that of a mapping that nobody asked for only where the numbers do not tell. */
function unitOf(
  type: PgType,
  { type: said, unit }: ColumnChoice,
  profile: ColumnProfile,
): TimeUnit | null | UnclearUnit {
  if (!isInstant(type)) return null;
  const own = decideUnit(profile);
  const seen = own.kind === "unit" ? own.unit : null;
  const decided = said?.isBuiltIn === true ? (seen ?? unit) : (unit ?? seen);
  return decided === null && own.kind === "unclear" ? { unclear: own.seen } : decided;
}
