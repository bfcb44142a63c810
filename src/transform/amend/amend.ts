/**
 * Values that fit only once a policy of their column has changed them. Each is tried as it is first, so that those that
 * fit pay nothing, and none is changed that need not be. In this order, until it fits:
 *
 * 1. `nullAs` puts a TEXT in the place of NULL, which then goes as any TEXT does.
 * 2. `nul` and `invalidUtf8` repair TEXT, of whatever type the column is. What follows is tried on the repaired text.
 * 3. `trueWords` and `falseWords` make boolean of TEXT that is one of them, whatever the case of ASCII letters.
 * 4. `empty` makes NULL of TEXT that is empty or ASCII white space, where the type is not a kind of text or bytea.
 * 5. `outOfRange` makes NULL of what is, by explain/explain-time.ts, no date or time for its range.
 * 6. `excess` cuts or rounds (excess.ts).
 *
 * A value that still does not fit is rejected for what it was before. NULL is none for a column that is NOT NULL.
 */
import type { ColumnPlan } from "../../model/plan.js";
import type { PolicyName } from "../../model/policy.js";
import { isTimeType, type PgType } from "../../model/postgres.js";
import { isText, payloadBytes, serial, type RecordBatch } from "../../model/record.js";
import { encoderFor } from "../fields/choose-field.js";
import { decodingEncoder } from "../fields/decode-text.js";
import { excessEncoder } from "./excess.js";
import { explainTime } from "../explain/explain-time.js";
import type { EncodeField } from "../fields/field.js";
import { OneValue } from "../one-value.js";
import type { CountChange, PolicyCounts } from "../encode/policy-counts.js";
import { repairText } from "./repair-text.js";
import { isBlank, isTextual } from "../fields/text.js";
import { latin1, payloadEnd } from "../value.js";

/**
 * Of a column with all that its plan says. Writes NULL where a policy makes one; takes NULLs where `nullAs` is set.
 *
 * @param changes where each change is counted; null: nowhere.
 */
export function amendingEncoder(column: ColumnPlan, changes: PolicyCounts | null): EncodeField {
  const amended = withoutNulls(column, changes);
  const { nullAs } = column.policy;
  if (nullAs === undefined) return amended;
  const text = Buffer.from(nullAs, "utf8");
  const one = new OneValue();
  // What else a policy does to this text is part of the one change.
  const ofText = withoutNulls(column, null);
  const count = counterOf(column, "nullAs", changes);
  return (batch, at, out) => {
    if (batch.serialTypes[at] !== serial.null) return amended(batch, at, out);
    const start = out.position;
    if (!ofText(one.text(text, 0, text.length), 0, out)) return false;
    count(batch, at, out, start);
    return true;
  };
}

const counterOf = (column: ColumnPlan, policy: PolicyName, changes: PolicyCounts | null): CountChange =>
  changes?.counter(column, policy) ?? (() => undefined);

function withoutNulls(column: ColumnPlan, changes: PolicyCounts | null): EncodeField {
  const { decode } = column;
  const typed = encoderFor(column);
  const encode = decode === null ? typed : decodingEncoder(decode, typed);
  const repair = repairOf(column, changes);
  const amendments = amendmentsOf(column, encode, changes);
  if (repair === null && amendments.length === 0) return encode;
  const amend: EncodeField = (batch, at, out) => {
    const start = out.position;
    for (const amendment of amendments) {
      if (!amendment.encode(batch, at, out)) continue;
      amendment.count(batch, at, out, start);
      return true;
    }
    return false;
  };
  if (repair === null) return (batch, at, out) => encode(batch, at, out) || amend(batch, at, out);
  const asIs: Amendment = { encode, count: () => undefined };
  const repairing = repair([asIs, ...amendments]);
  return (batch, at, out) => encode(batch, at, out) || repairing(batch, at, out) || amend(batch, at, out);
}

interface Amendment {
  /** False where the policy has nothing to say of the value, or does not make it fit. */
  readonly encode: EncodeField;
  readonly count: CountChange;
}

/** An encoder that repairs a text and then tries one after another; null where the column's policy repairs none. */
function repairOf(
  column: ColumnPlan,
  changes: PolicyCounts | null,
): ((tried: readonly Amendment[]) => EncodeField) | null {
  const { policy } = column;
  if (policy.nul === undefined && policy.invalidUtf8 === undefined) return null;
  const countNul = counterOf(column, "nul", changes);
  const countInvalid = counterOf(column, "invalidUtf8", changes);
  const one = new OneValue();
  return (tried) => (batch, at, out) => {
    if (!isText(batch.serialTypes[at]!)) return false;
    const repaired = repairText(batch.bytes, batch.offsets[at]!, payloadEnd(batch, at), policy);
    if (repaired === null) return false;
    const value = one.text(repaired.bytes, 0, repaired.bytes.length);
    const start = out.position;
    const found = tried.find((each) => each.encode(value, 0, out));
    if (found === undefined) return false;
    // Each as a change of the value as it was.
    if (repaired.nuls > 0) countNul(batch, at, out, start);
    if (repaired.invalid > 0) countInvalid(batch, at, out, start);
    found.count(batch, at, out, start);
    return true;
  };
}

function amendmentsOf(
  column: ColumnPlan,
  encode: EncodeField,
  changes: PolicyCounts | null,
): readonly Amendment[] {
  const { type, policy } = column;
  const encoders: Readonly<Partial<Record<PolicyName, EncodeField | null>>> = {
    trueWords: wordEncoder(type, policy.trueWords, 1),
    falseWords: wordEncoder(type, policy.falseWords, 0),
    empty: policy.empty === undefined || isTextual(type) || column.notNull ? null : nullOf(isBlank),
    outOfRange:
      policy.outOfRange === undefined || !isTimeType(type) || column.notNull
        ? null
        : nullOf((batch, at) => explainTime(column, batch, at)?.code === "range"),
    excess: policy.excess === undefined ? null : excessEncoder(column, policy.excess, encode),
  };
  return (Object.keys(encoders) as PolicyName[]).flatMap((name) => {
    const found = encoders[name];
    return found ? [{ encode: found, count: counterOf(column, name, changes) }] : [];
  });
}

/** @param truth 1 or 0. */
function wordEncoder(type: PgType, words: readonly string[] = [], truth: 0 | 1): EncodeField | null {
  if (type.name !== "boolean" || words.length === 0) return null;
  const known = new Set(words.map((word) => folded(Buffer.from(word, "utf8").toString("latin1"))));
  const longest = Math.max(...[...known].map((word) => word.length));
  return (batch, at, out) => {
    const serialType = batch.serialTypes[at]!;
    if (!isText(serialType) || payloadBytes(serialType) > longest) return false;
    if (!known.has(folded(latin1(batch, at)))) return false;
    out.ensure(5);
    out.int32(1);
    out.bytes[out.position++] = truth;
    return true;
  };
}

/** ASCII letters alone, as SQLite folds. */
const folded = (text: string): string => text.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase());

const nullOf =
  (isMeant: (batch: RecordBatch, at: number) => boolean): EncodeField =>
  (batch, at, out) => {
    if (!isMeant(batch, at)) return false;
    out.nullField();
    return true;
  };
