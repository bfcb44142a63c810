/**
 * What a column's values look like though nothing declares it: a number that counts time, a text that spells a UUID. Nothing
 * is done about it unasked, for a number of a customer may look like a time as well; the report offers what a mapping could say.
 */
import type { Finding } from "../../model/finding.js";
import type { ColumnPlace } from "../../model/place.js";
import type { TimeUnit } from "../../model/postgres.js";
import { pgType, typeWords, type PgType } from "../../model/postgres.js";
import type { ColumnProfile } from "../../model/profile.js";
import { valueCount } from "./fit.js";

/** What somebody could make of the column. */
interface Look {
  readonly type: PgType;
  readonly unit: TimeUnit | null;
  /** The first and last day of the times, or null. */
  readonly days: readonly [string, string] | null;
}

/**
 * @param type what the column becomes as it is
 * @param isKey whether it is a rowid or points at one: such numbers count nothing
 */
export function looksLike(
  at: ColumnPlace,
  type: PgType,
  profile: ColumnProfile,
  isKey: boolean,
): readonly Finding[] {
  const look = lookOf(type, profile, isKey);
  return look === null
    ? []
    : [
        {
          kind: "looks-like",
          at,
          type: typeWords(type),
          values: valueCount(profile),
          like: typeWords(look.type),
          unit: look.unit,
          days: look.days,
        },
      ];
}

function lookOf({ name }: PgType, profile: ColumnProfile, isKey: boolean): Look | null {
  const values = valueCount(profile);
  const { integers, texts, blobs } = profile;
  if (values === 0) return null;
  if (name === "bigint" && integers.count === values) return isKey ? null : integerLook(profile);
  if (name === "text" && texts.count === values) return textLook(profile);
  if (name === "bytea" && blobs.sixteenBytes === values) return as(pgType("uuid"));
  return null;
}

interface Counting {
  readonly unit: TimeUnit;
  readonly perMillisecond: number;
  /** The first moment, in milliseconds since 1970. */
  readonly epoch: number;
}

/** Core Data's seconds since 2001 are no others than those since 1970. */
const countings: readonly Counting[] = [
  { unit: "seconds", perMillisecond: 1e-3, epoch: 0 },
  { unit: "milliseconds", perMillisecond: 1, epoch: 0 },
  { unit: "microseconds", perMillisecond: 1e3, epoch: 0 },
  { unit: "nanoseconds", perMillisecond: 1e6, epoch: 0 },
  { unit: "webkit", perMillisecond: 1e3, epoch: Date.UTC(1601, 0, 1) },
];

/** Times from 2000 to 2100 alone: what counts seconds and what counts customers is of one size. */
const from = Date.UTC(2000, 0, 1);
const to = Date.UTC(2100, 0, 1);

function integerLook({ integers }: ColumnProfile): Look | null {
  const smallest = Number(integers.smallest);
  const largest = Number(integers.largest);
  if (smallest === 0 && largest === 1) return as(pgType("boolean"));
  for (const { unit, perMillisecond, epoch } of countings) {
    const first = smallest / perMillisecond + epoch;
    const last = largest / perMillisecond + epoch;
    if (first >= from && last < to)
      return { type: pgType("timestamp with time zone"), unit, days: [dayOf(first), dayOf(last)] };
  }
  return null;
}

const dayOf = (milliseconds: number): string => new Date(milliseconds).toISOString().slice(0, 10);

function textLook({ texts }: ColumnProfile): Look | null {
  const { count } = texts;
  if (texts.dates === count) return as(pgType("date"));
  if (texts.timestamps === count) return as(pgType("timestamp with time zone"));
  if (texts.times === count) return as(pgType("time without time zone"));
  if (texts.uuids === count) return as(pgType("uuid"));
  if (texts.json === count) return as(pgType("jsonb"));
  if (texts.booleanWords === count) return as(pgType("boolean"));
  if (texts.canonicalIntegers === count) return as(pgType("bigint"));
  return texts.decimals === count ? as(pgType("numeric")) : null;
}

const as = (type: PgType): Look => ({ type, unit: null, days: null });
