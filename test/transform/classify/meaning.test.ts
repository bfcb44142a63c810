import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ColumnProfile, Meaning } from "../../../src/model/profile.js";
import type { PgTypeName } from "../../../src/model/postgres.js";
import { TableClassifier } from "../../../src/transform/classify/classify.js";
import { describeValue } from "../../../src/transform/explain/describe.js";
import {
  anyValue,
  dateText,
  jsonText,
  numberText,
  timestampText,
  timeText,
  uuidText,
} from "../arbitraries.js";
import { edgeValues } from "../edge-values.js";
import { accepts, columnOf, textBytes, type Value } from "../values.js";

const profileOf = (meaning: Meaning, values: readonly Value[]): ColumnProfile => {
  const classifier = new TableClassifier({ table: "t", columns: [{ name: "c", meaning }], keyIndexes: [] });
  classifier.add(columnOf(values));
  return classifier.profile().columns[0]!;
};

/** Whether the meaning takes each of the values. */
const fits = (meaning: Meaning, values: readonly Value[]): readonly boolean[] =>
  values.map((each) => profileOf(meaning, [each]).examples.misfit === undefined);

const isText = (value: Value): boolean =>
  typeof value === "string" || (typeof value === "object" && value !== null && !Buffer.isBuffer(value));

const value = fc
  .oneof(
    anyValue,
    numberText,
    dateText,
    timestampText,
    timeText,
    uuidText,
    jsonText,
    fc.constantFrom("t", "false", "294277-01-01", "2020-01-01 00:00+00"),
  )
  .filter((each) => each !== null);

const meanings: readonly Meaning[] = [
  "integer",
  "real",
  "numeric",
  "boolean",
  "text",
  "bytes",
  "json",
  "uuid",
  "date",
  "time",
  "timestamp",
  "any",
];

/** Which count of texts each meaning keeps, and the type whose encoder says what counts. */
const counted: readonly (readonly [Meaning, keyof ColumnProfile["texts"], PgTypeName])[] = [
  ["boolean", "booleanWords", "boolean"],
  ["integer", "canonicalIntegers", "bigint"],
  ["real", "canonicalDoubles", "double precision"],
  ["numeric", "decimals", "numeric"],
  ["date", "dates", "date"],
  ["date", "timestamps", "timestamp with time zone"],
  ["timestamp", "dates", "date"],
  ["timestamp", "timestamps", "timestamp with time zone"],
  ["time", "times", "time without time zone"],
  ["uuid", "uuids", "uuid"],
  ["json", "json", "jsonb"],
];

test.each(counted)("a column meant as %s counts as %s the texts that %s takes", (meaning, key, type) => {
  fc.assert(
    fc.property(fc.array(value, { maxLength: 30 }), (values) => {
      const taken = values.filter((each) => isText(each) && accepts(type, null, each));
      expect(profileOf(meaning, values).texts[key]).toBe(taken.length);
    }),
    { numRuns: 200 },
  );
});

test("nothing is counted that the meaning does not ask for, but what texts without one look like", () => {
  fc.assert(
    fc.property(fc.array(value, { maxLength: 30 }), fc.constantFrom(...meanings), (values, meaning) => {
      const { texts, blobs, times, wholeDigits } = profileOf(meaning, values);
      if (meaning === "text" || meaning === "any") return;
      const always = ["count", "longestBytes", "longestCharacters", "withNul", "invalidUtf8"];
      const asked = new Set<string>([
        ...always,
        ...counted.flatMap(([each, key]) => (each === meaning ? [key] : [])),
      ]);
      if (asked.has("timestamps")) asked.add("zoneless");
      expect(Object.entries(texts).filter(([key, found]) => found > 0 && !asked.has(key))).toEqual([]);
      if (meaning !== "json") expect(blobs.json).toBe(0);
      if (meaning !== "numeric") expect(wholeDigits).toBe(0);
      if (meaning !== "date" && meaning !== "timestamp")
        expect(Object.values(times).filter((found) => found > 0)).toEqual([]);
    }),
    { numRuns: 500 },
  );
});

describe("a value fits where the type of its meaning takes it", () => {
  const types: readonly (readonly [Meaning, PgTypeName])[] = [
    ["integer", "bigint"],
    ["real", "double precision"],
    ["numeric", "numeric"],
    ["boolean", "boolean"],
    ["bytes", "bytea"],
    ["uuid", "uuid"],
    ["json", "jsonb"],
    ["time", "time without time zone"],
  ];

  test.each(types)("%s: %s", (meaning, type) => {
    fc.assert(
      fc.property(fc.array(value, { maxLength: 30 }), (values) => {
        expect(fits(meaning, values)).toEqual(values.map((each) => accepts(type, null, each)));
      }),
      { numRuns: 200 },
    );
  });

  test.each(types)("%s: %s, at the edges", (meaning, type) => {
    const values = edgeValues.filter((each) => each !== null);
    const taken = fits(meaning, values);
    const wrong = values.filter((each, index) => taken[index] !== accepts(type, null, each));
    expect(wrong.map((each) => describeValue(columnOf([each]), 0))).toEqual([]);
  });

  test("text takes what is no blob, and blobs that are text", () => {
    fc.assert(
      fc.property(fc.array(value), (values) => {
        expect(fits("text", values)).toEqual(
          values.map((each) => !Buffer.isBuffer(each) || accepts("text", null, each)),
        );
      }),
      { numRuns: 200 },
    );
  });

  test("a time takes ISO text and numbers that some unit explains", () => {
    const values: readonly Value[] = [
      "2020-01-01",
      "2020-02-30",
      "294277-01-01",
      0n,
      5n,
      1_600_000_000n,
      1.5,
      5e10,
      9e17,
      1_600_000_000_000_000_001n,
      Infinity,
      Buffer.from("2020-01-01"),
    ];
    const expected = [true, false, false, true, true, true, true, false, false, false, false, false];
    expect(fits("timestamp", values)).toEqual(expected);
    expect(fits("date", values)).toEqual(expected);
  });

  test("a column without a meaning takes everything", () => {
    expect(fits("any", ["x", 1n, 1.5, Buffer.of(0xff)])).toEqual([true, true, true, true]);
  });
});

test("texts without an offset are told from those with one", () => {
  const { texts } = profileOf("timestamp", [
    "2020-01-01",
    "2020-01-01 00:00",
    "2020-01-01 10:00",
    "2020-01-01 00:00Z",
    "2020-01-01 10:00+02",
    "no",
    "294277-01-01",
  ]);
  expect([texts.timestamps, texts.zoneless, texts.dates]).toEqual([5, 3, 2]);
});

test("digits before and after the point are those that numeric(p,s) has to hold", () => {
  const digits = (values: readonly Value[]): readonly number[] => {
    const { wholeDigits, scaleDigits } = profileOf("numeric", values);
    return [wholeDigits, scaleDigits];
  };
  expect(digits([0n, 0, "0.00", Infinity, "no", -0])).toEqual([0, 0]);
  expect(digits(["12.500", -0.25, 7n])).toEqual([2, 2]);
  expect(digits([-(2n ** 63n), 1e-7])).toEqual([19, 7]);
  expect(digits([1e21, 5e-324])).toEqual([22, 324]);
  // All the 17 digits that a double may need.
  expect(digits([99_999_999_999_999n, 12.25, 10_000_000_000_000.002])).toEqual([14, 3]);
});

test("JSON is counted in blobs too, and neither where it is no UTF-8", () => {
  const values = [Buffer.from("[1]"), Buffer.from("[1"), Buffer.of(0xff), Buffer.of(0x22, 0xff, 0x22)];
  const { blobs, texts } = profileOf("json", [...values, "{}", textBytes(0x22, 0xff, 0x22), '"\u00e9"']);
  expect([blobs.json, texts.json, texts.invalidUtf8]).toEqual([1, 2, 1]);
});
