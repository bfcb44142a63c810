/** The part of a profile that depends on what a column is meant to hold: does each value fit, and as what. */
import type { Meaning } from "../../model/profile.js";
import type { RecordBatch } from "../../model/record.js";
import type { ColumnCounts } from "./counts.js";
import { countDecimals, widenForIntegers, widenForReals } from "./digits.js";
import {
  isBooleanWord,
  isCanonicalDouble,
  isCanonicalInteger,
  isTimeOfDay,
  isTimestamp,
  isUuid,
  type TextCheck,
} from "./texts.js";
import { countLooks } from "./looks.js";
import { countTimes } from "./time.js";
import type { ColumnValues, Places } from "./values.js";
import { isJsonValue } from "../fields/json.js";
import { parsed } from "../fields/iso-time.js";
import { parsedDateAlone } from "../fields/timestamp.js";

/** @param counts with what every column counts of these values. */
export function countMeaning(
  meaning: Meaning,
  counts: ColumnCounts,
  batch: RecordBatch,
  values: ColumnValues,
): void {
  const { texts } = counts;
  switch (meaning) {
    case "integer":
      texts.canonicalIntegers += countWhere(batch, values.texts, isCanonicalInteger);
      break;
    case "real":
      texts.canonicalDoubles += countWhere(batch, values.texts, isCanonicalDouble);
      break;
    case "numeric":
      widenForIntegers(counts);
      widenForReals(counts, batch, values.reals);
      countDecimals(counts, batch, values.texts);
      break;
    case "boolean":
      texts.booleanWords += countWhere(batch, values.texts, isBooleanWord);
      break;
    case "json":
      // Its texts have been counted already, see countJsonTexts.
      counts.blobs.json += countWhere(batch, values.blobs, isJsonValue);
      break;
    case "uuid":
      texts.uuids += countWhere(batch, values.texts, isUuid);
      break;
    case "time":
      texts.times += countWhere(batch, values.texts, isTimeOfDay);
      break;
    case "date":
    case "timestamp":
      countTimes(counts, batch, values.integers, true);
      countTimes(counts, batch, values.reals, false);
      countTimestamps(texts, batch, values.texts);
      break;
    case "text":
    case "any":
      countLooks(counts, batch, values.texts);
      break;
    case "bytes":
      break;
  }
}

function countWhere(batch: RecordBatch, { at, count }: Places, holds: TextCheck): number {
  let found = 0;
  for (let index = 0; index < count; index += 1) if (holds(batch, at[index]!)) found += 1;
  return found;
}

function countTimestamps(texts: ColumnCounts["texts"], batch: RecordBatch, { at, count }: Places): void {
  for (let index = 0; index < count; index += 1) {
    if (!isTimestamp(batch, at[index]!)) continue;
    texts.timestamps += 1;
    if (parsed.offsetSeconds === null) texts.zoneless += 1;
    if (parsedDateAlone()) texts.dates += 1;
  }
}
