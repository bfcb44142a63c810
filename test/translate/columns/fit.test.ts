/** What the counts of a profile say of the types that a plan does not choose by itself, held against the encoders. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  arrayType,
  citextType,
  enumType,
  otherType,
  pgType,
  typeWords,
  type PgType,
} from "../../../src/model/postgres.js";
import type { ColumnProfile } from "../../../src/model/profile.js";
import { TableClassifier } from "../../../src/transform/classify/classify.js";
import { meaningOf } from "../../../src/translate/columns/existing-type.js";
import { misfits, valueCount } from "../../../src/translate/columns/fit.js";
import { accepts, columnOf, type Value } from "../../transform/values.js";

const profileOf = (type: PgType, values: readonly Value[]): ColumnProfile => {
  const columns = [{ name: "c", meaning: meaningOf(type) }];
  const classifier = new TableClassifier({ table: "t", columns, keyIndexes: [] });
  classifier.add(columnOf(values));
  return classifier.profile().columns[0]!;
};

const misfitsOf = (type: PgType, ...values: readonly Value[]): number | null =>
  misfits(type, null, profileOf(type, values));

const mood = enumType("public.mood", ["sad", "glad"]);
const char3 = pgType("character", 3);

const value: fc.Arbitrary<Value> = fc.oneof(
  { weight: 3, arbitrary: fc.bigInt({ min: -70_000n, max: 70_000n }) },
  fc.bigInt({ min: -(2n ** 33n), max: 2n ** 33n }),
  fc.constantFrom(2n ** 24n, 2n ** 24n + 1n, -(2n ** 15n), 2n ** 15n, -(2n ** 31n), 2n ** 31n, null),
  fc.oneof(fc.double({ noNaN: true }), fc.float({ noNaN: true }), fc.integer()),
  fc.oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true })).map(String),
  fc.constantFrom(
    "",
    "a",
    "ab ",
    "sad",
    "éé",
    "abcd",
    "10.0.0.1",
    "{}",
    '"\\u0000"',
    "[1]",
    "[1, 2]",
    "00:00:00",
  ),
  fc.constantFrom("2024-01-01", "2024-01-01 00:00:00.123456", "12:00:00.5"),
  fc.constantFrom(Buffer.from("[]"), Buffer.from([0xff]), Buffer.from("sad")),
);

/** Mostly values of one kind, as columns hold them. */
const values = fc.oneof(
  fc.array(value, { maxLength: 4 }),
  fc.array(fc.bigInt({ min: -40_000n, max: 40_000n }), { maxLength: 6 }),
  fc.array(fc.constantFrom("", "a", "ab ", "sad", "éé"), { maxLength: 4 }),
  fc.array(fc.constantFrom("{}", "[1]", '"\\ud800"', "{"), { maxLength: 3 }),
  fc.array(fc.constantFrom("2024-01-01", "2024-01-01 12:00:00.5Z", "2024-01-01 12:00+02:00"), {
    maxLength: 3,
  }),
  fc.array(fc.constantFrom("12:00", "12:00:00.5"), { maxLength: 3 }),
);

const types: readonly PgType[] = [
  pgType("smallint"),
  pgType("integer"),
  pgType("real"),
  char3,
  citextType("public.citext"),
  mood,
  pgType("json"),
  pgType("timestamp without time zone"),
  pgType("timestamp without time zone", 0),
  pgType("timestamp with time zone", 3),
  pgType("time without time zone", 0),
  pgType("inet"),
  pgType("cidr"),
  pgType("macaddr"),
  arrayType(pgType("integer")),
  otherType("point"),
];

describe("where counts tell how many values fit, they tell the truth", () => {
  test.each(types.map((type) => ({ words: typeWords(type), type })))("$words", ({ type }) => {
    fc.assert(
      fc.property(values, (held) => {
        const profile = profileOf(type, held);
        const found = misfits(type, null, profile);
        if (found === null) return;
        expect(found === 0).toBe(held.every((each) => each === null || accepts(type, null, each)));
        expect(found).toBeLessThanOrEqual(valueCount(profile));
      }),
      { numRuns: 300 },
    );
  });
});

describe("counts tell", () => {
  test.each<[string, PgType, readonly Value[], number]>([
    ["whether INTEGERs are in range", pgType("smallint"), [-32768n, 32767n, null], 0],
    ["that not all INTEGERs are in range, but not how many are not", pgType("smallint"), [1n, 32768n], 2],
    ["the same below", pgType("smallint"), [1n, -32769n], 2],
    ["the same of more bits", pgType("integer"), [2n ** 31n], 1],
    ["that they fit there", pgType("integer"), [2n ** 31n - 1n, -(2n ** 31n)], 0],
    ["that other values do not", pgType("integer"), [1n, 0.5, Buffer.from("1"), "x"], 3],
    ["that INTEGERs of 24 bits are reals", pgType("real"), [2n ** 24n - 1n, 1n - 2n ** 24n], 0],
    ["that a text is too long", char3, ["a", "abcd"], 2],
    ["that citext takes what text takes", citextType("public.citext"), ["a", 1n, Buffer.from([0xff])], 1],
    ["that json takes what jsonb takes", pgType("json"), ["{}", 1n, "null"], 0],
    ["timestamps", pgType("timestamp without time zone"), ["2024-01-01", "x"], 1],
    ["nothing of columns without values", mood, [null, null], 0],
    ["as little of any type", otherType("point"), [], 0],
  ])("%s", (_, type, held, expected) => {
    expect(misfitsOf(type, ...held)).toBe(expected);
  });
});

describe("counts cannot tell", () => {
  test.each<[string, PgType, readonly Value[]]>([
    ["how large whole REALs are", pgType("smallint"), [1.0]],
    ["how large integers in TEXT are", pgType("integer"), ["1"]],
    ["which REALs single precision holds", pgType("real"), [0.5]],
    ["which larger INTEGERs single precision holds", pgType("real"), [2n ** 24n + 1n]],
    ["whether texts end with blanks", char3, ["abc"]],
    ["which words are labels", mood, ["sad"]],
    ["whether what jsonb does not take is JSON", pgType("json"), ['"\\u0000"']],
    ["how many digits the seconds of timestamps have", pgType("timestamp with time zone", 3), ["2024-01-01"]],
    ["how many digits the seconds of times have", pgType("time without time zone", 0), ["12:00"]],
    ["anything of addresses", pgType("inet"), ["::1"]],
    ["anything of arrays", arrayType(pgType("text")), ["[]"]],
    ["anything of other types", otherType("point"), ["1,2"]],
  ])("%s", (_, type, held) => {
    expect(misfitsOf(type, ...held)).toBeNull();
  });
});
