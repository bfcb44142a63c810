/** Arrays against PostgreSQL's own, made of the elements that its own input makes of each spelling. */
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { arrayType, pgType, typeSql, type ElementType } from "../../../src/model/postgres.js";
import { about, anyInteger, anyReal } from "../arbitraries.js";
import { arrayCells } from "../cells.js";
import { openOracle, type Oracle } from "../oracle.js";
import { spellingOf } from "../spelling.js";
import { accepts, encoded, one, type Value } from "../values.js";

/** An element as the value that stands for it, and as JSON. */
interface Element {
  readonly value: Value;
  readonly json: string;
}

const json = ["json", "jsonb"];

const blank = fc.constantFrom("", "", " ", "\n\t ");

/** The same string with some of its characters escaped, both halves of a pair alike. */
const escaped = fc
  .tuple(fc.string({ unit: "grapheme", maxLength: 12 }), fc.nat(5))
  .map(([text, step]) =>
    JSON.stringify(text).replaceAll(/[\u0080-\u{10ffff}]|[A-F]/gu, (character, at: number) =>
      at % 6 === step ? character.split("").map(escapeUnit).join("") : character,
    ),
  );

const escapeUnit = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;

const stringElement = (json: string): Element => ({ value: JSON.parse(json) as string, json });

const words = [fc.boolean().map((value) => ({ value: String(value), json: String(value) }))];

const anyElement = (type: ElementType): fc.Arbitrary<Element> => {
  if (json.includes(type.name)) {
    const values = fc.oneof(
      fc.json({ maxDepth: 2 }),
      escaped,
      fc.constantFrom('"["', '"\\\\"', '"]\\""', "[ ]"),
    );
    return values.map((json) => (json === "null" ? { value: null, json } : { value: json, json }));
  }
  const texts = about[type.name] ?? fc.string({ unit: "grapheme", maxLength: 5 });
  return fc.oneof(
    fc.constant<Element>({ value: null, json: "null" }),
    anyInteger.map((value) => ({ value, json: String(value) })),
    fc.oneof(fc.integer({ min: -3, max: 3 }), fc.integer({ min: -99, max: 99 })).map((value) => ({
      value: BigInt(value),
      json: String(value),
    })),
    // A whole number of a double is an INTEGER in JSON, unless it has an exponent.
    anyReal
      .filter((value) => Number.isFinite(value) && !Number.isInteger(value))
      .map((value) => ({ value: isDigits(type) ? String(value) : value, json: String(value) })),
    texts
      .filter((value) => typeof value === "string" && !/\p{Cs}/u.test(value))
      .map((value) => stringElement(JSON.stringify(value))),
    escaped.map(stringElement),
    ...(type.name === "boolean" ? words : []),
  );
};

const isDigits = ({ name }: ElementType): boolean =>
  ["numeric", "text", "character varying", "character", "citext", "enum"].includes(name);

const elementOf = (index: number): ElementType => {
  const { type } = arrayCells[index]!;
  if (type.name !== "array") throw new Error("no array");
  return type.element;
};

describe("arrays arrive as PostgreSQL would make them of their elements", () => {
  let oracle: Oracle;
  beforeAll(async () => {
    oracle = await openOracle();
  });
  afterAll(() => oracle.remove());

  test.each(arrayCells.map(({ name }, index) => [name, index] as const))("%s", async (_name, index) => {
    const element = elementOf(index);
    const { type, unit } = arrayCells[index]!;
    const fitting = anyElement(element).filter(
      ({ value }) => value === null || accepts(element, unit, value),
    );
    const arrays = fc
      .array(
        fc.tuple(
          fc.oneof({ arbitrary: fitting, weight: 30 }, { arbitrary: anyElement(element), weight: 1 }),
          blank,
        ),
        {
          maxLength: 8,
        },
      )
      .map((elements) => ({
        values: elements.map(([{ value }]) => value),
        json: ` [${elements.map(([{ json }, space]) => space + json + space).join(",")}] `,
      }));
    let accepted = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(arrays, { minLength: 40, maxLength: 60 }), async (cases) => {
        const sent = cases.map(({ json }, at) => (at % 5 === 0 ? Buffer.from(json) : json));
        const arrived = await oracle.copied(type, unit, sent);
        const spelled = await oracle.read(
          element,
          cases.flatMap(({ values }) => values.map((value) => spellingOf(element, unit, value))),
        );
        let next = 0;
        const own = cases.map(({ values }) => spelled.slice(next, (next += values.length)));
        const made = await oracle.query(
          `SELECT ARRAY(SELECT e::${typeSql(element)} FROM jsonb_array_elements_text(a)
             WITH ORDINALITY AS x(e, n) ORDER BY n)::text AS v
           FROM jsonb_array_elements($1::jsonb) WITH ORDINALITY AS y(a, m) ORDER BY m`,
          [JSON.stringify(own)],
        );
        const wanted = cases.map(({ values }, at) =>
          values.some((value, which) => value !== null && own[at]![which] === null) ? null : made[at]!["v"],
        );
        const wrong = cases.flatMap(({ json }, at) =>
          arrived[at] === wanted[at] ? [] : [{ json, arrived: arrived[at], wanted: wanted[at] }],
        );
        expect(wrong).toEqual([]);
        accepted += arrived.filter((text) => text !== null && text !== "{}").length;
      }),
      // The same arrays in every run, so that chance has no say in how many are accepted.
      { numRuns: 4, endOnFailure: true, seed: 1 },
    );
    expect(accepted).toBeGreaterThan(20);
  });
});

const bigints = arrayType(pgType("bigint"));
const texts = arrayType(pgType("text"));

test("what is no one-dimensional array of the type is refused", () => {
  const refused = [
    "",
    "1",
    "{}",
    "null",
    '"[1]"',
    "[1",
    "[1,]",
    "[[1]]",
    "[[]]",
    "[{}]",
    "[1.5]",
    '["x"]',
    "[true]",
  ];
  expect(refused.filter((json) => accepts(bigints, null, json))).toEqual([]);
  expect([1n, 1.5, Buffer.from([0xff])].filter((value) => accepts(bigints, null, value))).toEqual([]);
  expect(["[true]", '["\\u0000"]', '["\\ud800"]'].filter((json) => accepts(texts, null, json))).toEqual([]);
});

test("a number is an INTEGER or REAL only where it is the very same number", () => {
  const numbers = ["[1.0]", "[1e2]", "[9223372036854775807]", "[1.0e0, -2e1]", "[100e-2]"];
  expect(numbers.filter((json) => !accepts(bigints, null, json))).toEqual([]);
  const others = ["[9223372036854775808]", "[9007199254740993.0]", "[-0]", "[1e400]"];
  expect(others.filter((json) => accepts(bigints, null, json))).toEqual([]);
  const doubles = arrayType(pgType("double precision"));
  expect(["[0.1]", "[0.10]", "[1e-7]", "[-0.0]"].filter((json) => !accepts(doubles, null, json))).toEqual([]);
  expect(
    ["[0.10000000000000001]", "[9007199254740993]"].filter((json) => accepts(doubles, null, json)),
  ).toEqual([]);
});

test("text keeps the digits of a number as they are written", () => {
  const field = encoded(texts, null, one("[1.50]"), 0);
  expect(field?.subarray(-4).toString()).toBe("1.50");
});
