import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { arrayType, enumType, otherType, pgType, typeSql, type PgType } from "../../../src/model/postgres.js";
import { fieldsOf } from "../../../src/validate/locate/row-fields.js";
import { renderField } from "../../../src/validate/locate/rendering.js";
import { canonicalRowsSql } from "../../../src/validate/target/canonical-sql.js";
import { makeTarget, type TestTarget } from "../room.js";

let target: TestTarget;

beforeAll(async () => {
  target = await makeTarget();
  await target.query(`CREATE TYPE public.mood AS ENUM ('sad', 'so, so', 'NULL')`);
});

afterAll(() => target.remove());

/** What is rendered from the canonical rows of values, and what the server prints of the very values. */
const bothTexts = async (type: PgType, inputs: readonly (string | null)[], made = `a::${typeSql(type)}`) => {
  const rows = inputs.map((_, row) => `(${row}, $${row + 1}::text)`);
  const relation = `(SELECT n, ${made} AS value FROM (VALUES ${rows.join(", ")}) AS p(n, a))`;
  const columns = [
    { name: "value", type },
    { name: "n", type: pgType("bigint") },
  ];
  const found = await target.session.query(
    `SELECT encode(bytes, 'hex') AS bytes FROM (${canonicalRowsSql(relation, columns)}) AS r`,
    inputs,
  );
  const printed = await target.session.query(`SELECT value FROM ${relation} AS t ORDER BY n`, inputs);
  return {
    own: found.map((row) => renderField(type, fieldsOf(Buffer.from(row["bytes"] ?? "", "hex"))[0] ?? null)),
    server: printed.map((row) => row["value"]),
  };
};

const bits = (bytes: number) =>
  fc.uint8Array({ minLength: bytes, maxLength: bytes }).map((made) => Buffer.from(made));
const finite = (text: string): boolean => !/NaN/.test(text);
const powers = (base: number, least: number, most: number) =>
  fc.integer({ min: least, max: most }).map((power) => base ** power);

/** Doubles of all sizes, not only those that are likely. */
const doubles = fc
  .oneof(
    bits(8).map((made) => made.readDoubleBE()),
    powers(2, -1074, 1023),
    powers(10, -20, 40),
    fc.integer({ min: -1_000_000, max: 1_000_000 }).map((value) => value / 100),
    fc.constantFrom(
      0,
      -0,
      5e-324,
      1e23,
      9e15,
      1e15,
      123456789012345680000,
      2 ** 53,
      1e-4,
      1e-5,
      9007199254740994,
    ),
    fc.constantFrom(Infinity, -Infinity, NaN, 1.7976931348623157e308, 2.2250738585072014e-308),
  )
  .map((value) => (Object.is(value, -0) ? "-0" : String(value)));
const floats = fc
  .oneof(
    bits(4).map((made) => made.readFloatBE()),
    powers(2, -149, 127),
    powers(10, -10, 20).map(Math.fround),
    fc.constantFrom(0, -0, 1e6, 999999, 1e5, 1e-4, 1e-5, 16777216, Infinity, NaN, 1.401298464324817e-45),
  )
  .map((value) => (Object.is(value, -0) ? "-0" : String(value)));

const letters = fc.constantFrom(
  "a",
  "NULL",
  "é",
  "😀",
  '"',
  "\\",
  ",",
  "{",
  "}",
  "'",
  "\n",
  "\t",
  "\v",
  " ",
  "",
);
const word = fc.array(letters, { maxLength: 3 }).map((parts) => parts.join(""));
const literal = (values: readonly (string | null)[]): string =>
  `{${values.map((value) => (value === null ? "NULL" : `"${value.replace(/["\\]/g, "\\$&")}"`)).join(",")}}`;
const array = (value: fc.Arbitrary<string>) => fc.array(fc.option(value), { maxLength: 5 }).map(literal);

const integers = fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n).map(String);
const ipv4 = fc.tuple(fc.ipV4(), fc.option(fc.nat(32)));
const ipv6 = fc.tuple(
  fc.oneof(
    fc.ipV6(),
    fc
      .array(fc.constantFrom("0", "1", "ffff", "0"), { minLength: 8, maxLength: 8 })
      .map((words) => words.join(":")),
    fc.constantFrom(
      "::",
      "::1",
      "::2",
      "::1.2.3.4",
      "::ffff:1.2.3.4",
      "::ffff:0:1.2.3.4",
      "1::",
      "::0.1.0.0",
    ),
  ),
  fc.option(fc.nat(128)),
);
const address = fc.oneof(ipv4, ipv6).map(([text, length]) => (length === null ? text : `${text}/${length}`));
const hexBytes = fc.uint8Array({ maxLength: 20 }).map((made) => `\\x${Buffer.from(made).toString("hex")}`);

const cases: readonly [PgType, fc.Arbitrary<string>][] = [
  [pgType("boolean"), fc.constantFrom("true", "false")],
  [pgType("smallint"), fc.integer({ min: -32768, max: 32767 }).map(String)],
  [pgType("bigint"), integers],
  [pgType("real"), floats],
  [pgType("double precision"), doubles],
  [pgType("numeric"), doubles.map((text) => (text === "-0" ? "0" : text)).filter(finite)],
  [pgType("text"), word],
  [pgType("character", 3), fc.constantFrom("abc", "é b")],
  [pgType("bytea"), hexBytes],
  [pgType("uuid"), fc.uuid()],
  [pgType("json"), fc.json()],
  [pgType("jsonb"), fc.json().filter((text) => !text.includes("\\u0000"))],
  [
    pgType("date"),
    fc.constantFrom(
      "infinity",
      "-infinity",
      "4714-11-24 BC",
      "0001-12-31 BC",
      "0001-01-01",
      "5874897-12-31",
      "2000-02-29",
      "1900-03-01",
    ),
  ],
  [
    pgType("time without time zone"),
    fc.constantFrom("00:00", "24:00", "23:59:59.999999", "07:30:00.1", "12:00:01"),
  ],
  [pgType("inet"), address],
  [pgType("macaddr"), bits(6).map((made) => made.toString("hex"))],
  [enumType("public.mood", ["sad", "so, so", "NULL"]), fc.constantFrom("sad", "so, so", "NULL")],
  [arrayType(pgType("text")), array(word)],
  [arrayType(enumType("public.mood", [])), array(fc.constantFrom("sad", "so, so", "NULL"))],
  [arrayType(pgType("bigint")), array(integers)],
  [arrayType(pgType("double precision")), array(doubles)],
  [arrayType(pgType("bytea")), array(hexBytes)],
  [
    arrayType(pgType("boolean")),
    fc.constantFrom("{}", "{t,f,NULL}", "[0:1]={t,f}", "{{t,f},{f,t}}", "[2:2][-1:0]={{t,f}}"),
  ],
  [arrayType(pgType("text")), fc.constantFrom('{{{a,b},{"",NULL}}}', "[5:6]={x,y}")],
  [arrayType(pgType("timestamp with time zone")), fc.constantFrom('{"2020-01-01 00:00:00+00",NULL}')],
];

describe("a value is rendered as the server prints it", () => {
  test.each(cases.map(([type, values]) => [typeSql(type), type, values] as const))(
    "%s",
    async (_, type, values) => {
      await fc.assert(
        fc.asyncProperty(fc.array(fc.option(values), { minLength: 50, maxLength: 200 }), async (inputs) => {
          // numeric's zeros at the end are no part of its canonical form.
          const { own, server } = await bothTexts(type, inputs);
          expect(own).toEqual(server);
        }),
        { numRuns: 8 },
      );
    },
  );

  test("cidr", async () => {
    const inputs = ["10.0.0.0/8", "1.2.3.4", "::/0", "::1", "2001:db8::/32", null];
    const { own, server } = await bothTexts(pgType("cidr"), inputs);
    expect(own).toEqual(server);
  });

  const least = -211_813_488_000_000_000n;
  const most = 9_223_371_331_200_000_000n - 1n;
  const microseconds = fc.oneof(
    fc.bigInt(least, most).map(String),
    fc.constantFrom("0", "-1", "1", String(least), String(most), "-63082281600000001", "-63113904000000000"),
  );

  test.each([
    ["timestamp without time zone", "timestamp '2000-01-01'"],
    ["timestamp with time zone", "timestamptz '2000-01-01 00:00:00+00'"],
  ] as const)("%s, of all years", async (name, epoch) => {
    const type = pgType(name);
    await fc.assert(
      fc.asyncProperty(fc.array(microseconds, { minLength: 100 }), async (inputs) => {
        const made = `${epoch} + make_interval(days => div(a::numeric, 86400000000)::int)
          + (mod(a::numeric, 86400000000)::text || ' microseconds')::interval`;
        const { own, server } = await bothTexts(type, inputs, made);
        expect(own).toEqual(server);
      }),
      { numRuns: 5 },
    );
    const { own, server } = await bothTexts(type, ["infinity", "-infinity", "0001-01-01 00:00:00 BC", null]);
    expect(own).toEqual(server);
  });
});

describe("what is no value says so", () => {
  test("a long value is told by its sha256", async () => {
    const { own } = await bothTexts(pgType("text"), ["x".repeat(65_537), "x".repeat(65_536)]);
    expect(own[0]).toMatch(/^sha256 [0-9a-f]{64} of a value of more than 65,536 bytes$/);
    expect(own[1]).toBe("x".repeat(65_536));
  });

  test("a value of a type that is not compared is there, or not", async () => {
    const { own } = await bothTexts(otherType("point"), ["(1,2)", null]);
    expect(own).toEqual(["(a value)", null]);
  });
});
