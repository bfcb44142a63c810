/** Why a value is no date or time of a type: whether it is written wrongly, or written well and not to be had. */
import { isInstant, typeWords, type PgType } from "../../model/postgres.js";
import { isInteger, isText, payloadBytes, serial, type RecordBatch } from "../../model/record.js";
import type { ColumnPlan } from "../../model/plan.js";
import type { RejectReason } from "../../model/reject.js";
import { finerText } from "../amend/finer-text.js";
import { parsed, parseTime } from "../fields/iso-time.js";
import { isFinerThanMicroseconds } from "../fields/time-unit.js";
import { isFiner, numberInstant, parsedOffset, textInstant, textReader } from "../fields/timestamp.js";
import { integerBigInt, latin1, payloadEnd, realNumber } from "../value.js";
import { clockOf } from "../fields/zone-clock.js";

type TimeColumn = Pick<ColumnPlan, "type" | "unit" | "zone">;

/** Of date, time, timestamp and timestamptz; null where no value of its storage class is one. */
export function explainTime(column: TimeColumn, batch: RecordBatch, at: number): RejectReason | null {
  const serialType = batch.serialTypes[at]!;
  if (isText(serialType)) {
    return column.type.name === "time without time zone"
      ? explainClock(column.type, batch, at)
      : explainInstant(column, batch, at);
  }
  if (column.unit === null || !isInstant(column.type)) return null;
  return isInteger(serialType) || serialType === serial.float64 ? explainCount(column, batch, at) : null;
}

function explainCount({ type, unit }: TimeColumn, batch: RecordBatch, at: number): RejectReason {
  const instant = numberInstant(batch, at, unit!);
  if (instant === null) {
    const isFine = isInteger(batch.serialTypes[at]!)
      ? isFinerThanMicroseconds(integerBigInt(batch, at), unit!)
      : false;
    if (isFine) return type.name === "date" ? timeOfDay : tooFine(6);
    const isInfinite = !isInteger(batch.serialTypes[at]!) && !Number.isFinite(realNumber(batch, at));
    return isInfinite
      ? { code: "range", reason: "it is infinite" }
      : { code: "range", reason: `counted in ${unit!}, it is beyond the years of ${typeWords(type)}` };
  }
  return type.name === "date" ? timeOfDay : tooFine(type.modifiers[0] ?? 6);
}

/** The longest text of a year, a time and an offset that anybody writes. */
const longestTime = 100;

// Digits where ISO 8601 has them, whatever they say.
const clock = String.raw`\d\d:\d\d(?::\d\d(?:\.\d+)?)?`;
const clockForm = new RegExp(`^${clock}$`);
const instantForm = new RegExp(
  String.raw`^[-+]?\d{4,9}-\d\d-\d\d(?:[ T]${clock}(?: ?(?:Z|UTC|GMT|[-+]\d\d(?:\d\d|:\d\d(?::\d\d)?)?))?)?$`,
);

function explainClock(type: PgType, batch: RecordBatch, at: number): RejectReason {
  const [precision = 6] = type.modifiers;
  const isClock = (found: RecordBatch, place: number): boolean =>
    parseTime(found.bytes, found.offsets[place]!, payloadEnd(found, place));
  if (isClock(batch, at)) return tooFine(precision);
  const finer = finerText(batch, at);
  if (finer !== null && isClock(finer.cut, 0)) return tooFine(precision);
  return ofForm(clockForm, "it is not a time as ISO 8601 writes it", type, batch, at);
}

function explainInstant({ type, zone }: TimeColumn, batch: RecordBatch, at: number): RejectReason {
  const [precision = 6] = type.modifiers;
  const read = textReader(zone);
  const instant = read(batch, at);
  if (instant !== null) return ofParsed(type, instant, precision);
  const finer = finerText(batch, at);
  // Said before anything of its digits, like an offset.
  const ofZone = zone === null ? null : explainLocal(zone, finer?.cut ?? batch, finer === null ? at : 0);
  if (ofZone !== null) return ofZone;
  if (finer !== null && read(finer.cut, 0) !== null) {
    if (type.name === "date") return timeOfDay;
    return losesOffset(type) ? offsetLost : tooFine(precision);
  }
  return ofForm(instantForm, "it is not a date or time as ISO 8601 writes it", type, batch, at);
}

/** Null of what is no local time that PostgreSQL has, and where the zone has it once. */
function explainLocal(zone: string, batch: RecordBatch, at: number): RejectReason | null {
  if (textInstant(batch, at) === null || parsed.offsetSeconds !== null) return null;
  switch (parsedOffset(clockOf(zone))) {
    case "skipped":
      return {
        code: "skipped-time",
        reason: `it does not exist in ${zone}, where clocks go forward over it`,
      };
    case "doubled":
      return {
        code: "doubled-time",
        reason: `it comes twice in ${zone}, where clocks go back over it, and it has no offset`,
      };
    default:
      return null;
  }
}

function ofForm(form: RegExp, otherwise: string, type: PgType, batch: RecordBatch, at: number): RejectReason {
  const text = payloadBytes(batch.serialTypes[at]!) <= longestTime ? latin1(batch, at) : "";
  return form.test(text) ? noSuchTime(text, typeWords(type)) : { code: "syntax", reason: otherwise };
}

/** What is wrong with a time that can be read: the type would not keep all of it. */
function ofParsed(type: PgType, instant: number | bigint, precision: number): RejectReason {
  if (type.name === "date" && parsed.microseconds === 0)
    return { code: "offset", reason: "its offset would be lost: date has no zone" };
  if (type.name === "date") return timeOfDay;
  if (losesOffset(type)) return offsetLost;
  return isFiner(instant, precision) ? tooFine(precision) : noSuchTime("", typeWords(type));
}

/** Of the text last parsed. Said before anything of its digits: no policy drops an offset. */
const losesOffset = (type: PgType): boolean =>
  type.name === "timestamp without time zone" && (parsed.offsetSeconds ?? 0) !== 0;

const offsetLost: RejectReason = {
  code: "offset",
  reason: "its offset would be lost: timestamp has no zone",
};

const timeOfDay: RejectReason = {
  code: "precision",
  reason: "it has a time of day, which date does not keep",
};

const tooFine = (precision: number): RejectReason => ({
  code: "precision",
  reason: `it has more than ${precision} digits after the second's point`,
});

/** Of a text in the form of a time: what of it no time has. */
function noSuchTime(text: string, type: string): RejectReason {
  const [, hour = 0, minute = 0, second = 0] = (/(\d\d):(\d\d)(?::(\d\d))?/.exec(text) ?? []).map(Number);
  const [, month = 1, day = 1] = (/\d{4,9}-(\d\d)-(\d\d)/.exec(text) ?? []).map(Number);
  const reason =
    month < 1 || month > 12
      ? `there is no month ${month}`
      : day < 1 || day > 31
        ? `there is no day ${day}`
        : hour > 23 || minute > 59 || second > 59
          ? "a day ends with 23:59:59"
          : `there is no such time within ${type}`;
  return { code: "range", reason };
}
