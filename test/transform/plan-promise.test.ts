/**
 * The promise of a plan: a type for which translate/ finds no misfits in a profile takes every value of the column, and
 * a type that takes every value is found to have none. Both read the same values, the one as counts, the other as bytes.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ColumnProfile, Meaning } from "../../src/model/profile.js";
import { pgType, typeSql, type PgType, type TimeUnit } from "../../src/model/postgres.js";
import { TableClassifier } from "../../src/transform/classify/classify.js";
import { decideUnit } from "../../src/translate/columns/decide-unit.js";
import { misfits } from "../../src/translate/columns/fit.js";
import {
  anyBlob,
  anyInteger,
  anyReal,
  anyText,
  anyValue,
  dateText,
  jsonText,
  numberText,
  timestampText,
  timeText,
  uuidText,
} from "./arbitraries.js";
import { accepts, columnOf, type Value } from "./values.js";

const profileOf = (meaning: Meaning, values: readonly Value[]): ColumnProfile => {
  const classifier = new TableClassifier({ table: "t", columns: [{ name: "c", meaning }], keyIndexes: [] });
  classifier.add(columnOf(values));
  return classifier.profile().columns[0]!;
};

/** Numbers that all count one unit, as columns of times do. */
const timesOf = (unit: bigint): fc.Arbitrary<Value> =>
  fc.oneof(
    fc.bigInt({ min: 100_000_000n * unit, max: 7_258_118_399n * unit }),
    fc.bigInt({ min: 1200n, max: 84_000n }).map((days) => days * 86_400n * unit),
    fc.double({ noNaN: true, min: 1e9 * Number(unit), max: 2e9 * Number(unit) }),
    fc.constantFrom(0n, 1n, 86_400n * unit, -86_400n * unit),
  );

const whole = fc.integer({ min: -1_000_000, max: 1_000_000 });
const ends = fc.constantFrom(
  "294276-12-31",
  "294277-01-01",
  "-4713-11-24",
  "-4713-11-23",
  "999999-12-31 00:00:00",
  "294276-12-31 23:59:59-01",
);

/** What a column may hold: often one kind of values, sometimes any. */
const kinds: readonly fc.Arbitrary<Value>[] = [
  anyValue,
  anyInteger,
  anyReal,
  anyText,
  anyBlob,
  numberText,
  fc.bigInt({ min: -100n, max: 100n }),
  whole,
  whole.map((value) => value / 100),
  whole.map((value) => String(value)),
  fc.integer({ min: -9999, max: 9999 }).map((value) => value / 10_000),
  fc.string({ unit: "grapheme", maxLength: 2 }),
  whole.map((value) => (value / 100).toFixed(2)),
  fc.constantFrom<Value>(0n, 1n, 0, 1, "t", "f", "true", "FALSE", Buffer.of(0), Buffer.of(1)),
  fc.constantFrom<Value>(-0, 0, Infinity, -Infinity, 1.5, 2n ** 53n + 1n, 2n ** 53n),
  fc.constantFrom<Value>("", "abc", "abcd", "\u00e9\u00e9\u00e9", "a\0", 12n),
  uuidText,
  fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => Buffer.from(bytes)),
  jsonText,
  jsonText.map((text) => Buffer.from(text)),
  fc.json(),
  dateText,
  timestampText,
  timeText,
  fc
    .date({ noInvalidDate: true, min: new Date("0001-01-01"), max: new Date("9999-12-31") })
    .map((date) => date.toISOString()),
  fc
    .date({ noInvalidDate: true, min: new Date("0001-01-01"), max: new Date("9999-12-31") })
    .map((date) => date.toISOString().slice(0, 10)),
  fc.date({ noInvalidDate: true }).map((date) => date.toISOString().split("T")[1]!.slice(0, 8)),
  ends,
  timesOf(1n),
  timesOf(1000n),
  timesOf(1_000_000n),
  timesOf(1_000_000_000n),
  fc.double({ noNaN: true, min: 2_415_020, max: 2_524_594 }),
  fc.integer({ min: 2_415_020, max: 2_524_594 }).map((day) => day + 0.5),
];

const column: fc.Arbitrary<readonly Value[]> = fc
  .tuple(fc.constantFrom(...kinds), fc.constantFrom(...kinds))
  .chain(([kind, other]) =>
    fc.array(
      fc.oneof(
        { arbitrary: kind, weight: 12 },
        { arbitrary: fc.constant(null), weight: 2 },
        { arbitrary: other, weight: 1 },
      ),
      { minLength: 1, maxLength: 12 },
    ),
  );

/** Each meaning with the types that its counts decide on; `time` where the column's unit matters. */
const decided: readonly { readonly meaning: Meaning; readonly type: PgType; readonly time?: true }[] = [
  { meaning: "boolean", type: pgType("boolean") },
  { meaning: "integer", type: pgType("bigint") },
  { meaning: "real", type: pgType("double precision") },
  { meaning: "numeric", type: pgType("numeric") },
  { meaning: "numeric", type: pgType("numeric", 10, 2) },
  { meaning: "numeric", type: pgType("numeric", 3, 0) },
  { meaning: "numeric", type: pgType("numeric", 4, 4) },
  { meaning: "text", type: pgType("text") },
  { meaning: "text", type: pgType("character varying", 3) },
  { meaning: "bytes", type: pgType("bytea") },
  { meaning: "uuid", type: pgType("uuid") },
  { meaning: "json", type: pgType("jsonb") },
  { meaning: "time", type: pgType("time without time zone") },
  { meaning: "date", type: pgType("date"), time: true },
  { meaning: "date", type: pgType("timestamp with time zone"), time: true },
  { meaning: "timestamp", type: pgType("timestamp with time zone"), time: true },
];

const unitOf = (profile: ColumnProfile): TimeUnit | null => {
  const decision = decideUnit(profile);
  return decision.kind === "unit" ? decision.unit : null;
};

/** Text with NUL or no UTF-8 is text all the same: rejected with its reason, and not a cause for another type. */
const isNoPostgresText = (value: Value): boolean => !accepts("text", null, value);

const isTextual = ({ name }: PgType): boolean => name === "text" || name === "character varying";

/**
 * Where a profile is more careful than the encoder, and a wider type is chosen:
 * numbers in varchar(n), whose digits are not measured; midnights too near to 1970 to be counted as such; REALs less
 * than half a microsecond from midnight.
 */
const isCareful = (type: PgType, values: readonly Value[]): boolean =>
  (type.name === "character varying" &&
    values.some((value) => value !== null && typeof value !== "string" && !isText(value))) ||
  (type.name === "date" && values.some((value) => isNear1970(value) || typeof value === "number"));

const isText = (value: Value): boolean => typeof value === "object" && value !== null && "text" in value;
const isNear1970 = (value: Value): boolean =>
  typeof value === "bigint" && value !== 0n && value > -100_000_000n && value < 100_000_000n;

const named = decided.map((each) => ({
  ...each,
  name: `${typeSql(each.type)} for a column meant as ${each.meaning}`,
}));

describe("a type is found without misfits where, and only where, its encoder takes every value", () => {
  test.each(named)("$name", ({ meaning, type, time }) => {
    const isKept = (values: readonly Value[]): boolean => {
      const profile = profileOf(meaning, values);
      const unit = time ? unitOf(profile) : null;
      const present = values.filter((value) => value !== null);
      const rejected = present.filter((value) => !accepts(type, unit, value));
      const kept = misfits(type, unit, profile) === 0;
      if (kept)
        expect(isTextual(type) ? rejected.filter((value) => !isNoPostgresText(value)) : rejected).toEqual([]);
      else expect(rejected.length > 0 || isCareful(type, present)).toBe(true);
      return kept;
    };
    fc.assert(
      fc.property(column, (values) => void isKept(values)),
      { numRuns: Number(process.env["RUNS"] ?? 300) },
    );
    // Of the same columns in every run, so that chance has no say in how many there are of each.
    const same = fc.sample(column, { seed: 1, numRuns: 400 }).map(isKept);
    const kept = same.filter((each) => each).length;
    expect(Math.min(kept, same.length - kept)).toBeGreaterThan(3);
  });
});

describe("a type has as many misfits as its encoder refuses values", () => {
  // Modifiers and units are kept by all values or by none; of text, see isNoPostgresText.
  const counted = named.filter(({ type, time }) => type.modifiers.length === 0 && !isTextual(type) && !time);

  test.each(counted)("$name", ({ meaning, type }) => {
    fc.assert(
      fc.property(column, (values) => {
        const rejected = values.filter((value) => value !== null && !accepts(type, null, value));
        expect(misfits(type, null, profileOf(meaning, values))).toBe(rejected.length);
      }),
      { numRuns: Number(process.env["RUNS"] ?? 400) },
    );
  });
});
